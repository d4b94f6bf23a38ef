/**
 * Beside a conversation: the customer's earlier conversations and the client's guide, as the server draws them. Fetched
 * once a conversation and kept, so that what was opened stays open. An earlier conversation is read in a dialog.
 */
import { h, icon } from "../dom";
import { say } from "./words";

export class Background {
  readonly element = h("div");
  #kept = new Map<string, HTMLElement>();

  constructor(private readonly here: string) {
    this.element.addEventListener("click", (event) => {
      const link = (event.target as Element).closest<HTMLAnchorElement>("a[data-earlier]");
      if (!link || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      void this.#read(link.href);
    });
  }

  /** Shows what belongs to a conversation; an empty id shows nothing. */
  show(conversation: string): void {
    const kept = this.#kept.get(conversation);
    if (kept && kept === this.element.firstElementChild) return;
    if (kept || !conversation) this.element.replaceChildren(...(kept ? [kept] : []));
    else void this.#load(conversation);
  }

  forget(conversation: string): void {
    this.#kept.delete(conversation);
  }

  async #load(conversation: string): Promise<void> {
    const part = h("div", { "aria-busy": "true" }, h("div", { class: "skeleton mx-4 my-3 h-16" }));
    this.#kept.set(conversation, part);
    this.element.replaceChildren(part);
    const html = await fetchPart(`${this.here}${conversation}/customer/`);
    part.removeAttribute("aria-busy");
    if (html !== null) part.replaceChildren(html);
    else {
      const again = (): void => void this.#load(conversation);
      part.replaceChildren(h("p", { class: "px-4 py-3 text-sm text-muted" }, `${say().notLoaded} `, h("button", { type: "button", class: "link", onclick: again }, say().tryAgain)));
    }
  }

  async #read(address: string): Promise<void> {
    const body = h("div", {}, h("div", { class: "skeleton h-40" }));
    const dialog = h(
      "dialog",
      { class: "card-box m-auto max-h-[85dvh] w-full max-w-xl overflow-y-auto p-5 backdrop:bg-black/40", "aria-label": say().earlier },
      h("button", { type: "button", class: "btn btn-ghost btn-square btn-sm float-end", "aria-label": say().closeDialog, onclick: () => dialog.close() }, icon("x", "sm")),
      body,
    );
    dialog.addEventListener("close", () => dialog.remove());
    this.element.append(dialog);
    dialog.showModal();
    body.replaceChildren((await fetchPart(address)) ?? h("p", {}, say().notLoaded));
  }
}

/** A part of a page our own server drew; null when it could not be had. */
async function fetchPart(address: string): Promise<DocumentFragment | null> {
  const response = await fetch(address).catch(() => null);
  if (!response?.ok || response.redirected) return null;
  const template = document.createElement("template");
  template.innerHTML = await response.text();
  return template.content;
}
