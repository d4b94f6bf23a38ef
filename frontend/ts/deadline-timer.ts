/**
 * `<deadline-timer starts-at ends-at server-now label [large] [calm]>`: time left, by the server's clock, with a ring
 * that is teal, amber from 60% and coral from 85% of the time gone (`calm="1"`: teal to the end). Fires `deadline` (bubbling) once when over.
 * All three attributes are ISO 8601. The browser's own clock is used only to count forward from `server-now`.
 */
import { words } from "./language";

const WORDS = {
  en: { over: "Time is up", left: (time: string) => `${time} left` },
  "zh-hans": { over: "时间到", left: (time: string) => `剩余 ${time}` },
};
const SVG = "http://www.w3.org/2000/svg";
const RADIUS = 9;
const ROUND = 2 * Math.PI * RADIUS;

export type Heat = "calm" | "warm" | "hot";

/** How warm a deadline is when `share` (0 to 1) of its time is gone. */
export function heat(share: number): Heat {
  if (share >= 0.85) return "hot";
  return share >= 0.6 ? "warm" : "calm";
}

/** Milliseconds as `m:ss`, or `h:mm:ss` from an hour up; never below zero. */
export function clockText(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = String(seconds % 60).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

export class DeadlineTimer extends HTMLElement {
  static readonly observedAttributes = ["starts-at", "ends-at", "server-now"];
  #offsetMs = 0;
  #ticker: ReturnType<typeof setInterval> | undefined;
  #arc: SVGCircleElement | null = null;
  #text: HTMLElement | null = null;
  #over = false;

  connectedCallback(): void {
    this.#build();
    this.#start();
  }

  disconnectedCallback(): void {
    clearInterval(this.#ticker);
  }

  attributeChangedCallback(name: string): void {
    if (name === "server-now") this.#setClock();
    this.#over = false;
    if (this.isConnected && this.#text) this.#start();
  }

  #setClock(): void {
    const server = Date.parse(this.getAttribute("server-now") ?? "");
    this.#offsetMs = Number.isNaN(server) ? 0 : server - Date.now();
  }

  #start(): void {
    clearInterval(this.#ticker);
    this.#ticker = setInterval(() => this.#draw(), 1000);
    this.#draw();
  }

  #build(): void {
    const size = this.hasAttribute("large") ? 44 : 24;
    const ring = document.createElementNS(SVG, "svg");
    ring.setAttribute("viewBox", "0 0 24 24");
    ring.setAttribute("width", String(size));
    ring.setAttribute("height", String(size));
    ring.setAttribute("aria-hidden", "true");
    const track = document.createElementNS(SVG, "circle");
    this.#arc = document.createElementNS(SVG, "circle");
    for (const circle of [track, this.#arc]) {
      circle.setAttribute("cx", "12");
      circle.setAttribute("cy", "12");
      circle.setAttribute("r", String(RADIUS));
      circle.setAttribute("fill", "none");
      circle.setAttribute("stroke", "currentColor");
      circle.setAttribute("stroke-width", "3");
    }
    track.setAttribute("opacity", "0.2");
    this.#arc.setAttribute("transform", "rotate(-90 12 12)");
    this.#arc.setAttribute("stroke-linecap", "round");
    ring.append(track, this.#arc);
    this.#text = document.createElement("span");
    this.#text.className = "tabular font-medium";
    this.className = `${this.className} inline-flex shrink-0 items-center gap-1.5 whitespace-nowrap`.trim();
    this.setAttribute("role", "timer");
    this.setAttribute("aria-live", "off");
    this.replaceChildren(ring, this.#text);
  }

  #draw(): void {
    const starts = Date.parse(this.getAttribute("starts-at") ?? "");
    const ends = Date.parse(this.getAttribute("ends-at") ?? "");
    const now = Date.now() + this.#offsetMs;
    const left = ends - now;
    const share = ends > starts ? Math.min(1, Math.max(0, (now - starts) / (ends - starts))) : 1;
    const warmth = this.getAttribute("calm") ? "calm" : heat(share);
    this.classList.remove("ring-calm", "ring-warm", "ring-hot");
    this.classList.add(`ring-${warmth}`);
    this.#arc?.setAttribute("stroke-dasharray", `${(1 - share) * ROUND} ${ROUND}`);
    if (this.#text) this.#text.textContent = left > 0 ? clockText(left) : words(WORDS).over;
    const label = this.getAttribute("label") ?? "";
    const time = left > 0 ? words(WORDS).left(clockText(left)) : words(WORDS).over;
    this.setAttribute("aria-label", label ? `${label}: ${time}` : time);
    if (left <= 0 && !this.#over) {
      this.#over = true;
      clearInterval(this.#ticker);
      this.dispatchEvent(new CustomEvent("deadline", { bubbles: true }));
    }
  }
}

customElements.define("deadline-timer", DeadlineTimer);
