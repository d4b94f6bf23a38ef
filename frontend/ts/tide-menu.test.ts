import { afterEach, expect, test } from "vitest";
import "./tide-menu";

afterEach(() => document.body.replaceChildren());

function menu(): HTMLDetailsElement {
  document.body.innerHTML =
    '<button id="outside"></button><tide-menu><details open><summary tabindex="0">More</summary><a href="#1">1</a><a href="#2">2</a></details></tide-menu>';
  return document.querySelector("details") as HTMLDetailsElement;
}

test("Escape closes it and gives the focus back", () => {
  const details = menu();
  details.querySelector("a")?.focus();
  details.querySelector("a")?.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
  expect(details.open).toBe(false);
  expect(document.activeElement).toBe(details.querySelector("summary"));
});

test("arrows move through it, round the end", () => {
  const details = menu();
  const [first, second] = [...details.querySelectorAll("a")];
  for (const expected of [first, second, first]) {
    details.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true }));
    expect(document.activeElement).toBe(expected);
  }
});

test("a click elsewhere closes it", () => {
  const details = menu();
  document.getElementById("outside")?.click();
  expect(details.open).toBe(false);
});
