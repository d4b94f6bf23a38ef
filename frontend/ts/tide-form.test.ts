import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { fault, type TideForm } from "./tide-form";
import { settleSent } from "./typed";

let minute = Date.parse("2026-11-11T00:00:00Z");

beforeEach(() => {
  // What one test sends is long over in the next.
  vi.useFakeTimers({ toFake: ["Date"] });
  vi.setSystemTime((minute += 60_000));
  document.documentElement.lang = "en";
  localStorage.clear();
  sessionStorage.clear();
});
afterEach(() => {
  document.body.replaceChildren();
  vi.useRealTimers();
});

function form(fields: string, attributes = ""): { element: TideForm; form: HTMLFormElement } {
  document.body.innerHTML = `<tide-form ${attributes}><form method="post" novalidate>${fields}<button type="submit">Save</button></form></tide-form>`;
  const element = document.querySelector("tide-form") as TideForm;
  return { element, form: element.querySelector("form") as HTMLFormElement };
}

function submit(target: HTMLFormElement): SubmitEvent {
  const event = new SubmitEvent("submit", { bubbles: true, cancelable: true, submitter: target.querySelector("button") });
  target.dispatchEvent(event);
  return event;
}

test("a required field left empty stops the form, says so in place and takes the focus", () => {
  const { form: target } = form('<div class="field"><input id="a" name="a" required></div>');
  const event = submit(target);
  expect(event.defaultPrevented).toBe(true);
  expect(document.activeElement).toBe(target.querySelector("input"));
  expect(target.querySelector("[data-own-error]")?.textContent).toBe("Please fill this in.");
  expect(target.querySelector("input")?.getAttribute("aria-describedby")).toBe("a_fault");
});

test("the message goes as soon as the mistake is mended", () => {
  const { form: target } = form('<div class="field"><input id="a" name="a" required></div>');
  submit(target);
  const input = target.querySelector("input") as HTMLInputElement;
  input.value = "tide";
  input.dispatchEvent(new Event("input", { bubbles: true }));
  expect(target.querySelector("[data-own-error]")).toBeNull();
  expect(input.hasAttribute("aria-invalid")).toBe(false);
});

test("messages are in the page's language", () => {
  document.documentElement.lang = "zh-Hans";
  const { form: target } = form('<input name="a" required>');
  expect(fault(target.querySelector("input") as HTMLInputElement)).toBe("这一项需要填写。");
});

test("a form goes out once", () => {
  const { form: target } = form('<input name="a" value="x">');
  const sent = vi.fn((event: Event) => event.preventDefault());
  const other = vi.fn();
  target.addEventListener("submit", other);
  target.setAttribute("hx-post", "/x");
  target.addEventListener("submit", sent);
  submit(target);
  const second = submit(target);
  expect(second.defaultPrevented).toBe(true);
  expect(other).toHaveBeenCalledTimes(1);
  expect(target.querySelector("button")?.getAttribute("aria-busy")).toBe("true");
});

test("an htmx answer lets it go out again", () => {
  const { form: target } = form('<input name="a" value="x">');
  target.setAttribute("hx-post", "/x");
  submit(target);
  target.dispatchEvent(new Event("htmx:afterRequest", { bubbles: true }));
  expect(target.querySelector("button")?.hasAttribute("aria-busy")).toBe(false);
});

test("focus goes to the first field the server refused", () => {
  form('<input name="a"><input name="b" aria-invalid="true">');
  expect((document.activeElement as HTMLInputElement).name).toBe("b");
});

test("a draft comes back; passwords are never kept", () => {
  const fields = '<input name="a"><input type="password" name="p"><input type="checkbox" name="c" value="1">';
  const { form: target } = form(fields, 'draft="d"');
  (target.elements.namedItem("a") as HTMLInputElement).value = "typed";
  (target.elements.namedItem("p") as HTMLInputElement).value = "secret";
  (target.elements.namedItem("c") as HTMLInputElement).checked = true;
  target.querySelector("input")?.dispatchEvent(new Event("input", { bubbles: true }));
  const again = form(fields, 'draft="d"').form;
  expect((again.elements.namedItem("a") as HTMLInputElement).value).toBe("typed");
  expect((again.elements.namedItem("p") as HTMLInputElement).value).toBe("");
  expect((again.elements.namedItem("c") as HTMLInputElement).checked).toBe(true);
  expect(JSON.stringify(localStorage)).not.toContain("secret");
});

test("a draft is forgotten only when the next page says it was saved", () => {
  const { form: target } = form('<input name="a" value="typed">', 'draft="d"');
  submit(target);
  settleSent();
  expect(localStorage.length).toBe(1);
  document.body.innerHTML = '<div class="toast-item" data-kind="success"></div>';
  settleSent();
  expect(localStorage.length).toBe(0);
});

test("a form that was sent and not answered comes back, by itself and in its place", () => {
  const fields = '<input name="a">';
  const { form: target } = form(fields);
  (target.elements.namedItem("a") as HTMLInputElement).value = "typed";
  submit(target);
  document.body.dataset.unanswered = "";
  settleSent();
  delete document.body.dataset.unanswered;
  expect((form(fields).form.elements.namedItem("a") as HTMLInputElement).value).toBe("typed");
  expect((form(fields).form.elements.namedItem("a") as HTMLInputElement).value).toBe("");
});

test("without a connection nothing is sent and nothing is lost", () => {
  const online = vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
  const said = vi.fn();
  document.body.addEventListener("toast", said, { once: true });
  const { form: target } = form('<input name="a" value="typed">');
  expect(submit(target).defaultPrevented).toBe(true);
  expect(said).toHaveBeenCalledOnce();
  expect(target.querySelector("button")?.hasAttribute("aria-busy")).toBe(false);
  online.mockRestore();
});

const leave = (): boolean => !window.dispatchEvent(new Event("beforeunload", { cancelable: true }));
const type = (field: HTMLInputElement | null | undefined, text: string): void => {
  if (field) field.value = text;
};

test.each([
  ["typed and not sent", "asks", true],
  ["kept as a draft", 'asks draft="x"', false],
  ["a form that does not ask", "", false],
])("leaving asks first: %s", (_name, attributes, asks) => {
  const { form: target } = form("<input name='a'>", attributes);
  const input = target.querySelector("input");
  expect(leave()).toBe(false);
  type(input, "x");
  expect(leave()).toBe(asks);
  type(input, "");
  expect(leave()).toBe(false);
});

test("leaving asks after a refusal, for what came back from before, and after a row was added", () => {
  form("<input name='a' value='x' aria-invalid='true'>", "asks");
  expect(leave()).toBe(true);
  const { form: target } = form("<div></div>", "asks");
  expect(leave()).toBe(false);
  target.querySelector("div")?.append(Object.assign(document.createElement("input"), { name: "b" }));
  expect(leave()).toBe(true);
});

test("who cancels is not asked", () => {
  const { form: target } = form("<input name='a'><a data-cancel>Cancel</a>", "asks");
  type(target.querySelector("input"), "x");
  target.querySelector("a")?.click();
  expect(leave()).toBe(false);
});

test("leaving does not ask while any form of the page is on its way, and asks again when that came to nothing", () => {
  const { form: target } = form("<input name='a'>", "asks");
  document.body.insertAdjacentHTML("beforeend", "<form method='post' id='plain'></form>");
  type(target.querySelector("input"), "x");
  expect(leave()).toBe(true);
  document.querySelector("#plain")?.dispatchEvent(new SubmitEvent("submit", { bubbles: true, cancelable: true }));
  expect(leave()).toBe(false);
  vi.setSystemTime((minute += 60_000));
  expect(leave()).toBe(true);
});

test("a form that keeps itself is kept up to what was sent", () => {
  const { form: target } = form("<input name='a'>", "asks");
  const tell = (name: string): void => void target.dispatchEvent(new CustomEvent(name, { bubbles: true, detail: { successful: true } }));
  const input = target.querySelector("input");
  type(input, "x");
  tell("htmx:beforeRequest");
  type(input, "xy");
  tell("htmx:afterRequest");
  expect(leave()).toBe(true);
  tell("htmx:beforeRequest");
  tell("htmx:afterRequest");
  expect(leave()).toBe(false);
});
