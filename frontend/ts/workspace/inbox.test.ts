import { expect, it } from "vitest";
import type { StateBody } from "../live/protocol";
import { deadline, namedDeadline } from "./inbox";

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
