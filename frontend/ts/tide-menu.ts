/** `<tide-menu>` around a `<details>`: closes on Escape (focus returns), on a click elsewhere, and when focus leaves. */
export class TideMenu extends HTMLElement {
  connectedCallback(): void {
    document.addEventListener("click", this.#outside);
    this.addEventListener("keydown", this.#keys);
    this.addEventListener("focusout", this.#left);
  }

  disconnectedCallback(): void {
    document.removeEventListener("click", this.#outside);
  }

  get #details(): HTMLDetailsElement | null {
    return this.querySelector("details");
  }

  #outside = (event: Event): void => {
    if (!this.contains(event.target as Node)) this.#details?.removeAttribute("open");
  };

  #left = (event: FocusEvent): void => {
    if (event.relatedTarget && !this.contains(event.relatedTarget as Node)) this.#details?.removeAttribute("open");
  };

  #keys = (event: KeyboardEvent): void => {
    const details = this.#details;
    if (!details?.open) return;
    if (event.key === "Escape") {
      details.removeAttribute("open");
      this.querySelector("summary")?.focus();
      event.stopPropagation();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const places = [...details.querySelectorAll<HTMLElement>("a[href], button")];
      const here = places.indexOf(document.activeElement as HTMLElement);
      const step = event.key === "ArrowDown" ? 1 : -1;
      places[(here + step + places.length) % places.length]?.focus();
      event.preventDefault();
    }
  };
}

customElements.define("tide-menu", TideMenu);
