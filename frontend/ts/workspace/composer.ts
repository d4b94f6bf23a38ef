/** Where an agent writes: drafts kept per conversation, input methods respected. */
import { fill, h, icon } from "../dom";
import { FileTray } from "../live/file-tray";
import { type Attachment, MAX_LENGTH } from "../live/protocol";
import { KINDS } from "../live/upload";
import { type Phrase, PhraseList, type Places } from "./phrases";
import { say } from "./words";

const TYPING_EVERY_MS = 3000;

export interface ComposerActions {
  send: (text: string, files: Attachment[]) => void;
  typing: (on: boolean) => void;
  places: () => Places;
  maxBytes: () => number;
  upload: (conversation: string, file: File, progress: (done: number) => void, signal: AbortSignal) => Promise<Attachment>;
}

export class Composer {
  readonly element: HTMLElement;
  readonly field: HTMLTextAreaElement;
  #phrases: PhraseList;
  #trays = new Map<string, FileTray>();
  #trayPlace = h("div");
  #send: HTMLButtonElement;
  #note: HTMLElement;
  #conversation = "";
  #typedAtMs = 0;

  constructor(
    private readonly store: Storage,
    private readonly act: ComposerActions,
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
    const chosen = h("input", {
      type: "file",
      class: "hidden",
      accept: KINDS,
      multiple: true,
      tabindex: -1,
      onchange: () => {
        this.addFiles([...(chosen.files ?? [])]);
        chosen.value = "";
      },
    });
    const attach = h(
      "button",
      { type: "button", class: "btn btn-ghost btn-square", "aria-label": say().attach, title: say().attach, onclick: () => chosen.click() },
      icon("paperclip", "sm"),
    );
    this.field.addEventListener("paste", (event) => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (!files.length) return;
      event.preventDefault();
      this.addFiles(files);
    });
    this.#send = h("button", { type: "submit", class: "btn btn-primary" }, say().send);
    this.#note = h("p", { id: "composer-note", class: "mt-1 text-xs text-muted" }, say().hint);
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
      this.#trayPlace,
      h("div", { class: "flex items-end gap-1 sm:gap-2" }, h("div", { class: "flex flex-col sm:flex-row" }, attach, ask, chosen), this.field, this.#send),
      this.#note,
    );
  }

  /** Shows the draft of another conversation; an empty id takes the field away. */
  open(conversation: string): void {
    this.#conversation = conversation;
    this.element.hidden = !conversation;
    this.#phrases.close();
    fill(this.#trayPlace, this.#tray?.element);
    this.field.value = conversation ? (this.store.getItem(this.#key()) ?? "") : "";
    this.#fit();
    this.#measure();
  }

  /** What "/" offers in the conversation shown. */
  offer(phrases: Phrase[]): void {
    this.#phrases.load(phrases);
  }

  /** Files for the next message of the conversation shown. */
  addFiles(files: File[]): void {
    this.#tray?.add(files);
    this.field.focus();
  }

  /** Puts a text into the field, before what is there, and a file into the tray. */
  put(text: string, file?: Attachment): void {
    if (file) this.#tray?.putBack(file);
    this.field.value = this.field.value && text ? `${text}\n${this.field.value}` : text || this.field.value;
    this.#changed();
    this.field.focus();
  }

  /** The tray of the conversation shown: uploads go on while another one is looked at. */
  get #tray(): FileTray | null {
    const conversation = this.#conversation;
    if (!conversation) return null;
    let tray = this.#trays.get(conversation);
    if (!tray) {
      tray = new FileTray({
        words: say().tray,
        maxBytes: () => this.act.maxBytes(),
        store: this.store,
        storeKey: `draft-files:${conversation}`,
        send: (file, progress, signal) => this.act.upload(conversation, file, progress, signal),
        changed: () => conversation === this.#conversation && this.#measure(),
      });
      this.#trays.set(conversation, tray);
    }
    return tray;
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
    const tray = this.#tray;
    if (tray?.isBusy || (!text && !(tray && !tray.isEmpty)) || text.length > MAX_LENGTH) return;
    const files = tray?.take() ?? [];
    this.field.value = "";
    this.store.removeItem(this.#key());
    this.#typedAtMs = 0;
    this.#fit();
    this.#measure();
    this.act.send(text, files);
    this.field.focus();
  }

  #fit(): void {
    this.field.rows = Math.min(8, Math.max(2, this.field.value.split("\n").length));
  }

  #measure(): void {
    const over = this.field.value.trim().length - MAX_LENGTH;
    const busy = this.#tray?.isBusy ?? false;
    this.#note.textContent = over > 0 ? say().tooLong(over) : busy ? say().uploadFirst : say().hint;
    this.#note.classList.toggle("text-error", over > 0);
    this.field.toggleAttribute("aria-invalid", over > 0);
    this.#send.disabled = over > 0 || busy;
  }
}
