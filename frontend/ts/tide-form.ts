/**
 * `<tide-form [draft="key"]>` around one form:
 * - a field left wrong says so beneath it, in the page's language; a wrong form is not sent, focus goes to its first fault;
 * - sending shows on the pressed button and cannot happen twice (plain and htmx forms alike);
 * - after an answer with errors, focus goes to the first of them;
 * - with `draft`, what was typed is kept in this browser until the server has said it was saved.
 * Passwords, files and hidden fields are never kept.
 */
import { words } from "./language";
import { toast } from "./tide-toasts";

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;
const DRAFT_PREFIX = "draft:";
const DRAFT_MAX_AGE_MS = 7 * 24 * 3600 * 1000;

const WORDS = {
  en: {
    valueMissing: "Please fill this in.",
    typeMismatch: { email: "Please write a full e-mail address, such as name@example.com.", url: "Please write a full address, starting with https://" },
    tooShort: (n: number) => `Please write at least ${n} characters.`,
    tooLong: (n: number) => `Please keep to ${n} characters.`,
    rangeUnderflow: (n: string) => `This must be ${n} or more.`,
    rangeOverflow: (n: string) => `This must be ${n} or less.`,
    other: "This does not look right. Please check it.",
  },
  "zh-hans": {
    valueMissing: "这一项需要填写。",
    typeMismatch: { email: "请填写完整的邮箱地址，例如 name@example.com。", url: "请填写完整的网址，以 https:// 开头。" },
    tooShort: (n: number) => `至少需要 ${n} 个字。`,
    tooLong: (n: number) => `不能超过 ${n} 个字。`,
    rangeUnderflow: (n: string) => `不能小于 ${n}。`,
    rangeOverflow: (n: string) => `不能大于 ${n}。`,
    other: "这里填得不对，请检查一下。",
  },
};

/** What is wrong with a field, in the page's language; empty when nothing is. */
export function fault(control: Control): string {
  const say = words(WORDS);
  const { validity } = control;
  if (validity.valid) return "";
  if (validity.customError) return control.validationMessage;
  if (validity.valueMissing) return say.valueMissing;
  if (validity.typeMismatch && control instanceof HTMLInputElement)
    return control.type === "url" ? say.typeMismatch.url : say.typeMismatch.email;
  if (validity.tooShort) return say.tooShort((control as HTMLInputElement).minLength);
  if (validity.tooLong) return say.tooLong((control as HTMLInputElement).maxLength);
  if (validity.rangeUnderflow) return say.rangeUnderflow((control as HTMLInputElement).min);
  if (validity.rangeOverflow) return say.rangeOverflow((control as HTMLInputElement).max);
  return say.other;
}

/** Drops the drafts whose form was sent, on a page that says it was saved. */
export function forgetSentDrafts(): void {
  if (!document.querySelector('.toast-item[data-kind="success"]')) return;
  for (const key of Object.keys(localStorage)) {
    if (!key.startsWith(DRAFT_PREFIX)) continue;
    if ((JSON.parse(localStorage.getItem(key) ?? "{}") as { sent?: boolean }).sent) localStorage.removeItem(key);
  }
}

export class TideForm extends HTMLElement {
  #busy = false;

  connectedCallback(): void {
    this.addEventListener("submit", this.#submit, { capture: true });
    this.addEventListener("focusout", this.#check);
    this.addEventListener("input", this.#typed);
    this.addEventListener("htmx:afterRequest", this.#answered);
    window.addEventListener("pageshow", this.#shown);
    this.#focusFirstError();
    this.#restore();
  }

  disconnectedCallback(): void {
    window.removeEventListener("pageshow", this.#shown);
  }

  get #form(): HTMLFormElement | null {
    return this.querySelector("form");
  }

  get #draftKey(): string {
    const name = this.getAttribute("draft");
    return name ? `${DRAFT_PREFIX}${location.pathname}:${name}` : "";
  }

  #controls(): Control[] {
    return [...this.querySelectorAll<Control>("input, select, textarea")];
  }

  #submit = (event: SubmitEvent): void => {
    if (this.#busy) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    const submitter = event.submitter as HTMLButtonElement | null;
    const wrong = submitter?.formNoValidate ? [] : this.#controls().filter((control) => this.#mark(control));
    if (wrong[0]) {
      event.preventDefault();
      event.stopImmediatePropagation();
      wrong[0].focus();
      return;
    }
    this.#setBusy(true, submitter);
    this.#keep(true);
    // Somebody else's handler may still stop this submission; then nothing is under way.
    queueMicrotask(() => {
      if (event.defaultPrevented && !this.#isHtmx()) this.#setBusy(false);
    });
  };

  #isHtmx(): boolean {
    return [...(this.#form?.attributes ?? [])].some((attribute) => /^hx-(get|post|put|patch|delete)$/.test(attribute.name));
  }

  #answered = (): void => this.#setBusy(false);

  #shown = (event: PageTransitionEvent): void => {
    if (event.persisted) this.#setBusy(false);
  };

  #setBusy(busy: boolean, submitter?: HTMLElement | null): void {
    this.#busy = busy;
    const form = this.#form;
    form?.toggleAttribute("aria-busy", busy);
    if (busy) {
      form?.setAttribute("aria-busy", "true");
      (submitter ?? form?.querySelector('button[type="submit"]'))?.setAttribute("aria-busy", "true");
    } else {
      for (const button of this.querySelectorAll('button[aria-busy="true"]')) button.removeAttribute("aria-busy");
    }
  }

  #check = (event: FocusEvent): void => {
    const control = event.target as Control;
    // An empty field that was only passed through is not yet a mistake.
    if (control.matches?.("input, select, textarea") && (control.value || control.getAttribute("aria-invalid"))) this.#mark(control);
  };

  /** Shows or clears the field's own message; true when the field is wrong. */
  #mark(control: Control): boolean {
    if (control.type === "hidden" || control.disabled) return false;
    const message = fault(control);
    const field = control.closest<HTMLElement>(".field");
    const own = field?.querySelector<HTMLElement>("[data-own-error]");
    if (!message) {
      if (own) {
        own.remove();
        control.removeAttribute("aria-invalid");
      }
      return false;
    }
    control.setAttribute("aria-invalid", "true");
    if (field) {
      const line = own ?? document.createElement("p");
      line.dataset.ownError = "";
      line.className = "mt-1 text-sm text-error";
      line.id = `${control.id || control.name}_fault`;
      line.textContent = message;
      if (!own) {
        field.append(line);
        const described = (control.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean);
        control.setAttribute("aria-describedby", [...new Set([...described, line.id])].join(" "));
      }
    }
    return true;
  }

  #focusFirstError(): void {
    const first =
      this.querySelector<HTMLElement>('input[aria-invalid="true"], select[aria-invalid="true"], textarea[aria-invalid="true"]') ??
      this.querySelector<HTMLElement>('[aria-invalid="true"] input') ??
      this.querySelector<HTMLElement>("[data-error-summary]");
    first?.focus();
  }

  #typed = (event: Event): void => {
    const control = event.target as Control;
    if (control.closest?.(".field")?.querySelector("[data-own-error]")) this.#mark(control);
    this.#keep(false);
  };

  #kept(): Control[] {
    return this.#controls().filter(
      (control) => control.name && !["hidden", "password", "file", "submit", "button"].includes(control.type),
    );
  }

  #keep(sent: boolean): void {
    if (!this.#draftKey) return;
    const values: Record<string, string[]> = {};
    for (const control of this.#kept()) {
      const list = (values[control.name] ??= []);
      if (control instanceof HTMLInputElement && ["checkbox", "radio"].includes(control.type)) {
        if (control.checked) list.push(control.value);
      } else if (control instanceof HTMLSelectElement) {
        list.push(...[...control.selectedOptions].map((option) => option.value));
      } else list.push(control.value);
    }
    try {
      localStorage.setItem(this.#draftKey, JSON.stringify({ sent, at: Date.now(), values }));
    } catch {
      // Storage is full or refused: the form works without a draft.
    }
  }

  #restore(): void {
    const key = this.#draftKey;
    if (!key || this.querySelector('[aria-invalid="true"], [data-error-summary]')) return;
    const text = localStorage.getItem(key);
    if (!text) return;
    const { at, values } = JSON.parse(text) as { at: number; values: Record<string, string[]> };
    if (Date.now() - at > DRAFT_MAX_AGE_MS) {
      localStorage.removeItem(key);
      return;
    }
    let changed = false;
    for (const control of this.#kept()) {
      const stored = values[control.name];
      if (!stored) continue;
      if (control instanceof HTMLInputElement && ["checkbox", "radio"].includes(control.type)) {
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
    if (changed && this.dataset.restored) queueMicrotask(() => toast(this.dataset.restored ?? ""));
  }
}

customElements.define("tide-form", TideForm);
