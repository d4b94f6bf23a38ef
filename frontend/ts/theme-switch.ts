/**
 * `<theme-switch>`: light, dark or as the system, without the reload that the form inside needs.
 * The choice is a cookie, so the server writes the right theme into the next page and nothing flashes.
 */
const YEAR_SECONDS = 365 * 24 * 3600;

export type Scheme = "light" | "dark" | "system";

export function applyScheme(scheme: Scheme): void {
  const root = document.documentElement;
  const secure = location.protocol === "https:" ? "; secure" : "";
  if (scheme === "system") {
    root.removeAttribute("data-theme");
    document.cookie = `scheme=; path=/; max-age=0; samesite=lax${secure}`;
  } else {
    root.dataset.theme = `tideline-${scheme}`;
    document.cookie = `scheme=${scheme}; path=/; max-age=${YEAR_SECONDS}; samesite=lax${secure}`;
  }
  document
    .querySelector('meta[name="color-scheme"]')
    ?.setAttribute("content", scheme === "system" ? "light dark" : scheme);
  document.dispatchEvent(new CustomEvent("scheme-change"));
}

export class ThemeSwitch extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("submit", this.#choose);
  }

  disconnectedCallback(): void {
    this.removeEventListener("submit", this.#choose);
  }

  #choose = (event: SubmitEvent): void => {
    const chosen = (event.submitter as HTMLButtonElement | null)?.value;
    if (chosen !== "light" && chosen !== "dark" && chosen !== "system") return;
    event.preventDefault();
    applyScheme(chosen);
    for (const button of document.querySelectorAll<HTMLButtonElement>("theme-switch button[name=scheme]")) {
      button.setAttribute("aria-pressed", String(button.value === chosen));
    }
  };
}

customElements.define("theme-switch", ThemeSwitch);
