/** One conversation as this browser has it: everything up to `lastSeq`, in order, each message once. */
import type { Message, StateBody } from "./protocol";

export type Verdict = "new" | "repeat" | "gap";

export class ConversationLog {
  readonly messages: Message[] = [];
  state: StateBody | null = null;
  catchingUp = true;
  typingUntilMs = 0;

  constructor(readonly id: string) {}

  get lastSeq(): number {
    return this.messages.at(-1)?.seq ?? 0;
  }

  /** Takes in a message if it is the next one; a later one is a gap to be filled by asking again. */
  add(message: Message): Verdict {
    if (message.seq <= this.lastSeq) return "repeat";
    if (message.seq > this.lastSeq + 1) return "gap";
    this.messages.push(message);
    if (!message.mine) this.typingUntilMs = 0;
    return "new";
  }

  /** When the agent's next answer is due moves with messages, without a state. */
  moveDeadline({ author, reply_since, reply_due_at }: Pick<Message, "author" | "reply_since" | "reply_due_at">): void {
    if (!this.state || reply_due_at === undefined) return;
    this.state.reply_since = reply_since ?? null;
    this.state.reply_due_at = reply_due_at;
    if (author === "agent") this.state.first_reply = false;
  }

  /**
   * Takes in a state unless a newer one is known; false when it was old. It may have been read before marks that are
   * here already, and marks never go back; only after a cut is the server's word on them better than ours.
   */
  update(state: StateBody): boolean {
    if (this.state && state.version < this.state.version) return false;
    const known = this.catchingUp ? null : this.state;
    this.state = known ? { ...state, read: later(state.read, known.read), delivered: later(state.delivered, known.delivered) } : state;
    return true;
  }

  /** How many messages of the other side, up to now, this side has not read. */
  unread(side: "customer" | "agent"): number {
    const read = this.state?.read[side] ?? 0;
    return this.messages.filter((m) => m.seq > read && !m.mine && m.author !== "system").length;
  }
}

function later(a: StateBody["read"], b: StateBody["read"]): StateBody["read"] {
  return { customer: Math.max(a.customer, b.customer), agent: Math.max(a.agent, b.agent) };
}
