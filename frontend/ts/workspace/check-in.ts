/** Checking in for the next block from the workspace, so that nobody has to leave it and the customers on it. */
import { h } from "../dom";
import { toast } from "../tide-toasts";
import { say } from "./words";

export const DAY_MS = 24 * 3600 * 1000;

export interface NextClaim {
  id: string;
  programme: { id: string; name: string };
  starts_at: string;
  ends_at: string;
  check_in_opens_at: string;
}

/** What the socket says afterwards takes the button away; a refusal is said, and it may be pressed again. */
export function checkInButton(claim: string, token: string): HTMLButtonElement {
  const button = h("button", { type: "button", class: "btn btn-sm btn-primary", onclick: () => void checkIn() }, say().checkIn);
  const checkIn = async (): Promise<void> => {
    button.disabled = true;
    const headers = { "X-CSRFToken": token, Accept: "application/json" };
    const answer = await fetch(`/api/v1/claims/${claim}/check-in/`, { method: "POST", headers }).catch(() => null);
    if (answer?.ok) {
      toast(say().checkedIn, "success");
      return;
    }
    const problem = (await answer?.json().catch(() => null)) as { title?: string } | null | undefined;
    toast(problem?.title || say().notCheckedIn, "error");
    button.disabled = false;
  };
  return button;
}
