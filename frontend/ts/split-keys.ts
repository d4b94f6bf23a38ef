/**
 * `<split-keys>` around a queue: `j`/`k` open the next or previous `[data-split-item]`, `a`/`r` press the
 * element with `data-key="a"` or `"r"`. Quiet while somebody types or a dialog is open.
 */
export class SplitKeys extends HTMLElement {
  connectedCallback(): void {
    document.addEventListener("keydown", this.#keys);
    // Side by side the list scrolls by itself; below each other it would pull the page away from its heading.
    if (window.matchMedia?.("(min-width: 64rem)").matches)
      this.querySelector("[data-split-item][aria-current=true]")?.scrollIntoView({ block: "nearest" });
  }

  disconnectedCallback(): void {
    document.removeEventListener("keydown", this.#keys);
  }

  #keys = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const target = event.target as HTMLElement;
    if (target.closest?.("input, textarea, select, [contenteditable], dialog") || document.querySelector("dialog[open]"))
      return;
    if (event.key === "j" || event.key === "k") {
      const items = [...this.querySelectorAll<HTMLElement>("[data-split-item]")];
      const here = items.findIndex((item) => item.getAttribute("aria-current") === "true");
      const next = items[event.key === "j" ? here + 1 : here - 1];
      if (here >= 0 || event.key === "j") next?.click();
    } else if (event.key === "a" || event.key === "r") {
      this.querySelector<HTMLElement>(`[data-key="${event.key}"]`)?.click();
    } else return;
    event.preventDefault();
  };
}

customElements.define("split-keys", SplitKeys);
