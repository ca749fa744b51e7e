// The line to the hall: an outbox that loses nothing, and the stream of what is said.
//
// A message stays in the outbox (and in localStorage) with one id until the hall has answered it;
// the hall does nothing twice for the same id, so sending again is always safe.

const STORE = "paotuan.chat";
const TURN_MS = 45_000; // the hall gives the engine 30 s
const PAUSES_MS = [1_000, 2_000, 4_000, 8_000, 15_000];
const STALE_MS = 20_000; // a page hidden for longer opens its stream anew

/** The hall said no: sending the same again would not help. */
class Refused extends Error {
  constructor(status, code, wording) {
    super(wording);
    Object.assign(this, { status, code });
  }
}

/** Nobody answered, or the hall is busy: the same is sent again later. `reached` tells which. */
class Later extends Error {
  constructor(reached) {
    super("later");
    this.reached = reached;
  }
}

async function request(path, body) {
  let response;
  try {
    response = await fetch(path, {
      method: body === undefined ? "GET" : "POST",
      headers: body === undefined ? {} : { "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(TURN_MS),
    });
  } catch {
    throw new Later(false);
  }
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  if (response.status >= 500 || [408, 429].includes(response.status)) throw new Later(true);
  throw new Refused(response.status, answer.error?.code, answer.error?.message ?? "这一步没有办成，请再试一次。");
}

/** An id for a message; `crypto.randomUUID` is missing on plain http. */
function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function stored() {
  try {
    return JSON.parse(localStorage.getItem(STORE)) ?? {};
  } catch {
    return {};
  }
}

export class Line {
  #on;
  #conversation = null;
  #outbox = [];
  #last = 0; // the newest seq seen
  #sending = false;
  #failures = 0;
  #source = null;
  #retry = null;
  #hiddenAt = 0;

  /** `on`: message, owner, waiting, restored, sent, refused, notice, busy, connection, lost. */
  constructor(on) {
    this.#on = on;
    const { conversation = null, outbox = [] } = stored();
    this.#conversation = conversation;
    this.#outbox = outbox;
    addEventListener("online", () => this.#again());
    addEventListener("offline", () => this.#on.connection("lost"));
    addEventListener("storage", (event) => event.key === STORE && this.#followOtherTab());
    document.addEventListener("visibilitychange", () => this.#visibility());
  }

  /** Show what was said before, then listen and send what is still in the outbox. */
  async open() {
    if (this.#conversation) await this.#catchUp();
    this.#on.restored(this.#outbox);
    if (this.#conversation) this.#listen();
    this.#flush();
  }

  /** Put a message into the outbox; it is on its way from now on. */
  send(text, payload) {
    const item = { id: newId(), text, ...(payload === undefined ? {} : { payload }) };
    this.#outbox.push(item);
    this.#save();
    this.#flush();
    return item;
  }

  /** Leave a number to be called back; throws when it was not taken. */
  async leaveNumber(phone) {
    const { waiting } = await request(this.#path("callback"), { phone });
    this.#on.waiting(waiting);
  }

  /** Forget the conversation on this device. */
  forget() {
    this.#source?.close();
    clearTimeout(this.#retry);
    this.#conversation = null;
    this.#outbox = [];
    this.#last = 0;
    this.#save();
  }

  #path(rest) {
    return `/api/chat/${encodeURIComponent(this.#conversation)}/${rest}`;
  }

  #save() {
    try {
      localStorage.setItem(STORE, JSON.stringify({ conversation: this.#conversation, outbox: this.#outbox }));
    } catch {
      // private mode: the conversation lives as long as the page
    }
  }

  #followOtherTab() {
    if ((stored().conversation ?? null) !== this.#conversation) location.reload();
  }

  async #catchUp() {
    try {
      const { messages, owner, waiting } = await request(this.#path(`messages?after=${this.#last}`));
      messages.forEach((message) => this.#take(message));
      this.#on.owner(owner);
      this.#on.waiting(waiting ?? "");
    } catch (error) {
      if (error instanceof Refused && error.status === 404) this.#lose();
      else this.#on.connection(error.reached ? "busy" : "lost");
    }
  }

  #lose() {
    const outbox = this.#outbox;
    this.forget();
    this.#outbox = outbox;
    this.#save();
    this.#on.lost(outbox);
  }

  #take(message) {
    this.#last = Math.max(this.#last, message.seq);
    this.#on.message(message);
  }

  #listen() {
    this.#source?.close();
    const source = (this.#source = new EventSource(this.#path(`events?after=${this.#last}`)));
    source.onopen = () => this.#connected();
    source.addEventListener("message", (event) => this.#heard(JSON.parse(event.data)));
    source.addEventListener("standing", (event) => {
      const { owner, waiting } = JSON.parse(event.data);
      this.#on.owner(owner);
      this.#on.waiting(waiting);
    });
    source.onerror = () => {
      this.#on.connection("lost");
      if (source.readyState === EventSource.CLOSED && source === this.#source) this.#tryLater(() => this.#listen());
    };
  }

  #heard(message) {
    this.#take(message);
    if (message.sender === "NOTICE" || message.sender === "STAFF") this.#catchUp(); // the owner may have changed
  }

  #connected() {
    this.#failures = 0;
    this.#on.connection("ok");
    this.#flush();
  }

  #visibility() {
    if (document.hidden) this.#hiddenAt = Date.now();
    else if (Date.now() - this.#hiddenAt > STALE_MS) this.#again();
  }

  #again() {
    if (this.#conversation) this.#listen();
    this.#flush();
  }

  #tryLater(work) {
    const pause = PAUSES_MS[Math.min(this.#failures++, PAUSES_MS.length - 1)];
    clearTimeout(this.#retry);
    this.#retry = setTimeout(work, pause);
  }

  async #flush() {
    if (this.#sending) return;
    this.#sending = true;
    try {
      while (this.#outbox.length) await this.#deliver(this.#outbox[0]);
    } catch (error) {
      if (!(error instanceof Later)) throw error;
      this.#on.connection(error.reached ? "busy" : "lost");
      this.#tryLater(() => this.#again());
    } finally {
      this.#sending = false;
      this.#on.busy(false);
    }
  }

  async #deliver(item) {
    this.#on.busy(true);
    try {
      await this.#begin();
      const answer = await request(this.#path("messages"), item);
      this.#done(item);
      this.#on.sent(item, answer.seq);
      answer.messages.forEach((message) => this.#on.message(message)); // not #take: the stream may still owe earlier ones
      if (answer.notice) this.#on.notice(answer.notice);
      this.#failures = 0;
      if (this.#source?.readyState === EventSource.OPEN) this.#on.connection("ok");
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (error.status === 404) return this.#lose(); // the item stays in the outbox and opens a new conversation
      this.#done(item);
      this.#on.refused(item, error.message);
    }
  }

  async #begin() {
    if (this.#conversation) return;
    this.#conversation = (await request("/api/chat", {})).conversation_id;
    this.#save();
    this.#listen();
  }

  #done(item) {
    this.#outbox = this.#outbox.filter((other) => other.id !== item.id);
    this.#save();
  }
}
