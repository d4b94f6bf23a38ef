/**
 * What was written and not yet stored. It survives a reload (localStorage), and a message leaves it only when the
 * server says it is stored, or when its writer throws it away.
 */
import type { Attachment } from "./protocol";

export interface Pending {
  clientMsgId: string;
  /** Empty while the conversation has still to be started. */
  conversation: string;
  /** May be empty where there is a file. */
  text: string;
  attachment?: Attachment;
  form?: Record<string, string>;
  epoch?: number;
  at: string;
  /** Why the server will not take it; it then waits for its writer to change, retry or drop it. */
  refused?: { code: string; message: string };
}

export interface Store {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

export class Outbox {
  #items: Pending[];

  constructor(
    private readonly store: Store,
    private readonly key: string,
  ) {
    this.#items = this.#load();
  }

  get items(): readonly Pending[] {
    return this.#items;
  }

  of(conversation: string): Pending[] {
    return this.#items.filter((item) => item.conversation === conversation);
  }

  find(clientMsgId: string): Pending | undefined {
    return this.#items.find((item) => item.clientMsgId === clientMsgId);
  }

  add(item: Omit<Pending, "clientMsgId" | "at">): Pending {
    const pending = { ...item, clientMsgId: newId(), at: new Date().toISOString() };
    this.#items = [...this.#items, pending];
    this.#save();
    return pending;
  }

  remove(clientMsgId: string): void {
    this.#items = this.#items.filter((item) => item.clientMsgId !== clientMsgId);
    this.#save();
  }

  change(clientMsgId: string, changes: Partial<Pending>): void {
    this.#items = this.#items.map((item) => (item.clientMsgId === clientMsgId ? { ...item, ...changes } : item));
    this.#save();
  }

  #load(): Pending[] {
    try {
      const found: unknown = JSON.parse(this.store.getItem(this.key) ?? "[]");
      return Array.isArray(found) ? (found as Pending[]).filter((item) => item?.clientMsgId && (item.text || item.attachment)) : [];
    } catch {
      return [];
    }
  }

  #save(): void {
    try {
      if (this.#items.length) this.store.setItem(this.key, JSON.stringify(this.#items));
      else this.store.removeItem(this.key);
    } catch {
      // A full or forbidden store: the message is still in memory and still sent; only a reload would lose it.
    }
  }
}

/** A fresh id for a message; works on plain-http pages too, where crypto.randomUUID does not. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
