import { beforeEach, expect, test, vi } from "vitest";
import { escalateDialog, handedOnNote } from "./escalation";

const REASONS = [{ code: "knowledge", label: "Needs deeper product knowledge" }];

beforeEach(() => {
  document.documentElement.lang = "en";
  document.body.replaceChildren();
  HTMLDialogElement.prototype.close = function close() {
    this.dispatchEvent(new Event("close"));
  };
});

function opened(send: (reason: string, note: string) => boolean): { dialog: HTMLDialogElement; submit: () => void } {
  const dialog = escalateDialog(REASONS, send);
  document.body.append(dialog);
  const form = dialog.querySelector("form") as HTMLFormElement;
  return { dialog, submit: () => form.dispatchEvent(new Event("submit", { cancelable: true })) };
}

test("nothing is sent without a reason and a note, and the missing one is named", () => {
  const send = vi.fn(() => true);
  const { dialog, submit } = opened(send);
  submit();
  (dialog.querySelector("select") as HTMLSelectElement).value = "knowledge";
  submit();
  expect(send).not.toHaveBeenCalled();
  expect(dialog.querySelector("#escalate-reason-error")?.textContent).toBe("");
  expect(dialog.querySelector("#escalate-note-error")?.textContent).not.toBe("");
});

test("what was typed stays until it is on its way", () => {
  let connected = false;
  const send = vi.fn(() => connected);
  const { dialog, submit } = opened(send);
  (dialog.querySelector("select") as HTMLSelectElement).value = "knowledge";
  (dialog.querySelector("textarea") as HTMLTextAreaElement).value = " It shows E5. ";
  submit();
  expect(dialog.isConnected).toBe(true);
  connected = true;
  submit();
  expect(send).toHaveBeenLastCalledWith("knowledge", "It shows E5.");
  expect(dialog.isConnected).toBe(false);
});

test("the next agent reads reason and note as text", () => {
  const note = handedOnNote({ reason: "knowledge", note: "<b>E5</b>", by: "Lin", at: "2026-11-11T12:00:00Z" }, REASONS);
  expect(note.textContent).toContain("Needs deeper product knowledge");
  expect(note.textContent).toContain("<b>E5</b>");
});
