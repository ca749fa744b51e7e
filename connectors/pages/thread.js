// The thread: what was said, in the order of the hall. Text is only ever set as text, never as HTML.

const NAMES = { ASSISTANT: "助手", STAFF: "工作人员", NOTICE: "通知", CITIZEN: "" };
const PENDING = 1e15; // what is not confirmed yet stands below everything

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

const clock = new Intl.DateTimeFormat("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false });
const calendar = new Intl.DateTimeFormat("zh-CN", { month: "long", day: "numeric" });

function when(at) {
  const moment = new Date(at);
  const sameDay = moment.toDateString() === new Date().toDateString();
  return sameDay ? clock.format(moment) : `${calendar.format(moment)} ${clock.format(moment)}`;
}

export class Thread {
  #list;
  #press;
  #bySeq = new Map();
  #pending = new Map(); // message id → list item
  #count = 0;

  /** `press(title, payload)` is called for a pressed button. */
  constructor(list, press) {
    this.#list = list;
    this.#press = press;
  }

  get isEmpty() {
    return this.#bySeq.size + this.#pending.size === 0;
  }

  /** Add what the hall knows; the same seq again changes nothing. True when it is new here. */
  add(message) {
    if (this.#bySeq.has(message.seq)) return false;
    if (message.sender === "CITIZEN" && this.#confirmByText(message)) return false;
    this.#note()?.remove();
    const item = this.#item(message.sender, message.text, message.seq);
    item.prepend(element("span", "who", this.#caption(message)));
    if (message.buttons?.length) item.append(this.#choices(message.buttons));
    this.#bySeq.set(message.seq, item);
    this.#refresh();
    return true;
  }

  /** Show what the citizen just sent, before the hall has it. */
  addPending({ id, text }) {
    this.#note()?.remove();
    const item = this.#item("CITIZEN", text, PENDING + ++this.#count);
    item.classList.add("pending");
    item.prepend(element("span", "who", "发送中…"));
    this.#pending.set(id, item);
    this.#refresh();
  }

  /** The hall has it, as this seq. */
  confirm(id, seq) {
    const item = this.#pending.get(id);
    if (!item) return;
    this.#pending.delete(id);
    if (this.#bySeq.has(seq)) return item.remove();
    item.classList.remove("pending");
    item.querySelector(".who").textContent = clock.format(new Date());
    this.#bySeq.set(seq, item);
    this.#place(item, seq);
    this.#refresh();
  }

  /** The hall refused it; it stays readable, with the reason below. */
  refuse(id, reason) {
    const item = this.#pending.get(id);
    this.#pending.delete(id);
    if (item) item.querySelector(".who").textContent = "没有发出去";
    this.say(reason, true);
  }

  /** A passing remark of the page itself. */
  say(text, isFault = false) {
    this.#note()?.remove();
    this.#item(isFault ? "note fault" : "note", text, PENDING * 2);
  }

  clear() {
    this.#list.replaceChildren();
    this.#bySeq.clear();
    this.#pending.clear();
  }

  #note() {
    return this.#list.querySelector(".note");
  }

  #caption({ sender, author, at }) {
    return [NAMES[sender], author, when(at)].filter(Boolean).join(" ");
  }

  #confirmByText({ seq, text }) {
    const [first] = this.#pending;
    if (!first || first[1].querySelector(".text").textContent.trim() !== text.trim()) return false;
    this.confirm(first[0], seq);
    return true;
  }

  #item(kind, text, order) {
    const item = element("li", kind);
    item.append(element("div", "text", text));
    this.#place(item, order);
    return item;
  }

  #place(item, order) {
    item.dataset.order = order;
    const next = [...this.#list.children].find((other) => other !== item && Number(other.dataset.order) > order);
    const here = item.parentNode === this.#list && item.nextElementSibling === (next ?? null);
    if (!here) this.#list.insertBefore(item, next ?? null); // moving would announce it again
  }

  #choices(buttons) {
    const row = element("div", "choices");
    row.setAttribute("role", "group");
    row.setAttribute("aria-label", "可以选");
    for (const { title, payload } of buttons) {
      const button = element("button", "", title);
      button.type = "button";
      button.addEventListener("click", () => this.#press(title, payload));
      row.append(button);
    }
    return row;
  }

  /** Only the buttons after the citizen's last words may be pressed, as the hall sees it. */
  #refresh() {
    const own = [...this.#list.querySelectorAll(".CITIZEN")].map((item) => Number(item.dataset.order));
    const last = Math.max(0, ...own);
    for (const row of this.#list.querySelectorAll(".choices")) {
      const past = Number(row.parentNode.dataset.order) < last;
      row.classList.toggle("past", past);
      for (const button of row.children) button.disabled = past;
    }
  }
}
