/** A conversation offered to this agent: who, what, how long there is to decide. */
import { h, icon } from "../dom";
import { timer } from "./inbox";
import { say } from "./words";

export interface Offer {
  offer: string;
  conversation: string;
  created_at: string;
  expires_at: string;
  programme: { id: string; name: string; colour: string };
  language: string;
  customer: { name: string };
  waiting_seconds: number;
  preview: string;
  requeued: boolean;
  escalation: string | null;
}

export function offerCard(offer: Offer, serverNow: string, act: { accept: () => void; decline: () => void }): HTMLElement {
  return h(
    "section",
    { class: "card-box border-accent p-4", role: "alertdialog", "aria-label": say().offerTitle, "data-offer": offer.offer },
    h(
      "header",
      { class: "flex items-center justify-between gap-3" },
      h("h2", { class: "flex items-center gap-2 text-base font-semibold text-accent" }, icon("bell"), say().offerTitle),
      timer(offer.created_at, offer.expires_at, serverNow, say().offerTitle, true),
    ),
    h(
      "p",
      { class: "mt-2 text-sm text-muted" },
      [offer.customer.name || say().customer, offer.programme.name, say().languages[offer.language] ?? offer.language, say().waited(offer.waiting_seconds)].join(" · "),
    ),
    h("blockquote", { class: "mt-2 line-clamp-4 border-s-2 border-base-300 ps-3 break-words" }, offer.preview),
    offer.requeued && h("p", { class: "mt-2 text-sm" }, offer.escalation ? say().escalated : say().requeued),
    h(
      "div",
      { class: "mt-3 flex gap-2" },
      h("button", { type: "button", class: "btn btn-primary flex-1", "data-accept": true, onclick: act.accept }, icon("check", "sm"), say().accept),
      h("button", { type: "button", class: "btn", "data-decline": true, onclick: act.decline }, say().decline),
    ),
  );
}
