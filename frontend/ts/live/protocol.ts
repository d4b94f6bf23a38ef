/** The frames of docs/protocol.md, as far as the browser reads them. */
export type State = "open" | "bot" | "queued" | "offered" | "active" | "on_hold" | "wrap_up" | "closed" | "abandoned";
export type Side = "customer" | "agent";

/** Characters of one message: `RULES.text_length` of live/logic/rules.py. */
export const MAX_LENGTH = 4000;

/** A file, as whoever reads this may fetch it. */
export interface Attachment {
  id: string;
  name: string;
  media_type: string;
  size: number;
  width: number | null;
  height: number | null;
  url: string;
  /** A picture at the size a conversation shows. */
  small_url: string | null;
}

export interface Message {
  conversation: string;
  seq: number;
  author: Side | "system";
  name: string;
  text: string;
  code: string;
  masked: boolean;
  at: string;
  mine: boolean;
  client_msg_id?: string;
  /** Only in the workspace: since when the agent's next answer is waited for and when it is due, as of this message. */
  reply_since?: string | null;
  reply_due_at?: string | null;
  attachment?: Attachment;
}

/** Why somebody handed a conversation to an expert; workspace only. */
export interface Escalation {
  reason: string;
  note: string;
  by: string;
  at: string;
}

export interface StateBody {
  conversation: string;
  state: State;
  epoch: number;
  version: number;
  last_seq: number;
  language: string;
  programme: { id: string; name: string; colour: string };
  customer: { id: string; name: string; online: boolean };
  owner: { name: string; you: boolean } | null;
  started_at: string;
  waiting_since: string | null;
  position: number | null;
  estimate_seconds: number | null;
  estimate_error_seconds: number | null;
  reply_since: string | null;
  reply_due_at: string | null;
  first_reply: boolean;
  wrap_up_since: string | null;
  wrap_up_due_at: string | null;
  read: Record<Side, number>;
  delivered: Record<Side, number>;
  form: Record<string, string>;
  ended_how: string;
  segment: string | null;
  rate_until: string | null;
  escalation?: Escalation | null;
}

export interface ErrorFrame {
  type: "error";
  code: string;
  message: string;
  ref?: string;
  client_msg_id?: string;
  fields?: Record<string, string[]>;
  detail?: Record<string, unknown>;
}

export interface Frame {
  type: string;
  [field: string]: unknown;
}

/** Codes after which the same frame may be sent again. */
export const PASSING_CODES = new Set(["live.hello_first", "live.too_many_frames", "core.unavailable"]);

/** Close codes after which reconnecting by itself would not help. */
export const FINAL_CLOSES = new Set([4403, 4409]);
export const SESSION_OVER = 4401;
export const RECONNECT_AT_ONCE = new Set([4410]);

/** States in which somebody still writes. */
export function isOpen(state: State): boolean {
  return state !== "closed" && state !== "abandoned" && state !== "wrap_up";
}
