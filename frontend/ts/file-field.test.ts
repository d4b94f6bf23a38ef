import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { fileSize } from "./file-field";

beforeEach(() => {
  document.documentElement.lang = "en";
  document.body.innerHTML = '<file-field><input type="file" data-max-bytes="1024"></file-field>';
});
afterEach(() => document.body.replaceChildren());

function choose(...files: File[]): HTMLInputElement {
  const input = document.querySelector("input") as HTMLInputElement;
  Object.defineProperty(input, "files", { value: files, configurable: true });
  input.dispatchEvent(new Event("change", { bubbles: true }));
  return input;
}

test("sizes are readable", () => {
  expect([12, 2048, 5 * 1024 * 1024].map(fileSize)).toEqual(["12 B", "2 kB", "5.0 MB"]);
});

test("names what was chosen", () => {
  const input = choose(new File(["abc"], "id.png"));
  expect(document.querySelector("li")?.textContent).toBe("id.png · 3 B");
  expect(input.validationMessage).toBe("");
});

test("a file that is too large is refused before it is sent", () => {
  const input = choose(new File(["x".repeat(2000)], "id.png"));
  expect(input.validationMessage).toBe("id.png is larger than 1 kB. Choose a smaller file.");
  expect(input.getAttribute("aria-invalid")).toBe("true");
  choose(new File(["x"], "id.png"));
  expect(input.validationMessage).toBe("");
  expect(input.hasAttribute("aria-invalid")).toBe(false);
});

test("with data-sends a picture that may be sent is sent as soon as it is chosen", () => {
  document.body.innerHTML = '<form><file-field><input type="file" data-max-bytes="1024" data-sends></file-field></form>';
  const sent = vi.fn((event: Event) => event.preventDefault());
  document.querySelector("form")?.addEventListener("submit", sent);
  choose(new File(["x".repeat(2000)], "id.png"));
  choose();
  expect(sent).not.toHaveBeenCalled();
  choose(new File(["x"], "id.png"));
  expect(sent).toHaveBeenCalledOnce();
});
