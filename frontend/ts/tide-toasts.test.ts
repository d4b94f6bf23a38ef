import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { toast } from "./tide-toasts";

beforeEach(() => {
  vi.useFakeTimers();
  document.body.innerHTML = '<tide-toasts data-close="Close"><div role="status"></div></tide-toasts>';
});
afterEach(() => {
  document.body.replaceChildren();
  vi.useRealTimers();
});

const items = (): string[] => [...document.querySelectorAll(".toast-item p")].map((p) => p.textContent ?? "");

test("shows text as text and leaves after ten seconds", () => {
  toast("<b>Saved</b>", "success");
  expect(items()).toEqual(["<b>Saved</b>"]);
  vi.advanceTimersByTime(10_000);
  expect(items()).toEqual([]);
});

test("an error stays until it is closed", () => {
  toast("Block is full.", "error");
  vi.advanceTimersByTime(60_000);
  expect(items()).toEqual(["Block is full."]);
  document.querySelector<HTMLButtonElement>("[data-dismiss]")?.click();
  expect(items()).toEqual([]);
});

test("takes what htmx sends: one, a list, or a list wrapped in value", () => {
  for (const detail of [{ kind: "info", message: "a" }, [{ kind: "info", message: "b" }], { value: [{ kind: "info", message: "c" }] }])
    document.body.dispatchEvent(new CustomEvent("toast", { detail }));
  expect(items()).toEqual(["a", "b", "c"]);
});
