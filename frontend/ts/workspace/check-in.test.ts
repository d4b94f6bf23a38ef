import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { checkInButton } from "./check-in";

beforeEach(() => {
  document.documentElement.lang = "en";
  document.body.replaceChildren();
});
afterEach(() => vi.unstubAllGlobals());

async function pressed(answer: Partial<Response> | null): Promise<{ button: HTMLButtonElement; asked: ReturnType<typeof vi.fn> }> {
  const asked = vi.fn(() => (answer ? Promise.resolve(answer) : Promise.reject(new Error("cut"))));
  vi.stubGlobal("fetch", asked);
  const button = checkInButton("clm_1", "token");
  document.body.append(button);
  button.click();
  await new Promise((resolve) => setTimeout(resolve, 5));
  return { button, asked };
}

test("one press checks in for that claim, and no second one is sent", async () => {
  const { button, asked } = await pressed({ ok: true });
  button.click();
  expect(asked).toHaveBeenCalledTimes(1);
  expect(asked).toHaveBeenCalledWith("/api/v1/claims/clm_1/check-in/", { method: "POST", headers: { "X-CSRFToken": "token", Accept: "application/json" } });
});

test("a refusal and a cut network leave it to be pressed again", async () => {
  const refused = await pressed({ ok: false, json: () => Promise.resolve({ title: "Too late." }) });
  expect(refused.button.disabled).toBe(false);
  const cut = await pressed(null);
  expect(cut.button.disabled).toBe(false);
});
