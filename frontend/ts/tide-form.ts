/**
 * `<tide-form [draft="key"] [asks]>` around one form:
 * - a field left wrong says so beneath it, in the page's language; a wrong form is not sent, focus goes to its first fault;
 * - sending shows on the pressed button and cannot happen twice (plain and htmx forms alike);
 * - after an answer with errors, focus goes to the first of them;
 * - what was sent comes back when nobody answered it (`typed.ts`); with `draft` it is kept until it was saved;
 * - with `asks`, what was typed and is neither sent nor kept as a draft is not left without a question;
 * - without a connection nothing is sent, and the page says so.
 */
import { words } from "./language";
import { toast } from "./tide-toasts";
import { type Control, DRAFT, SENT, keep, restore, settle } from "./typed";

const WORDS = {
  en: {
    valueMissing: "Please fill this in.",
    typeMismatch: { email: "Please write a full e-mail address, such as name@example.com.", url: "Please write a full address, starting with https://" },
    tooShort: (n: number) => `Please write at least ${n} characters.`,
    tooLong: (n: number) => `Please keep to ${n} characters.`,
    rangeUnderflow: (n: string) => `This must be ${n} or more.`,
    rangeOverflow: (n: string) => `This must be ${n} or less.`,
    other: "This does not look right. Please check it.",
    offline: "You are offline, so nothing was sent. What you typed is still here: send it when you are connected again.",
  },
  "zh-hans": {
    valueMissing: "这一项需要填写。",
    typeMismatch: { email: "请填写完整的邮箱地址，例如 name@example.com。", url: "请填写完整的网址，以 https:// 开头。" },
    tooShort: (n: number) => `至少需要 ${n} 个字。`,
    tooLong: (n: number) => `不能超过 ${n} 个字。`,
    rangeUnderflow: (n: string) => `不能小于 ${n}。`,
    rangeOverflow: (n: string) => `不能大于 ${n}。`,
    other: "这里填得不对，请检查一下。",
    offline: "网络已断开，内容没有发出。您填写的都还在，联网后再提交即可。",
  },
};

const REFUSED = '[aria-invalid="true"], [data-error-summary]';

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

/** When any form of the page was last sent, and how long its answer may take to open another page. */
let lastSent = 0;
const SENDING_MS = 10_000;
document.addEventListener("submit", (event) => {
  if (!event.defaultPrevented) lastSent = Date.now();
});

export class TideForm extends HTMLElement {
  #busy = false;
  /** What it held when it came or was last saved, and what is on its way. */
  #kept = "";
  #sending = "";

  connectedCallback(): void {
    this.addEventListener("submit", this.#submit, { capture: true });
    this.addEventListener("focusout", this.#check);
    this.addEventListener("input", this.#typed);
    this.addEventListener("htmx:afterRequest", this.#answered);
    this.addEventListener("click", this.#cancelled);
    this.addEventListener("htmx:beforeRequest", this.#asked);
    window.addEventListener("pageshow", this.#shown);
    window.addEventListener("beforeunload", this.#leaving);
    this.#focusFirstError();
    this.#kept = this.querySelector(REFUSED) ? "" : this.#held();
    this.#restore();
  }

  disconnectedCallback(): void {
    window.removeEventListener("pageshow", this.#shown);
    window.removeEventListener("beforeunload", this.#leaving);
  }

  get #form(): HTMLFormElement | null {
    return this.querySelector("form");
  }

  /** Under which what is typed here is kept; empty where it is not: a log-in, or a form that only asks. */
  get #key(): string {
    const name = this.getAttribute("draft");
    if (name) return `${DRAFT}${location.pathname}:${name}`;
    if (this.#form?.method !== "post" || "unanswered" in document.body.dataset) return "";
    const place = [...document.querySelectorAll("tide-form")].indexOf(this);
    return `${SENT}${location.pathname}:${this.#form.getAttribute("action") ?? ""}:${place}`;
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
    if (!navigator.onLine) {
      event.preventDefault();
      event.stopImmediatePropagation();
      toast(words(WORDS).offline, "error");
      return;
    }
    this.#setBusy(true, submitter);
    if (this.#key) keep(this.#key, this.#controls(), "sent");
    // Somebody else's handler may still stop this submission; then nothing is under way.
    queueMicrotask(() => {
      if (event.defaultPrevented && !this.#isHtmx()) this.#setBusy(false);
    });
  };

  #isHtmx(): boolean {
    return [...(this.#form?.attributes ?? [])].some((attribute) => /^hx-(get|post|put|patch|delete)$/.test(attribute.name));
  }

  #answered = (event: Event): void => {
    this.#setBusy(false);
    if (event.target !== this.#form) return;
    const saved = Boolean((event as CustomEvent<{ successful?: boolean }>).detail?.successful);
    settle(this.#key, saved);
    if (saved) this.#kept = this.#sending;
  };

  /** Who cancels has answered the question already. */
  #cancelled = (event: Event): void => {
    if ((event.target as Element).closest("[data-cancel]")) this.#kept = this.#held();
  };

  #asked = (event: Event): void => {
    if (event.target === this.#form) this.#sending = this.#held();
  };

  /** Has the browser ask, unless a form of this page was just sent. */
  #leaving = (event: BeforeUnloadEvent): void => {
    if (!this.hasAttribute("asks") || this.hasAttribute("draft") || this.#form?.method !== "post") return;
    if (Date.now() - lastSent > SENDING_MS && this.#held() !== this.#kept) event.preventDefault();
  };

  #held(): string {
    const fields = this.#form ? [...new FormData(this.#form)] : [];
    return JSON.stringify(fields.map(([name, value]) => [name, typeof value === "string" ? value : value.name]));
  }

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
    if (this.hasAttribute("draft")) keep(this.#key, this.#controls(), "typing");
  };

  #restore(): void {
    if (!this.#key || this.querySelector(REFUSED)) return;
    const changed = restore(this.#key, this.#controls());
    if (changed && this.dataset.restored) queueMicrotask(() => toast(this.dataset.restored ?? ""));
  }
}

customElements.define("tide-form", TideForm);
