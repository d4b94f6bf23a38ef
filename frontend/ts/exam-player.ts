/**
 * `<exam-player data-attempt data-answers data-signals data-token>` around the questions of an attempt: one at a
 * time, each answer saved as it is given and kept here while the line is cut; an overview; the count of what is
 * unanswered before handing in. When time is up, what is saved is handed in. It notes leaving the page, pasting
 * and copying; those are shown to a certifier and decide nothing.
 */
import { AnswerQueue, type Entry, type Outcome, sendJson } from "./answer-queue";
import { words } from "./language";

const WORDS = {
  en: {
    saved: (time: string) => `Saved at ${time}.`,
    saving: "Saving…",
    away: (n: number) => `No connection. ${n} ${n === 1 ? "answer is" : "answers are"} kept on this device and will be sent.`,
    count: (done: number, all: number) => `${done} of ${all} answered`,
    none: "Every question is answered.",
    open: (n: number) => (n === 1 ? "1 question is not answered." : `${n} questions are not answered.`),
    state: (n: number, answered: boolean, flagged: boolean) =>
      `Question ${n}, ${answered ? "answered" : "not answered"}${flagged ? ", to look at again" : ""}`,
    wait: "Some answers have not reached us yet. Wait until they are saved, then hand in.",
  },
  "zh-hans": {
    saved: (time: string) => `${time} 已保存。`,
    saving: "正在保存…",
    away: (n: number) => `网络断开。${n} 个答案已存在本机，联网后自动提交。`,
    count: (done: number, all: number) => `已答 ${done} / ${all}`,
    none: "所有题目都已作答。",
    open: (n: number) => `还有 ${n} 道题没有作答。`,
    state: (n: number, answered: boolean, flagged: boolean) =>
      `第 ${n} 题，${answered ? "已答" : "未答"}${flagged ? "，已标记复查" : ""}`,
    wait: "有些答案还没有送达。请等保存完成后再交卷。",
  },
};
const TYPING_MS = 800;

export class ExamPlayer extends HTMLElement {
  #questions: HTMLElement[] = [];
  #here = 0;
  #queue!: AnswerQueue;
  #typing = new Map<string, ReturnType<typeof setTimeout>>();
  #ordered = new Set<string>();
  #hiddenAt = 0;
  #device = "";

  connectedCallback(): void {
    this.#questions = [...this.querySelectorAll<HTMLElement>("[data-question]")];
    this.#device = sessionDevice();
    this.#queue = new AnswerQueue(`exam:${this.dataset.attempt}`, this.#send, {
      state: (state, n) => this.#say(state === "saved" ? words(WORDS).saved(clock()) : state === "saving" ? words(WORDS).saving : words(WORDS).away(n)),
      refused: (key, message) => this.#fault(this.#question(key), message),
      over: (message) => {
        this.#say(message);
        setTimeout(() => location.reload(), 1500);
      },
    });
    for (const question of this.#questions) this.#restore(question);
    this.addEventListener("input", this.#input);
    this.addEventListener("change", this.#change);
    this.addEventListener("click", this.#click);
    this.addEventListener("submit", this.#submit);
    this.addEventListener("deadline", this.#deadline);
    this.addEventListener("paste", this.#noticed);
    this.addEventListener("copy", this.#noticed);
    document.addEventListener("visibilitychange", this.#visibility);
    this.#draw();
    if (this.#queue.waiting) void this.#queue.flush();
  }

  disconnectedCallback(): void {
    this.#queue.stop();
    document.removeEventListener("visibilitychange", this.#visibility);
  }

  #question(key: string): HTMLElement {
    return this.#questions[Number(key) - 1] as HTMLElement;
  }

  // -- Answers

  #restore(question: HTMLElement): void {
    const kept = this.#queue.kept.get(question.dataset.question ?? "")?.value as { answer: unknown; flagged: boolean } | undefined;
    const answer = kept ? kept.answer : (JSON.parse(question.dataset.answer ?? "null") as unknown);
    if (kept) flagOf(question).checked = kept.flagged;
    if (answer !== null && question.dataset.kind === "ordering") this.#ordered.add(question.dataset.question ?? "");
    writeAnswer(question, answer);
  }

  #read(question: HTMLElement): unknown {
    if (question.dataset.kind === "ordering" && !this.#ordered.has(question.dataset.question ?? "")) return null;
    return readAnswer(question);
  }

  #save(question: HTMLElement): void {
    const key = question.dataset.question ?? "";
    clearTimeout(this.#typing.get(key));
    this.#typing.delete(key);
    this.#fault(question, "");
    this.#queue.put(key, { answer: this.#read(question), flagged: flagOf(question).checked });
    this.#draw();
  }

  #saveTyped(): void {
    for (const key of [...this.#typing.keys()]) this.#save(this.#question(key));
  }

  #send = (key: string, entry: Entry): Promise<Outcome> => {
    const url = (this.dataset.answers ?? "").replace(/0\/$/, `${key}/`);
    return sendJson("PUT", url, this.dataset.token ?? "", { ...(entry.value as object), device: this.#device, was_offline: entry.offline });
  };

  #input = (event: Event): void => {
    const target = event.target as HTMLElement;
    const question = target.closest<HTMLElement>("[data-question]");
    if (!question || !target.matches("input:not([type=radio], [type=checkbox]), textarea")) return;
    const key = question.dataset.question ?? "";
    clearTimeout(this.#typing.get(key));
    this.#typing.set(key, setTimeout(() => this.#save(question), TYPING_MS));
  };

  #change = (event: Event): void => {
    const question = (event.target as HTMLElement).closest<HTMLElement>("[data-question]");
    if (question) this.#save(question);
  };

  #click = (event: Event): void => {
    const button = (event.target as HTMLElement).closest<HTMLElement>("button");
    const question = button?.closest<HTMLElement>("[data-question]");
    if (button?.dataset.go) this.#open(Number(button.dataset.go) - 1);
    else if (button?.dataset.step) this.#open(this.#here + Number(button.dataset.step));
    else if (button?.hasAttribute("data-hand-in")) void this.#askToHandIn();
    else if (question && button?.dataset.move) {
      moveItem(button, Number(button.dataset.move));
      this.#ordered.add(question.dataset.question ?? "");
      this.#save(question);
    } else if (question && button?.hasAttribute("data-clear")) {
      this.#ordered.delete(question.dataset.question ?? "");
      writeAnswer(question, null);
      this.#save(question);
    }
  };

  #fault(question: HTMLElement, message: string): void {
    const place = question.querySelector<HTMLElement>("[data-error]");
    if (!place) return;
    place.textContent = message;
    place.hidden = !message;
  }

  // -- Moving about

  #open(index: number): void {
    if (index < 0 || index >= this.#questions.length) return;
    this.#saveTyped();
    this.#here = index;
    this.#draw();
    this.#questions[index]?.focus({ preventScroll: true });
    this.scrollIntoView?.({ block: "start" });
  }

  #draw(): void {
    const say = words(WORDS);
    let done = 0;
    this.#questions.forEach((question, index) => {
      question.hidden = index !== this.#here;
      const answered = this.#read(question) !== null;
      const flagged = flagOf(question).checked;
      if (answered) done += 1;
      const mark = this.querySelector<HTMLElement>(`[data-go="${index + 1}"]`);
      if (!mark) return;
      mark.classList.toggle("bg-primary/15", answered);
      mark.classList.toggle("border-primary", answered);
      mark.classList.toggle("bg-base-100", !answered);
      mark.classList.toggle("border-base-300", !answered);
      mark.textContent = `${index + 1}${flagged ? " ⚑" : ""}`;
      mark.setAttribute("aria-label", say.state(index + 1, answered, flagged));
      if (index === this.#here) mark.setAttribute("aria-current", "step");
      else mark.removeAttribute("aria-current");
    });
    const count = this.querySelector("[data-count]");
    if (count) count.textContent = say.count(done, this.#questions.length);
    this.querySelector("[data-step='-1']")?.toggleAttribute("disabled", this.#here === 0);
    this.querySelector("[data-step='1']")?.toggleAttribute("disabled", this.#here === this.#questions.length - 1);
  }

  #say(text: string): void {
    const place = this.querySelector("[data-save-state]");
    if (place) place.textContent = text;
  }

  // -- Handing in

  async #askToHandIn(): Promise<void> {
    this.#saveTyped();
    await this.#queue.flush();
    const open = this.#questions.filter((q) => this.#read(q) === null).length;
    const text = this.querySelector("[data-unanswered]");
    const say = words(WORDS);
    if (text) text.textContent = this.#queue.waiting ? say.wait : open ? say.open(open) : say.none;
    this.querySelector<HTMLDialogElement>("#hand-in")?.showModal();
  }

  #submit = (event: Event): void => {
    const form = event.target as HTMLFormElement;
    if (!form.hasAttribute("data-submit")) return;
    const button = form.querySelector<HTMLButtonElement>("[type=submit]");
    if (this.#queue.waiting || button?.getAttribute("aria-busy") === "true") {
      event.preventDefault();
      void this.#queue.flush().then(() => this.#askToHandIn());
      return;
    }
    button?.setAttribute("aria-busy", "true");
  };

  #deadline = async (): Promise<void> => {
    this.#saveTyped();
    await this.#queue.flush();
    this.querySelector<HTMLFormElement>("[data-submit]")?.submit();
  };

  // -- What is noticed

  #noticed = (event: Event): void => {
    const question = (event.target as HTMLElement).closest<HTMLElement>("[data-question]");
    if (question) this.#signal(event.type, question.dataset.question);
  };

  #visibility = (): void => {
    if (document.visibilityState === "hidden") {
      this.#hiddenAt = Date.now();
      this.#saveTyped();
    } else if (this.#hiddenAt) {
      this.#signal("focus_lost", undefined, Math.round((Date.now() - this.#hiddenAt) / 1000));
      this.#hiddenAt = 0;
    }
  };

  #signal(kind: string, position?: string, seconds?: number): void {
    const body = { kind, position: position ? Number(position) : this.#here + 1, seconds: seconds ?? null };
    void sendJson("POST", this.dataset.signals ?? "", this.dataset.token ?? "", body);
  }
}

function flagOf(question: HTMLElement): HTMLInputElement {
  return question.querySelector("[data-flag]") as HTMLInputElement;
}

function field(question: HTMLElement): HTMLInputElement | HTMLTextAreaElement | null {
  return question.querySelector("input[name]:not([type=radio], [type=checkbox]), textarea[name]");
}

/** The answer the controls of a question show, in the form the server takes; null when there is none. */
export function readAnswer(question: HTMLElement): unknown {
  const checked = [...question.querySelectorAll<HTMLInputElement>("input[name]:checked")].map((input) => input.value);
  switch (question.dataset.kind) {
    case "single":
      return checked[0] ?? null;
    case "true_false":
      return checked.length ? checked[0] === "true" : null;
    case "multiple":
      return checked.length ? checked : null;
    case "ordering":
      return [...question.querySelectorAll<HTMLElement>("[data-ordering] [data-id]")].map((item) => item.dataset.id);
    case "matching": {
      const chosen = [...question.querySelectorAll<HTMLSelectElement>("select[data-left]")].filter((s) => s.value);
      return chosen.length ? Object.fromEntries(chosen.map((s) => [s.dataset.left, s.value])) : null;
    }
    default:
      return field(question)?.value.trim() || null;
  }
}

/** Shows a stored answer in the controls of a question; null empties them. */
export function writeAnswer(question: HTMLElement, answer: unknown): void {
  const kind = question.dataset.kind;
  if (kind === "single" || kind === "true_false" || kind === "multiple") {
    const chosen = Array.isArray(answer) ? answer : [String(answer)];
    for (const input of question.querySelectorAll<HTMLInputElement>("input[name]")) input.checked = chosen.includes(input.value);
  } else if (kind === "ordering") {
    const list = question.querySelector("[data-ordering]");
    if (!Array.isArray(answer) || !list) return;
    for (const id of answer) {
      const item = list.querySelector(`[data-id="${String(id)}"]`);
      if (item) list.append(item);
    }
  } else if (kind === "matching") {
    const pairs = (answer ?? {}) as Record<string, string>;
    for (const select of question.querySelectorAll<HTMLSelectElement>("select[data-left]"))
      select.value = pairs[select.dataset.left ?? ""] ?? "";
  } else {
    const control = field(question);
    if (control) control.value = typeof answer === "string" ? answer : "";
  }
}

function moveItem(button: HTMLElement, by: number): void {
  const item = button.closest("[data-id]");
  const other = by < 0 ? item?.previousElementSibling : item?.nextElementSibling;
  if (!item || !other) return;
  if (by < 0) other.before(item);
  else other.after(item);
  button.focus();
}

function clock(): string {
  return new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });
}

/** A name for this tab, so that the server can see a second device; it says nothing else. */
function sessionDevice(): string {
  const known = sessionStorage.getItem("exam-device");
  if (known) return known;
  const made = `d-${Math.random().toString(36).slice(2, 12)}`;
  sessionStorage.setItem("exam-device", made);
  return made;
}

customElements.define("exam-player", ExamPlayer);
