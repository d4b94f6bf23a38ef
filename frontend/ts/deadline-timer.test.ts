import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { clockText, DeadlineTimer, heat } from "./deadline-timer";

const START = Date.parse("2026-11-11T00:00:00Z");

beforeEach(() => {
  vi.useFakeTimers({ now: START });
  document.documentElement.lang = "en";
});
afterEach(() => {
  document.body.replaceChildren();
  vi.useRealTimers();
});

function timer(attributes: Record<string, string>): DeadlineTimer {
  const element = document.createElement("deadline-timer") as DeadlineTimer;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  document.body.append(element);
  return element;
}

test("heat is calm, amber from 60% and coral from 85%", () => {
  expect([0, 0.59, 0.6, 0.84, 0.85, 1].map(heat)).toEqual(["calm", "calm", "warm", "warm", "hot", "hot"]);
});

test("clockText rounds up and never goes below zero", () => {
  expect([-5, 1, 61_000, 3_600_000, 3_661_000].map(clockText)).toEqual(["0:00", "0:01", "1:01", "1:00:00", "1:01:01"]);
});

test("counts by the server's clock, whatever the browser's says", () => {
  const element = timer({
    "starts-at": "2026-11-11T08:00:00Z",
    "ends-at": "2026-11-11T08:03:00Z",
    "server-now": "2026-11-11T08:01:00Z",
    label: "First reply",
  });
  expect(element.textContent).toBe("2:00");
  expect(element.getAttribute("aria-label")).toBe("First reply: 2:00 left");
  vi.advanceTimersByTime(60_000);
  expect(element.textContent).toBe("1:00");
  expect(element.classList.contains("ring-warm")).toBe(true);
});

test("fires deadline once and says so", () => {
  const fired = vi.fn();
  document.body.addEventListener("deadline", fired, { once: false });
  const element = timer({
    "starts-at": "2026-11-11T00:00:00Z",
    "ends-at": "2026-11-11T00:00:20Z",
    "server-now": "2026-11-11T00:00:00Z",
  });
  vi.advanceTimersByTime(60_000);
  expect(fired).toHaveBeenCalledTimes(1);
  expect(element.textContent).toBe("Time is up");
  expect(element.classList.contains("ring-hot")).toBe(true);
});

test("a new deadline starts the ring again", () => {
  const element = timer({
    "starts-at": "2026-11-11T00:00:00Z",
    "ends-at": "2026-11-11T00:00:20Z",
    "server-now": "2026-11-11T00:00:00Z",
  });
  vi.advanceTimersByTime(30_000);
  element.setAttribute("starts-at", "2026-11-11T00:00:30Z");
  element.setAttribute("ends-at", "2026-11-11T00:01:30Z");
  expect(element.textContent).toBe("1:00");
  expect(element.classList.contains("ring-calm")).toBe(true);
});

test("stays calm to the end where nothing is lost when the time is over", () => {
  const ends = { "starts-at": "2026-11-11T00:00:00Z", "ends-at": "2026-11-11T00:30:00Z", "server-now": "2026-11-11T00:29:00Z" };
  expect(timer(ends).className).toContain("ring-hot");
  expect(timer({ ...ends, calm: "1" }).className).toContain("ring-calm");
  expect(timer({ ...ends, calm: "" }).className).toContain("ring-hot");
});
