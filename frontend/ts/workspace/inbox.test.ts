import { expect, it } from "vitest";
import type { StateBody } from "../live/protocol";
import { ConversationLog } from "../live/log";
import { deadline, emptyInbox, inboxItem, namedDeadline } from "./inbox";
import { say } from "./words";

it("draws a ring from the start the server names, whatever the deadline", () => {
  const [since, due] = ["2026-11-22T00:00:00Z", "2026-11-22T00:07:00Z"];
  const ring = (state: Partial<StateBody>): (string | null)[] | undefined => {
    const element = deadline(state as StateBody, since);
    return element ? ["starts-at", "ends-at", "label"].map((name) => element.getAttribute(name)) : undefined;
  };
  expect(ring({ reply_since: since, reply_due_at: due, first_reply: true })).toEqual([since, due, "First reply due"]);
  expect(ring({ reply_since: since, reply_due_at: due })).toEqual([since, due, "Reply due"]);
  expect(ring({ wrap_up_since: since, wrap_up_due_at: due })).toEqual([since, due, "Wrap-up due"]);
  expect(ring({ reply_due_at: null, wrap_up_due_at: null })).toBeUndefined();
});

it("says over the ring of an open conversation what it counts", () => {
  const [since, due] = ["2026-11-22T00:00:00Z", "2026-11-22T00:07:00Z"];
  expect(namedDeadline({ reply_since: since, reply_due_at: due } as StateBody, since)?.firstChild?.textContent).toBe("Reply due");
  expect(namedDeadline({ reply_due_at: null, wrap_up_due_at: null } as StateBody, since)).toBeNull();
});

it("shows no number on a conversation that is read but the key that opens it, named as a key", () => {
  const log = new ConversationLog("cnv_a");
  log.state = { state: "active", customer: { name: "Li" }, programme: { name: "Shop" }, read: { agent: 1, customer: 0 } } as StateBody;
  log.messages.push({ seq: 1, author: "customer", text: "Hello", mine: false } as (typeof log.messages)[number]);
  const item = inboxItem(log, 1, true, "2026-11-22T00:00:00Z", () => undefined);
  expect(item.querySelector(".badge")).toBeNull();
  expect(item.querySelector("kbd")?.textContent).toBe("Alt+1");
});

it("names a key only where there is one: Alt and a digit reach nine conversations", () => {
  const key = (place: number): string | undefined =>
    inboxItem(new ConversationLog("cnv_a"), place, false, "2026-11-22T00:00:00Z", () => undefined).querySelector("kbd")?.textContent;
  expect([1, 9, 10, 11].map(key)).toEqual(["Alt+1", "Alt+9", undefined, undefined]);
});

it("asks one to stay available only when one is", () => {
  document.documentElement.lang = "en";
  expect(emptyInbox("available").textContent).toContain("Stay available");
  for (const status of ["break", "away", ""]) expect(emptyInbox(status).textContent).not.toContain("Stay available");
  expect(say().standing).toMatchObject({ break: "On a break", away: "Not taking conversations" });
});
