/**
 * Phrases while writing: "/" at the start of a word opens a list that is filtered by what follows; arrows move, Enter
 * or Tab inserts, Escape closes. The field keeps the focus (a text field that controls a listbox and names its active
 * option); keys an input method is using are left to it. Choosing inserts and never sends.
 */
import { h } from "../dom";
import { say } from "./words";

export interface Phrase {
  shortcut: string;
  text: string;
  language: string;
  /** The agent's own, not the programme's. */
  own: boolean;
}

/** What `{…}` in a phrase stands for just now; empty where it is not known. */
export type Places = Record<"customer" | "agent" | "programme", string>;

/** The phrases one may insert into a conversation; none when they cannot be fetched. */
export async function fetchPhrases(address: string): Promise<Phrase[]> {
  const response = await fetch(address, { headers: { Accept: "application/json" } }).catch(() => null);
  return response?.ok ? ((await response.json()) as { phrases: Phrase[] }).phrases : [];
}

/** Fills in the places; one that is not known goes, with the comma or space before it: "Hello {customer}!" is "Hello!". */
export function fillIn(text: string, places: Places): string {
  return text.replace(/([,\uff0c]?[ \u00a0]*)\{(customer|agent|programme)\}/g, (_, before: string, name: keyof Places) =>
    places[name] ? before + places[name] : "",
  );
}

/** Where a word that begins with a slash stands before the caret, and what follows the slash; null without one. */
export function asked(text: string, caret: number): { from: number; query: string } | null {
  // Chinese keyboards type an enumeration comma (U+3001) for the slash; it is one only at the start of a line or after a space.
  const found = /(?:(?<![\p{Script=Latin}\p{N}_/:.@&?=-])[/\uff0f]|(?<=^|\s)\u3001)([\p{L}\p{N}_-]{0,24})$/u.exec(text.slice(0, caret));
  return found ? { from: found.index, query: (found[1] ?? "").toLowerCase() } : null;
}

/** Shortcuts that begin so, then those that hold it, then texts that do. */
export function matching(phrases: Phrase[], query: string): Phrase[] {
  const rank = (phrase: Phrase): number => {
    const at = phrase.shortcut.indexOf(query);
    if (at >= 0) return at === 0 ? 0 : 1;
    return phrase.text.toLowerCase().includes(query) ? 2 : 3;
  };
  return phrases
    .map((phrase, place) => ({ phrase, place, rank: rank(phrase) }))
    .filter((one) => one.rank < 3)
    .sort((a, b) => a.rank - b.rank || a.place - b.place)
    .map((one) => one.phrase);
}

export class PhraseList {
  readonly element: HTMLElement;
  #list: HTMLUListElement;
  #told: HTMLElement;
  #phrases: Phrase[] = [];
  #shown: Phrase[] = [];
  #active = 0;
  #from = 0;

  constructor(
    private readonly field: HTMLTextAreaElement,
    private readonly places: () => Places,
    private readonly inserted: () => void,
  ) {
    this.#list = h("ul", {
      class: "max-h-[40dvh] overflow-y-auto rounded-box border border-base-300 bg-base-100 p-1 shadow-lg",
      role: "listbox",
      id: "phrase-list",
      "aria-label": say().phrases,
      hidden: true,
    });
    this.#told = h("p", { class: "sr-only", role: "status" });
    this.element = h("div", { class: "absolute inset-x-3 bottom-full z-20 mb-1" }, this.#list, this.#told);
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-haspopup", "listbox");
    field.addEventListener("blur", () => this.close());
    field.addEventListener("click", () => this.refresh());
  }

  get isOpen(): boolean {
    return !this.#list.hidden;
  }

  /** Takes the phrases of a conversation; one may have typed the slash before they came. */
  load(phrases: Phrase[]): void {
    this.#phrases = phrases;
    if (this.isOpen || this.field.matches(":focus")) this.refresh();
  }

  /** Looks at what stands before the caret: opens, filters or closes. */
  refresh(): void {
    const { value, selectionStart, selectionEnd } = this.field;
    const word = selectionStart === selectionEnd ? asked(value, selectionStart) : null;
    const shown = word ? matching(this.#phrases, word.query) : [];
    if (!word || !shown.length) {
      this.close();
      return;
    }
    this.#from = word.from;
    this.#shown = shown;
    this.#active = 0;
    this.#list.replaceChildren(...shown.map((phrase, n) => this.#option(phrase, n)));
    this.#list.hidden = false;
    this.field.setAttribute("aria-controls", "phrase-list");
    this.#told.textContent = say().phrasesFound(shown.length);
    this.#mark();
  }

  /** Types the slash for somebody who has no keyboard at hand. */
  ask(): void {
    const { value, selectionEnd: caret } = this.field;
    const before = value.slice(0, caret);
    this.field.setRangeText(before && !/\s$/.test(before) ? " /" : "/", caret, caret, "end");
    this.field.focus();
    this.inserted();
    this.refresh();
    if (!this.isOpen) this.#told.textContent = say().noPhrases;
  }

  close(): void {
    if (!this.isOpen) return;
    this.#list.hidden = true;
    this.#list.replaceChildren();
    this.#told.textContent = "";
    this.field.removeAttribute("aria-controls");
    this.field.removeAttribute("aria-activedescendant");
  }

  /** Takes a key if the list is open and the key is one of its own. */
  takes(event: KeyboardEvent): boolean {
    if (!this.isOpen || event.ctrlKey || event.metaKey || event.altKey) return false;
    const last = this.#shown.length - 1;
    if (event.key === "ArrowDown") this.#active = this.#active === last ? 0 : this.#active + 1;
    else if (event.key === "ArrowUp") this.#active = this.#active === 0 ? last : this.#active - 1;
    else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey) this.#insert(this.#active);
    else if (event.key === "Escape") this.close();
    else return false;
    event.preventDefault();
    this.#mark();
    return true;
  }

  #insert(place: number): void {
    const phrase = this.#shown[place];
    if (!phrase) return;
    this.field.setRangeText(fillIn(phrase.text, this.places()), this.#from, this.field.selectionEnd, "end");
    this.close();
    this.field.focus();
    this.inserted();
  }

  #mark(): void {
    if (!this.isOpen) return;
    [...this.#list.children].forEach((option, n) => {
      option.setAttribute("aria-selected", String(n === this.#active));
      option.classList.toggle("bg-primary/15", n === this.#active);
    });
    this.field.setAttribute("aria-activedescendant", `phrase-${this.#active}`);
    this.#list.children[this.#active]?.scrollIntoView?.({ block: "nearest" });
  }

  #option(phrase: Phrase, n: number): HTMLLIElement {
    return h(
      "li",
      {
        role: "option",
        id: `phrase-${n}`,
        "aria-selected": "false",
        class: "cursor-pointer rounded-box px-3 py-2 hover:bg-base-200",
        // The field keeps the focus: losing it closes the list before the click arrives.
        onpointerdown: (event) => event.preventDefault(),
        onclick: () => this.#insert(n),
      },
      h("span", { class: "flex items-baseline justify-between gap-3 text-sm font-medium" }, `/${phrase.shortcut}`, phrase.own && h("span", { class: "text-xs font-normal text-muted" }, say().ownPhrase)),
      h("span", { class: "line-clamp-2 text-sm break-words text-muted", lang: phrase.language }, fillIn(phrase.text, this.places())),
    );
  }
}
