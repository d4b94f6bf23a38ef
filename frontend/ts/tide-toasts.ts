/**
 * `<tide-toasts>`: messages of the last action. Listens for `toast` events (sent by htmx answers as
 * HX-Trigger, or by any element) with `{kind, message}` or a list of them. Errors and warnings stay until
 * closed; others leave after ten seconds, but not while pointed at or focused.
 */
import { icon } from "./dom";

const LEAVE_AFTER_MS = 10_000;
const ICONS: Record<string, string> = {
  error: "circle-x",
  warning: "triangle-alert",
  success: "circle-check",
  info: "circle-dot",
};
const COLOURS: Record<string, string> = {
  error: "text-error",
  warning: "text-warning",
  success: "text-success",
  info: "text-info",
};

/** What a message offers to do about it. */
export interface Action {
  label: string;
  run: () => void;
}

export interface Toast {
  kind: string;
  message: string;
  action?: Action;
}

/** Shows one message on this page. */
export function toast(message: string, kind = "info", action?: Action): void {
  document.body.dispatchEvent(new CustomEvent("toast", { detail: { kind, message, action } }));
}

export class TideToasts extends HTMLElement {
  connectedCallback(): void {
    document.body.addEventListener("toast", this.#receive);
    this.addEventListener("click", this.#dismiss);
    for (const item of this.querySelectorAll<HTMLElement>(".toast-item")) this.#leaveLater(item);
  }

  disconnectedCallback(): void {
    document.body.removeEventListener("toast", this.#receive);
  }

  #receive = (event: Event): void => {
    const detail = (event as CustomEvent<Toast | Toast[] | { value: Toast[] }>).detail;
    const found = "value" in detail ? detail.value : detail;
    for (const one of Array.isArray(found) ? found : [found]) this.#show(one);
  };

  #show({ kind, message, action }: Toast): void {
    // The same trouble twice is one message: a form that saves while one types would fill the screen.
    const same = [...this.querySelectorAll<HTMLElement>(".toast-item")].some(
      (shown) => shown.dataset.kind === "error" && kind === "error" && shown.querySelector("p")?.textContent === message,
    );
    if (same) return;
    const item = document.createElement("div");
    item.className = "toast-item card-box pointer-events-auto flex items-start gap-3 p-3 shadow-lg";
    item.dataset.kind = kind;
    const mark = document.createElement("span");
    mark.className = `mt-0.5 ${COLOURS[kind] ?? "text-info"}`;
    mark.append(icon(ICONS[kind] ?? "circle-dot"));
    const text = document.createElement("p");
    text.className = "flex-1 text-sm";
    text.textContent = message;
    const close = document.createElement("button");
    close.type = "button";
    close.className = "btn btn-ghost btn-square btn-sm";
    close.dataset.dismiss = "";
    close.setAttribute("aria-label", this.dataset.close ?? "Close");
    close.append(icon("x"));
    item.append(mark, text);
    if (action) item.append(this.#offer(item, action));
    item.append(close);
    (this.querySelector("[role=status]") ?? this).append(item);
    this.#leaveLater(item);
  }

  #offer(item: HTMLElement, { label, run }: Action): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-sm";
    button.dataset.again = "";
    button.textContent = label;
    button.addEventListener("click", () => {
      item.remove();
      run();
    });
    return button;
  }

  #leaveLater(item: HTMLElement): void {
    if (item.dataset.kind === "error" || item.dataset.kind === "warning") return;
    const leave = (): void => {
      if (item.matches(":hover") || item.contains(document.activeElement)) setTimeout(leave, 2000);
      else item.remove();
    };
    setTimeout(leave, LEAVE_AFTER_MS);
  }

  #dismiss = (event: Event): void => {
    const button = (event.target as Element).closest("[data-dismiss]");
    button?.closest(".toast-item")?.remove();
  };
}

customElements.define("tide-toasts", TideToasts);
