import { afterEach, expect, it } from "vitest";
import { clock } from "./words";

afterEach(() => delete document.documentElement.dataset.zone);

it.each(["en", "zh-Hans"])("writes times of day in 24 hours, as the pages do: %s", (language) => {
  document.documentElement.lang = language;
  expect(clock(new Date(2026, 10, 28, 20, 5).toISOString())).toBe("20:05");
});

it("writes times in the person's own zone, wherever the browser is", () => {
  document.documentElement.lang = "en";
  const at = "2026-11-28T20:05:00Z";
  const inZone = (zone: string): string => {
    document.documentElement.dataset.zone = zone;
    return clock(at);
  };
  expect(["Asia/Shanghai", "America/New_York"].map(inZone)).toEqual(["04:05", "15:05"]);
});
