/**
 * The customer's chat on a shop's page, by one script tag:
 *   <script src="https://tideline.example/static/widget.js" data-site-key="wdg_…" data-language="zh-hans" async></script>
 * `data-language` is optional (the page's language, then the browser's). It loads nothing until it is opened, except
 * when a conversation is under way in this browser.
 */
import { Widget } from "./widget";
import { type Language, WORDS } from "./words";

function language(script: HTMLScriptElement): Language {
  const wanted = (script.dataset.language ?? (document.documentElement.lang || navigator.language)).toLowerCase();
  return wanted.startsWith("zh") ? "zh-hans" : "en";
}

function begin(script: HTMLScriptElement): void {
  const siteKey = script.dataset.siteKey;
  if (!siteKey) {
    console.error("Tideline: the script tag has no data-site-key.");
    return;
  }
  const chosen = language(script);
  const host = document.createElement("div");
  host.id = "tideline-widget";
  document.body.append(host);
  new Widget(host, { origin: new URL(script.src).origin, siteKey, language: chosen, colour: script.dataset.colour ?? "#0f766e" }, WORDS[chosen]);
}

const script = document.currentScript;
if (script instanceof HTMLScriptElement) {
  if (document.body) begin(script);
  else addEventListener("DOMContentLoaded", () => begin(script));
}
