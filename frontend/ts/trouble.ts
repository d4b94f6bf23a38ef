/**
 * What the page says when an htmx request came to nothing: what happened, that nothing is lost, and a way to try again.
 * A refusal that brings its own words (`HX-Trigger` with a toast) needs none of ours; what the page asks for by itself
 * in the background fails quietly, it will ask again.
 */
import { words } from "./language";
import { toast } from "./tide-toasts";

const WORDS = {
  en: {
    network: "The connection broke off, so we do not know whether this arrived. What you typed is still here.",
    large: "That is larger than this page takes. Nothing was stored; send a smaller file, or less text.",
    often: "That was too often in a short time. What you typed is still here; wait a minute.",
    broken: "Something broke on our side. What you typed is still here.",
    refused: "This was not accepted, and nothing was changed. Reload the page and try again.",
    again: "Try again",
  },
  "zh-hans": {
    network: "连接中断，不确定这次提交是否送达。您填写的内容都还在。",
    large: "内容超出了大小限制，没有保存。请换小一些的文件，或精简文字。",
    often: "操作过于频繁。您填写的内容都还在，请稍等一分钟。",
    broken: "我们这边出了点问题。您填写的内容都还在。",
    refused: "这次提交没有被接受，也没有任何改动。请刷新页面后重试。",
    again: "重试",
  },
};

interface Answer {
  elt: Element;
  xhr?: XMLHttpRequest;
  requestConfig?: { verb?: string; triggeringEvent?: Event };
}

function message(status: number): string {
  const say = words(WORDS);
  if (status === 0) return say.network;
  if (status === 413) return say.large;
  if (status === 429) return say.often;
  return status >= 500 ? say.broken : say.refused;
}

/** Sends the same form, or presses the same button, once more. */
function retry(element: Element): (() => void) | undefined {
  if (element instanceof HTMLFormElement) return () => element.requestSubmit();
  if (element instanceof HTMLButtonElement) return () => element.click();
  return undefined;
}

function tell(event: Event): void {
  const { elt, xhr, requestConfig } = (event as CustomEvent<Answer>).detail;
  if (requestConfig?.verb === "get" && !requestConfig.triggeringEvent?.isTrusted) return;
  if (xhr?.getResponseHeader("HX-Trigger")?.includes('"toast"')) return;
  const status = xhr?.status ?? 0;
  const passes = status === 0 || status === 429 || status >= 500;
  const again = passes ? retry(elt) : undefined;
  toast(message(status), "error", again && { label: words(WORDS).again, run: again });
}

for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) document.addEventListener(name, tell);
