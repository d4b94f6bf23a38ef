import { afterEach, expect, test, vi } from "vitest";
import "./dialogs";

afterEach(() => document.body.replaceChildren());

test("a button opens the dialog it names; another inside closes it", () => {
  document.body.innerHTML = '<button data-opens="d"></button><dialog id="d"><button data-closes></button></dialog>';
  const dialog = document.querySelector("dialog") as HTMLDialogElement;
  dialog.showModal = vi.fn(() => dialog.setAttribute("open", ""));
  dialog.close = vi.fn(() => dialog.removeAttribute("open"));
  document.querySelector<HTMLButtonElement>("[data-opens]")?.click();
  expect(dialog.showModal).toHaveBeenCalledTimes(1);
  document.querySelector<HTMLButtonElement>("[data-closes]")?.click();
  expect(dialog.open).toBe(false);
});

test("a name that is nobody's does nothing", () => {
  document.body.innerHTML = '<button data-opens="nobody"></button>';
  expect(() => document.querySelector("button")?.click()).not.toThrow();
});
