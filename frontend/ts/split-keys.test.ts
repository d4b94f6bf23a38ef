import { afterEach, beforeEach, expect, test, vi } from "vitest";
import "./split-keys";

let clicked: string[] = [];

beforeEach(() => {
  clicked = [];
  document.body.innerHTML = `<split-keys>
    <a data-split-item id="one"></a><a data-split-item id="two" aria-current="true"></a><a data-split-item id="three"></a>
    <button data-key="a" id="accept"></button><button data-key="r" id="refuse"></button><input></split-keys>`;
  document.body.addEventListener("click", (event) => clicked.push((event.target as Element).id), { once: true });
});
afterEach(() => document.body.replaceChildren());

function press(key: string, target: EventTarget = document.body, more: KeyboardEventInit = {}): void {
  target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, ...more }));
}

test.each([
  ["j", "three"],
  ["k", "one"],
  ["a", "accept"],
  ["r", "refuse"],
])("%s presses %s", (key, id) => {
  press(key);
  expect(clicked).toEqual([id]);
});

test("quiet while typing, in a dialog, and with a modifier", () => {
  const spy = vi.spyOn(document.getElementById("accept") as HTMLElement, "click");
  press("a", document.querySelector("input") as HTMLInputElement);
  press("a", document.body, { ctrlKey: true });
  document.body.insertAdjacentHTML("beforeend", "<dialog open></dialog>");
  press("a");
  expect(spy).not.toHaveBeenCalled();
});
