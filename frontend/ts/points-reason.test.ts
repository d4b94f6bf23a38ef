import { beforeEach, expect, test } from "vitest";
import "./points-reason";

const PAGE = `<points-reason>
  <input type="number" max="20"><details><input name="note"><input type="number" name="seq" max="9"></details>
</points-reason>`;
let points: HTMLInputElement, note: HTMLInputElement, reason: HTMLDetailsElement;

beforeEach(() => {
  document.body.innerHTML = PAGE;
  [points, note] = [...document.querySelectorAll("input")] as [HTMLInputElement, HTMLInputElement];
  reason = document.querySelector("details")!;
});

function type(field: HTMLInputElement, value: string): void {
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

test("the reason opens below full points and folds at full points", () => {
  type(points, "20");
  expect(reason.open).toBe(false);
  type(points, "19");
  expect(reason.open).toBe(true);
  type(points, "20");
  expect(reason.open).toBe(false);
  type(points, "");
  expect(reason.open).toBe(false);
});

test("what was written in it keeps it open", () => {
  type(points, "0");
  type(note, "Did not ask for the order.");
  type(points, "20");
  expect(reason.open).toBe(true);
});

test("points that came back with a draft open it; a message of its own does not", async () => {
  document.body.innerHTML = PAGE;
  document.querySelector("input")!.value = "5";
  await Promise.resolve();
  expect(document.querySelector("details")!.open).toBe(true);
  reason = document.querySelector("details")!;
  reason.open = false;
  type(document.querySelector<HTMLInputElement>("[name=seq]")!, "3");
  expect(reason.open).toBe(false);
});
