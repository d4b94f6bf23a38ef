import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { wrapUpForm, wrapUps } from "./details";

const CODES = [
  { code: "solved", label: "Solved" },
  { code: "follow_up", label: "Needs follow-up" },
];
const DAY_MS = 24 * 3600 * 1000;
const act = { close: vi.fn(), abuse: vi.fn(), why: vi.fn() };

beforeEach(() => {
  localStorage.clear();
  signedIn("usr_a");
});
afterEach(() => vi.useRealTimers());

function signedIn(person: string): void {
  document.body.dataset.person = person;
}

/** The form as it is made when a page opens on a conversation in wrap-up. */
function opened(conversation: string, codes = CODES): { form: HTMLFormElement; select: HTMLSelectElement; note: HTMLTextAreaElement } {
  const form = wrapUpForm(conversation, codes, act);
  return { form, select: form.querySelector("select") as HTMLSelectElement, note: form.querySelector("textarea") as HTMLTextAreaElement };
}

function typed(conversation: string, code: string, text: string): void {
  const { form, select, note } = opened(conversation);
  select.value = code;
  note.value = text;
  form.dispatchEvent(new Event("input"));
}

function fields(conversation: string, codes = CODES): string[] {
  const { select, note } = opened(conversation, codes);
  return [select.value, note.value];
}

it("finds outcome and note of a wrap-up again after the page was left, each conversation its own", () => {
  typed("cnv_a", "follow_up", "Call back on Monday");
  typed("cnv_b", "", "Other");
  expect(fields("cnv_a")).toEqual(["follow_up", "Call back on Monday"]);
  expect(fields("cnv_b")).toEqual(["", "Other"]);
  expect(fields("cnv_c")).toEqual(["", ""]);
});

it("asks again for an outcome that is no longer offered, and keeps the note", () => {
  typed("cnv_a", "follow_up", "Call back on Monday");
  expect(fields("cnv_a", CODES.slice(0, 1))).toEqual(["", "Call back on Monday"]);
});

it("keeps nothing of a wrap-up that was emptied again", () => {
  typed("cnv_a", "solved", "A");
  typed("cnv_a", "", "");
  expect(localStorage.length).toBe(0);
});

it("forgets a wrap-up that is closed, also one that closed while the page was away", () => {
  typed("cnv_a", "solved", "A");
  typed("cnv_b", "solved", "B");
  typed("cnv_c", "solved", "C");
  wrapUps.forget("cnv_a");
  expect(localStorage.length).toBe(2);
  wrapUps.keepOnly((id) => id === "cnv_c");
  expect(localStorage.length).toBe(1);
  expect(fields("cnv_c")).toEqual(["solved", "C"]);
});

it("neither shows nor touches what another agent typed at the same computer", () => {
  typed("cnv_a", "solved", "Of the first agent");
  signedIn("usr_b");
  expect(fields("cnv_a")).toEqual(["", ""]);
  typed("cnv_a", "follow_up", "Of the second");
  wrapUps.forget("cnv_a");
  wrapUps.keepOnly(() => false);
  signedIn("usr_a");
  expect(fields("cnv_a")).toEqual(["solved", "Of the first agent"]);
});

it("drops what is older than seven days, shown or not", () => {
  vi.useFakeTimers({ now: new Date("2026-11-20T00:00:00Z") });
  typed("cnv_a", "solved", "A");
  typed("cnv_b", "solved", "B");
  vi.setSystemTime(Date.now() + 7 * DAY_MS);
  wrapUps.keepOnly(() => true);
  expect(fields("cnv_a")).toEqual(["solved", "A"]);
  vi.setSystemTime(Date.now() + 1);
  expect(fields("cnv_a")).toEqual(["", ""]);
  wrapUps.keepOnly(() => true);
  expect(localStorage.length).toBe(0);
});

it("opens an empty form where what is kept cannot be read, and drops it", () => {
  typed("cnv_a", "solved", "A");
  const key = localStorage.key(0) as string;
  const mine = { person: "usr_a", state: "typing", at: Date.now() };
  for (const broken of ["{", "null", "7", '"text"', JSON.stringify(mine), JSON.stringify({ ...mine, values: { note: "A", code: 3 } })]) {
    localStorage.setItem(key, broken);
    expect(fields("cnv_a")).toEqual(["", ""]);
  }
  localStorage.setItem(key, "{");
  wrapUps.keepOnly(() => true);
  expect(localStorage.length).toBe(0);
});
