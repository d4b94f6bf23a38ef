/** `<copy-button data-text data-done>`: copies the text and says so for two seconds. */
export class CopyButton extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("click", this.#copy);
  }

  disconnectedCallback(): void {
    this.removeEventListener("click", this.#copy);
  }

  #copy = async (): Promise<void> => {
    const word = this.querySelector<HTMLElement>("[data-word]");
    await navigator.clipboard.writeText(this.dataset.text ?? "");
    if (!word || word.dataset.before !== undefined) return;
    const before = word.textContent ?? "";
    word.dataset.before = before;
    word.setAttribute("role", "status");
    word.textContent = this.dataset.done ?? "";
    setTimeout(() => {
      word.textContent = before;
      delete word.dataset.before;
    }, 2000);
  };
}

customElements.define("copy-button", CopyButton);
