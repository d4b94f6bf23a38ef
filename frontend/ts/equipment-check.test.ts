import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { EquipmentCheck, measureRoundTrip, median } from "./equipment-check";

class FakeSocket {
  static answers = true;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onerror: (() => void) | null = null;
  onclose: (() => void) | null = null;
  constructor(readonly url: string) {
    queueMicrotask(() => (FakeSocket.answers ? this.onopen?.() : this.onerror?.()));
  }
  send(): void {
    queueMicrotask(() => {
      this.onmessage?.({ data: '{"type":"nudge"}' });
      this.onmessage?.({ data: '{"type":"pong"}' });
    });
  }
  close(): void {}
}

beforeEach(() => {
  FakeSocket.answers = true;
  vi.stubGlobal("WebSocket", FakeSocket);
  vi.stubGlobal("indexedDB", {});
});
afterEach(() => {
  vi.unstubAllGlobals();
  document.body.innerHTML = "";
});

async function element(): Promise<EquipmentCheck> {
  document.body.innerHTML = `<form><equipment-check data-limit="1500">
    <p data-check="browser"><b data-mark></b><i data-word></i></p>
    <p data-check="connection"><b data-mark></b><i data-word></i></p>
    <p data-check="microphone"><b data-mark></b><i data-word></i><button type="button" data-ask-microphone></button></p>
    <input type="hidden" name="browser"><input type="hidden" name="round_trip_ms"><input type="hidden" name="microphone">
    </equipment-check></form>`;
  const found = document.querySelector<EquipmentCheck>("equipment-check")!;
  await new Promise((resolve) => setTimeout(resolve, 10));
  return found;
}

const value = (name: string): string => document.querySelector<HTMLInputElement>(`[name=${name}]`)!.value;
const word = (check: string): string => document.querySelector(`[data-check=${check}] [data-word]`)!.textContent!;

test("the median is the middle", () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([])).toBe(0);
});

test("five pings make one number, other frames are passed over", async () => {
  expect(await measureRoundTrip("ws://x/")).toBeGreaterThanOrEqual(0);
});

test("what was found is written into the form", async () => {
  await element();
  expect(value("round_trip_ms")).toMatch(/^\d+$/);
  expect(value("browser")).not.toBe("");
  expect(word("connection")).toContain("ms");
});

test("a blocked connection leaves the form empty and says so", async () => {
  FakeSocket.answers = false;
  await element();
  expect(value("round_trip_ms")).toBe("");
  expect(word("connection")).toContain("No answer");
});

test("the microphone is asked for only when told to", async () => {
  const ask = vi.fn().mockResolvedValue({ getTracks: () => [{ stop: vi.fn() }] });
  vi.stubGlobal("navigator", { userAgent: "Test", mediaDevices: { getUserMedia: ask } });
  const found = await element();
  expect(ask).not.toHaveBeenCalled();
  await found.checkMicrophone();
  expect(value("microphone")).toBe("on");
  ask.mockRejectedValue(new Error("denied"));
  await found.checkMicrophone();
  expect(value("microphone")).toBe("");
  expect(word("microphone")).toContain("Not available");
});
