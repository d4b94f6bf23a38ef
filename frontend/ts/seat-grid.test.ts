import { beforeEach, expect, test, vi } from "vitest";
import "./seat-grid";

let cells: HTMLInputElement[];

beforeEach(() => {
  const row = (a: string, b: string): string => `<tr><td><input value="${a}"></td><td><input value="${b}"></td></tr>`;
  document.body.innerHTML = `<seat-grid><table><tbody>${row("1", "2")}${row("3", "4")}${row("5", "6")}</tbody></table></seat-grid>`;
  cells = [...document.querySelectorAll("input")];
  cells[2]!.disabled = true;
  cells[0]!.focus();
  cells[0]!.select();
});

function press(key: string, options: KeyboardEventInit = {}): void {
  document.activeElement!.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...options }));
}

test("arrows and Enter move, over cells that cannot be written in, and stop at the edge", () => {
  press("ArrowRight");
  expect(document.activeElement).toBe(cells[1]);
  press("Enter");
  expect(document.activeElement).toBe(cells[3]);
  press("ArrowRight");
  expect(document.activeElement).toBe(cells[3]);
  cells[0]!.focus();
  press("ArrowDown");
  expect(document.activeElement).toBe(cells[4]);
});

test("inside what is written the arrows move the caret", () => {
  cells[0]!.value = "120";
  cells[0]!.setSelectionRange(1, 1);
  press("ArrowRight");
  expect(document.activeElement).toBe(cells[0]);
  cells[0]!.setSelectionRange(3, 3);
  press("ArrowRight");
  expect(document.activeElement).toBe(cells[1]);
});

test("Shift copies the number and says so", () => {
  const heard = vi.fn();
  document.querySelector("seat-grid")!.addEventListener("change", heard);
  press("ArrowRight", { shiftKey: true });
  expect(cells[1]!.value).toBe("1");
  expect(heard).toHaveBeenCalledTimes(1);
  press("ArrowLeft", { shiftKey: true });
  expect(heard).toHaveBeenCalledTimes(1);
});

test("keys of the browser are left alone", () => {
  press("ArrowDown", { ctrlKey: true });
  press("a");
  expect(document.activeElement).toBe(cells[0]);
});

test("a wrong cell is unmarked once it is typed into, and the word above goes with the last", () => {
  document.querySelector("table")!.insertAdjacentHTML("beforebegin", "<p data-wrong-cells></p>");
  const [one, two] = [cells[0]!, cells[1]!];
  for (const cell of [one, two]) cell.setAttribute("aria-invalid", "true");
  one.dispatchEvent(new Event("input", { bubbles: true }));
  expect([one.hasAttribute("aria-invalid"), !!document.querySelector("[data-wrong-cells]")]).toEqual([false, true]);
  two.dispatchEvent(new Event("input", { bubbles: true }));
  expect(document.querySelector("[data-wrong-cells]")).toBeNull();
});

test("a form that adds to the plan is sent with the cells that differ from it, others without", () => {
  cells.forEach((cell, n) => Object.assign(cell, { name: `s${n}` }).setAttribute("data-stored", cell.value));
  document.body.insertAdjacentHTML("beforeend", `<form data-takes-seats="1"></form><form></form>`);
  const [adds, other] = [...document.querySelectorAll("form")];
  const sent = (form: HTMLFormElement): Record<string, unknown> => {
    form.dispatchEvent(new SubmitEvent("submit", { bubbles: true, cancelable: true }));
    return Object.fromEntries(new FormData(form));
  };
  cells[0]!.value = "7";
  expect(sent(adds!)).toEqual({ s0: "7" });
  cells[0]!.value = "";
  cells[1]!.value = "9";
  expect(sent(adds!)).toEqual({ s0: "", s1: "9" });
  expect(sent(other!)).toEqual({});
});
