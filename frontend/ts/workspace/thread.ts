/** The messages of one conversation: appended one by one, so that nothing jumps while somebody reads or types. */
import { h, icon } from "../dom";
import { fileView } from "../live/file-tray";
import type { ConversationLog } from "../live/log";
import type { Pending } from "../live/outbox";
import type { Message } from "../live/protocol";
import { clock, say } from "./words";

const NEAR_END_PX = 80;

export class Thread {
  readonly element: HTMLElement;
  #list: HTMLOListElement;
  #waiting: HTMLOListElement;
  #typing: HTMLElement;
  #pill: HTMLButtonElement;
  #shownSeq = 0;
  #log: ConversationLog | null = null;

  constructor(private readonly act: { retry: (id: string) => void; takeBack: (id: string) => void; seen: () => void }) {
    this.#list = h("ol", { class: "flex flex-col gap-3" });
    this.#waiting = h("ol", { class: "mt-3 flex flex-col gap-3" });
    this.#typing = h("p", { class: "mt-2 h-5 text-sm text-muted" });
    this.#pill = h(
      "button",
      { type: "button", class: "btn btn-sm btn-primary sticky bottom-2 left-1/2 -translate-x-1/2", hidden: true, onclick: () => this.toEnd() },
      icon("arrow-down", "sm"),
      say().newMessages,
    );
    this.element = h(
      "div",
      { class: "min-h-0 flex-1 overflow-y-auto px-4 py-4", tabindex: "0", role: "log", "aria-live": "polite", "aria-label": say().messages, onscroll: () => this.#scrolled() },
      this.#list,
      this.#waiting,
      this.#typing,
      this.#pill,
    );
  }

  /** Shows another conversation, at its end. */
  show(log: ConversationLog | null, pending: Pending[]): void {
    this.#log = log;
    this.#shownSeq = 0;
    this.#list.replaceChildren();
    this.#typing.textContent = "";
    if (log) this.#append(log);
    this.showPending(pending);
    this.toEnd();
  }

  get shown(): ConversationLog | null {
    return this.#log;
  }

  /** Adds what has come since. */
  update(): void {
    if (!this.#log) return;
    const wasAtEnd = this.#atEnd();
    const grew = this.#append(this.#log);
    this.#marks();
    if (grew && this.#log.typingUntilMs === 0) this.#typing.textContent = "";
    if (!grew) return;
    if (wasAtEnd) this.toEnd();
    else this.#pill.hidden = false;
  }

  showPending(pending: Pending[]): void {
    const wasAtEnd = this.#atEnd();
    this.#waiting.replaceChildren(...pending.map((item) => this.#pendingItem(item)));
    if (wasAtEnd) this.toEnd();
  }

  showTyping(text: string): void {
    this.#typing.textContent = text;
  }

  toEnd(): void {
    this.element.scrollTop = this.element.scrollHeight;
    this.#pill.hidden = true;
    this.act.seen();
  }

  /** True when the newest message is on screen. */
  get isRead(): boolean {
    return this.#atEnd() && document.visibilityState === "visible";
  }

  #atEnd(): boolean {
    const { scrollHeight, scrollTop, clientHeight } = this.element;
    return scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
  }

  #scrolled(): void {
    if (!this.#atEnd()) return;
    this.#pill.hidden = true;
    this.act.seen();
  }

  #append(log: ConversationLog): boolean {
    const fresh = log.messages.filter((m) => m.seq > this.#shownSeq);
    for (const message of fresh) this.#list.append(item(message));
    this.#shownSeq = log.lastSeq;
    this.#marks();
    return fresh.length > 0;
  }

  /** Delivered and read marks stand under the last message they hold for. */
  #marks(): void {
    const state = this.#log?.state;
    if (!state) return;
    for (const old of this.#list.querySelectorAll("[data-mark]")) old.remove();
    const mine = this.#log?.messages.filter((m) => m.mine) ?? [];
    const lastMine = mine.at(-1);
    if (!lastMine) return;
    const text =
      lastMine.seq <= state.read.customer ? say().read : lastMine.seq <= state.delivered.customer ? say().delivered : say().sent;
    this.#list.querySelector(`[data-seq="${lastMine.seq}"] footer`)?.append(h("span", { "data-mark": true }, ` · ${text}`));
  }

  #pendingItem(pending: Pending): HTMLLIElement {
    const note = pending.refused
      ? h(
          "footer",
          { class: "mt-1 flex flex-wrap items-center gap-2 text-xs text-error", role: "alert" },
          icon("circle-alert", "sm"),
          `${say().refused}: ${pending.refused.message}`,
          h("button", { type: "button", class: "btn btn-xs", onclick: () => this.act.retry(pending.clientMsgId) }, say().retry),
          h("button", { type: "button", class: "btn btn-xs", onclick: () => this.act.takeBack(pending.clientMsgId) }, say().takeBack),
        )
      : h("footer", { class: "mt-1 text-xs text-muted" }, icon("clock", "sm"), ` ${say().sending}`);
    return h(
      "li",
      { class: "ms-auto max-w-[85%]" },
      h("p", { class: "rounded-box bg-primary/10 px-3 py-2 whitespace-pre-wrap break-words" }, pending.text, pending.attachment && fileView(pending.attachment, say().tray)),
      note,
    );
  }
}

function item(message: Message): HTMLLIElement {
  if (message.author === "system") {
    return h("li", { class: "text-center text-sm text-muted", "data-seq": message.seq }, message.text, ` · ${clock(message.at)}`);
  }
  const who = message.mine ? say().you : message.name || say().customer;
  const side = message.author === "agent";
  return h(
    "li",
    { class: side ? "ms-auto max-w-[85%]" : "me-auto max-w-[85%]", "data-seq": message.seq, "data-author": message.author },
    h(
      "p",
      { class: `rounded-box px-3 py-2 whitespace-pre-wrap break-words ${side ? "bg-primary text-primary-content" : "border border-base-300 bg-base-100"}` },
      message.text,
      message.attachment && fileView(message.attachment, say().tray),
    ),
    h(
      "footer",
      { class: `tabular mt-1 text-xs text-muted ${side ? "text-end" : ""}` },
      `${who} · ${clock(message.at)}`,
      message.masked && ` · ${say().masked}`,
    ),
  );
}
