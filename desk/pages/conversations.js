// Conversations: who waits, the transcript, taking over, replying, giving back.

import { h, since, when } from "./common.js";
import { back, drawFilters, drawRows, pill } from "./list.js";

const WHO = { CITIZEN: "市民", ASSISTANT: "助手", STAFF: "工作人员", NOTICE: "通知" };
const EMPTY = {
  waiting: "没有人在等。",
  mine: "您手上没有对话。",
  all: "还没有进行中的对话。",
  closed: "没有已结束的对话。",
};
const LATE_MS = 3 * 60_000;

export function conversationsView(panel, desk) {
  let view = "waiting";
  let openId = null;
  let shown = null; // the detail on the screen
  const drafts = new Map(); // conversation → text not sent yet

  const filters = h("div.filters", { role: "group", "aria-label": "哪些对话" });
  const rows = h("div.rows", { "aria-label": "对话列表" });
  const detail = h("div.detail", {}, h("p.nothing", {}, "从左边选一个对话。"));
  const keys = h("p.keys", {}, h("kbd", {}, "j"), " ", h("kbd", {}, "k"), " 上下选　", h("kbd", {}, "r"), " 写回复　", h("kbd", {}, "Alt"), "+", h("kbd", {}, "1"), "–", h("kbd", {}, "4"), " 换页");
  panel.append(h("div.side", {}, filters, rows, keys), detail);

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
      item.reason && h("span.second.why", {}, item.reason),
      h("span.second", {}, `${WHO[item.last.sender]}：${item.last.text}`));
  }

  function caption(item) {
    const who = item.order ? `${item.order.citizen} · ${item.order.township || item.order.item}` : `${item.channel}访客 ${item.id}`;
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
    const scroll = h("div.scroll", { tabindex: 0, role: "log", "aria-label": "对话记录" }, h("ol.talk", {}, next.messages.map(line)));
    shown = next;
    if (sameFoot) {
      // the foot stays in the page, so that a half-written reply keeps its caret
      detail.querySelector(".title").replaceWith(title(next));
      talk.replaceWith(scroll);
    } else detail.replaceChildren(title(next), scroll, foot);
    scroll.scrollTop = follow ? scroll.scrollHeight : top;
  }

  function title(item) {
    const state = item.owner === "STAFF" ? pill("STAFF", `${item.staff}接待`) : pill(item.state, item.state === "ACTIVE" ? "助手接待" : item.state_label);
    return h("div.title", {},
      back(desk, "conversations"),
      h("h2", {}, `${item.channel}访客 ${item.id}`, state),
      item.reason && h("p.why", {}, `转人工原因：${item.reason}`, item.waiting_since && [h("span", {}, "，已等"), h("span", { "data-since": item.waiting_since }, since(item.waiting_since))]),
      item.orders.map((order) => h("p", {}, h("a", { href: `#orders/${order.number}` }, `订单 ${order.number}`), ` ${order.citizen} · ${order.item} · ${order.state_label}`)));
  }

  function line(message) {
    return h("li", { class: message.sender },
      h("span.who", {}, [WHO[message.sender], message.author, when(message.at)].filter(Boolean).join(" ")),
      h("div.text", {}, message.text),
      message.buttons.length > 0 && h("span.options", {}, `选项：${message.buttons.map((button) => button.title).join("／")}`));
  }

  // --- what may be done: depends on who owns it

  function footKind(item) {
    if (!desk.me.may_work) return "read";
    if (item.state === "CLOSED") return "closed";
    return item.mine ? "mine" : item.owner === "STAFF" ? `of ${item.staff}` : "take";
  }

  function drawFoot(item) {
    const kind = footKind(item);
    if (kind === "mine") return replyFoot(item.id);
    if (kind === "take") return takeFoot(item.id);
    const words = { read: "您的账号只能查看。", closed: "这个对话已经结束。" }[kind] ?? `${item.staff}正在接待。`;
    return h("div.foot", {}, h("div.line", {}, h("p", {}, words)));
  }

  function takeFoot(id) {
    return h("div.foot", {}, h("div.line", {},
      h("button.button.strong", { type: "button", onclick: (event) => act(event.target, id, "take") }, "接手"),
      h("p", {}, "接手后由您说话，助手不再出声，直到您交还。"), closeButton(id)));
  }

  const closeButton = (id) => h("button.button", { type: "button", onclick: (event) => act(event.target, id, "close") }, "结束对话");

  function replyFoot(id) {
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
      h("div.stack", {}, send, h("button.button", { type: "button", onclick: (event) => act(event.target, id, "give-back") }, "交还助手"), closeButton(id))));
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
        detail.replaceChildren(h("p.nothing", {}, "从左边选一个对话。"));
      }
      refresh();
    },
  };
}
