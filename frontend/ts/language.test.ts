import { expect, test } from "vitest";
import { pageLanguage, words } from "./language";

test.each([
  ["zh-Hans", "zh-hans"],
  ["zh-CN", "zh-hans"],
  ["en", "en"],
  ["", "en"],
])("a page in %o speaks %s", (lang, expected) => {
  document.documentElement.lang = lang;
  expect(pageLanguage()).toBe(expected);
  expect(words({ en: "en", "zh-hans": "zh-hans" })).toBe(expected);
});
