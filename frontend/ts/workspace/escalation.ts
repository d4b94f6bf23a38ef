/** Handing a conversation to an expert, and what the expert reads of whoever handed it on. */
import { h, icon } from "../dom";
import type { Escalation } from "../live/protocol";
import { clock, say } from "./words";

export interface Reason {
  code: string;
  label: string;
}

/** Asks for a reason and a note; closes once `send` has put them on their way (no connection: they stay). */
export function escalateDialog(reasons: Reason[], send: (reason: string, note: string) => boolean): HTMLDialogElement {
  const missing = (id: string): HTMLElement => h("p", { class: "text-sm text-error", id, role: "alert" });
  const [noReason, noNote] = [missing("escalate-reason-error"), missing("escalate-note-error")];
  const select = h(
    "select",
    { class: "select w-full", id: "escalate-reason", "aria-describedby": noReason.id, onchange: () => noReason.replaceChildren() },
    h("option", { value: "" }, say().chooseReason),
    ...reasons.map(({ code, label }) => h("option", { value: code }, label)),
  );
  const note = h("textarea", { class: "textarea w-full", id: "escalate-note", rows: 4, maxlength: 2000, "aria-describedby": noNote.id, oninput: () => noNote.replaceChildren() });
  const dialog = h("dialog", { class: "card-box m-auto max-w-md p-5 backdrop:bg-black/40", "aria-labelledby": "escalate-title" });
  const check = (): boolean => {
    noReason.textContent = select.value ? "" : say().reasonFirst;
    noNote.textContent = note.value.trim() ? "" : say().escalateNoteFirst;
    if (!select.value) select.focus();
    else if (!note.value.trim()) note.focus();
    return Boolean(select.value && note.value.trim());
  };
  const label = (id: string, text: string): HTMLElement => h("label", { class: "mb-1 block text-sm font-medium", for: id }, text);
  const form = h(
    "form",
    {
      class: "flex flex-col gap-3",
      "data-escalate": true,
      onsubmit: (event) => {
        event.preventDefault();
        if (check() && send(select.value, note.value.trim())) dialog.close();
      },
    },
    h("h2", { class: "text-base font-semibold", id: "escalate-title" }, say().escalate),
    h("p", { class: "text-sm" }, say().escalateText),
    h("div", {}, label(select.id, say().reason), select, noReason),
    h("div", {}, label(note.id, say().escalateNote), note, noNote),
    h(
      "div",
      { class: "flex justify-end gap-2" },
      h("button", { type: "button", class: "btn btn-ghost", onclick: () => dialog.close() }, say().cancel),
      h("button", { type: "submit", class: "btn btn-primary" }, say().escalate),
    ),
  );
  dialog.append(form);
  dialog.addEventListener("close", () => dialog.remove());
  return dialog;
}

/** The internal note above the messages: customers never see it. */
export function handedOnNote(escalation: Escalation, reasons: Reason[]): HTMLElement {
  const reason = reasons.find(({ code }) => code === escalation.reason)?.label ?? escalation.reason;
  return h(
    "section",
    { class: "border-b border-base-300 bg-info/10 px-4 py-2 text-sm", "data-handed-on": true, "aria-label": say().handedOn },
    h("p", { class: "flex items-center gap-1.5 font-medium" }, icon("users", "sm"), say().handedOnBy(escalation.by, clock(escalation.at), reason)),
    h("p", { class: "mt-1 whitespace-pre-wrap break-words" }, escalation.note),
    h("p", { class: "mt-1 text-xs text-muted" }, say().internal),
  );
}
