import { afterEach, expect, test, vi } from "vitest";
import { chooseOwnTimeZone } from "./own-time-zone";

function form(html = ""): HTMLSelectElement {
  document.body.innerHTML = `<form>${html}<select data-own-time-zone><option selected>Asia/Shanghai</option><option>Europe/Berlin</option></select></form>`;
  return document.querySelector("select")!;
}

function deviceIn(timeZone: string): void {
  vi.spyOn(Intl.DateTimeFormat.prototype, "resolvedOptions").mockReturnValue({ timeZone } as Intl.ResolvedDateTimeFormatOptions);
}

afterEach(() => vi.restoreAllMocks());

test("the zone of the device is chosen", () => {
  deviceIn("Europe/Berlin");
  const select = form();
  chooseOwnTimeZone(select);
  expect(select.value).toBe("Europe/Berlin");
});

test("an unknown zone changes nothing", () => {
  deviceIn("Mars/Base");
  const select = form();
  chooseOwnTimeZone(select);
  expect(select.value).toBe("Asia/Shanghai");
});

test("a form that came back keeps what was chosen", () => {
  deviceIn("Europe/Berlin");
  const select = form("<div data-error-summary></div>");
  chooseOwnTimeZone(select);
  expect(select.value).toBe("Asia/Shanghai");
});
