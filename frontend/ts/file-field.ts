/**
 * `<file-field>` around one `<input type="file">`: files may be dropped on it; it names what was chosen with
 * its size, and says at once when a file is larger than `data-max-bytes` on the input (the server checks again).
 * With `data-sends` on the input, what was chosen is sent at once.
 */
import { words } from "./language";

const WORDS = {
  en: { tooLarge: (name: string, limit: string) => `${name} is larger than ${limit}. Choose a smaller file.` },
  "zh-hans": { tooLarge: (name: string, limit: string) => `“${name}”超过 ${limit}，请换一个小一点的文件。` },
};

export function fileSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} kB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

export class FileField extends HTMLElement {
  #list: HTMLUListElement | null = null;

  connectedCallback(): void {
    this.classList.add("block");
    this.addEventListener("change", this.#show);
    this.addEventListener("dragover", this.#over);
    this.addEventListener("dragleave", this.#leave);
    this.addEventListener("drop", this.#drop);
  }

  get #input(): HTMLInputElement | null {
    return this.querySelector('input[type="file"]');
  }

  #over = (event: DragEvent): void => {
    event.preventDefault();
    this.classList.add("outline-2", "outline-dashed", "outline-primary");
  };

  #leave = (): void => {
    this.classList.remove("outline-2", "outline-dashed", "outline-primary");
  };

  #drop = (event: DragEvent): void => {
    event.preventDefault();
    this.#leave();
    const input = this.#input;
    if (!input || !event.dataTransfer?.files.length) return;
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };

  #show = (): void => {
    const input = this.#input;
    if (!input) return;
    if (!this.#list) {
      this.#list = document.createElement("ul");
      this.#list.className = "mt-1 flex flex-col gap-0.5 text-sm text-muted";
      this.#list.setAttribute("aria-live", "polite");
      this.append(this.#list);
    }
    const limit = Number(input.dataset.maxBytes ?? 0);
    const files = [...(input.files ?? [])];
    this.#list.replaceChildren(
      ...files.map((file) => {
        const line = document.createElement("li");
        const large = limit > 0 && file.size > limit;
        line.textContent = large
          ? words(WORDS).tooLarge(file.name, fileSize(limit))
          : `${file.name} · ${fileSize(file.size)}`;
        if (large) line.className = "text-error";
        return line;
      }),
    );
    const over = limit > 0 && files.find((file) => file.size > limit);
    input.setCustomValidity(over ? words(WORDS).tooLarge(over.name, fileSize(limit)) : "");
    input.toggleAttribute("aria-invalid", Boolean(over));
    if (over) input.setAttribute("aria-invalid", "true");
    else if (files.length && "sends" in input.dataset) input.form?.requestSubmit();
  };
}

customElements.define("file-field", FileField);
