/**
 * `<live-workspace>`: an agent's conversations. Three columns on a wide screen, two at 1024, one at a time on a
 * phone (data-pane says which). Attributes: data-agent, data-here (this page), data-today
 * (address of Today), data-login, data-token (against forged requests).
 */
import "../deadline-timer";
import { fill, h, icon } from "../dom";
import { LiveClient, type LiveEvent } from "../live/client";
import type { ConversationLog } from "../live/log";
import type { Attachment, Frame, StateBody } from "../live/protocol";
import { upload } from "../live/upload";
import { toast } from "../tide-toasts";
import { Background } from "./background";
import { Composer } from "./composer";
import { checkInButton, DAY_MS, type NextClaim } from "./check-in";
import { abuseDialog, customerPanel, type DetailActions, finishDialog, type WrapUpCode, wrapUpForm, wrapUps } from "./details";
import { escalateDialog, handedOnNote, type Reason } from "./escalation";
import { byUrgency, emptyInbox, inboxItem, namedDeadline } from "./inbox";
import { type Offer, offerCard } from "./offers";
import { fetchPhrases, type Phrase } from "./phrases";
import { Thread } from "./thread";
import { clock, say } from "./words";

interface Presence {
  status: "available" | "break" | "away";
  reason: string;
  load: number;
  capacity: number;
  claims: { id: string; programme: { id: string; name: string }; ends_at: string }[];
  next_claim: NextClaim | null;
}

type Pane = "inbox" | "thread" | "details";

export class LiveWorkspace extends HTMLElement {
  #client!: LiveClient;
  #thread!: Thread;
  #composer!: Composer;
  #selected = "";
  #presence: Presence | null = null;
  #offers = new Map<string, Offer>();
  #codes: WrapUpCode[] = [];
  #reasons: Reason[] = [];
  /** The largest file the server takes. */
  #maxBytes = Infinity;
  #why = new Map<string, string>();
  #phrases = new Map<string, Promise<Phrase[]>>();
  #opening = 0;
  #wrapUp: { conversation: string; form: HTMLFormElement } | null = null;
  #title = document.title;
  #bar = h("div", { class: "flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-base-300 px-4 py-2 text-sm" });
  #notice = h("div", { role: "status" });
  #offerBox = h("div", { class: "flex flex-col gap-3 empty:hidden p-3", "aria-live": "assertive" });
  #list = h("ul", { class: "divide-y divide-base-300" });
  #head = h("header", { class: "flex min-h-14 items-center gap-3 border-b border-base-300 px-4 py-2" });
  #handedOn = h("div");
  #mine = new Set<string>();
  #customer = h("div");
  #finish = h("div");
  #background!: Background;
  #details = h("aside", { class: "min-h-0 overflow-y-auto", "aria-label": say().customer }, this.#customer, this.#finish);

  connectedCallback(): void {
    this.#thread = new Thread({
      retry: (id) => this.#client.retry(id),
      takeBack: (id) => {
        const dropped = this.#client.drop(id);
        if (dropped) this.#composer.put(dropped.text, dropped.attachment);
      },
      seen: () => this.#markRead(),
    });
    this.#background = new Background(this.dataset.here ?? "");
    this.#details.append(this.#background.element);
    this.#composer = new Composer(localStorage, {
      send: (text, files) => this.#write(text, files),
      upload: (conversation, file, progress, signal) =>
        upload(file, { url: `/api/v1/conversations/${conversation}/attachments/`, headers: { "X-CSRFToken": this.dataset.token ?? "" } }, progress, signal),
      maxBytes: () => this.#maxBytes,
      typing: (on) => void this.#client.command({ type: "typing", conversation: this.#selected, on }),
      places: () => ({
        customer: this.#log?.state?.customer.name ?? "",
        agent: this.#log?.state?.owner?.name ?? "",
        programme: this.#log?.state?.programme.name ?? "",
      }),
    });
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    this.#client = new LiveClient({
      open: async () => ({ url: `${scheme}://${location.host}/ws/workspace/`, hello: { language: document.documentElement.lang.toLowerCase() } }),
      side: "agent",
      store: localStorage,
      storeKey: `outbox:${this.dataset.agent ?? ""}`,
      on: (event) => this.#on(event),
    });
    this.#build();
    document.addEventListener("keydown", this.#shortcut);
    document.addEventListener("visibilitychange", this.#visible);
    this.#client.start();
  }

  disconnectedCallback(): void {
    document.removeEventListener("keydown", this.#shortcut);
    document.removeEventListener("visibilitychange", this.#visible);
    this.#client.stop();
  }

  get #log(): ConversationLog | null {
    return this.#client.logs.get(this.#selected) ?? null;
  }

  #build(): void {
    this.dataset.pane = "inbox";
    const inbox = h(
      "section",
      { class: "pane pane-inbox", "aria-label": say().inbox },
      this.#offerBox,
      this.#list,
      h("p", { class: "mt-auto hidden p-3 text-xs text-muted lg:block" }, say().keys),
    );
    const thread = h("section", { class: "pane pane-thread", "aria-label": say().thread }, this.#head, this.#handedOn, this.#thread.element, this.#composer.element);
    takeDrops(thread, (files) => !this.#composer.element.hidden && this.#composer.addFiles(files));
    this.#details.classList.add("pane", "pane-details");
    // Outside the panes: on a phone only one of them is there at a time.
    this.replaceChildren(h("h1", { class: "sr-only" }, say().inbox), this.#bar, this.#notice, h("div", { class: "panes" }, inbox, thread, this.#details));
    this.#composer.open("");
    this.#draw();
  }

  // -- What arrives ------------------------------------------------------------------------------

  #on(event: LiveEvent): void {
    switch (event.kind) {
      case "status":
        this.#drawBar();
        this.#drawNotice(event.code);
        return;
      case "ready":
        this.#ready(event.frame);
        return;
      case "message":
        if (event.log.id === this.#selected) this.#thread.update();
        this.#markRead();
        break;
      case "state":
        this.#stateChanged(event.log);
        break;
      case "resumed":
        if (event.log.id === this.#selected) this.#thread.update();
        this.#markRead(); // a mark sent as the line was cut may never have arrived
        break;
      case "typing":
        if (event.log.id === this.#selected) {
          this.#thread.showTyping(event.on ? say().typing(event.log.state?.customer.name || say().customer) : "");
        }
        return;
      case "outbox":
        if (event.conversation === this.#selected) this.#thread.showPending(this.#client.outbox.of(this.#selected));
        return;
      case "refused":
        if (!event.pending) toast(event.error.message, "error");
        return;
      case "frame":
        this.#frame(event.frame);
        return;
    }
    this.#drawInbox();
    this.#drawHead();
  }

  #ready(frame: Frame): void {
    this.#presence = frame.presence as Presence;
    this.#codes = frame.wrap_up_codes as WrapUpCode[];
    this.#reasons = frame.escalation_reasons as Reason[];
    this.#maxBytes = frame.file_max_bytes as number;
    this.#offers = new Map((frame.offers as Offer[]).map((offer) => [offer.offer, offer]));
    // By the server's list: a log from before the line was cut may be of a conversation closed meanwhile.
    const open = new Set((frame.conversations as StateBody[]).map((state) => state.conversation));
    wrapUps.keepOnly((id) => open.has(id));
    this.#draw();
  }

  #frame(frame: Frame): void {
    if (frame.type === "presence") this.#presence = frame as unknown as Presence;
    else if (frame.type === "offer") this.#offers.set((frame as unknown as Offer).offer, frame as unknown as Offer);
    else if (frame.type === "offer_gone") {
      const offer = this.#offers.get(frame.offer as string);
      this.#offers.delete(frame.offer as string);
      if (frame.reason === "accepted" && offer) this.#choose(offer.conversation);
    } else if (frame.type === "why") {
      const you = frame.you as { rank: number };
      this.#why.set((frame.conversation as string | undefined) ?? this.#selected, say().whyText(you.rank, frame.eligible as number));
      this.#drawDetails();
    }
    this.#drawBar();
    this.#drawOffers();
    this.#drawInbox();
  }

  #stateChanged(log: ConversationLog): void {
    const state = log.state;
    if (!state) return;
    if (!state.owner?.you) {
      // Said once: what is no longer ours may change again before the server knows that we have let go.
      const wasMine = this.#mine.delete(log.id);
      if (wasMine && state.ended_how === "escalated" && !state.owner) toast(say().handedOver, "success");
      else if (wasMine && state.state !== "closed" && state.state !== "abandoned") toast(say().gone, "warning");
      this.#letGo(log.id);
      return;
    }
    this.#mine.add(log.id);
    if (state.state === "closed" || state.state === "abandoned") {
      this.#letGo(log.id);
      return;
    }
    if (log.id === this.#selected && this.#thread.shown !== log) this.#choose(log.id);
    else if (log.id === this.#selected) {
      this.#thread.update();
      this.#drawDetails();
      this.#composer.element.hidden = state.state !== "active";
    } else if (!this.#selected && state.state === "active") this.#choose(log.id);
  }

  #letGo(id: string): void {
    this.#client.forget(id);
    this.#background.forget(id);
    wrapUps.forget(id);
    if (this.#selected === id) this.#choose("");
  }

  // -- What the agent does -----------------------------------------------------------------------

  #choose(id: string): void {
    this.#selected = id;
    const log = this.#log;
    this.dataset.pane = id ? "thread" : "inbox";
    this.#thread.show(log, this.#client.outbox.of(id));
    this.#composer.open(log?.state?.state === "active" ? id : "");
    void this.#offerPhrases(id);
    this.#draw();
    if (id && matchMedia("(min-width: 64rem)").matches) this.#composer.field.focus();
    this.#markRead();
  }

  /** Fetched once a conversation, so that what the client writes meanwhile is there in the next one. */
  async #offerPhrases(id: string): Promise<void> {
    this.#composer.offer([]);
    if (!id) return;
    const found = this.#phrases.get(id) ?? fetchPhrases(`${this.dataset.here ?? ""}${id}/phrases/`);
    this.#phrases.set(id, found);
    const phrases = await found;
    if (!phrases.length) this.#phrases.delete(id);
    if (this.#selected === id) this.#composer.offer(phrases);
  }

  /** Each file goes in a message of its own, the text with the first. */
  #write(text: string, files: Attachment[]): void {
    const log = this.#log;
    const epoch = log?.state?.epoch;
    if (!log || epoch === undefined) return;
    if (!files.length) this.#client.write(log.id, text, { epoch });
    files.forEach((attachment, n) => void this.#client.write(log.id, n ? "" : text, { epoch, attachment }));
    this.#thread.toEnd();
  }

  #markRead(): void {
    const log = this.#log;
    if (!log?.state || !this.#thread.isRead || log.lastSeq <= log.state.read.agent) return;
    if (this.#client.command({ type: "read", conversation: log.id, seq: log.lastSeq })) {
      log.state.read.agent = log.lastSeq;
      this.#drawInbox();
    }
  }

  #command(frame: Frame): boolean {
    const sent = this.#client.command(frame);
    if (!sent) toast(say().cut, "warning");
    return sent;
  }

  #owned(type: string, more: Record<string, unknown> = {}): void {
    const log = this.#log;
    if (log?.state) this.#command({ type, conversation: log.id, epoch: log.state.epoch, ...more });
  }

  #actions(): DetailActions {
    return {
      close: (code, note) => this.#owned("close", { code, note }),
      abuse: (note) => this.#owned("abuse", { note }),
      why: () => this.#command({ type: "why", conversation: this.#selected }),
    };
  }

  #visible = (): void => {
    if (document.visibilityState === "visible") this.#markRead();
  };

  #shortcut = (event: KeyboardEvent): void => {
    if (!event.altKey || event.ctrlKey || event.metaKey) return;
    const place = /^Digit([1-9])$/.exec(event.code)?.[1];
    const first = this.#offers.keys().next().value;
    if (place) this.#choose(this.#ordered()[Number(place) - 1]?.id ?? this.#selected);
    else if (event.code === "KeyA" && first) this.#command({ type: "accept", offer: first });
    else if (event.code === "KeyD" && first) this.#command({ type: "decline", offer: first });
    else if (event.code === "KeyW" && this.#log?.state?.state === "active") this.#finishing();
    else return;
    event.preventDefault();
  };

  // -- What is shown -----------------------------------------------------------------------------

  #ordered(): ConversationLog[] {
    return [...this.#client.logs.values()].filter((log) => log.state?.owner?.you).sort(byUrgency);
  }

  #serverNow(): string {
    return new Date(this.#client.serverNow()).toISOString();
  }

  #draw(): void {
    this.#drawBar();
    this.#drawOffers();
    this.#drawInbox();
    this.#drawHead();
    this.#drawDetails();
  }

  #drawBar(): void {
    const status = this.#client.status;
    const words = { connecting: say().connecting, catching_up: say().catchingUp, ready: say().ready, cut: say().connecting, stopped: say().reconnect };
    const link = h(
      "span",
      { class: `flex items-center gap-1.5 ${status === "ready" ? "text-success" : "text-warning"}`, "data-status": status },
      icon(status === "ready" ? "wifi" : "wifi-off", "sm"),
      h("span", { class: status === "ready" ? "max-sm:sr-only" : "" }, words[status]),
    );
    const presence = this.#presence;
    if (!presence) {
      this.#bar.replaceChildren(link);
      return;
    }
    const available = presence.status === "available";
    this.#bar.replaceChildren(
      h(
        "button",
        {
          type: "button",
          class: `btn btn-sm ${available ? "" : "btn-primary"}`,
          "data-presence": presence.status,
          onclick: () => this.#command({ type: "presence", status: available ? "break" : "available" }),
        },
        icon(available ? "circle-pause" : "circle-play", "sm"),
        available ? say().goBreak : say().goAvailable,
      ),
      h("span", { class: "font-medium" }, say().standing[presence.status] ?? ""),
      h("span", { class: "tabular text-muted" }, h("span", { class: "max-sm:sr-only" }, say().load(presence.load, presence.capacity)), h("span", { class: "sm:hidden", "aria-hidden": "true" }, `${presence.load} / ${presence.capacity}`)),
      ...presence.claims.map((claim) => h("span", { class: "text-muted max-sm:hidden" }, say().until(claim.programme.name, clock(claim.ends_at)))),
      h("span", { class: "ms-auto" }, link),
    );
    const waiting = this.#offers.size + this.#ordered().reduce((n, log) => n + log.unread("agent"), 0);
    document.title = waiting ? `(${waiting}) ${this.#title}` : this.#title;
  }

  #drawNotice(code?: number): void {
    const status = this.#client.status;
    const presence = this.#presence;
    let text = "";
    let action: HTMLElement | null = null;
    const next = presence?.next_claim;
    const opensInMs = next ? Date.parse(next.check_in_opens_at) - this.#client.serverNow() : Infinity;
    window.clearTimeout(this.#opening);
    if (opensInMs > 0 && opensInMs < DAY_MS) this.#opening = window.setTimeout(() => this.#drawNotice(), opensInMs + 500);
    if (status === "cut" && code === 4401) {
      text = say().loggedOut;
      action = h("a", { class: "link", href: this.dataset.login ?? "/" }, say().reconnect);
    } else if (status === "cut") text = say().cut;
    else if (status === "stopped") {
      text = say().stopped;
      action = h("button", { type: "button", class: "link", onclick: () => this.#client.reconnect() }, say().reconnect);
    } else if (next && opensInMs <= 0) {
      text = say().nextBlock(next.programme.name, clock(next.starts_at), clock(next.ends_at));
      action = checkInButton(next.id, this.dataset.token ?? "");
    } else if (presence && !presence.claims.length) {
      text = this.#ordered().length ? say().noClaimOpen : say().noClaim;
      action = h("a", { class: "link", href: this.dataset.today ?? "/", target: "_blank" }, say().today);
    } else if (presence?.reason === "missed_offers") text = say().missed;
    else if (presence?.reason === "dropped") text = say().dropped;
    this.#notice.replaceChildren(
      ...(text ? [h("p", { class: "flex items-start gap-2 bg-warning/15 px-4 py-2 text-sm" }, icon("triangle-alert", "sm"), h("span", { class: "min-w-0 flex-1" }, text), action)] : []),
    );
  }

  #drawOffers(): void {
    this.#drawNotice();
    const shown = new Set([...this.#offerBox.children].map((card) => (card as HTMLElement).dataset.offer));
    for (const card of [...this.#offerBox.children] as HTMLElement[]) if (!this.#offers.has(card.dataset.offer ?? "")) card.remove();
    for (const offer of this.#offers.values()) {
      if (shown.has(offer.offer)) continue;
      this.#offerBox.append(
        offerCard(offer, this.#serverNow(), {
          accept: () => this.#command({ type: "accept", offer: offer.offer }),
          decline: () => this.#command({ type: "decline", offer: offer.offer }),
        }),
      );
      if (!this.#selected) this.dataset.pane = "inbox";
    }
  }

  #drawInbox(): void {
    const logs = this.#ordered();
    const focused = (document.activeElement as HTMLElement | null)?.dataset?.conversation;
    this.#list.replaceChildren(
      ...logs.map((log, n) => inboxItem(log, n + 1, log.id === this.#selected, this.#serverNow(), (id) => this.#choose(id))),
    );
    if (!logs.length) this.#list.replaceChildren(emptyInbox(this.#presence?.status ?? ""));
    if (focused) this.#list.querySelector<HTMLElement>(`[data-conversation="${focused}"]`)?.focus();
    this.#drawBar();
  }

  #drawHead(): void {
    const log = this.#log;
    const state = log?.state;
    if (!log || !state) {
      this.#head.replaceChildren(h("p", { class: "text-sm text-muted" }, say().pick));
      return;
    }
    fill(
      this.#head,
      h("button", { type: "button", class: "btn btn-ghost btn-square btn-sm lg:hidden", "aria-label": say().back, onclick: () => this.#pane("inbox") }, icon("arrow-left", "sm")),
      h(
        "div",
        { class: "min-w-0 flex-1" },
        h("h2", { class: "truncate text-base font-semibold" }, state.customer.name || say().customer),
        h("p", { class: "truncate text-xs text-muted" }, log.catchingUp ? say().catchingUp : state.programme.name),
      ),
      namedDeadline(state, this.#serverNow()),
      state.state === "active" && h(
          "button",
          { type: "button", class: "btn btn-sm", "data-finish": true, "aria-label": say().finish, onclick: () => this.#finishing() },
          icon("check-check", "sm"),
          h("span", { "aria-hidden": "true", class: "sm:hidden" }, say().finishShort),
          h("span", { "aria-hidden": "true", class: "max-sm:hidden" }, say().finish),
        ),
      h("button", { type: "button", class: "btn btn-ghost btn-square btn-sm xl:hidden", "aria-label": say().customer, onclick: () => this.#pane(this.dataset.pane === "details" ? "thread" : "details") }, icon("circle-user", "sm")),
    );
  }

  /** Asks first: the customer sees the end at once, and it cannot be taken back. */
  #finishing(): void {
    const log = this.#log; // the one it was opened for, also when another is chosen meanwhile
    const dialog = finishDialog(log?.state?.customer.name ?? "", () => this.#command({ type: "wrap_up", conversation: log?.id, epoch: log?.state?.epoch }));
    this.append(dialog);
    dialog.showModal();
  }

  #pane(pane: Pane): void {
    this.dataset.pane = pane;
  }

  #drawDetails(): void {
    const log = this.#log;
    this.#background.show(log?.state?.owner?.you ? log.id : "");
    if (!log?.state) {
      this.#wrapUp = null;
      fill(this.#customer);
      fill(this.#finish);
      fill(this.#handedOn);
      return;
    }
    const { escalation } = log.state;
    fill(this.#handedOn, escalation && handedOnNote(escalation, this.#reasons));
    const act = this.#actions();
    const back = { type: "button", class: "btn btn-ghost btn-sm m-2 lg:hidden", onclick: () => this.#pane("thread") };
    fill(this.#customer, h("button", back, icon("arrow-left", "sm"), say().back), customerPanel(log, this.#why.get(log.id) ?? "", act));
    if (log.state.state !== "wrap_up") {
      this.#wrapUp = null;
      fill(this.#finish, log.state.state === "active" && this.#otherEnds(act));
    } else if (this.#wrapUp?.conversation !== log.id) {
      // Made once: it keeps what is typed in it while states come in.
      this.#wrapUp = { conversation: log.id, form: wrapUpForm(log.id, this.#codes, act) };
      fill(this.#finish, this.#wrapUp.form);
      this.#pane("details");
    }
  }

  #otherEnds(act: DetailActions): HTMLElement {
    const open = (dialog: HTMLDialogElement): void => {
      this.append(dialog);
      dialog.showModal();
    };
    const log = this.#log; // the one the dialog was opened for, also when another is chosen meanwhile
    const handOn = (reason: string, note: string): boolean =>
      this.#command({ type: "escalate", conversation: log?.id, epoch: log?.state?.epoch, reason, note });
    const escalate = { type: "button", class: "btn btn-sm", "data-hand-on": true, onclick: () => open(escalateDialog(this.#reasons, handOn)) };
    const abuse = { type: "button", class: "btn btn-ghost btn-sm text-error", onclick: () => open(abuseDialog(act)) };
    return h(
      "div",
      { class: "flex flex-wrap gap-2 border-t border-base-300 p-4" },
      h("button", escalate, icon("users", "sm"), say().escalate),
      h("button", abuse, icon("shield-alert", "sm"), say().abuse),
    );
  }
}

/** Files dropped on an element; it shows that it would take them. */
function takeDrops(element: HTMLElement, take: (files: File[]) => void): void {
  const over = (on: boolean) => (event: DragEvent) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    element.classList.toggle("drop-here", on);
  };
  element.addEventListener("dragover", over(true));
  element.addEventListener("dragleave", over(false));
  element.addEventListener("drop", (event) => {
    over(false)(event);
    take([...(event.dataTransfer?.files ?? [])]);
  });
}

customElements.define("live-workspace", LiveWorkspace);
