/**
 * Files on their way into the next message: each with its progress, a way to try again and a way out. Files that are
 * uploaded but not sent are remembered with the draft. The widget and the workspace share it and style it.
 */
import { fill, h } from "../dom";
import type { Store } from "./outbox";
import type { Attachment } from "./protocol";
import { NotTaken } from "./upload";

export interface TrayWords {
  files: string;
  remove: (name: string) => string;
  retry: string;
  tooLarge: (limit: string) => string;
  notTaken: string;
  uploading: (name: string) => string;
  picture: (name: string) => string;
}

export const TRAY_WORDS: Record<"en" | "zh-hans", TrayWords> = {
  en: {
    files: "Files of the next message",
    remove: (name) => `Remove ${name}`,
    retry: "Try again",
    tooLarge: (limit) => `Larger than ${limit}. Choose a smaller file.`,
    notTaken: "Not uploaded: no connection. Your file is still here.",
    uploading: (name) => `Uploading ${name}`,
    picture: (name) => `Picture: ${name}`,
  },
  "zh-hans": {
    files: "下一条消息的文件",
    remove: (name) => `移除 ${name}`,
    retry: "重试",
    tooLarge: (limit) => `超过 ${limit}，请换一个小一点的文件。`,
    notTaken: "没有传上去：网络不通。文件还在这里。",
    uploading: (name) => `正在上传 ${name}`,
    picture: (name) => `图片：${name}`,
  },
};

export interface TraySetup {
  words: TrayWords;
  /** The largest file the server takes, as it last said. */
  maxBytes: () => number;
  send: (file: File, progress: (done: number) => void, signal: AbortSignal) => Promise<Attachment>;
  /** Something was added, finished or taken out. */
  changed: () => void;
  store: Store;
  storeKey: string;
}

interface Item {
  file: File | null;
  name: string;
  done: number;
  taken: Attachment | null;
  error: string;
  stop: AbortController;
}

export class FileTray {
  readonly element = h("ul", { class: "tray", hidden: true });
  #items: Item[] = [];

  constructor(private readonly setup: TraySetup) {
    this.element.setAttribute("aria-label", setup.words.files);
    for (const taken of this.#remembered()) this.#items.push(item(null, taken.name, taken));
    this.#draw();
  }

  /** True while a file is still on its way up. */
  get isBusy(): boolean {
    return this.#items.some((one) => !one.taken && !one.error);
  }

  get isEmpty(): boolean {
    return !this.#items.some((one) => one.taken);
  }

  add(files: Iterable<File>): void {
    for (const file of files) {
      const one = item(file, file.name, null);
      this.#items.push(one);
      if (file.size > this.setup.maxBytes()) one.error = this.setup.words.tooLarge(weight(this.setup.maxBytes()));
      else void this.#send(one);
    }
    this.#changed();
  }

  /** Puts back a file that is uploaded already. */
  putBack(taken: Attachment): void {
    this.#items.push(item(null, taken.name, taken));
    this.#changed();
  }

  /** The uploaded files, which leave the tray with this. */
  take(): Attachment[] {
    const taken = this.#items.flatMap((one) => one.taken ?? []);
    this.#items = this.#items.filter((one) => !one.taken);
    this.#changed();
    return taken;
  }

  async #send(one: Item): Promise<void> {
    if (!one.file) return;
    one.error = "";
    one.done = 0;
    one.stop = new AbortController();
    this.#changed();
    try {
      one.taken = await this.setup.send(one.file, (done) => this.#progress(one, done), one.stop.signal);
    } catch (error) {
      one.error = (error instanceof NotTaken && error.message) || this.setup.words.notTaken;
    }
    if (this.#items.includes(one)) this.#changed();
  }

  #progress(one: Item, done: number): void {
    one.done = done;
    const bar = this.element.children[this.#items.indexOf(one)]?.querySelector("progress");
    if (bar) bar.value = done;
  }

  #remove(one: Item): void {
    one.stop.abort();
    this.#items = this.#items.filter((other) => other !== one);
    this.#changed();
  }

  #changed(): void {
    const taken = this.#items.flatMap((one) => one.taken ?? []);
    if (taken.length) this.setup.store.setItem(this.setup.storeKey, JSON.stringify(taken));
    else this.setup.store.removeItem(this.setup.storeKey);
    this.#draw();
    this.setup.changed();
  }

  #remembered(): Attachment[] {
    try {
      const found: unknown = JSON.parse(this.setup.store.getItem(this.setup.storeKey) ?? "[]");
      return Array.isArray(found) ? (found as Attachment[]) : [];
    } catch {
      return [];
    }
  }

  #draw(): void {
    this.element.hidden = this.#items.length === 0;
    fill(this.element, ...this.#items.map((one) => this.#line(one)));
  }

  #line(one: Item): HTMLLIElement {
    const { words } = this.setup;
    const again = one.error && one.file && one.file.size <= this.setup.maxBytes();
    return h(
      "li",
      { "data-file": one.error ? "failed" : one.taken ? "ready" : "uploading" },
      one.taken?.small_url ? h("img", { src: one.taken.small_url, alt: words.picture(one.name), referrerpolicy: "no-referrer" }) : null,
      h("span", { class: "tray-name" }, one.name),
      one.error && h("small", { class: "tray-error", role: "alert" }, one.error),
      !one.error && !one.taken && h("progress", { max: 1, value: one.done, "aria-label": words.uploading(one.name) }),
      again && h("button", { type: "button", class: "tray-again", onclick: () => void this.#send(one) }, words.retry),
      h("button", { type: "button", class: "tray-out", "aria-label": words.remove(one.name), title: words.remove(one.name), onclick: () => this.#remove(one) }, "✕"),
    );
  }
}

function item(file: File | null, name: string, taken: Attachment | null): Item {
  return { file, name, done: 0, taken, error: "", stop: new AbortController() };
}

/** Bytes as people read them. */
export function weight(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1024 * 1024 ? `${Math.round(bytes / 1024)} kB` : `${Number((bytes / 1024 / 1024).toFixed(1))} MB`;
}

const SHOWN_PX = 240;

/** A file in a message: a picture as itself, anything else by name and weight; opens in a page of its own. */
export function fileView(file: Attachment, words: Pick<TrayWords, "picture">): HTMLAnchorElement {
  const link = h("a", { class: "file", href: file.url, target: "_blank", rel: "noopener noreferrer" });
  const named = (): string => `${file.name} · ${weight(file.size)}`;
  if (!file.small_url || !file.width || !file.height) {
    link.append(named());
    return link;
  }
  // Its size is known before it is there, so that nothing jumps when it comes.
  const scale = Math.min(1, SHOWN_PX / Math.max(file.width, file.height));
  const image = h("img", {
    src: file.small_url,
    alt: words.picture(file.name),
    width: Math.max(1, Math.round(file.width * scale)),
    height: Math.max(1, Math.round(file.height * scale)),
    referrerpolicy: "no-referrer",
    onerror: () => image.replaceWith(named()),
  });
  link.append(image);
  return link;
}
