import { beforeEach, expect, test } from "vitest";
import { type Control, keep, restore, settle, settleSent } from "./typed";

const KEY = "sent:/settings/::0";

beforeEach(() => {
  sessionStorage.clear();
  localStorage.clear();
  page("usr_a");
});

function page(person: string, marks = ""): Control[] {
  document.body.removeAttribute("data-unanswered");
  if (marks) document.body.dataset.unanswered = "";
  document.body.dataset.person = person;
  document.body.innerHTML =
    '<input name="a"><input type="password" name="p"><input type="hidden" name="h" value="1">' +
    '<input type="checkbox" name="c" value="x"><select name="s"><option>1</option><option>2</option></select>';
  return [...document.querySelectorAll<Control>("input, select")];
}

function fill(controls: Control[]): void {
  const [text, password, , box, list] = controls as [HTMLInputElement, HTMLInputElement, unknown, HTMLInputElement, HTMLSelectElement];
  text.value = "typed";
  password.value = "secret";
  box.checked = true;
  list.value = "2";
}

test("a page that answers drops what was sent", () => {
  const controls = page("usr_a");
  fill(controls);
  keep(KEY, controls, "sent");
  settleSent();
  expect(sessionStorage.length).toBe(0);
});

test("after a log-in in between everything typed comes back, once, but for passwords", () => {
  const controls = page("usr_a");
  fill(controls);
  keep(KEY, controls, "sent");
  page("", "unanswered"); // the log-in page
  settleSent();
  const again = page("usr_a");
  expect(restore(KEY, again)).toBe(true);
  expect((again[0] as HTMLInputElement).value).toBe("typed");
  expect((again[1] as HTMLInputElement).value).toBe("");
  expect((again[3] as HTMLInputElement).checked).toBe(true);
  expect((again[4] as HTMLSelectElement).value).toBe("2");
  expect(restore(KEY, page("usr_a"))).toBe(false);
});

test("nobody else at this computer reads it", () => {
  for (const key of [KEY, "draft:/settings/:d"]) {
    const controls = page("usr_a");
    fill(controls);
    keep(key, controls, "sent");
    settle(key, false);
    expect(restore(key, page("usr_b"))).toBe(false);
  }
  settleSent();
  expect(sessionStorage.length).toBe(0);
});

test("an htmx form that was answered is not brought back, one that was not is", () => {
  const controls = page("usr_a");
  fill(controls);
  keep(KEY, controls, "sent");
  settle(KEY, true);
  expect(restore(KEY, page("usr_a"))).toBe(false);
  fill(controls);
  keep(KEY, controls, "sent");
  settle(KEY, false);
  expect(restore(KEY, page("usr_a"))).toBe(true);
});

test("what is broken in the storage is as if it were not there", () => {
  sessionStorage.setItem(KEY, "{");
  expect(restore(KEY, page("usr_a"))).toBe(false);
});
