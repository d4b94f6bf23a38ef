/**
 * `<equipment-check data-limit="1500">` inside a form: checks the browser, measures the round trip of the page
 * socket (median of five pings, in milliseconds), asks for the microphone only when told to, and writes what it
 * found into the form's `browser`, `round_trip_ms` and `microphone`. Rows are `[data-check]` with a `[data-word]`.
 */
import { words } from "./language";

const WORDS = {
  en: {
    checking: "Checking…",
    browserGood: "Has everything a live conversation needs.",
    browserBad: "Too old: it lacks what a live conversation needs. Update it or use another one.",
    fast: (ms: number) => `Answers in ${ms} ms.`,
    slow: (ms: number) => `Answers in ${ms} ms, which is too slow. Try another network.`,
    cut: "No answer. A firewall or proxy may block websockets. Try another network.",
    hears: "It hears you.",
    refused: "Not available. You can allow it in the browser's settings and check again.",
  },
  "zh-hans": {
    checking: "正在检测…",
    browserGood: "具备实时会话所需的全部功能。",
    browserBad: "浏览器版本过旧，缺少实时会话所需的功能，请升级或更换浏览器。",
    fast: (ms: number) => `响应时间 ${ms} 毫秒。`,
    slow: (ms: number) => `响应时间 ${ms} 毫秒，太慢了，请换一个网络。`,
    cut: "没有响应，可能被防火墙或代理拦截，请换一个网络。",
    hears: "可以听到您的声音。",
    refused: "无法使用。可在浏览器设置中允许后重新检测。",
  },
};

const PINGS = 5;
const PATIENCE_MS = 10_000;

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** Milliseconds of one ping and pong, the median of five; rejects when the socket does not answer. */
export function measureRoundTrip(url: string, patience = PATIENCE_MS): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    const times: number[] = [];
    let sentAt = 0;
    const timer = setTimeout(() => finish(() => reject(new Error("timeout"))), patience);
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      socket.onclose = socket.onerror = socket.onmessage = null;
      socket.close();
      settle();
    };
    const ping = (): void => {
      sentAt = performance.now();
      socket.send(JSON.stringify({ type: "ping" }));
    };
    socket.onopen = ping;
    socket.onerror = socket.onclose = () => finish(() => reject(new Error("closed")));
    socket.onmessage = (event) => {
      if (JSON.parse(String(event.data)).type !== "pong") return;
      times.push(performance.now() - sentAt);
      if (times.length < PINGS) ping();
      else finish(() => resolve(Math.round(median(times))));
    };
  });
}

export class EquipmentCheck extends HTMLElement {
  connectedCallback(): void {
    this.querySelector("[data-again]")?.addEventListener("click", () => void this.check());
    this.querySelector("[data-ask-microphone]")?.addEventListener("click", () => void this.checkMicrophone());
    void this.check();
  }

  get #form(): HTMLFormElement | null {
    return this.closest("form");
  }

  #set(name: string, value: string): void {
    const field = this.#form?.elements.namedItem(name);
    if (field instanceof HTMLInputElement) field.value = value;
  }

  #say(check: string, text: string, good: boolean | null): void {
    const row = this.querySelector(`[data-check="${check}"]`);
    const word = row?.querySelector("[data-word]");
    if (word) word.textContent = text;
    const mark = row?.querySelector("[data-mark]");
    mark?.classList.toggle("text-muted", good === null);
    mark?.classList.toggle("text-success", good === true);
    mark?.classList.toggle("text-error", good === false);
  }

  async check(): Promise<void> {
    const text = words(WORDS);
    const good = "WebSocket" in window && "customElements" in window && "indexedDB" in window;
    this.#set("browser", navigator.userAgent.slice(0, 200));
    this.#say("browser", good ? text.browserGood : text.browserBad, good);
    this.#say("connection", text.checking, null);
    this.#set("round_trip_ms", "");
    try {
      const scheme = location.protocol === "https:" ? "wss" : "ws";
      const ms = await measureRoundTrip(`${scheme}://${location.host}/ws/pages/`);
      const fast = ms <= Number(this.dataset.limit ?? 1500);
      this.#set("round_trip_ms", String(ms));
      this.#say("connection", fast ? text.fast(ms) : text.slow(ms), fast);
    } catch {
      this.#say("connection", text.cut, false);
    }
  }

  async checkMicrophone(): Promise<void> {
    const text = words(WORDS);
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      stream.getTracks().forEach((track) => track.stop());
      this.#set("microphone", "on");
      this.#say("microphone", text.hears, true);
    } catch {
      this.#set("microphone", "");
      this.#say("microphone", text.refused, false);
    }
  }
}

customElements.define("equipment-check", EquipmentCheck);
