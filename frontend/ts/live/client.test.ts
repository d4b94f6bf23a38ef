import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LiveClient, type LiveEvent, type Socket } from "./client";
import { ConversationLog } from "./log";
import type { Frame, Message, StateBody } from "./protocol";

class FakeSocket implements Socket {
  readyState = 1;
  sent: Frame[] = [];
  onopen: ((event: never) => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  send(text: string): void {
    this.sent.push(JSON.parse(text) as Frame);
  }
  close(): void {
    this.readyState = 3;
  }
  give(frame: Frame): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
  cut(code = 1006): void {
    this.readyState = 3;
    this.onclose?.({ code });
  }
  of(type: string): Frame[] {
    return this.sent.filter((frame) => frame.type === type);
  }
}

class MemoryStore {
  data = new Map<string, string>();
  getItem = (key: string): string | null => this.data.get(key) ?? null;
  setItem = (key: string, value: string): void => void this.data.set(key, value);
  removeItem = (key: string): void => void this.data.delete(key);
}

const body = (more: Record<string, unknown> = {}): Record<string, unknown> => ({
  conversation: "cnv_a",
  state: "active",
  epoch: 1,
  version: 1,
  last_seq: 0,
  read: { customer: 0, agent: 0 },
  delivered: { customer: 0, agent: 0 },
  owner: { name: "Lin", you: false },
  ...more,
});
const message = (seq: number, more: Partial<Message> = {}): Frame => ({
  type: "message",
  conversation: "cnv_a",
  seq,
  author: "agent",
  name: "Lin",
  text: `text ${seq}`,
  code: "",
  masked: false,
  at: "2026-11-22T00:00:00Z",
  mine: false,
  ...more,
});

describe("LiveClient", () => {
  let sockets: FakeSocket[];
  let events: LiveEvent[];
  let store: MemoryStore;

  const start = async (): Promise<LiveClient> => {
    const client = new LiveClient({
      open: async () => ({ url: "ws://test", hello: { token: "t" } }),
      side: "customer",
      store,
      storeKey: "outbox",
      on: (event) => events.push(event),
      connect: () => {
        const socket = new FakeSocket();
        sockets.push(socket);
        return socket;
      },
      random: () => 0.5,
    });
    client.start();
    await vi.advanceTimersByTimeAsync(0);
    return client;
  };
  const last = (): FakeSocket => sockets.at(-1) as FakeSocket;
  const greet = (conversation: unknown = body()): void => {
    last().onopen?.(undefined as never);
    last().give({ type: "ready", server_time: new Date().toISOString(), heartbeat_seconds: 25, conversation });
    if (conversation) last().give({ type: "resumed", conversation: "cnv_a", last_seq: 0, complete: true });
  };
  const texts = (client: LiveClient): string[] => client.log("cnv_a").messages.map((m) => m.text);

  beforeEach(() => {
    vi.useFakeTimers();
    sockets = [];
    events = [];
    store = new MemoryStore();
  });
  afterEach(() => vi.useRealTimers());

  it("keeps a message in the outbox until it is stored, then shows it once", async () => {
    const client = await start();
    greet();
    const pending = client.write("cnv_a", "Hello");
    expect(store.data.get("outbox")).toContain(pending.clientMsgId);
    last().give({ type: "stored", conversation: "cnv_a", client_msg_id: pending.clientMsgId, seq: 1, at: "x", masked: false });
    last().give(message(1, { mine: true, client_msg_id: pending.clientMsgId, text: "Hello", author: "customer" }));
    expect(client.outbox.items).toEqual([]);
    expect(store.data.has("outbox")).toBe(false);
    expect(texts(client)).toEqual(["Hello"]);
  });

  it("sends the outbox again with the same ids after a cut, only once it has caught up", async () => {
    const client = await start();
    greet();
    last().give(message(1));
    const pending = client.write("cnv_a", "Are you there?");
    last().cut();
    expect(client.status).toBe("cut");
    await vi.advanceTimersByTimeAsync(600);
    const second = last();
    second.onopen?.(undefined as never);
    expect(second.of("hello")[0]).toMatchObject({ token: "t", resume: [{ conversation: "cnv_a", after_seq: 1 }] });
    second.give({ type: "ready", server_time: new Date().toISOString(), heartbeat_seconds: 25, conversation: body() });
    second.give(message(2));
    expect(second.of("send")).toEqual([]);
    second.give({ type: "resumed", conversation: "cnv_a", last_seq: 2, complete: true });
    expect(second.of("send")).toMatchObject([{ client_msg_id: pending.clientMsgId, text: "Are you there?" }]);
  });

  it("asks for what is missing when it sees a gap, and never shows messages out of order or twice", async () => {
    const client = await start();
    greet();
    last().give(message(1));
    last().give(message(3));
    expect(last().of("resume")).toEqual([{ type: "resume", conversation: "cnv_a", after_seq: 1 }]);
    for (const seq of [2, 3, 2]) last().give(message(seq));
    expect(texts(client)).toEqual(["text 1", "text 2", "text 3"]);
  });

  it("keeps a refused message with its reason and lets its writer take it back", async () => {
    const client = await start();
    greet();
    const pending = client.write("cnv_a", "Hello", { epoch: 1 });
    last().give({ type: "error", code: "live.stale_epoch", message: "Gone", ref: pending.clientMsgId });
    expect(client.outbox.items[0]?.refused).toEqual({ code: "live.stale_epoch", message: "Gone" });
    expect(client.drop(pending.clientMsgId)?.text).toBe("Hello");
    expect(client.outbox.items).toEqual([]);
  });

  it("waits and sends again what was refused for a passing reason", async () => {
    const client = await start();
    greet();
    const pending = client.write("cnv_a", "Hello");
    last().give({
      type: "error",
      code: "live.too_many_frames",
      message: "Slow",
      client_msg_id: pending.clientMsgId,
      detail: { retry_after_seconds: 2 },
    });
    await vi.advanceTimersByTimeAsync(2100);
    expect(last().of("send")).toHaveLength(2);
    expect(client.outbox.items).toHaveLength(1);
  });

  it("takes a silent connection for dead and opens another", async () => {
    await start();
    greet();
    await vi.advanceTimersByTimeAsync(57_000);
    expect(sockets.length).toBeGreaterThan(1);
  });

  it("stops where reconnecting cannot help", async () => {
    const client = await start();
    greet();
    last().cut(4409);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(client.status).toBe("stopped");
    expect(sockets).toHaveLength(1);
  });

  it("ignores a state older than the one it has", async () => {
    const client = await start();
    greet(body({ version: 5, state: "active" }));
    last().give({ type: "state", ...body({ version: 4, state: "queued" }) });
    expect(client.log("cnv_a").state?.state).toBe("active");
  });

  it("finds what was written before a reload", async () => {
    const first = await start();
    first.write("cnv_a", "Before the reload");
    first.stop();
    const second = await start();
    greet();
    expect(last().of("send")).toMatchObject([{ text: "Before the reload" }]);
    expect(second.outbox.items).toHaveLength(1);
  });

  it("answers a ping in the message handler", async () => {
    await start();
    greet();
    last().give({ type: "ping", n: 7 });
    expect(last().of("pong")).toEqual([{ type: "pong", n: 7 }]);
  });
});

it("keeps a message read when a state comes that was written before the mark, but believes the server after a cut", () => {
  const log = new ConversationLog("cnv_a");
  const state = (more: Record<string, unknown>): StateBody => body(more) as unknown as StateBody;
  log.update(state({ version: 1 }));
  log.add(message(1, { author: "customer" }) as unknown as Message);
  log.catchingUp = false;
  (log.state as StateBody).read.agent = 1; // shown, and the mark sent
  log.update(state({ version: 2, first_reply: false }));
  expect([log.state?.version, log.unread("agent")]).toEqual([2, 0]);
  log.catchingUp = true;
  log.update(state({ version: 2 }));
  expect(log.unread("agent")).toBe(1);
});

it("moves the agent's deadline with messages, without a state", () => {
  const log = new ConversationLog("cnv_a");
  log.update({ ...body({ reply_due_at: "2026-11-22T00:03:00Z", first_reply: true }) } as unknown as StateBody);
  log.moveDeadline({ author: "agent", reply_since: null, reply_due_at: null });
  expect([log.state?.reply_due_at, log.state?.first_reply]).toEqual([null, false]);
  log.moveDeadline({ author: "customer", reply_since: "2026-11-22T00:04:00Z", reply_due_at: "2026-11-22T00:05:00Z" });
  log.moveDeadline({ author: "system" });
  expect([log.state?.reply_since, log.state?.reply_due_at]).toEqual(["2026-11-22T00:04:00Z", "2026-11-22T00:05:00Z"]);
});
