import { beforeEach, expect, it, vi } from "vitest";
import { WrapUpDrafts, wrapUpForm } from "./details";

const CODES = [
  { code: "solved", label: "Solved" },
  { code: "follow_up", label: "Needs follow-up" },
];
const act = { close: vi.fn(), abuse: vi.fn(), why: vi.fn() };

beforeEach(() => localStorage.clear());

/** The form as it is made when a page opens on a conversation in wrap-up. */
function opened(conversation: string): { form: HTMLFormElement; select: HTMLSelectElement; note: HTMLTextAreaElement } {
  const form = wrapUpForm(conversation, CODES, new WrapUpDrafts(localStorage), act);
  return { form, select: form.querySelector("select") as HTMLSelectElement, note: form.querySelector("textarea") as HTMLTextAreaElement };
}

function typed(conversation: string, code: string, text: string): void {
  const { form, select, note } = opened(conversation);
  select.value = code;
  note.value = text;
  form.dispatchEvent(new Event("input"));
}

it("finds outcome and note of a wrap-up again after the page was left, each conversation its own", () => {
  typed("cnv_a", "follow_up", "Call back on Monday");
  typed("cnv_b", "", "Other");
  const fields = (id: string): string[] => [opened(id).select.value, opened(id).note.value];
  expect(fields("cnv_a")).toEqual(["follow_up", "Call back on Monday"]);
  expect(fields("cnv_b")).toEqual(["", "Other"]);
  expect(fields("cnv_c")).toEqual(["", ""]);
});

it("forgets a wrap-up that is closed, also one that closed while the page was away", () => {
  typed("cnv_a", "solved", "A");
  typed("cnv_b", "solved", "B");
  typed("cnv_c", "solved", "C");
  const drafts = new WrapUpDrafts(localStorage);
  drafts.forget("cnv_a");
  drafts.keepOnly((id) => id === "cnv_c");
  expect(Object.keys(localStorage)).toEqual(["wrap-up:cnv_c"]);
});
