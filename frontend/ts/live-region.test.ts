import { afterEach, beforeEach, expect, test, vi } from "vitest";
import "./live-region";

class FakeSocket extends EventTarget {
  static readonly OPEN = 1;
  static all: FakeSocket[] = [];
  readyState = 0;
  sent: string[] = [];
  constructor(readonly url: string) {
    super();
    FakeSocket.all.push(this);
  }
  send(text: string): void {
    this.sent.push(text);
  }
  close(): void {
    this.readyState = 3;
  }
  open(): void {
    this.readyState = 1;
    this.dispatchEvent(new Event("open"));
  }
  say(frame: object): void {
    this.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(frame) }));
  }
  drop(code = 1006): void {
    this.readyState = 3;
    this.dispatchEvent(new CloseEvent("close", { code }));
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  FakeSocket.all = [];
  vi.stubGlobal("WebSocket", FakeSocket);
});
afterEach(() => {
  document.body.replaceChildren();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function last(): FakeSocket {
  return FakeSocket.all.at(-1) as FakeSocket;
}

test("regions share one socket and hear their own topic only", () => {
  document.body.innerHTML = '<live-region token="t1"></live-region><live-region token="t2"></live-region>';
  expect(FakeSocket.all.length).toBe(1);
  const [one, two] = [...document.querySelectorAll("live-region")].map((region) => {
    const heard = vi.fn();
    region.addEventListener("nudge", heard);
    return heard;
  });
  last().open();
  expect(last().sent.map((text) => JSON.parse(text).token)).toEqual(["t1", "t2"]);
  last().say({ type: "listening", token: "t1", topic: "claims" });
  last().say({ type: "listening", token: "t2", topic: "offers" });
  last().say({ type: "nudge", topic: "offers", version: "" });
  expect(one).not.toHaveBeenCalled();
  expect(two).toHaveBeenCalledTimes(1);
});

test("after a cut it comes back, listens again and catches up", () => {
  document.body.innerHTML = '<live-region token="t1"></live-region>';
  const heard = vi.fn();
  document.querySelector("live-region")?.addEventListener("nudge", heard);
  last().open();
  last().drop();
  vi.advanceTimersByTime(1600);
  expect(FakeSocket.all.length).toBe(2);
  last().open();
  expect(JSON.parse(last().sent[0] as string).token).toBe("t1");
  expect(heard).toHaveBeenCalledTimes(1);
});

test("the socket closes with the last region", () => {
  document.body.innerHTML = '<live-region token="t1"></live-region>';
  last().open();
  document.body.replaceChildren();
  expect(last().readyState).toBe(3);
  last().drop();
  vi.advanceTimersByTime(60_000);
  expect(FakeSocket.all.length).toBe(1);
});

test("a nudge waits while somebody types inside", () => {
  document.body.innerHTML = '<live-region token="t1"><input></live-region>';
  const heard = vi.fn();
  document.querySelector("live-region")?.addEventListener("nudge", heard);
  last().open();
  last().say({ type: "listening", token: "t1", topic: "claims" });
  const input = document.querySelector("input") as HTMLInputElement;
  input.focus();
  last().say({ type: "nudge", topic: "claims", version: "" });
  last().say({ type: "nudge", topic: "claims", version: "" });
  expect(heard).not.toHaveBeenCalled();
  input.blur();
  expect(heard).toHaveBeenCalledTimes(1);
});

test("an open choice is not taken away; its nudge comes when it is closed, or never when the region was fetched", () => {
  document.body.innerHTML = '<live-region token="t1"><details data-holds><summary>20:00</summary></details></live-region>';
  const region = document.querySelector("live-region") as HTMLElement & { nudge(): void };
  const choice = document.querySelector("details") as HTMLDetailsElement;
  const heard = vi.fn();
  region.addEventListener("nudge", heard);
  choice.open = true;
  region.nudge();
  region.nudge();
  expect(heard).not.toHaveBeenCalled();
  choice.open = false;
  choice.dispatchEvent(new Event("toggle"));
  expect(heard).toHaveBeenCalledTimes(1);
  choice.open = true;
  region.nudge();
  region.dispatchEvent(new Event("htmx:afterSwap"));
  choice.open = false;
  choice.dispatchEvent(new Event("toggle"));
  expect(heard).toHaveBeenCalledTimes(1);
});

test("a session that is over is left alone, too many pages try seldom, changed rights come back soon", () => {
  document.body.innerHTML = '<live-region token="t1"></live-region>';
  last().open();
  last().drop(4410);
  vi.advanceTimersByTime(1500);
  expect(FakeSocket.all.length).toBe(2);
  last().open();
  last().drop(4409);
  vi.advanceTimersByTime(14_000);
  expect(FakeSocket.all.length).toBe(2);
  vi.advanceTimersByTime(31_000);
  expect(FakeSocket.all.length).toBe(3);
  last().open();
  last().drop(4401);
  vi.advanceTimersByTime(120_000);
  expect(FakeSocket.all.length).toBe(3);
});

test("the link that had the focus has it again in what was fetched; a focus elsewhere is left alone", () => {
  document.body.innerHTML =
    '<button id="out"></button><live-region token="t1"><a href="?page=1">1</a><a href="?page=2">2</a></live-region>';
  const region = document.querySelector("live-region") as HTMLElement;
  const swap = (html: string, meanwhile = (): void => {}): void => {
    region.dispatchEvent(new Event("htmx:beforeSwap"));
    region.innerHTML = html;
    meanwhile();
    region.dispatchEvent(new Event("htmx:afterSwap"));
  };
  const links = '<p>New</p><a href="?page=1">1</a><a href="?page=2">2</a>';
  region.querySelector<HTMLElement>("[href='?page=2']")?.focus();
  swap(links);
  expect(document.activeElement?.getAttribute("href")).toBe("?page=2");
  swap(links, () => document.getElementById("out")?.focus());
  expect(document.activeElement?.id).toBe("out");
  swap(links);
  expect(document.activeElement?.id).toBe("out");
});

test("nudges within a second become one", () => {
  document.body.innerHTML = '<live-region token="t1"></live-region>';
  const region = document.querySelector("live-region") as HTMLElement & { nudge(): void };
  const heard = vi.fn();
  region.addEventListener("nudge", heard);
  for (let n = 0; n < 10; n++) {
    region.nudge();
    vi.advanceTimersByTime(50);
  }
  expect(heard).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(1000);
  expect(heard).toHaveBeenCalledTimes(2);
  vi.advanceTimersByTime(5000);
  region.nudge();
  expect(heard).toHaveBeenCalledTimes(3);
});
