/** Beside the conversation: who the customer is, why it came here, and how it is wrapped up. */
import { h, icon } from "../dom";
import type { ConversationLog } from "../live/log";
import { OwnDrafts } from "../typed";
import { clock, say } from "./words";

export interface WrapUpCode {
  code: string;
  label: string;
}

export interface DetailActions {
  close: (code: string, note: string) => void;
  abuse: (note: string) => void;
  why: () => void;
}

function row(label: string, value: string): HTMLElement {
  return h("div", { class: "flex justify-between gap-3 py-1 text-sm" }, h("dt", { class: "text-muted" }, label), h("dd", { class: "text-end break-words" }, value));
}

/** What is known of the customer, and "why me?". */
export function customerPanel(log: ConversationLog, why: string, act: DetailActions): HTMLElement {
  const state = log.state;
  const extra = Object.entries(state?.form ?? {}).filter(([name]) => name !== "name");
  return h(
    "section",
    { class: "p-4" },
    h("h2", { class: "flex items-center gap-2 text-base font-semibold" }, icon("circle-user"), state?.customer.name || say().customer),
    h(
      "p",
      { class: `mt-1 flex items-center gap-1.5 text-sm ${state?.customer.online ? "text-success" : "text-muted"}` },
      icon(state?.customer.online ? "circle-dot" : "circle-dashed", "sm"),
      state?.customer.online ? say().online : say().away,
    ),
    h(
      "dl",
      { class: "mt-3 divide-y divide-base-300" },
      row(say().programme, state?.programme.name ?? ""),
      row(say().language, say().languages[state?.language ?? ""] ?? state?.language ?? ""),
      row(say().since, state ? clock(state.started_at) : ""),
      ...extra.map(([name, value]) => row(say().formFields[name] ?? name, (name === "topic" && say().topics[value]) || value)),
    ),
    h("button", { type: "button", class: "btn btn-ghost btn-sm mt-3", onclick: act.why }, icon("info", "sm"), say().why),
    why && h("p", { class: "mt-1 text-sm text-muted", role: "status" }, why),
  );
}

/** What is chosen and typed in the wrap-up of each conversation, kept in this browser until it is closed. */
export const wrapUps = new OwnDrafts("wrap-up");

/** The form that closes a conversation, with what was typed in it before. Made once a conversation, so that it stays while the panel is redrawn. */
export function wrapUpForm(conversation: string, codes: WrapUpCode[], act: DetailActions): HTMLFormElement {
  const error = h("p", { class: "text-sm text-error", role: "alert" });
  const select = h(
    "select",
    { class: "select w-full", id: "wrap-up-code", name: "code" },
    h("option", { value: "" }, say().choose),
    ...codes.map(({ code, label }) => h("option", { value: code }, label)),
  );
  const note = h("textarea", { class: "textarea w-full", id: "wrap-up-note", name: "note", rows: 3, maxlength: 2000 });
  wrapUps.restore(conversation, [select, note]);
  if (select.selectedIndex < 0) select.value = ""; // the outcome chosen then is no longer offered
  return h(
    "form",
    {
      class: "flex flex-col gap-3 border-t border-base-300 p-4",
      "data-wrap-up": true,
      oninput: () => wrapUps.keep(conversation, [select, note]),
      onsubmit: (event) => {
        event.preventDefault();
        error.textContent = select.value ? "" : say().chooseFirst;
        if (select.value) act.close(select.value, note.value);
        else select.focus();
      },
    },
    h("h2", { class: "text-base font-semibold" }, say().wrapUp),
    h("p", { class: "text-sm text-muted" }, say().wrapUpText),
    h("div", {}, h("label", { class: "mb-1 block text-sm font-medium", for: "wrap-up-code" }, say().outcome), select),
    h("div", {}, h("label", { class: "mb-1 block text-sm font-medium", for: "wrap-up-note" }, say().note), note),
    error,
    h("button", { type: "submit", class: "btn btn-primary" }, say().close),
  );
}

/** Asks before a conversation ends: the customer sees it at once. */
export function finishDialog(name: string, end: () => void): HTMLDialogElement {
  const dialog = h("dialog", { class: "card-box m-auto max-w-md p-5 backdrop:bg-black/40", "aria-labelledby": "finish-title" });
  const yes = (): void => {
    end();
    dialog.close();
  };
  dialog.append(
    h("h2", { class: "mb-2 text-base font-semibold", id: "finish-title" }, say().finishSure(name)),
    h("p", { class: "mb-4 text-sm" }, say().finishText),
    h(
      "div",
      { class: "flex justify-end gap-2" },
      h("button", { type: "button", class: "btn btn-ghost", onclick: () => dialog.close() }, say().cancel),
      h("button", { type: "button", class: "btn btn-primary", autofocus: true, "data-finish-yes": true, onclick: yes }, say().finishYes),
    ),
  );
  dialog.addEventListener("close", () => dialog.remove());
  return dialog;
}

/** Ending for abuse needs a note and says what follows. */
export function abuseDialog(act: DetailActions): HTMLDialogElement {
  const error = h("p", { class: "text-sm text-error", role: "alert" });
  const note = h("textarea", { class: "textarea w-full", id: "abuse-note", rows: 3, maxlength: 2000 });
  const dialog = h("dialog", { class: "card-box m-auto max-w-md p-5 backdrop:bg-black/40", "aria-labelledby": "abuse-title" });
  const form = h(
    "form",
    {
      class: "flex flex-col gap-3",
      onsubmit: (event) => {
        event.preventDefault();
        error.textContent = note.value.trim() ? "" : say().abuseFirst;
        if (!note.value.trim()) return;
        act.abuse(note.value.trim());
        dialog.close();
      },
    },
    h("h2", { class: "text-base font-semibold", id: "abuse-title" }, say().abuse),
    h("p", { class: "text-sm" }, say().abuseText),
    h("div", {}, h("label", { class: "mb-1 block text-sm font-medium", for: "abuse-note" }, say().abuseNote), note),
    error,
    h(
      "div",
      { class: "flex justify-end gap-2" },
      h("button", { type: "button", class: "btn btn-ghost", onclick: () => dialog.close() }, say().cancel),
      h("button", { type: "submit", class: "btn btn-error" }, say().abuse),
    ),
  );
  dialog.append(form);
  dialog.addEventListener("close", () => dialog.remove());
  return dialog;
}
