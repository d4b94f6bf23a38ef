import { afterEach, expect, test, vi } from "vitest";
import "./theme-switch";

afterEach(() => {
  document.documentElement.removeAttribute("data-theme");
  document.body.replaceChildren();
});

function choose(value: string): SubmitEvent {
  document.body.innerHTML =
    '<theme-switch><form>' +
    ["light", "dark", "system"].map((name) => `<button name="scheme" value="${name}" aria-pressed="false"></button>`).join("") +
    "</form></theme-switch>";
  const submitter = document.querySelector(`button[value=${value}]`) as HTMLButtonElement;
  const event = new SubmitEvent("submit", { bubbles: true, cancelable: true, submitter });
  document.querySelector("form")?.dispatchEvent(event);
  return event;
}

test("dark is applied at once and remembered in a cookie", () => {
  const changed = vi.fn();
  document.addEventListener("scheme-change", changed, { once: true });
  expect(choose("dark").defaultPrevented).toBe(true);
  expect(document.documentElement.dataset.theme).toBe("tideline-dark");
  expect(document.cookie).toContain("scheme=dark");
  expect(document.querySelector("button[value=dark]")?.getAttribute("aria-pressed")).toBe("true");
  expect(changed).toHaveBeenCalledTimes(1);
});

test("system forgets the choice", () => {
  choose("dark");
  choose("system");
  expect(document.documentElement.dataset.theme).toBeUndefined();
  expect(document.cookie).not.toContain("scheme=");
});
