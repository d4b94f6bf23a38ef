import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Widget } from "./widget";
import { WORDS } from "./words";

type Frame = Record<string, unknown>;

class FakeSocket {
  static readonly OPEN = 1;
  static all: FakeSocket[] = [];
  readyState = 1;
  sent: Frame[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  constructor() {
    FakeSocket.all.push(this);
  }
  send(text: string): void {
    this.sent.push(JSON.parse(text) as Frame);
  }
  close(): void {
    this.readyState = 3;
  }
  give(frame: Frame): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
  last(type: string): Frame {
    return this.sent.filter((frame) => frame.type === type).at(-1) as Frame;
  }
}

const session = {
  token: "t",
  visitor_key: "v",
  socket_url: "wss://tideline.example/ws/widget/",
  file_max_bytes: 1024,
  programme: { id: "prg_1", name: "Shop", greeting: "Hello", colour: "#0f766e" },
  customer: { id: "cus_1", name: "" },
  open: { agents_available: 1, waiting: 0, estimate_seconds: null },
};
const state = {
  conversation: "cnv_a",
  state: "active",
  epoch: 1,
  version: 1,
  last_seq: 0,
  read: { customer: 0, agent: 0 },
  delivered: { customer: 0, agent: 0 },
  owner: { name: "Lin", you: false },
};
const file = { id: "att_1", name: "leg.png", media_type: "image/png", size: 10, width: 1, height: 1, url: "/a", small_url: "/b" };
let root: ShadowRoot;

beforeEach(() => {
  localStorage.clear();
  FakeSocket.all = [];
  vi.stubGlobal("WebSocket", FakeSocket);
  vi.stubGlobal("fetch", async () => new Response(JSON.stringify(session)));
});
afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

/** An opened widget whose socket has said what conversation is open. */
async function opened(conversation: Frame | null): Promise<FakeSocket> {
  const host = document.createElement("div");
  document.body.append(host);
  new Widget(host, { origin: "https://tideline.example", siteKey: "wdg_1", language: "en", colour: "#0f766e" }, WORDS.en).show();
  root = host.shadowRoot as ShadowRoot;
  await vi.waitFor(() => expect(FakeSocket.all.length).toBe(1));
  const socket = FakeSocket.all[0] as FakeSocket;
  socket.onopen?.();
  socket.give({ type: "ready", heartbeat_seconds: 25, server_time: "2026-11-22T00:00:00Z", conversation });
  if (conversation) socket.give({ type: "resumed", conversation: "cnv_a", last_seq: 0, complete: true });
  return socket;
}

const field = (): HTMLTextAreaElement => root.querySelector("textarea") as HTMLTextAreaElement;
const press = (label: string): void => [...root.querySelectorAll("button")].find((button) => button.textContent === label)?.click();
function write(text: string): void {
  field().value = text;
  field().form?.dispatchEvent(new Event("submit", { cancelable: true }));
}
function refuse(socket: FakeSocket, frame: Frame): void {
  socket.give({ type: "error", code: "core.invalid", message: "No.", ref: frame.ref, client_msg_id: frame.client_msg_id });
}

test("a file larger than the session says is not sent", async () => {
  await opened(state);
  const chosen = root.querySelector("input[type=file]") as HTMLInputElement;
  Object.defineProperty(chosen, "files", { value: [new File(["x".repeat(1025)], "leg.txt")] });
  chosen.dispatchEvent(new Event("change"));
  expect(root.querySelector(".tray-error")?.textContent).toBe("Larger than 1 kB. Choose a smaller file.");
});

test("a refused message goes back with its file to where it was written", async () => {
  localStorage.setItem("tideline:files:cnv_a", JSON.stringify([file]));
  const socket = await opened(state);
  write("Look at this");
  refuse(socket, socket.last("send"));
  expect(root.querySelector("[role=alert]")?.textContent).toContain("No.");
  field().value = "typed since";
  field().dispatchEvent(new Event("input"));
  press(WORDS.en.takeBack);
  expect(field().value).toBe("Look at this\ntyped since");
  expect(root.querySelector(".waiting")).toBeNull();
  expect(localStorage.getItem("tideline:outbox:wdg_1")).toBeNull();
  write("Look at that");
  expect(socket.last("send")).toMatchObject({ text: "Look at that", attachment: "att_1" });
});

test("a refused start goes back to its form with what was answered, and can be sent anew", async () => {
  const socket = await opened(null);
  (root.querySelector("#name") as HTMLInputElement).value = "Lin";
  (root.querySelector("#topic") as HTMLSelectElement).value = "product";
  write("Too long");
  refuse(socket, socket.last("start"));
  press(WORDS.en.takeBack);
  expect([...root.querySelectorAll<HTMLInputElement>("#name, #topic, #question")].map((one) => one.value)).toEqual(["Lin", "product", "Too long"]);
  expect(localStorage.getItem("tideline:open:wdg_1")).toBeNull();
  write("Short");
  expect(socket.last("start")).toMatchObject({ text: "Short", form: { name: "Lin", topic: "product" } });
});
