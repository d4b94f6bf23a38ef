import { afterEach, expect, test, vi } from "vitest";
import "./copy-button";

afterEach(() => {
  document.body.replaceChildren();
  vi.useRealTimers();
});

test("copies, says so, and goes back to its word", async () => {
  vi.useFakeTimers();
  const writeText = vi.fn().mockResolvedValue(undefined);
  Object.defineProperty(navigator, "clipboard", { value: { writeText }, configurable: true });
  document.body.innerHTML =
    '<copy-button data-text="tl_1" data-done="Copied"><button><span data-word>Copy</span></button></copy-button>';
  const word = document.querySelector("[data-word]");
  document.querySelector("button")?.click();
  document.querySelector("button")?.click();
  await vi.advanceTimersByTimeAsync(0);
  expect(writeText).toHaveBeenCalledWith("tl_1");
  expect(word?.textContent).toBe("Copied");
  await vi.advanceTimersByTimeAsync(2000);
  expect(word?.textContent).toBe("Copy");
});
