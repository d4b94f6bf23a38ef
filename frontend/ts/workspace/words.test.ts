import { expect, it } from "vitest";
import { clock } from "./words";

it.each(["en", "zh-Hans"])("writes times of day in 24 hours, as the pages do: %s", (language) => {
  document.documentElement.lang = language;
  expect(clock(new Date(2026, 10, 28, 20, 5).toISOString())).toBe("20:05");
});
