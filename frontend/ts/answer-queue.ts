/**
 * What is still to be sent to the server, one entry per key, newest only, kept in this browser until the server
 * has taken it. Entries go out one at a time; a cut line keeps them and tries again, soon and when the line is back.
 */
export type Outcome =
  | { kind: "taken" }
  | { kind: "refused"; message: string }
  | { kind: "over"; message: string }
  | { kind: "away" };
export type Entry = { value: unknown; offline: boolean };
export type State = "saved" | "saving" | "away";

const RETRY_MS = 3000;

export class AnswerQueue {
  #entries: Map<string, Entry>;
  #running: Promise<void> | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;

  constructor(
    private readonly store: string,
    private readonly send: (key: string, entry: Entry) => Promise<Outcome>,
    private readonly tell: { state: (state: State, waiting: number) => void; refused: (key: string, message: string) => void; over: (message: string) => void },
  ) {
    this.#entries = new Map(Object.entries(readStore(store)));
    window.addEventListener("online", this.#online);
  }

  /** What was kept from before, by key. */
  get kept(): ReadonlyMap<string, Entry> {
    return this.#entries;
  }

  put(key: string, value: unknown): void {
    if (this.#stopped) return;
    this.#entries.set(key, { value, offline: !navigator.onLine });
    this.#keep();
    void this.flush();
  }

  /** Sends everything; resolves when nothing waits or the line is cut. */
  flush(): Promise<void> {
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  get waiting(): number {
    return this.#entries.size;
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#retry);
    window.removeEventListener("online", this.#online);
  }

  #online = (): void => {
    void this.flush();
  };

  async #run(): Promise<void> {
    clearTimeout(this.#retry);
    while (this.#entries.size > 0 && !this.#stopped) {
      const [key, entry] = [...this.#entries][0] as [string, Entry];
      this.tell.state("saving", this.#entries.size);
      const outcome = await this.send(key, entry);
      if (outcome.kind === "away") {
        for (const waiting of this.#entries.values()) waiting.offline = true;
        this.#keep();
        this.tell.state("away", this.#entries.size);
        this.#retry = setTimeout(() => void this.flush(), RETRY_MS);
        return;
      }
      if (outcome.kind === "over") {
        this.stop();
        localStorage.removeItem(this.store);
        this.tell.over(outcome.message);
        return;
      }
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
      this.#keep();
      if (outcome.kind === "refused") this.tell.refused(key, outcome.message);
    }
    if (!this.#stopped) this.tell.state("saved", 0);
  }

  #keep(): void {
    if (this.#entries.size > 0) localStorage.setItem(this.store, JSON.stringify(Object.fromEntries(this.#entries)));
    else localStorage.removeItem(this.store);
  }
}

function readStore(store: string): Record<string, Entry> {
  try {
    return JSON.parse(localStorage.getItem(store) ?? "{}") as Record<string, Entry>;
  } catch {
    return {};
  }
}

/** Sends JSON and reads the answer's problem document: 409 and 404 end it, 422 refuses this one, the rest is away. */
export async function sendJson(method: string, url: string, token: string, body: unknown): Promise<Outcome> {
  let response: Response;
  try {
    response = await fetch(url, {
      method,
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(15_000),
    });
  } catch {
    return { kind: "away" };
  }
  if (response.ok) return { kind: "taken" };
  const problem = (await response.json().catch(() => ({}))) as { title?: string };
  const message = problem.title ?? "";
  if (response.status === 422 || response.status === 400) return { kind: "refused", message };
  if (response.status === 409 || response.status === 404) return { kind: "over", message };
  return { kind: "away" };
}
