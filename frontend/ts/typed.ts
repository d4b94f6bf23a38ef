/**
 * What was typed into a form, kept in this browser: by person, page and form, so that nobody at the same computer
 * reads another's words. Passwords, files and hidden fields are never kept.
 *
 * A draft (`<tide-form draft="…">`) stays until a page says it was saved. Every other form is kept for this tab alone
 * while its answer is awaited: a page that answers it drops it; a page that could not (`<body data-unanswered>`: an
 * error page, the log-in because the session had ended) leaves it for the form to come back to.
 */
export type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;
type Values = Record<string, string[]>;

interface Kept {
  person: string;
  state: "typing" | "sent" | "unanswered";
  at: number;
  values: Values;
}

const MAX_AGE_MS = 7 * 24 * 3600 * 1000;
export const DRAFT = "draft:";
export const SENT = "sent:";

const person = (): string => document.body.dataset.person ?? "";
const storeOf = (key: string): Storage => (key.startsWith(DRAFT) ? localStorage : sessionStorage);
const isOld = (kept: Kept): boolean => !(Date.now() - kept.at <= MAX_AGE_MS);
const isTick = (control: Control): control is HTMLInputElement =>
  control instanceof HTMLInputElement && ["checkbox", "radio"].includes(control.type);
const isKept = (control: Control): boolean =>
  Boolean(control.name) && !["hidden", "password", "file", "submit", "button"].includes(control.type);

function read(key: string): Kept | null {
  try {
    return JSON.parse(storeOf(key).getItem(key) ?? "null") as Kept | null;
  } catch {
    return null;
  }
}

function write(key: string, kept: Kept): void {
  try {
    storeOf(key).setItem(key, JSON.stringify(kept));
  } catch {
    // Storage is full or refused: the form works without it.
  }
}

/** Keeps what is in these controls. */
export function keep(key: string, controls: Control[], state: Kept["state"]): void {
  const values: Values = {};
  for (const control of controls.filter(isKept)) {
    const list = (values[control.name] ??= []);
    if (isTick(control)) {
      if (control.checked) list.push(control.value);
    } else if (control instanceof HTMLSelectElement) {
      list.push(...[...control.selectedOptions].map((option) => option.value));
    } else list.push(control.value);
  }
  write(key, { person: person(), state, at: Date.now(), values });
}

/** Says how the form that was sent fared, where no new page will. */
export function settle(key: string, answered: boolean): void {
  const kept = read(key);
  if (!kept || !key.startsWith(SENT)) return;
  if (answered) storeOf(key).removeItem(key);
  else write(key, { ...kept, state: "unanswered" });
}

/** Puts what was kept back into these controls; true when that changed any. */
export function restore(key: string, controls: Control[]): boolean {
  const kept = read(key);
  if (!kept || kept.person !== person()) return false;
  if (isOld(kept)) {
    storeOf(key).removeItem(key);
    return false;
  }
  if (key.startsWith(SENT)) {
    storeOf(key).removeItem(key);
    if (kept.state !== "unanswered") return false;
  }
  let changed = false;
  for (const control of controls.filter(isKept)) {
    const stored = kept.values?.[control.name];
    if (!Array.isArray(stored)) continue;
    if (isTick(control)) {
      const checked = stored.includes(control.value);
      changed ||= control.checked !== checked;
      control.checked = checked;
    } else if (control instanceof HTMLSelectElement) {
      for (const option of control.options) {
        changed ||= option.selected !== stored.includes(option.value);
        option.selected = stored.includes(option.value);
      }
    } else {
      const next = stored.shift() ?? "";
      changed ||= control.value !== next;
      control.value = next;
    }
  }
  return changed;
}

/** Drafts of one kind, many on a page, each under its id. The key names the person too, so that two at this computer never write over or forget each other's. */
export class OwnDrafts {
  constructor(private readonly kind: string) {}

  get #prefix(): string {
    return `${DRAFT}${this.kind}:${person()}:`;
  }

  /** Keeps what is in these controls; nothing in any of them is nothing to keep. */
  keep(id: string, controls: Control[]): void {
    if (controls.some((control) => control.value)) keep(this.#prefix + id, controls, "typing");
    else this.forget(id);
  }

  restore(id: string, controls: Control[]): void {
    restore(this.#prefix + id, controls);
  }

  forget(id: string): void {
    localStorage.removeItem(this.#prefix + id);
  }

  /** Forgets one's own that are no longer wanted, too old or cannot be read. */
  keepOnly(wanted: (id: string) => boolean): void {
    for (const key of keysOf(localStorage, this.#prefix)) {
      const kept = read(key);
      if (!kept || isOld(kept) || !wanted(key.slice(this.#prefix.length))) localStorage.removeItem(key);
    }
  }
}

/** On a new page: what was sent is answered by it, unless it says that it is no answer. */
export function settleSent(): void {
  const unanswered = "unanswered" in document.body.dataset;
  for (const key of keysOf(sessionStorage, SENT)) {
    const kept = read(key);
    if (unanswered) settle(key, false);
    else if (kept?.state !== "unanswered" || kept.person !== person()) sessionStorage.removeItem(key);
  }
  if (!document.querySelector('.toast-item[data-kind="success"]')) return;
  for (const key of keysOf(localStorage, DRAFT)) if (read(key)?.state === "sent") localStorage.removeItem(key);
}

function keysOf(store: Storage, prefix: string): string[] {
  return Object.keys(store).filter((key) => key.startsWith(prefix));
}
