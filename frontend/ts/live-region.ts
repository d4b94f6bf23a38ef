/**
 * `<live-region token="…">`: a part of the page that is fetched again when the server says its topic changed.
 * All regions of a page share one socket (`/ws/pages/`). A nudge carries no data: the region fires `nudge` and
 * its htmx attributes (hx-trigger="nudge") fetch through the view, so permissions stay there.
 * After a cut every region is nudged once, since something may have been missed. While somebody types inside a
 * region, or has a `<details data-holds>` of it open, its nudge waits until they are done; those within a
 * second become one. A link or button that had the focus has it again when the region comes back with it.
 */
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;
const HEARTBEAT_MS = 25_000;
const JOIN_MS = 1000;
/** The session is over: nothing on this page may be fetched any more. */
const SESSION_OVER = 4401;
/** More pages are open than one person may have: try seldom. */
const TOO_MANY = 4409;
/** Recycled, or the person's rights changed: come back soon. */
const RECYCLED = 4410;

type Frame = { type: "listening"; token: string; topic: string } | { type: "nudge"; topic: string } | { type: string };

class PageSocket {
  #socket: WebSocket | null = null;
  #regions = new Set<LiveRegion>();
  #topics = new Map<string, string>();
  #waitMs = FIRST_WAIT_MS;
  #wasOpen = false;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #beat: ReturnType<typeof setInterval> | undefined;

  add(region: LiveRegion): void {
    this.#regions.add(region);
    if (this.#socket?.readyState === WebSocket.OPEN) this.#listen(region);
    else if (!this.#socket) this.#open();
  }

  remove(region: LiveRegion): void {
    this.#regions.delete(region);
    if (this.#regions.size === 0) this.#close();
  }

  #open(): void {
    clearTimeout(this.#retry);
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/ws/pages/`);
    this.#socket = socket;
    socket.addEventListener("open", () => {
      this.#waitMs = FIRST_WAIT_MS;
      for (const region of this.#regions) {
        this.#listen(region);
        if (this.#wasOpen) region.nudge();
      }
      this.#wasOpen = true;
      this.#beat = setInterval(() => socket.send(JSON.stringify({ type: "ping" })), HEARTBEAT_MS);
    });
    socket.addEventListener("message", (event: MessageEvent<string>) => this.#receive(JSON.parse(event.data) as Frame));
    socket.addEventListener("close", (event) => {
      clearInterval(this.#beat);
      if (this.#socket !== socket) return;
      this.#socket = null;
      if (this.#regions.size === 0 || event.code === SESSION_OVER) return;
      if (event.code === TOO_MANY) this.#waitMs = LONGEST_WAIT_MS;
      if (event.code === RECYCLED) this.#waitMs = FIRST_WAIT_MS;
      const wait = this.#waitMs * (0.5 + Math.random());
      this.#waitMs = Math.min(LONGEST_WAIT_MS, this.#waitMs * 2);
      this.#retry = setTimeout(() => this.#open(), wait);
    });
  }

  #close(): void {
    clearTimeout(this.#retry);
    clearInterval(this.#beat);
    const socket = this.#socket;
    this.#socket = null;
    this.#wasOpen = false;
    socket?.close();
  }

  #listen(region: LiveRegion): void {
    this.#socket?.send(JSON.stringify({ type: "listen", token: region.token }));
  }

  #receive(frame: Frame): void {
    if (frame.type === "listening" && "token" in frame) this.#topics.set(frame.token, frame.topic);
    if (frame.type !== "nudge" || !("topic" in frame)) return;
    for (const region of this.#regions) {
      if (this.#topics.get(region.token) === frame.topic) region.nudge();
    }
  }
}

const shared = new PageSocket();

const FOCUSABLE = "a[href], button, summary, [tabindex]";

/** What makes a link or button the same one after it was fetched again. */
function identity(element: Element): string {
  const marks = ["id", "href", "name", "value", "data-opens"].map((name) => element.getAttribute(name) ?? "");
  return [element.tagName, ...marks, element.textContent?.trim()].join("\n");
}

export class LiveRegion extends HTMLElement {
  #waiting = false;
  #firedMs = Number.NEGATIVE_INFINITY;
  #joined: ReturnType<typeof setTimeout> | undefined;
  /** Who had the focus when the content was about to be replaced. */
  #focused = "";

  get token(): string {
    return this.getAttribute("token") ?? "";
  }

  connectedCallback(): void {
    this.addEventListener("htmx:beforeSwap", this.#remember);
    this.addEventListener("htmx:afterSwap", this.#fresh);
    if (this.token) shared.add(this);
  }

  disconnectedCallback(): void {
    this.removeEventListener("htmx:beforeSwap", this.#remember);
    this.removeEventListener("htmx:afterSwap", this.#fresh);
    clearTimeout(this.#joined);
    this.#joined = undefined;
    shared.remove(this);
  }

  #remember = (): void => {
    const active = document.activeElement;
    this.#focused = active && active !== this && this.contains(active) ? identity(active) : "";
  };

  /** What is shown was fetched just now: nothing is owed any more. */
  #fresh = (): void => {
    this.#waiting = false;
    const lost = document.activeElement === null || document.activeElement === document.body;
    if (!this.#focused || !lost) return;
    const same = [...this.querySelectorAll<HTMLElement>(FOCUSABLE)].find((one) => identity(one) === this.#focused);
    this.#focused = "";
    same?.focus({ preventScroll: true });
  };

  /** Fires `nudge`, now or when the person has left the field they type in or closed what they are deciding. */
  nudge(): void {
    const active = document.activeElement;
    const typing = active instanceof HTMLElement && this.contains(active) && active.matches("input, textarea, select");
    const open = this.querySelector("details[data-holds][open]");
    if (!typing && !open) {
      this.#fire();
      return;
    }
    if (this.#waiting) return;
    this.#waiting = true;
    const again = (): void => {
      if (!this.#waiting) return;
      this.#waiting = false;
      this.nudge();
    };
    if (typing) active.addEventListener("blur", again, { once: true });
    else open?.addEventListener("toggle", again, { once: true });
  }

  /** The first at once, those of the second after it together at its end. */
  #fire(): void {
    const wait = this.#firedMs + JOIN_MS - Date.now();
    if (wait > 0) {
      this.#joined ??= setTimeout(() => {
        this.#joined = undefined;
        this.nudge();
      }, wait);
      return;
    }
    this.#firedMs = Date.now();
    this.dispatchEvent(new CustomEvent("nudge"));
  }
}

customElements.define("live-region", LiveRegion);
