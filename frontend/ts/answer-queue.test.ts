import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { AnswerQueue, type Outcome, sendJson } from "./answer-queue";

const tell = { state: vi.fn(), refused: vi.fn(), over: vi.fn() };
let outcomes: Outcome[] = [];
const send = vi.fn(async (): Promise<Outcome> => outcomes.shift() ?? { kind: "taken" });

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
  outcomes = [];
  vi.clearAllMocks();
});

afterEach(() => vi.useRealTimers());

test("sends what is put and keeps nothing once it is taken", async () => {
  const queue = new AnswerQueue("s", send, tell);
  queue.put("1", { answer: "a" });
  await queue.flush();
  expect(send).toHaveBeenCalledWith("1", { value: { answer: "a" }, offline: false });
  expect(localStorage.getItem("s")).toBeNull();
  expect(tell.state).toHaveBeenLastCalledWith("saved", 0);
});

test("keeps the newest answer while the line is cut and sends it when it is back", async () => {
  outcomes = [{ kind: "away" }];
  const queue = new AnswerQueue("s", send, tell);
  queue.put("1", "old");
  await queue.flush();
  expect(tell.state).toHaveBeenLastCalledWith("away", 1);
  outcomes = [{ kind: "away" }];
  queue.put("1", "new");
  await queue.flush();
  const reloaded = new AnswerQueue("s", send, tell);
  expect(reloaded.kept.get("1")).toEqual({ value: "new", offline: true });
  send.mockClear();
  await vi.advanceTimersByTimeAsync(3000);
  expect(send).toHaveBeenCalledTimes(1);
  expect(localStorage.getItem("s")).toBeNull();
});

test("an answer changed while it is being sent is sent again", async () => {
  let release: (outcome: Outcome) => void = () => undefined;
  send.mockImplementationOnce(() => new Promise((resolve) => (release = resolve)));
  const queue = new AnswerQueue("s", send, tell);
  queue.put("1", "first");
  queue.put("1", "second");
  release({ kind: "taken" });
  await queue.flush();
  expect(send.mock.calls.map((call) => (call as unknown as [string, { value: string }])[1].value)).toEqual(["first", "second"]);
});

test("says why one was refused and goes on with the next", async () => {
  outcomes = [{ kind: "refused", message: "no number" }];
  const queue = new AnswerQueue("s", send, tell);
  queue.put("1", "x");
  queue.put("2", "y");
  await queue.flush();
  expect(tell.refused).toHaveBeenCalledWith("1", "no number");
  expect(queue.waiting).toBe(0);
});

test("stops for good when it is over", async () => {
  outcomes = [{ kind: "over", message: "Time is up." }];
  const queue = new AnswerQueue("s", send, tell);
  queue.put("1", "x");
  await queue.flush();
  queue.put("2", "y");
  expect(tell.over).toHaveBeenCalledWith("Time is up.");
  expect(send).toHaveBeenCalledTimes(1);
  expect(localStorage.getItem("s")).toBeNull();
});

test.each([
  [200, { kind: "taken" }],
  [422, { kind: "refused", message: "why" }],
  [409, { kind: "over", message: "why" }],
  [503, { kind: "away" }],
  [403, { kind: "away" }],
])("status %i is read as %o", async (status, outcome) => {
  vi.stubGlobal("fetch", vi.fn().mockResolvedValue(new Response(JSON.stringify({ title: "why" }), { status })));
  expect(await sendJson("PUT", "/x/", "t", {})).toEqual(outcome);
});

test("a failed fetch is a cut line", async () => {
  vi.stubGlobal("fetch", vi.fn().mockRejectedValue(new TypeError("network")));
  expect(await sendJson("PUT", "/x/", "t", {})).toEqual({ kind: "away" });
});
