import { beforeEach, expect, test, vi } from "vitest";
import { FileTray, fileView, type TraySetup, weight } from "./file-tray";
import type { Attachment } from "./protocol";
import { NotTaken } from "./upload";

const WORDS = {
  files: "Files",
  remove: (name: string) => `Remove ${name}`,
  retry: "Try again",
  tooLarge: (limit: string) => `Over ${limit}`,
  notTaken: "No connection",
  uploading: (name: string) => `Uploading ${name}`,
  picture: (name: string) => `Picture: ${name}`,
};
const taken = (name: string): Attachment => ({
  id: "att_1",
  name,
  media_type: "image/png",
  size: 2048,
  width: 480,
  height: 120,
  url: "/file",
  small_url: "/file?size=small",
});

let send: ReturnType<typeof vi.fn<TraySetup["send"]>>;
let setup: TraySetup;

beforeEach(() => {
  localStorage.clear();
  send = vi.fn(async (file: File) => taken(file.name));
  setup = { words: WORDS, maxBytes: () => 2 * 1024 * 1024, send, changed: vi.fn(), store: localStorage, storeKey: "files" };
});

const states = (tray: FileTray): string[] => [...tray.element.children].map((li) => (li as HTMLElement).dataset.file ?? "");
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

test("a file goes up, waits in the tray, and leaves it with its message", async () => {
  const tray = new FileTray(setup);
  tray.add([new File(["x"], "leg.png")]);
  expect(states(tray)).toEqual(["uploading"]);
  expect(tray.isBusy).toBe(true);
  await settled();
  expect([tray.isBusy, states(tray)]).toEqual([false, ["ready"]]);
  expect(new FileTray(setup).take().map((file) => file.name)).toEqual(["leg.png"]);
  expect(tray.take()).toHaveLength(1);
  expect(tray.isEmpty).toBe(true);
  expect(localStorage.getItem("files")).toBeNull();
});

test("a file that failed stays with its reason, can be tried again and taken out", async () => {
  send.mockRejectedValueOnce(new NotTaken("", 0)).mockRejectedValueOnce(new NotTaken("This kind cannot be sent.", 422));
  const tray = new FileTray(setup);
  tray.add([new File(["x"], "leg.png")]);
  await settled();
  expect(states(tray)).toEqual(["failed"]);
  expect(tray.element.textContent).toContain("No connection");
  tray.element.querySelector<HTMLButtonElement>(".tray-again")?.click();
  await settled();
  expect(tray.element.textContent).toContain("This kind cannot be sent.");
  tray.element.querySelector<HTMLButtonElement>(".tray-again")?.click();
  await settled();
  expect(states(tray)).toEqual(["ready"]);
  tray.element.querySelector<HTMLButtonElement>(".tray-out")?.click();
  expect(tray.element.hidden).toBe(true);
  expect(localStorage.getItem("files")).toBeNull();
});

test("a file over the limit is not sent at all", () => {
  const tray = new FileTray(setup);
  const large = new File(["x"], "film.pdf");
  Object.defineProperty(large, "size", { value: 2 * 1024 * 1024 + 1 });
  tray.add([large]);
  expect(send).not.toHaveBeenCalled();
  expect([tray.isBusy, tray.element.textContent]).toEqual([false, "film.pdfOver 2 MB✕"]);
});

test("taking a file out stops its upload", () => {
  let stopped = false;
  send.mockImplementationOnce((_file, _progress, signal) => {
    signal.addEventListener("abort", () => (stopped = true));
    return new Promise(() => {});
  });
  const tray = new FileTray(setup);
  tray.add([new File(["x"], "leg.png")]);
  tray.element.querySelector<HTMLButtonElement>(".tray-out")?.click();
  expect([stopped, tray.isBusy]).toEqual([true, false]);
});

test("a picture keeps its place before it is there, anything else is named with its weight", () => {
  const image = fileView(taken("leg.png"), WORDS).querySelector("img");
  expect([image?.width, image?.height, image?.alt]).toEqual([240, 60, "Picture: leg.png"]);
  const link = fileView({ ...taken("bill.pdf"), small_url: null }, WORDS);
  expect([link.textContent, link.rel]).toEqual(["bill.pdf · 2 kB", "noopener noreferrer"]);
  expect([weight(5), weight(3.5 * 1024 * 1024)]).toEqual(["5 B", "3.5 MB"]);
});
