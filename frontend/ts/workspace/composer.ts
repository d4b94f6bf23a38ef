/** Where an agent writes: drafts kept per conversation, input methods respected. */
import { h, icon } from "../dom";
import { type Phrase, PhraseList, type Places } from "./phrases";
import { say } from "./words";

export const MAX_LENGTH = 4000;
const TYPING_EVERY_MS = 3000;

export class Composer {
  readonly element: HTMLElement;
  readonly field: HTMLTextAreaElement;
  #phrases: PhraseList;
  #send: HTMLButtonElement;
  #note: HTMLElement;
  #conversation = "";
  #typedAtMs = 0;

  constructor(
    private readonly store: Storage,
    private readonly act: { send: (text: string) => void; typing: (on: boolean) => void; places: () => Places },
  ) {
    this.field = h("textarea", {
      class: "textarea w-full resize-none",
      rows: 2,
      id: "composer-text",
      "aria-label": say().write,
      "aria-describedby": "composer-note",
      placeholder: say().write,
      oninput: (event) => {
        this.#changed();
        if (!(event as InputEvent).isComposing) this.#phrases.refresh();
      },
      oncompositionend: () => this.#phrases.refresh(),
      onkeydown: (event) => this.#pressed(event as KeyboardEvent),
    });
    this.#phrases = new PhraseList(this.field, act.places, () => this.#changed());
    const ask = h(
      "button",
      { type: "button", class: "btn btn-ghost btn-square", "aria-label": say().phrases, title: say().phrases, onclick: () => this.#phrases.ask() },
      icon("zap", "sm"),
    );
    this.#send = h("button", { type: "submit", class: "btn btn-primary" }, say().send);
    this.#note = h("p", { id: "composer-note", class: "text-xs text-muted" }, say().hint);
    this.element = h(
      "form",
      {
        class: "relative border-t border-base-300 p-3",
        onsubmit: (event) => {
          event.preventDefault();
          this.#submit();
        },
      },
      this.#phrases.element,
      h("div", { class: "flex items-end gap-2" }, ask, this.field, this.#send),
      this.#note,
    );
  }

  /** Shows the draft of another conversation; an empty id takes the field away. */
  open(conversation: string): void {
    this.#conversation = conversation;
    this.element.hidden = !conversation;
    this.#phrases.close();
    this.field.value = conversation ? (this.store.getItem(this.#key()) ?? "") : "";
    this.#fit();
    this.#measure();
  }

  /** What "/" offers in the conversation shown. */
  offer(phrases: Phrase[]): void {
    this.#phrases.load(phrases);
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
    // 229: the key that ends an input method's word in Safari comes after its composition.
    if (event.isComposing || event.keyCode === 229 || this.#phrases.takes(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.#submit();
    }
  }

  #changed(): void {
    if (this.field.value) this.store.setItem(this.#key(), this.field.value);
    else this.store.removeItem(this.#key());
    this.#fit();
    this.#measure();
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
}
