// Conversations: who waits, the transcript, taking over, replying, giving back.

import { cardPane } from "./card.js";
import { $, h, since, when } from "./common.js";
import { back, drawFilters, drawRows, pill } from "./list.js";

const WHO = { CITIZEN: "市民", ASSISTANT: "助手", STAFF: "工作人员", NOTICE: "通知" };
const RUNNERS = "跑手"; // the channel of a runner's talk with the desk: no assistant, no item
const who = (item, sender) => (sender === "CITIZEN" && item.channel === RUNNERS ? RUNNERS : WHO[sender]);
const EMPTY = {
  waiting: "没有人在等。",
  mine: "您手上没有对话。",
  all: "还没有进行中的对话。",
  closed: "没有已结束的对话。",
};
const LATE_MS = 3 * 60_000;

export function view(panel, desk) {
  let view = "waiting";
  let openId = null;
  let shown = null; // the detail on the screen
  const drafts = new Map(); // conversation → text not sent yet

  const filters = h("div.filters", { role: "group", "aria-label": "哪些对话" });
  const rows = h("div.rows", { "aria-label": "对话列表" });
  const detail = h("div.detail", {}, h("p.nothing", {}, "从左边选一个对话。"));
  const keys = h("p.keys", {}, h("kbd", {}, "j"), " ", h("kbd", {}, "k"), " 上下选　", h("kbd", {}, "r"), " 写回复　", h("kbd", {}, "?"), " 快捷键");
  const side = cardPane(desk, { say: (text) => fill(text), sent: () => refresh() });
  panel.classList.add("panes", "three");
  panel.append(h("div.side", {}, filters, rows, keys), detail, side.element);

  async function load() {
    const wanted = view;
    const answer = await desk.read(`/desk/conversations?view=${wanted}`);
    if (!answer || wanted !== view) return;
    const label = (words, number) => (number ? `${words} ${number}` : words);
    const { waiting, mine } = desk.counts;
    drawFilters(filters, [["waiting", label("等待", waiting)], ["mine", label("我的", mine)], ["all", "全部进行中"], ["closed", "已结束"]], view, choose);
    drawRows(rows, answer.conversations.map(row), openId, EMPTY[view]);
  }

  function choose(key) {
    view = key;
    load();
  }

  function row(item) {
    const late = item.waiting_since && Date.now() - new Date(item.waiting_since) > LATE_MS;
    const time = item.waiting_since
      ? h("span", { class: late ? "time late" : "time" }, "等了", h("span", { "data-since": item.waiting_since }, since(item.waiting_since)))
      : h("span.time", {}, when(item.last.at));
    return h("button.row", { type: "button", "data-id": item.id, onclick: () => desk.go("conversations", item.id) },
      h("span.first", {}, h("b", {}, caption(item)), time),
      (item.assigned || item.reason) && h("span.second.why", {}, item.assigned && pill(item.for_me ? "callback" : "", item.for_me ? "派给您" : `派给${item.assigned}`), item.assigned && " ", item.reason),
      h("span.second", {}, `${who(item, item.last.sender)}：${item.last.text}`));
  }

  const called = (item) => (item.channel === RUNNERS ? `跑手的对话 ${item.id}` : `${item.channel}访客 ${item.id}`);

  function caption(item) {
    const who = item.order ? `${item.order.citizen} · ${item.order.township || item.order.item}` : item.name || called(item);
    return item.staff ? `${who}（${item.staff}）` : who;
  }

  // --- one conversation

  async function open() {
    const wanted = openId;
    const answer = await desk.read(`/desk/conversations/${wanted}`);
    if (answer && wanted === openId) draw(answer);
  }

  function draw(next) {
    const fresh = shown?.id !== next.id;
    if (!fresh && JSON.stringify(next) === JSON.stringify(shown)) return;
    const talk = detail.querySelector(".scroll");
    const follow = fresh || !talk || talk.scrollHeight - talk.scrollTop - talk.clientHeight < 120;
    const top = talk?.scrollTop ?? 0;
    const sameFoot = !fresh && footKind(next) === footKind(shown);
    const foot = sameFoot ? detail.querySelector(".foot") : drawFoot(next);
    const scroll = h("div.scroll", { tabindex: 0, role: "log", "aria-label": "对话记录" }, h("ol.talk", {}, thread(next)));
    shown = next;
    side.show(next);
    if (sameFoot) {
      // the foot stays in the page, so that a half-written reply keeps its caret
      detail.querySelector(".title").replaceWith(title(next));
      talk.replaceWith(scroll);
    } else detail.replaceChildren(title(next), scroll, foot);
    scroll.scrollTop = follow ? scroll.scrollHeight : top;
  }

  function title(item) {
    const idle = item.channel === RUNNERS ? "处理完了" : "助手接待";
    const state = item.owner === "STAFF" ? pill("STAFF", item.staff ? `${item.staff}接待` : "转接中") : pill(item.state, item.state === "ACTIVE" ? idle : item.state_label);
    return h("div.title", {},
      back(desk, "conversations"),
      h("h2", {}, called(item), state),
      item.reason && h("p.why", {}, item.channel === RUNNERS ? item.reason : `转人工原因：${item.reason}`, item.waiting_since && [h("span", {}, "，已等"), h("span", { "data-since": item.waiting_since }, since(item.waiting_since))]),
      item.orders.map((order) => h("p", {}, h("a", { href: `#orders/${order.number}` }, `订单 ${order.number}`), ` ${order.citizen} · ${order.item} · ${order.state_label}`)));
  }

  function line(message, item) {
    return h("li", { class: message.sender },
      h("span.who", {}, [who(item, message.sender), message.author, when(message.at)].filter(Boolean).join(" ")),
      h("div.text", {}, message.text),
      message.sender === "CITIZEN" && item.channel !== RUNNERS && desk.me.may_work && h("button.means", { type: "button", onclick: () => side.ask(message) }, "指出事项"),
      message.buttons.length > 0 && h("span.options", {}, `选项：${message.buttons.map((button) => button.title).join("／")}`));
  }

  /** Messages and internal notes in the order of time. */
  function thread(item) {
    const notes = item.notes.map((note) => ({ at: note.at, made: h("li.NOTE", {}, h("span.who", {}, `内部备注 ${note.author} ${when(note.at)}`), h("div.text", {}, note.text)) }));
    const said = item.messages.map((message) => ({ at: message.at, made: line(message, item) }));
    return [...said, ...notes].sort((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0)).map(({ made }) => made);
  }

  /** Put words into the reply box, to be sent or changed. */
  function fill(text) {
    const box = detail.querySelector("textarea");
    if (!box) return;
    box.value = box.value.trim() ? `${box.value.trim()}\n${text}` : text;
    box.dispatchEvent(new Event("input"));
    box.focus();
  }

  // --- what may be done: depends on who owns it

  function footKind(item) {
    if (!desk.may("TALK")) return "read";
    if (item.state === "CLOSED") return "closed";
    return item.mine ? "mine" : item.staff ? `of ${item.staff}` : "take";
  }

  function drawFoot(item) {
    const kind = footKind(item);
    if (kind === "mine") return replyFoot(item.id, item.channel !== RUNNERS);
    if (kind === "take") return takeFoot(item.id);
    const words = { read: "您的账号只能查看。", closed: "这个对话已经结束。" }[kind] ?? `${item.staff}正在接待。`;
    return h("div.foot", {}, h("div.line", {}, h("p", {}, words)));
  }

  function takeFoot(id) {
    return h("div.foot", {}, h("div.line", {},
      h("button.button.strong", { type: "button", onclick: (event) => act(event.target, id, "take") }, "接手"),
      h("p", {}, "接手后由您说话，助手不再出声，直到您交还。"), closeButton(id)));
  }

  const seen = () => shown?.messages.at(-1)?.seq ?? 0;
  const closeButton = (id) => h("button.button", { type: "button", onclick: (event) => act(event.target, id, "close", { seen: seen() }) }, "结束对话");

  function replyFoot(id, hasAssistant) {
    const text = h("textarea", { rows: 3, "aria-label": "回复市民", placeholder: "回复市民。按回车发送，Shift+回车换行。", value: drafts.get(id) ?? "" });
    const send = h("button.button.strong", { type: "submit" }, "发送");
    const submit = async (event) => {
      event.preventDefault();
      if (!text.value.trim() || send.disabled) return;
      if (await act(send, id, "reply", { text: text.value })) {
        text.value = "";
        drafts.delete(id);
      }
      text.focus();
    };
    text.addEventListener("input", () => drafts.set(id, text.value));
    text.addEventListener("keydown", (event) => event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229 && submit(event));
    return h("div.foot", {}, h("form", { onsubmit: submit }, text,
      h("div.stack", {}, send, hasAssistant && h("button.button", { type: "button", onclick: () => giveBack(id) }, "交还助手"),
        h("button.button", { type: "button", onclick: () => passOn(id) }, "转交"), closeButton(id))));
  }

  /** Give back with what was settled: the assistant goes on from there. */
  function giveBack(id) {
    const sheet = $("sheet");
    const form = side.form() ?? {};
    const told = h("input", { maxlength: 200, id: "told", placeholder: "例：办出生登记，明天上午来拿材料" });
    const note = h("textarea", { rows: 2, maxlength: 2000, id: "give-note" });
    const name = h("input", { maxlength: 64, value: form.applicant ?? "", id: "give-name" });
    const phone = h("input", { maxlength: 20, inputmode: "tel", value: form.phone ?? "", id: "give-phone" });
    const submit = async (event) => {
      event.preventDefault();
      const body = { seen: seen(), told: told.value, note: note.value, code: form.code ?? "", applicant: name.value, phone: phone.value };
      sheet.close();
      await act(event.submitter ?? event.target, id, "give-back", body);
    };
    sheet.replaceChildren(h("form", { method: "dialog", onsubmit: submit },
      h("h2", { id: "sheet-title" }, "交还助手"),
      h("p", {}, form.code ? `助手会从“${form.item}”接着办。` : "说定了什么，助手就从哪里接着办。"),
      h("label", { for: "told" }, "说好了什么（市民会看到，可以不写）", told),
      h("div.pair", {}, h("label", { for: "give-name" }, "称呼", name), h("label", { for: "give-phone" }, "电话", phone)),
      h("label", { for: "give-note" }, "内部备注（市民看不到）", note),
      h("div.answers", {}, h("button.button", { type: "button", onclick: () => sheet.close() }, "不交还"), h("button.button.strong", {}, "交还"))));
    sheet.showModal();
  }

  /** Pass on to a colleague or to a zone's lead officer, with a note. */
  async function passOn(id) {
    const answer = await desk.read("/desk/presence");
    if (!answer) return;
    const sheet = $("sheet");
    const state = (person) => (person.present ? (person.free ? "空闲" : "忙") : "不在");
    const to = h("select", { id: "pass-to", required: true }, h("option", { value: "" }, "请选择…"),
      h("optgroup", { label: "同事" }, answer.colleagues.map((person) => h("option", { value: `staff:${person.id}` }, `${person.name}（${person.role}，${state(person)}）`))),
      h("optgroup", { label: "专区首席" }, answer.all_zones.map(([key, label]) => h("option", { value: `zone:${key}` }, label))));
    const note = h("textarea", { rows: 3, maxlength: 2000, id: "pass-note" });
    const submit = async (event) => {
      event.preventDefault();
      const [kind, target] = to.value.split(":");
      const body = kind === "staff" ? { to: Number(target), note: note.value } : { zone: target, note: note.value };
      if (await desk.change(`/desk/conversations/${id}/transfer`, body)) sheet.close();
      refresh();
    };
    sheet.replaceChildren(h("form", { method: "dialog", onsubmit: submit },
      h("h2", { id: "sheet-title" }, "转交"),
      h("p", {}, "对方接手以前，助手和您都不再说话，市民会看到正在转接。"),
      h("label", { for: "pass-to" }, "转给", to),
      h("label", { for: "pass-note" }, "交代一下（市民看不到）", note),
      h("div.answers", {}, h("button.button", { type: "button", onclick: () => sheet.close() }, "不转"), h("button.button.strong", {}, "转交"))));
    sheet.showModal();
  }

  async function act(button, id, what, body) {
    button.disabled = true;
    const answer = await desk.change(`/desk/conversations/${id}/${what}`, body);
    button.disabled = false;
    if (answer && id === openId) draw(answer);
    else if (!answer) refresh();
    if (what === "take" && answer) {
      view = "mine";
      detail.querySelector("textarea")?.focus();
    }
    load();
    return answer;
  }

  function refresh() {
    load();
    if (openId) open();
  }

  return {
    refresh,
    show(id) {
      openId = id ?? null;
      panel.classList.toggle("open", Boolean(openId));
      if (!openId) {
        shown = null;
        side.hide();
        detail.replaceChildren(h("p.nothing", {}, "从左边选一个对话。"));
      }
      refresh();
    },
  };
}
