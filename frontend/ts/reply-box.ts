/**
 * `<reply-box data-url data-token data-key>` around a textarea: what is typed is saved, and kept here while the
 * line is cut; the button sends it for good and loads the next turn.
 */
import { AnswerQueue, sendJson } from "./answer-queue";
import { words } from "./language";

const WORDS = {
  en: { saved: "Draft saved.", saving: "Saving…", away: "No connection. Your reply is kept on this device and will be saved.", empty: "Write a reply first." },
  "zh-hans": { saved: "草稿已保存。", saving: "正在保存…", away: "网络断开。回复已存在本机，联网后自动保存。", empty: "请先写好回复。" },
};
const TYPING_MS = 800;

export class ReplyBox extends HTMLElement {
  #queue!: AnswerQueue;
  #typing: ReturnType<typeof setTimeout> | undefined;
  #text!: HTMLTextAreaElement;
  #sending = false;

  connectedCallback(): void {
    this.#text = this.querySelector("textarea") as HTMLTextAreaElement;
    this.#queue = new AnswerQueue(
      `reply:${this.dataset.key}`,
      (_key, entry) => sendJson("PUT", this.dataset.url ?? "", this.dataset.token ?? "", entry.value),
      {
        state: (state) => this.#state(state === "saved" ? words(WORDS).saved : state === "saving" ? words(WORDS).saving : words(WORDS).away),
        refused: (_key, message) => this.#fault(message),
        over: (message) => {
          this.#fault(message);
          setTimeout(() => location.reload(), 1500);
        },
      },
    );
    const kept = this.#queue.kept.get("text")?.value as { text: string } | undefined;
    if (kept) this.#text.value = kept.text;
    this.#text.addEventListener("input", this.#input);
    this.querySelector("[data-send]")?.addEventListener("click", this.#send);
    if (this.#queue.waiting) void this.#queue.flush();
  }

  disconnectedCallback(): void {
    this.#queue.stop();
  }

  #input = (): void => {
    clearTimeout(this.#typing);
    this.#fault("");
    this.#typing = setTimeout(() => this.#queue.put("text", { text: this.#text.value, sent: false }), TYPING_MS);
  };

  #send = async (): Promise<void> => {
    if (this.#sending) return;
    clearTimeout(this.#typing);
    if (!this.#text.value.trim()) {
      this.#fault(words(WORDS).empty);
      this.#text.focus();
      return;
    }
    this.#sending = true;
    this.#fault("");
    this.querySelector("[data-send]")?.setAttribute("aria-busy", "true");
    this.#queue.put("text", { text: this.#text.value, sent: true });
    await this.#queue.flush();
    this.#sending = false;
    this.querySelector("[data-send]")?.removeAttribute("aria-busy");
    const failed = !this.querySelector<HTMLElement>("[data-error]")?.hidden;
    if (!this.#queue.waiting && !failed) location.reload();
  };

  #state(text: string): void {
    const place = this.querySelector("[data-save-state]");
    if (place) place.textContent = text;
  }

  #fault(message: string): void {
    const place = this.querySelector<HTMLElement>("[data-error]");
    if (!place) return;
    place.textContent = message;
    place.hidden = !message;
  }
}

customElements.define("reply-box", ReplyBox);
