/** The page's language, for the few words that elements write themselves. */
export type Language = "en" | "zh-hans";

export function pageLanguage(): Language {
  return document.documentElement.lang.toLowerCase().startsWith("zh") ? "zh-hans" : "en";
}

/** Picks the page's language out of an element's own dictionary. */
export function words<T>(dictionary: Record<Language, T>): T {
  return dictionary[pageLanguage()];
}
