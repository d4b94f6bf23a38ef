import { afterEach, beforeEach, expect, test, vi } from "vitest";
import "./tide-toasts";
import "./trouble";

beforeEach(() => {
  document.documentElement.lang = "en";
  document.body.innerHTML = '<form hx-post="/x"><input name="a" value="typed"></form><tide-toasts></tide-toasts>';
});
afterEach(() => document.body.replaceChildren());

const shown = (): string[] => [...document.querySelectorAll(".toast-item p")].map((item) => item.textContent ?? "");
const form = (): HTMLFormElement => document.querySelector("form") as HTMLFormElement;

function fails(name: string, detail: Record<string, unknown>): void {
  form().dispatchEvent(new CustomEvent(name, { bubbles: true, detail: { elt: form(), ...detail } }));
}

function answer(status: number, trigger: string | null = null): Record<string, unknown> {
  return { xhr: { status, getResponseHeader: () => trigger }, requestConfig: { verb: "post" } };
}

test("a broken connection says so and offers to send again", () => {
  const again = vi.spyOn(form(), "requestSubmit").mockImplementation(() => undefined);
  fails("htmx:sendError", { requestConfig: { verb: "post" } });
  expect(shown()[0]).toContain("What you typed is still here.");
  const button = document.querySelector<HTMLButtonElement>("[data-again]");
  expect(button?.textContent).toBe("Try again");
  button?.click();
  expect(again).toHaveBeenCalledOnce();
  expect(shown()).toEqual([]);
});

test.each([
  [413, "larger than this page takes", false],
  [429, "too often", true],
  [503, "broke on our side", true],
  [403, "not accepted", false],
])("an answer of %i is said in words", (status, text, offers) => {
  fails("htmx:responseError", answer(status));
  expect(shown()[0]).toContain(text);
  expect(document.querySelector("[data-again]") !== null).toBe(offers);
});

test("the page's language is spoken", () => {
  document.documentElement.lang = "zh-Hans";
  fails("htmx:responseError", answer(500));
  expect(shown()[0]).toContain("我们这边出了点问题");
});

test("a refusal with words of its own is not doubled, nor is the same said twice", () => {
  fails("htmx:responseError", answer(409, '{"toast": {"kind": "error", "message": "Full."}}'));
  expect(shown()).toEqual([]);
  fails("htmx:responseError", answer(500));
  fails("htmx:responseError", answer(500));
  expect(shown()).toHaveLength(1);
});

test("what the page asks for by itself fails quietly", () => {
  fails("htmx:sendError", { requestConfig: { verb: "get" } });
  expect(shown()).toEqual([]);
});
