/** The widget's panel: a launcher, one panel, no more than one decision at a time. */
import { fill, h } from "../dom";
import { LiveClient, type LiveEvent } from "../live/client";
import { FileTray, fileView } from "../live/file-tray";
import type { ConversationLog } from "../live/log";
import { type Attachment, isOpen, MAX_LENGTH, type Message } from "../live/protocol";
import { KINDS } from "../live/upload";
import { openSession, type Session, sendRating, storage, uploadFile } from "./session";
import { readableOn, STYLES } from "./styles";
import type { Language, Words } from "./words";

interface Setup {
  origin: string;
  siteKey: string;
  language: Language;
  colour: string;
}

const TYPING_EVERY_MS = 3000;

export class Widget {
  #client: LiveClient | null = null;
  #session: Session | null = null;
  #store = storage();
  #conversation = "";
  #isShown = false;
  #shownSeq = 0;
  #typedAtMs = 0;
  #failed = false;
  #root: HTMLElement;
  #launch: HTMLButtonElement;
  #badge = h("span", { class: "badge", hidden: true });
  #panel: HTMLElement;
  #heading = h("h2", { id: "title" });
  #endButton: HTMLButtonElement;
  #note = h("p", { class: "note", role: "status", hidden: true });
  #body = h("div", { class: "body", tabindex: "0", role: "region" });
  #list = h("ol", { class: "log" });
  #waiting = h("ol", { class: "log" });
  #typing = h("p", { class: "typing" });
  #talk = h("div", { role: "log", "aria-live": "polite" }, this.#list, this.#waiting, this.#typing);
  #foot = h("div");
  #greeting = h("p", { class: "greeting" });
  #shape = "";
  /** What was answered beside a question that was taken back. */
  #answers: Record<string, string> = {};
  #tray: { conversation: string; tray: FileTray; held: { changed: () => void } } | null = null;

  constructor(
    host: HTMLElement,
    private readonly setup: Setup,
    private readonly say: Words,
  ) {
    const shadow = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLES);
    shadow.adoptedStyleSheets = [sheet];
    this.#launch = h("button", { type: "button", class: "launch", onclick: () => this.show() }, say.open, this.#badge);
    this.#endButton = h("button", { type: "button", hidden: true, onclick: () => this.#askEnd() }, say.end);
    const close = h("button", { type: "button", "aria-label": say.close, onclick: () => this.hide() }, "✕");
    this.#panel = h(
      "section",
      {
        class: "panel",
        role: "dialog",
        "aria-labelledby": "title",
        hidden: true,
        onkeydown: (event) => (event as KeyboardEvent).key === "Escape" && this.hide(),
      },
      h("header", {}, this.#heading, this.#endButton, close),
      this.#note,
      this.#body,
      this.#foot,
    );
    this.#root = h("div", { class: "root", lang: setup.language === "zh-hans" ? "zh-Hans" : "en" }, this.#launch, this.#panel);
    this.#heading.textContent = say.title;
    this.#body.setAttribute("aria-label", say.messages);
    this.#talk.setAttribute("aria-label", say.messages);
    this.#paint(setup.colour);
    shadow.append(this.#root);
    document.addEventListener("visibilitychange", () => this.#markRead());
    if (this.#store.getItem(this.#openKey)) this.#connect();
  }

  get #openKey(): string {
    return `tideline:open:${this.setup.siteKey}`;
  }

  get #log(): ConversationLog | null {
    return this.#client?.logs.get(this.#conversation) ?? null;
  }

  show(): void {
    this.#isShown = true;
    this.#panel.hidden = false;
    this.#launch.hidden = true;
    if (!this.#client) this.#connect();
    this.#draw();
    this.#toEnd();
    this.#markRead();
    this.#root.querySelector<HTMLElement>("textarea, input, .body")?.focus();
  }

  hide(): void {
    this.#isShown = false;
    this.#panel.hidden = true;
    this.#launch.hidden = false;
    this.#draw();
    this.#launch.focus();
  }

  #paint(colour: string): void {
    const safe = /^#[0-9a-f]{6}$/i.test(colour) ? colour : "#0f766e";
    this.#root.style.setProperty("--c", safe);
    this.#root.style.setProperty("--on", readableOn(safe));
  }

  #connect(): void {
    this.#failed = false;
    this.#client = new LiveClient({
      open: async (afterSessionOver) => {
        if (!this.#session || afterSessionOver) {
          try {
            this.#session = await openSession(this.setup.origin, this.setup.siteKey, this.setup.language, this.#store);
          } catch (error) {
            this.#failed = true;
            this.#draw();
            throw error;
          }
          this.#failed = false;
          this.#heading.textContent = this.#session.programme.name;
          this.#paint(this.#session.programme.colour);
          this.#draw();
        }
        return { url: this.#session.socket_url, hello: { token: this.#session.token, language: this.setup.language } };
      },
      side: "customer",
      store: this.#store,
      storeKey: `tideline:outbox:${this.setup.siteKey}`,
      on: (event) => this.#on(event),
    });
    this.#client.start();
  }

  #on(event: LiveEvent): void {
    if (event.kind === "typing") {
      this.#typing.textContent = event.on ? this.say.typing(this.#log?.state?.owner?.name ?? this.say.title) : "";
      return;
    }
    if ("log" in event && this.#conversation !== event.log.id) this.#turnTo(event.log);
    if (event.kind === "refused" && !event.pending) return;
    this.#draw();
    if (event.kind === "resumed") this.#markRead(); // a mark sent as the line was cut may never have arrived
    if (event.kind === "message") {
      this.#typing.textContent = "";
      this.#toEnd();
      this.#markRead();
    }
  }

  /** A newer conversation takes the panel; older ones stay with the shop's records. */
  #turnTo(log: ConversationLog): void {
    this.#conversation = log.id;
    this.#shownSeq = 0;
    this.#list.replaceChildren();
    this.#shape = "";
  }

  /** Each file goes in a message of its own, the text with the first. */
  #write(text: string, more: { form?: Record<string, string>; files?: Attachment[] } = {}): void {
    const log = this.#log;
    const to = log?.state && isOpen(log.state.state) ? log.id : "";
    const { form, files = [] } = more;
    if (!files.length) this.#client?.write(to, text, form ? { form } : {});
    files.forEach((attachment, n) => void this.#client?.write(to, n ? "" : text, { attachment }));
    this.#store.setItem(this.#openKey, "1");
    this.#draw();
    this.#toEnd();
  }

  /** A refused message goes back where it was written, with its file and the answers beside it, to be changed or left. */
  #takeBack(clientMsgId: string): void {
    const refused = this.#client?.outbox.find(clientMsgId);
    if (!refused) return;
    const key = `tideline:draft:${this.setup.siteKey}`;
    this.#store.setItem(key, [refused.text, this.#store.getItem(key)].filter(Boolean).join("\n"));
    if (refused.form) this.#answers = refused.form;
    if (refused.attachment && refused.conversation === this.#conversation) this.#trayOfNow(() => undefined).putBack(refused.attachment);
    this.#shape = "";
    this.#client?.drop(clientMsgId);
    if (!this.#conversation && !this.#client?.outbox.items.length) this.#store.removeItem(this.#openKey);
    this.#root.querySelector<HTMLElement>(".compose textarea, #question")?.focus();
  }

  #markRead(): void {
    const log = this.#log;
    if (!log?.state || !this.#isShown || document.visibilityState !== "visible" || log.lastSeq <= log.state.read.customer) return;
    if (this.#client?.command({ type: "read", conversation: log.id, seq: log.lastSeq })) log.state.read.customer = log.lastSeq;
  }

  #toEnd(): void {
    this.#body.scrollTop = this.#body.scrollHeight;
  }

  // -- What is shown -----------------------------------------------------------------------------

  #draw(): void {
    const log = this.#log;
    const state = log?.state ?? null;
    const starting = this.#client?.outbox.items.some((item) => !item.conversation) ?? false;
    const open = starting || (state !== null && isOpen(state.state));
    if (state && !isOpen(state.state)) this.#store.removeItem(this.#openKey);
    this.#endButton.hidden = !open || starting;
    this.#drawNote();
    this.#drawMessages();
    this.#drawBadge();
    const shape = open ? "compose" : state ? "ended" : "begin";
    this.#greeting.textContent = this.#session?.programme.greeting ?? "";
    const key = `${shape}:${this.#conversation}`;
    if (key === this.#shape) return;
    this.#shape = key;
    if (shape === "begin") {
      fill(this.#body, this.#greeting, this.#beginForm());
      fill(this.#foot);
    } else {
      const wrote = this.#foot.contains((this.#root.getRootNode() as ShadowRoot).activeElement);
      fill(this.#body, this.#talk, shape === "ended" && this.#ended());
      fill(this.#foot, shape === "compose" && this.#compose());
      if (wrote) this.#foot.querySelector<HTMLElement>("textarea")?.focus();
    }
  }

  #drawBadge(): void {
    const unread = this.#isShown ? 0 : (this.#log?.unread("customer") ?? 0);
    this.#badge.hidden = unread === 0;
    this.#badge.textContent = String(unread);
  }

  #drawNote(): void {
    const text = this.#noteText();
    const bad = this.#failed || this.#client?.status === "cut" || this.#client?.status === "stopped";
    this.#note.hidden = !text;
    this.#note.className = bad ? "note bad" : "note";
    if (this.#note.textContent !== text) this.#note.textContent = text;
  }

  #noteText(): string {
    const say = this.say;
    const status = this.#client?.status;
    if (this.#failed) return say.failed;
    if (status === "stopped") return say.tooMany;
    if (status === "cut") return say.cut;
    if (status === "connecting") return say.connecting;
    const state = this.#log?.state;
    if (status === "catching_up" && this.#log) return say.catchingUp;
    if (!state) return "";
    if (state.state === "queued" || state.state === "offered" || state.state === "open") {
      const place = state.position === null ? "" : state.position <= 1 ? say.next : say.position(state.position);
      const minutes = (seconds: number): number => Math.max(1, Math.round(seconds / 60));
      const wait = state.estimate_seconds === null ? say.nobody : say.estimate(minutes(state.estimate_seconds));
      const error = state.estimate_seconds !== null && state.estimate_error_seconds ? say.error(minutes(state.estimate_error_seconds)) : "";
      return `${place} ${wait}${error} ${say.keepWriting}`.trim();
    }
    return isOpen(state.state) && state.owner ? say.with(state.owner.name) : "";
  }

  #drawMessages(): void {
    const log = this.#log;
    for (const message of log?.messages ?? []) {
      if (message.seq > this.#shownSeq) this.#list.append(this.#item(message));
    }
    this.#shownSeq = log?.lastSeq ?? 0;
    const mine = log?.messages.filter((m) => m.mine).at(-1);
    for (const old of this.#list.querySelectorAll("[data-mark]")) old.remove();
    if (mine && log?.state) {
      const text = mine.seq <= log.state.read.agent ? this.say.read : this.say.sent;
      this.#list.querySelector(`[data-seq="${mine.seq}"] small`)?.append(h("span", { "data-mark": true }, ` · ${text}`));
    }
    const pending = this.#client?.outbox.items.filter((i) => !i.conversation || i.conversation === this.#conversation) ?? [];
    fill(
      this.#waiting,
      ...pending.map((item) =>
        h(
          "li",
          { class: "me waiting" },
          h("p", {}, item.text, item.attachment && fileView(item.attachment, this.say.tray)),
          item.refused
            ? h(
                "small",
                { class: "bad", role: "alert" },
                `${this.say.refused}: ${item.refused.message} `,
                h("button", { type: "button", class: "plain small", onclick: () => this.#client?.retry(item.clientMsgId) }, this.say.retry),
                " ",
                h("button", { type: "button", class: "plain small", onclick: () => this.#takeBack(item.clientMsgId) }, this.say.takeBack),
              )
            : h("small", {}, this.say.sending),
        ),
      ),
    );
  }

  #item(message: Message): HTMLLIElement {
    const time = new Date(message.at).toLocaleTimeString(this.setup.language === "zh-hans" ? "zh-CN" : "en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    if (message.author === "system") return h("li", { class: "system", "data-seq": message.seq }, message.text);
    const who = message.mine ? this.say.you : message.name;
    return h(
      "li",
      { class: message.mine ? "me" : "agent", "data-seq": message.seq, "data-author": message.author },
      h("p", {}, message.text, message.attachment && fileView(message.attachment, this.say.tray)),
      h("small", {}, `${who} · ${time}`, message.masked && ` · ${this.say.masked}`),
    );
  }

  #beginForm(): HTMLFormElement {
    const name = h("input", { type: "text", id: "name", maxlength: 80, autocomplete: "name", value: this.#answers.name ?? this.#session?.customer.name ?? "" });
    const topic = h("select", { id: "topic" }, h("option", { value: "" }, "–"), ...Object.entries(this.say.topics).map(([code, text]) => h("option", { value: code }, text)));
    topic.value = this.#answers.topic ?? "";
    const question = h("textarea", { id: "question", rows: 4, maxlength: MAX_LENGTH, required: true });
    question.value = this.#store.getItem(`tideline:draft:${this.setup.siteKey}`) ?? "";
    question.addEventListener("input", () => this.#store.setItem(`tideline:draft:${this.setup.siteKey}`, question.value));
    const error = h("p", { class: "bad", role: "alert", hidden: true }, this.say.needQuestion);
    return h(
      "form",
      {
        novalidate: true,
        onsubmit: (event) => {
          event.preventDefault();
          const text = question.value.trim();
          error.hidden = Boolean(text);
          if (!text) {
            question.focus();
            return;
          }
          this.#store.removeItem(`tideline:draft:${this.setup.siteKey}`);
          const form = Object.entries({ name: name.value.trim(), topic: topic.value }).filter(([, value]) => value);
          this.#write(text, form.length ? { form: Object.fromEntries(form) } : {});
          this.#root.querySelector<HTMLElement>(".compose textarea")?.focus();
        },
      },
      h("div", {}, h("label", { for: "name" }, this.say.name), name),
      h("div", {}, h("label", { for: "topic" }, this.say.topic), topic),
      h("div", {}, h("label", { for: "question" }, this.say.question), question),
      error,
      h("button", { type: "submit", class: "primary" }, this.say.start),
    );
  }

  #compose(): HTMLFormElement {
    const key = `tideline:draft:${this.setup.siteKey}`;
    const field = h("textarea", { rows: 2, maxlength: MAX_LENGTH, "aria-label": this.say.write, placeholder: this.say.write });
    field.value = this.#store.getItem(key) ?? "";
    const send = h("button", { type: "submit", class: "primary" }, this.say.send);
    const tray = this.#trayOfNow(() => {
      send.disabled = tray.isBusy;
      this.#toEnd();
    });
    send.disabled = tray.isBusy;
    const chosen = h("input", {
      type: "file",
      accept: KINDS,
      multiple: true,
      hidden: true,
      onchange: () => {
        tray.add([...(chosen.files ?? [])]);
        chosen.value = "";
        field.focus();
      },
    });
    // A file goes into a conversation; while the first words are still on their way there is none.
    const attach = h("button", { type: "button", class: "attach", "aria-label": this.say.attach, title: this.say.attach, hidden: !this.#conversation, onclick: () => chosen.click() }, "+");
    field.addEventListener("paste", (event) => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (!files.length || !this.#conversation) return;
      event.preventDefault();
      tray.add(files);
    });
    const submit = (): void => {
      const text = field.value.trim();
      if (tray.isBusy || (!text && tray.isEmpty)) return;
      field.value = "";
      this.#store.removeItem(key);
      this.#write(text, { files: tray.take() });
      field.focus();
    };
    field.addEventListener("input", () => {
      this.#store.setItem(key, field.value);
      const log = this.#log;
      if (!log || Date.now() - this.#typedAtMs < TYPING_EVERY_MS) return;
      this.#typedAtMs = Date.now();
      this.#client?.command({ type: "typing", conversation: log.id, on: true });
    });
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      submit();
    });
    const form = h("form", { class: "compose" }, tray.element, h("div", { class: "write" }, attach, chosen, field, send));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      submit();
    });
    return form;
  }

  /** One tray a conversation: its uploads outlive the form around it, which is drawn anew. */
  #trayOfNow(changed: () => void): FileTray {
    const conversation = this.#conversation;
    if (this.#tray?.conversation !== conversation) {
      const held: { changed: () => void } = { changed };
      const tray = new FileTray({
        words: this.say.tray,
        maxBytes: () => this.#session?.file_max_bytes ?? Infinity,
        store: this.#store,
        storeKey: `tideline:files:${conversation}`,
        send: (file, progress, signal) => uploadFile(this.setup.origin, this.#session?.token ?? "", conversation, file, progress, signal),
        changed: () => held.changed(),
      });
      this.#tray = { conversation, tray, held };
    }
    this.#tray.held.changed = changed;
    return this.#tray.tray;
  }

  #askEnd(): void {
    const back = (): void => {
      fill(this.#foot, this.#compose());
      this.#root.querySelector<HTMLElement>(".compose textarea")?.focus();
    };
    const end = h(
      "button",
      {
        type: "button",
        class: "primary",
        onclick: () => {
          if (this.#client?.command({ type: "end", conversation: this.#conversation })) fill(this.#foot);
        },
      },
      this.say.yes,
    );
    fill(
      this.#foot,
      h("div", { class: "compose row", role: "group", "aria-label": this.say.endSure }, h("span", {}, this.say.endSure), end, h("button", { type: "button", class: "plain", onclick: back }, this.say.no)),
    );
    end.focus();
  }

  #ended(): HTMLElement {
    const state = this.#log?.state;
    const again = h("button", { type: "button", class: "plain", onclick: () => this.#newChat() }, this.say.another);
    const rated = this.#store.getItem(`tideline:rated:${this.#conversation}`);
    const until = state?.rate_until ? new Date(state.rate_until) : null;
    const rateable = state?.segment && state.state !== "abandoned" && until && until.getTime() > (this.#client?.serverNow() ?? Date.now()) && !rated;
    const box = h("div", { class: "done" });
    const closing = h("p", { class: "system" }, state?.state === "abandoned" ? this.say.abandoned : this.say.ended);
    fill(box, closing, rateable ? this.#rating(box, state.segment as string, until) : again);
    return box;
  }

  #newChat(): void {
    this.#client?.forget(this.#conversation);
    this.#conversation = "";
    this.#shownSeq = 0;
    this.#list.replaceChildren();
    this.#shape = "";
    this.#draw();
    this.#root.querySelector<HTMLElement>("textarea")?.focus();
  }

  #rating(box: HTMLElement, segment: string, until: Date): HTMLFormElement {
    const conversation = this.#conversation;
    const done = (text: string): void => {
      this.#store.setItem(`tideline:rated:${conversation}`, "1");
      fill(box, h("p", { role: "status" }, text), h("button", { type: "button", class: "plain", onclick: () => this.#newChat() }, this.say.another));
    };
    const error = h("p", { class: "bad", role: "alert", hidden: true });
    const comment = h("textarea", { id: "comment", rows: 2, maxlength: 1000 });
    const form = h(
      "form",
      { novalidate: true },
      h(
        "fieldset",
        {},
        h("legend", {}, this.say.rate),
        h(
          "div",
          { class: "rates" },
          ...this.say.rates.map((label, n) =>
            h("label", {}, h("input", { type: "radio", name: "csat", value: n + 1, "aria-label": `${n + 1}: ${label}` }), h("span", {}, n + 1), n % 2 === 0 && label),
          ),
        ),
      ),
      h("div", {}, h("label", { for: "comment" }, this.say.comment), comment),
      h("p", { class: "system" }, this.say.rateUntil(until.toLocaleDateString(this.setup.language, { dateStyle: "medium" }))),
      error,
      h(
        "div",
        { class: "row" },
        h("button", { type: "submit", class: "primary" }, this.say.submit),
        h("button", { type: "button", class: "plain", onclick: () => done(this.say.ended) }, this.say.skip),
      ),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const chosen = form.querySelector<HTMLInputElement>("input[name=csat]:checked");
      error.hidden = Boolean(chosen);
      error.textContent = this.say.chooseRate;
      if (!chosen || !this.#session) return;
      const button = form.querySelector("button");
      button?.setAttribute("disabled", "");
      sendRating(this.setup.origin, this.#session.token, segment, Number(chosen.value), comment.value.trim())
        .then((ok) => {
          if (ok === "late") done(this.say.tooLate);
          else if (ok === "stored") done(this.say.thanks);
          else throw new Error("rating");
        })
        .catch(() => {
          button?.removeAttribute("disabled");
          error.textContent = this.say.failed;
          error.hidden = false;
        });
    });
    return form;
  }
}
