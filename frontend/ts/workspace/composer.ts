/** Where an agent writes: drafts kept per conversation, phrases behind `/`, input methods respected. */
import { h } from "../dom";
import { say } from "./words";

export interface Phrase {
  shortcut: string;
  text: string;
}

export const MAX_LENGTH = 4000;
const TYPING_EVERY_MS = 3000;

export class Composer {
  readonly element: HTMLElement;
  readonly field: HTMLTextAreaElement;
  #send: HTMLButtonElement;
  #note: HTMLElement;
  #menu: HTMLUListElement;
  #conversation = "";
  #typedAtMs = 0;
  #chosen = 0;

  constructor(
    private readonly store: Storage,
    private readonly phrases: Phrase[],
    private readonly act: { send: (text: string) => void; typing: (on: boolean) => void },
  ) {
    this.field = h("textarea", {
      class: "textarea w-full resize-none",
      rows: 2,
      id: "composer-text",
      "aria-label": say().write,
      "aria-describedby": "composer-note",
      placeholder: say().write,
      oninput: () => this.#changed(),
      onkeydown: (event) => this.#pressed(event as KeyboardEvent),
    });
    this.#send = h("button", { type: "submit", class: "btn btn-primary" }, say().send);
    this.#note = h("p", { id: "composer-note", class: "text-xs text-muted" }, say().hint);
    this.#menu = h("ul", {
      class: "card-box absolute bottom-full left-0 z-10 mb-1 max-h-60 w-full overflow-y-auto p-1",
      role: "listbox",
      id: "composer-phrases",
      "aria-label": say().phrases,
      hidden: true,
    });
    this.element = h(
      "form",
      {
        class: "relative border-t border-base-300 p-3",
        onsubmit: (event) => {
          event.preventDefault();
          this.#submit();
        },
      },
      this.#menu,
      h("div", { class: "flex items-end gap-2" }, this.field, this.#send),
      this.#note,
    );
  }

  /** Shows the draft of another conversation; an empty id takes the field away. */
  open(conversation: string): void {
    this.#conversation = conversation;
    this.element.hidden = !conversation;
    this.field.value = conversation ? (this.store.getItem(this.#key()) ?? "") : "";
    this.#hideMenu();
    this.#fit();
    this.#measure();
  }

  /** Puts a text into the field, before what is there. */
  put(text: string): void {
    this.field.value = this.field.value ? `${text}\n${this.field.value}` : text;
    this.#changed();
    this.field.focus();
  }

  #key(): string {
    return `draft:${this.#conversation}`;
  }

  #pressed(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (!this.#menu.hidden && this.#menuKey(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.#submit();
    }
  }

  #menuKey(event: KeyboardEvent): boolean {
    const options = this.#menu.querySelectorAll<HTMLElement>("[role=option]");
    if (event.key === "Escape") this.#hideMenu();
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.#choose((this.#chosen + step + options.length) % Math.max(1, options.length));
    } else if (event.key === "Enter" && options.length) options[this.#chosen]?.click();
    else return false;
    event.preventDefault();
    return true;
  }

  #changed(): void {
    if (this.field.value) this.store.setItem(this.#key(), this.field.value);
    else this.store.removeItem(this.#key());
    this.#fit();
    this.#measure();
    this.#offerPhrases();
    const now = Date.now();
    if (this.field.value && now - this.#typedAtMs > TYPING_EVERY_MS) {
      this.#typedAtMs = now;
      this.act.typing(true);
    }
  }

  #submit(): void {
    const text = this.field.value.trim();
    if (!text || text.length > MAX_LENGTH) return;
    this.field.value = "";
    this.store.removeItem(this.#key());
    this.#typedAtMs = 0;
    this.#hideMenu();
    this.#fit();
    this.#measure();
    this.act.send(text);
    this.field.focus();
  }

  #fit(): void {
    this.field.rows = Math.min(8, Math.max(2, this.field.value.split("\n").length));
  }

  #measure(): void {
    const over = this.field.value.trim().length - MAX_LENGTH;
    this.#note.textContent = over > 0 ? say().tooLong(over) : say().hint;
    this.#note.classList.toggle("text-error", over > 0);
    this.field.toggleAttribute("aria-invalid", over > 0);
    this.#send.disabled = over > 0;
  }

  #offerPhrases(): void {
    const query = /(?:^|\n)\/(\S*)$/.exec(this.field.value)?.[1];
    if (query === undefined) {
      this.#hideMenu();
      return;
    }
    const found = this.phrases.filter((p) => `${p.shortcut} ${p.text}`.toLowerCase().includes(query.toLowerCase()));
    this.#menu.replaceChildren(
      ...found.map((phrase, n) =>
        h(
          "li",
          {
            role: "option",
            id: `phrase-${n}`,
            class: "cursor-pointer rounded-field px-2 py-1 text-sm aria-selected:bg-primary/10",
            "aria-selected": "false",
            onclick: () => this.#insert(phrase),
          },
          h("span", { class: "font-medium" }, `/${phrase.shortcut}`),
          h("span", { class: "ms-2 text-muted" }, phrase.text),
        ),
      ),
    );
    if (!found.length) this.#menu.append(h("li", { class: "px-2 py-1 text-sm text-muted" }, say().noPhrase));
    this.#menu.hidden = false;
    this.field.setAttribute("aria-controls", "composer-phrases");
    this.#choose(0);
  }

  #choose(n: number): void {
    this.#chosen = n;
    this.#menu.querySelectorAll("[role=option]").forEach((option, i) => option.setAttribute("aria-selected", String(i === n)));
    this.field.setAttribute("aria-activedescendant", `phrase-${n}`);
  }

  #insert(phrase: Phrase): void {
    this.field.value = this.field.value.replace(/(^|\n)\/\S*$/, `$1${phrase.text}`);
    this.#hideMenu();
    this.#changed();
    this.field.focus();
  }

  #hideMenu(): void {
    this.#menu.hidden = true;
    this.field.removeAttribute("aria-activedescendant");
  }
}
