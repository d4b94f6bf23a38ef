import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { readAnswer, writeAnswer } from "./exam-player";

const fetched = vi.fn();

function question(kind: string, controls: string, answer: unknown = null, n = 1): string {
  return `<section data-question="${n}" data-kind="${kind}" data-answer='${JSON.stringify(answer)}' tabindex="-1">${controls}<p data-error hidden></p><input type="checkbox" data-flag></section>`;
}

const CONTROLS: Record<string, [string, unknown]> = {
  single: ['<input type="radio" name="q" value="a"><input type="radio" name="q" value="b">', "b"],
  true_false: ['<input type="radio" name="q" value="true"><input type="radio" name="q" value="false">', false],
  multiple: ['<input type="checkbox" name="q" value="a"><input type="checkbox" name="q" value="b">', ["a", "b"]],
  numeric: ['<input name="q">', "12.5"],
  free: ['<textarea name="q"></textarea>', "Sorry."],
  ordering: ['<ol data-ordering><li data-id="a"><button data-move="1"></button></li><li data-id="b"></li></ol>', ["b", "a"]],
  matching: ['<div><select data-left="l"><option value=""></option><option value="r"></option></select></div>', { l: "r" }],
};

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  fetched.mockReset().mockImplementation(async () => new Response("{}", { status: 200 }));
  vi.stubGlobal("fetch", fetched);
});

afterEach(() => document.body.replaceChildren());

test.each(Object.entries(CONTROLS))("%s: what is written is read again", (kind, [controls, answer]) => {
  document.body.innerHTML = question(kind, controls);
  const section = document.querySelector("section") as HTMLElement;
  writeAnswer(section, answer);
  expect(readAnswer(section)).toEqual(answer);
  if (kind !== "ordering") {
    writeAnswer(section, null);
    expect(readAnswer(section)).toBeNull();
  }
});

function player(inner: string): HTMLElement {
  document.body.innerHTML = `<exam-player data-attempt="att_1" data-answers="/a/0/" data-signals="/s/" data-token="t"><p data-save-state></p>${inner}<button data-step="-1"></button><button data-step="1"></button><button data-go="1"></button><button data-go="2"></button><span data-count></span><button data-hand-in></button><dialog id="hand-in"><p data-unanswered></p><form data-submit><button type="submit"></button></form></dialog></exam-player>`;
  const dialog = document.querySelector("dialog") as HTMLDialogElement;
  dialog.showModal = vi.fn();
  return document.querySelector("exam-player") as HTMLElement;
}

const two = question("single", CONTROLS.single?.[0] ?? "") + question("ordering", CONTROLS.ordering?.[0] ?? "", null, 2);

test("shows one question at a time and moves", () => {
  player(two);
  const [first, second] = [...document.querySelectorAll<HTMLElement>("section")];
  expect([first?.hidden, second?.hidden]).toEqual([false, true]);
  document.querySelector<HTMLElement>("[data-step='1']")?.click();
  expect([first?.hidden, second?.hidden]).toEqual([true, false]);
  expect(document.querySelector("[data-go='2']")?.getAttribute("aria-current")).toBe("step");
});

test("saves an answer as it is given", async () => {
  player(two);
  document.querySelector<HTMLInputElement>("input[value=b]")?.click();
  await vi.waitFor(() => expect(document.querySelector("[data-save-state]")?.textContent).toContain("Saved"));
  const [url, options] = fetched.mock.calls[0] as [string, RequestInit];
  expect(url).toBe("/a/1/");
  expect(JSON.parse(String(options.body))).toMatchObject({ answer: "b", flagged: false, was_offline: false });
  expect(document.querySelector("[data-count]")?.textContent).toBe("1 of 2 answered");
});

test("an order nobody touched is no answer", async () => {
  player(two);
  document.querySelector<HTMLElement>("[data-hand-in]")?.click();
  await vi.waitFor(() => expect(document.querySelector("[data-unanswered]")?.textContent).toBe("2 questions are not answered."));
  document.querySelector<HTMLElement>("[data-move]")?.click();
  await vi.waitFor(() => expect(fetched).toHaveBeenCalled());
  expect(JSON.parse(String((fetched.mock.calls[0] as [string, RequestInit])[1].body)).answer).toEqual(["b", "a"]);
});

test("keeps an answer through a cut and a reload, and does not hand in before it is sent", async () => {
  fetched.mockRejectedValue(new TypeError("cut"));
  player(two);
  document.querySelector<HTMLInputElement>("input[value=a]")?.click();
  await vi.waitFor(() => expect(document.querySelector("[data-save-state]")?.textContent).toContain("kept on this device"));
  const sent = new Event("submit", { bubbles: true, cancelable: true });
  document.querySelector("form")?.dispatchEvent(sent);
  expect(sent.defaultPrevented).toBe(true);
  fetched.mockImplementation(async () => new Response("{}", { status: 200 }));
  player(two);
  expect(document.querySelector<HTMLInputElement>("input[value=a]")?.checked).toBe(true);
  await vi.waitFor(() => expect(localStorage.getItem("exam:att_1")).toBeNull());
  const last = fetched.mock.calls.at(-1) as [string, RequestInit];
  expect(JSON.parse(String(last[1].body)).was_offline).toBe(true);
});

test("a refused answer says why at its question", async () => {
  fetched.mockImplementation(async () => new Response(JSON.stringify({ title: "Write a number." }), { status: 422 }));
  player(two);
  document.querySelector<HTMLInputElement>("input[value=a]")?.click();
  await vi.waitFor(() => expect(document.querySelector("[data-error]")?.textContent).toBe("Write a number."));
});

test("pasting is noted", async () => {
  player(question("free", CONTROLS.free?.[0] ?? ""));
  document.querySelector("textarea")?.dispatchEvent(new Event("paste", { bubbles: true }));
  await vi.waitFor(() => expect(fetched).toHaveBeenCalledWith("/s/", expect.anything()));
});
