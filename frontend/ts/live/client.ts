/**
 * The browser's half of the delivery promise (docs/protocol.md): one socket, reconnecting; every conversation's
 * log without gaps; an outbox that is sent again, with the same ids, until the server has stored each message.
 * It draws nothing: the widget and the workspace listen to its events.
 */
import { ConversationLog } from "./log";
import { Outbox, type Pending, type Store } from "./outbox";
import {
  type ErrorFrame,
  FINAL_CLOSES,
  type Frame,
  type Message,
  PASSING_CODES,
  RECONNECT_AT_ONCE,
  SESSION_OVER,
  type Side,
  type StateBody,
} from "./protocol";

export type Status = "connecting" | "catching_up" | "ready" | "cut" | "stopped";

export type LiveEvent =
  | { kind: "status"; status: Status; code?: number }
  | { kind: "ready"; frame: Frame }
  | { kind: "message"; log: ConversationLog; message: Message; live: boolean }
  | { kind: "state"; log: ConversationLog }
  | { kind: "resumed"; log: ConversationLog }
  | { kind: "typing"; log: ConversationLog; on: boolean }
  | { kind: "outbox"; conversation: string }
  | { kind: "refused"; error: ErrorFrame; pending?: Pending }
  | { kind: "frame"; frame: Frame };

export interface Socket {
  readyState: number;
  send(text: string): void;
  close(code?: number): void;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: { data: string }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
}

export interface Options {
  /** Where to connect and what `hello` says (a token for the widget); asked before every connection. */
  open: (afterSessionOver: boolean) => Promise<{ url: string; hello: Record<string, unknown> }>;
  /** Which side of the conversation this browser is. */
  side: Side;
  store: Store;
  storeKey: string;
  on: (event: LiveEvent) => void;
  connect?: (url: string) => Socket;
  random?: () => number;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
const TYPING_SHOWN_MS = 6000;
const OPEN = 1;

export class LiveClient {
  readonly logs = new Map<string, ConversationLog>();
  readonly outbox: Outbox;
  status: Status = "connecting";
  /** Server time minus this browser's time. */
  clockOffsetMs = 0;
  #socket: Socket | null = null;
  #waitMs = FIRST_WAIT_MS;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #watch: ReturnType<typeof setInterval> | undefined;
  #lastHeardMs = 0;
  #heartbeatMs = 25_000;
  #sessionOver = false;
  #opening = false;

  constructor(private readonly options: Options) {
    this.outbox = new Outbox(options.store, options.storeKey);
  }

  start(): void {
    globalThis.addEventListener?.("online", this.#online);
    this.#watch = setInterval(() => this.#checkPulse(), 1000);
    void this.#open();
  }

  stop(): void {
    globalThis.removeEventListener?.("online", this.#online);
    clearInterval(this.#watch);
    clearTimeout(this.#retry);
    this.#set("stopped");
    const socket = this.#socket;
    this.#socket = null;
    socket?.close(1000);
  }

  /** Tries again after `stopped`, or at once while waiting to. */
  reconnect(): void {
    clearTimeout(this.#retry);
    if (!this.#socket) void this.#open();
  }

  /** Now, by the server's clock. */
  serverNow(): number {
    return Date.now() + this.clockOffsetMs;
  }

  log(id: string): ConversationLog {
    let log = this.logs.get(id);
    if (!log) {
      log = new ConversationLog(id);
      this.logs.set(id, log);
    }
    return log;
  }

  forget(id: string): void {
    this.logs.delete(id);
  }

  /** Puts a text in the outbox and sends it as soon as there is a connection. */
  write(conversation: string, text: string, more: Pick<Pending, "form" | "epoch" | "attachment"> = {}): Pending {
    const pending = this.outbox.add({ conversation, text, ...more });
    this.options.on({ kind: "outbox", conversation });
    if (this.status === "ready") this.#post(pending);
    return pending;
  }

  /** Sends a refused message again, under the conversation's present epoch. */
  retry(clientMsgId: string): void {
    const pending = this.outbox.find(clientMsgId);
    if (!pending) return;
    const epoch = this.logs.get(pending.conversation)?.state?.epoch;
    const changes = pending.epoch === undefined ? {} : { epoch };
    this.outbox.change(clientMsgId, { refused: undefined, ...changes });
    this.options.on({ kind: "outbox", conversation: pending.conversation });
    const again = this.outbox.find(clientMsgId);
    if (again && this.status === "ready") this.#post(again);
  }

  /** Throws a refused message away and returns it, so that it can be written anew. */
  drop(clientMsgId: string): Pending | undefined {
    const pending = this.outbox.find(clientMsgId);
    this.outbox.remove(clientMsgId);
    if (pending) this.options.on({ kind: "outbox", conversation: pending.conversation });
    return pending;
  }

  /** Sends a frame that is not a message; false when there is no connection to send it on. */
  command(frame: Frame): boolean {
    if (this.status !== "ready" && this.status !== "catching_up") return false;
    return this.#send(frame);
  }

  async #open(): Promise<void> {
    if (this.#opening) return;
    this.#opening = true;
    clearTimeout(this.#retry);
    if (this.status !== "connecting") this.#set("connecting");
    try {
      const { url, hello } = await this.options.open(this.#sessionOver);
      this.#sessionOver = false;
      this.#attach(url, hello);
    } catch {
      this.#again();
    } finally {
      this.#opening = false;
    }
  }

  #attach(url: string, hello: Record<string, unknown>): void {
    const connect = this.options.connect ?? ((address: string) => new WebSocket(address) as unknown as Socket);
    const socket = connect(url);
    this.#socket = socket;
    this.#lastHeardMs = Date.now();
    socket.onopen = () => {
      const known = [...this.logs.values()].filter((log) => log.lastSeq > 0).slice(-20);
      for (const log of this.logs.values()) log.catchingUp = known.includes(log);
      const resume = known.map((log) => ({ conversation: log.id, after_seq: log.lastSeq }));
      this.#send({ type: "hello", ...hello, ...(resume.length ? { resume } : {}) });
      this.#set("catching_up");
    };
    socket.onmessage = (event) => {
      if (this.#socket !== socket) return;
      this.#lastHeardMs = Date.now();
      this.#receive(JSON.parse(event.data) as Frame);
    };
    socket.onclose = (event) => {
      if (this.#socket !== socket) return;
      this.#socket = null;
      this.#closed(event.code);
    };
  }

  #closed(code: number): void {
    if (this.status === "stopped") return;
    if (FINAL_CLOSES.has(code)) {
      this.#set("stopped", code);
      return;
    }
    this.#sessionOver = code === SESSION_OVER;
    if (RECONNECT_AT_ONCE.has(code) || this.#sessionOver) this.#waitMs = 0;
    this.#again(code);
  }

  #again(code?: number): void {
    this.#set("cut", code);
    const jitter = 0.7 + 0.6 * (this.options.random ?? Math.random)();
    const wait = this.#waitMs * jitter;
    this.#waitMs = Math.min(LONGEST_WAIT_MS, Math.max(FIRST_WAIT_MS, this.#waitMs * 2));
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.#open(), wait);
  }

  #online = (): void => {
    if (this.status === "cut") this.reconnect();
    else this.#send({ type: "ping" });
  };

  #checkPulse(): void {
    const socket = this.#socket;
    if (!socket || Date.now() - this.#lastHeardMs <= 2 * this.#heartbeatMs + 5000) return;
    this.#socket = null;
    socket.close(4000);
    this.#closed(1006);
  }

  #send(frame: Frame): boolean {
    if (this.#socket?.readyState !== OPEN) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  #post(pending: Pending): void {
    if (pending.refused) return;
    const common = { client_msg_id: pending.clientMsgId, text: pending.text, ref: pending.clientMsgId };
    if (!pending.conversation) this.#send({ type: "start", ...common, ...(pending.form ? { form: pending.form } : {}) });
    else {
      const epoch = pending.epoch === undefined ? {} : { epoch: pending.epoch };
      const attachment = pending.attachment ? { attachment: pending.attachment.id } : {};
      this.#send({ type: "send", conversation: pending.conversation, ...common, ...attachment, ...epoch });
    }
  }

  #set(status: Status, code?: number): void {
    this.status = status;
    this.options.on({ kind: "status", status, ...(code === undefined ? {} : { code }) });
  }

  #receive(frame: Frame): void {
    if (typeof frame.server_time === "string") this.clockOffsetMs = Date.parse(frame.server_time) - Date.now();
    switch (frame.type) {
      case "ready":
        this.#ready(frame);
        break;
      case "message":
        this.#message(frame as unknown as Message);
        break;
      case "stored":
        this.#stored(frame);
        break;
      case "state":
        this.#state(frame as unknown as StateBody);
        break;
      case "resumed":
        this.#resumed(frame);
        break;
      case "typing":
        this.#typing(frame);
        break;
      case "delivered":
      case "read":
        this.#mark(frame);
        break;
      case "ping":
        this.#send({ type: "pong", n: frame.n });
        break;
      case "pong":
        break;
      case "error":
        this.#error(frame as unknown as ErrorFrame);
        break;
      default:
        this.options.on({ kind: "frame", frame });
    }
  }

  #ready(frame: Frame): void {
    this.#waitMs = FIRST_WAIT_MS;
    if (typeof frame.heartbeat_seconds === "number") this.#heartbeatMs = frame.heartbeat_seconds * 1000;
    const open = Array.isArray(frame.conversations) ? (frame.conversations as StateBody[]) : [];
    const only = frame.conversation ? [frame.conversation as StateBody] : [];
    for (const body of [...open, ...only]) {
      const log = this.log(body.conversation);
      log.catchingUp = true;
      log.update(body);
    }
    this.options.on({ kind: "ready", frame });
    this.#flushWhenCaughtUp();
  }

  #resumed(frame: Frame): void {
    const log = this.log(frame.conversation as string);
    if (log.lastSeq < (frame.last_seq as number)) {
      this.#fill(log);
      return;
    }
    log.catchingUp = false;
    this.options.on({ kind: "resumed", log });
    this.#flushWhenCaughtUp();
  }

  /** Once every conversation is complete, what waits in the outbox is sent again, in order, with the same ids. */
  #flushWhenCaughtUp(): void {
    if (this.status !== "catching_up" || [...this.logs.values()].some((log) => log.catchingUp)) return;
    this.#set("ready");
    for (const pending of this.outbox.items) this.#post(pending);
  }

  #message(message: Message): void {
    const log = this.log(message.conversation);
    const verdict = log.add(message);
    if (verdict === "new") log.moveDeadline(message);
    if (verdict === "gap") {
      this.#fill(log);
      return;
    }
    if (message.client_msg_id && this.outbox.find(message.client_msg_id)) {
      this.outbox.remove(message.client_msg_id);
      this.options.on({ kind: "outbox", conversation: log.id });
    }
    if (verdict === "new") {
      this.options.on({ kind: "message", log, message, live: !log.catchingUp });
      if (!message.mine) this.#send({ type: "delivered", conversation: log.id, seq: message.seq });
    }
  }

  #stored(frame: Frame): void {
    const id = frame.client_msg_id as string;
    const log = this.log(frame.conversation as string);
    const pending = this.outbox.find(id);
    if (!pending) return;
    const seq = frame.seq as number;
    if (seq > log.lastSeq + 1) {
      this.#fill(log);
      return;
    }
    this.outbox.remove(id);
    const message: Message = {
      conversation: log.id,
      seq,
      author: this.options.side,
      name: "",
      text: (frame.text as string | undefined) ?? pending.text,
      code: "",
      masked: Boolean(frame.masked),
      at: frame.at as string,
      mine: true,
      client_msg_id: id,
      ...(pending.attachment ? { attachment: pending.attachment } : {}),
    };
    if (!pending.conversation) log.catchingUp = false;
    const verdict = log.add(message);
    if (verdict === "new") log.moveDeadline({ ...(frame as Pick<Message, "reply_since" | "reply_due_at">), author: message.author });
    this.options.on({ kind: "outbox", conversation: pending.conversation });
    if (verdict === "new") this.options.on({ kind: "message", log, message, live: true });
  }

  #fill(log: ConversationLog): void {
    log.catchingUp = true;
    this.#send({ type: "resume", conversation: log.id, after_seq: log.lastSeq });
    this.options.on({ kind: "state", log });
  }

  #state(body: StateBody): void {
    const log = this.log(body.conversation);
    if (!log.update(body)) return;
    this.options.on({ kind: "state", log });
  }

  #typing(frame: Frame): void {
    const log = this.log(frame.conversation as string);
    log.typingUntilMs = frame.on ? Date.now() + TYPING_SHOWN_MS : 0;
    this.options.on({ kind: "typing", log, on: Boolean(frame.on) });
    if (frame.on) {
      setTimeout(() => {
        if (Date.now() >= log.typingUntilMs) this.options.on({ kind: "typing", log, on: false });
      }, TYPING_SHOWN_MS + 50);
    }
  }

  #mark(frame: Frame): void {
    const log = this.logs.get(frame.conversation as string);
    const marks = frame.type === "read" ? log?.state?.read : log?.state?.delivered;
    const by = frame.by as "customer" | "agent";
    if (!log || !marks) return;
    marks[by] = Math.max(marks[by], frame.seq as number);
    this.options.on({ kind: "state", log });
  }

  #error(error: ErrorFrame): void {
    const pending = this.outbox.find(error.client_msg_id ?? error.ref ?? "");
    if (pending && PASSING_CODES.has(error.code)) {
      const seconds = Number(error.detail?.retry_after_seconds ?? 1);
      setTimeout(() => {
        const again = this.outbox.find(pending.clientMsgId);
        if (again && this.status === "ready") this.#post(again);
      }, seconds * 1000);
      return;
    }
    if (pending) {
      this.outbox.change(pending.clientMsgId, { refused: { code: error.code, message: error.message } });
      this.options.on({ kind: "outbox", conversation: pending.conversation });
    }
    this.options.on({ kind: "refused", error, ...(pending ? { pending } : {}) });
    if (error.code === "core.not_found" && this.status === "catching_up") {
      // A conversation asked for in `hello` is no longer ours to see: nothing more will come of it.
      for (const log of this.logs.values()) if (!log.state || log.state.owner?.you !== true) log.catchingUp = false;
      this.#flushWhenCaughtUp();
    }
  }
}
