/** The list of one's conversations: who, how urgent, what is unread. */
import { h, icon } from "../dom";
import type { ConversationLog } from "../live/log";
import type { StateBody } from "../live/protocol";
import { say } from "./words";

/** Alt and a digit open a conversation; the places after the ninth have no key. */
const LAST_KEY = 9;

/** Wrap-ups and replies due soonest first; conversations one only waits on come after. */
export function byUrgency(a: ConversationLog, b: ConversationLog): number {
  const due = (log: ConversationLog): number => Date.parse(log.state?.reply_due_at ?? log.state?.wrap_up_due_at ?? "9999-01-01");
  return due(a) - due(b) || (a.state?.started_at ?? "").localeCompare(b.state?.started_at ?? "");
}

export function inboxItem(
  log: ConversationLog,
  place: number,
  selected: boolean,
  serverNow: string,
  choose: (id: string) => void,
): HTMLLIElement {
  const state = log.state;
  const unread = log.unread("agent");
  const last = log.messages.at(-1);
  return h(
    "li",
    {},
    h(
      "button",
      {
        type: "button",
        class: `flex w-full min-h-14 flex-col gap-1 px-4 py-3 text-start text-sm ${selected ? "bg-primary/10" : "hover:bg-base-200"}`,
        "aria-current": selected ? "true" : null,
        "data-conversation": log.id,
        onclick: () => choose(log.id),
      },
      h(
        "span",
        { class: "flex w-full items-center justify-between gap-2" },
        h("span", { class: "truncate font-medium" }, state?.customer.name || say().customer),
        unread > 0 && h("span", { class: "badge badge-primary badge-sm tabular", title: say().newMessages }, unread),
      ),
      h("span", { class: "w-full truncate text-muted" }, last?.text || last?.attachment?.name || ""),
      h(
        "span",
        { class: "flex w-full items-center justify-between gap-2 text-xs text-muted" },
        h("span", { class: "truncate" }, `${state?.programme.name ?? ""} · ${say().states[state?.state ?? ""] ?? ""}`),
        state && deadline(state, serverNow),
        place <= LAST_KEY && h("kbd", { class: "kbd kbd-xs hidden shrink-0 lg:inline-flex" }, `Alt+${place}`),
      ),
    ),
  );
}

/** What the list says without a conversation: what the agent would have to do for one to come. */
export function emptyInbox(status: string): HTMLLIElement {
  return h(
    "li",
    { class: "flex flex-col items-center gap-2 px-4 py-10 text-center" },
    icon("inbox", "lg"),
    h("p", { class: "font-medium" }, say().nothingOpen),
    status && h("p", { class: "text-sm text-muted" }, status === "available" ? say().nothingOpenText : say().notTakingText),
  );
}

/** The ring of what the agent owes now: an answer, or the wrap-up. */
export function deadline(state: StateBody, serverNow: string): HTMLElement | null {
  if (state.wrap_up_due_at) return timer(state.wrap_up_since ?? "", state.wrap_up_due_at, serverNow, say().wrapUpDue);
  if (!state.reply_due_at) return null;
  return timer(state.reply_since ?? "", state.reply_due_at, serverNow, state.first_reply ? say().firstReply : say().replyDue);
}

/** The same with its name over it, for whoever would have to guess what the ring counts. */
export function namedDeadline(state: StateBody, serverNow: string): HTMLElement | null {
  const ring = deadline(state, serverNow);
  const name = h("span", { class: "whitespace-nowrap text-xs text-muted", "aria-hidden": "true" }, ring?.getAttribute("label"));
  return ring && h("span", { class: "flex shrink-0 flex-col items-end" }, name, ring);
}

/** A ring that counts down by the server's clock. */
export function timer(starts: string, ends: string, serverNow: string, label: string, large = false): HTMLElement {
  const ring = document.createElement("deadline-timer");
  ring.setAttribute("server-now", serverNow);
  ring.setAttribute("starts-at", starts);
  ring.setAttribute("ends-at", ends);
  ring.setAttribute("label", label);
  if (large) ring.setAttribute("large", "");
  return ring;
}
