import { beforeEach, expect, test } from "vitest";
import { asked, fillIn, matching, type Phrase, PhraseList } from "./phrases";

const PHRASES: Phrase[] = [
  { shortcut: "hello", text: "Hello {customer}, this is {agent}.", language: "en", own: false },
  { shortcut: "refund", text: "The money is on its way.", language: "en", own: false },
  { shortcut: "bye", text: "Say hello to us again!", language: "en", own: true },
];

test("a slash asks at the start of a word only", () => {
  expect(asked("/he", 3)).toEqual({ from: 0, query: "he" });
  expect(asked("Thanks /he", 10)).toEqual({ from: 7, query: "he" });
  expect(asked("您好/退款", 5)).toEqual({ from: 2, query: "退款" });
  expect(asked("您好\uff0c/", 4)).toEqual({ from: 3, query: "" });
  expect(asked("and/or", 6)).toBeNull();
  expect(asked("11/11", 5)).toBeNull();
  expect(asked("https://", 8)).toBeNull();
  expect(asked("/he llo", 7)).toBeNull();
});

test("the slash of a Chinese keyboard asks, an enumeration does not", () => {
  expect(asked("\u3001tui", 4)).toEqual({ from: 0, query: "tui" });
  expect(asked("\uff0ftui", 4)).toEqual({ from: 0, query: "tui" });
  expect(asked("苹果、香蕉", 5)).toBeNull();
});

test("shortcuts that begin so come first, texts last", () => {
  expect(matching(PHRASES, "hel").map((p) => p.shortcut)).toEqual(["hello", "bye"]);
  expect(matching(PHRASES, "fun").map((p) => p.shortcut)).toEqual(["refund"]);
  expect(matching(PHRASES, "xyz")).toEqual([]);
});

test("places are filled in, and one that is unknown leaves no hole", () => {
  const places = { customer: "Emma", agent: "Lin", programme: "Tea" };
  expect(fillIn("Hello {customer}, this is {agent} of {programme}.", places)).toBe("Hello Emma, this is Lin of Tea.");
  expect(fillIn("Hello {customer}! Thank you, {customer}.", { ...places, customer: "" })).toBe("Hello! Thank you.");
  expect(fillIn("{customer}您好,我是{agent}。", { ...places, customer: "" })).toBe("您好,我是Lin。");
  expect(fillIn("{order} {customer}", { ...places, customer: "$& {agent}" })).toBe("{order} $& {agent}");
});

let field: HTMLTextAreaElement;
let list: PhraseList;

beforeEach(() => {
  field = document.createElement("textarea");
  list = new PhraseList(field, () => ({ customer: "Emma", agent: "Lin", programme: "Tea" }), () => {});
  document.body.replaceChildren(field, list.element);
  list.load(PHRASES);
});

function type(text: string): void {
  field.value = text;
  field.setSelectionRange(text.length, text.length);
  list.refresh();
}

function press(key: string): boolean {
  return list.takes(new KeyboardEvent("keydown", { key, cancelable: true }));
}

test("arrows move, Enter inserts, and the field says which option is meant", () => {
  type("Well /");
  expect([...list.element.querySelectorAll("[role=option]")].length).toBe(3);
  expect(field.getAttribute("aria-activedescendant")).toBe("phrase-0");
  expect(press("ArrowUp")).toBe(true);
  expect(field.getAttribute("aria-activedescendant")).toBe("phrase-2");
  press("ArrowDown");
  expect(press("Enter")).toBe(true);
  expect(field.value).toBe("Well Hello Emma, this is Lin.");
  expect(list.isOpen).toBe(false);
  expect(field.hasAttribute("aria-activedescendant")).toBe(false);
});

test("Escape closes, and keys are then the field's own", () => {
  type("/he");
  expect(press("Escape")).toBe(true);
  expect(list.isOpen).toBe(false);
  expect(press("Enter")).toBe(false);
  expect(field.value).toBe("/he");
});

test("a slash typed before the phrases came shows them when they come", () => {
  list.load([]);
  field.focus();
  type("/");
  expect(list.isOpen).toBe(false);
  list.load(PHRASES);
  expect(list.isOpen).toBe(true);
});

test("nothing that fits means no list", () => {
  type("/xyz");
  expect(list.isOpen).toBe(false);
  expect(press("Enter")).toBe(false);
});
