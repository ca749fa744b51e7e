// Beside a conversation: the handoff card, the item lookup, the order form, the history, canned answers.

import { $, h, toast, when } from "./common.js";
import { facts, pill } from "./list.js";
import { orderForm } from "./order_form.js";

const TABS = [["card", "情况"], ["items", "查事项"], ["order", "下单"], ["history", "以往"]];
const PAUSE_MS = 250;

/** The pane; `on.say(text)` puts words into the reply box. */
export function cardPane(desk, on) {
  let tab = "card";
  let talk = null; // the conversation shown
  let card = null;
  let canned = null;
  let last = "";
  let aimed = null; // the citizen's message that an item is looked for
  const bar = h("div.filters", { role: "group", "aria-label": "辅助" });
  const body = h("div.card-body");
  const element = h("aside.aside", { "aria-label": "情况和工具", hidden: true }, bar, body);

  async function show(next) {
    const fresh = talk?.id !== next.id;
    talk = next;
    element.hidden = false;
    if (fresh) [card, last, aimed] = [null, "", null];
    const answer = await desk.read(`/desk/conversations/${next.id}/card`);
    if (!answer || talk?.id !== next.id) return;
    const now = JSON.stringify([answer, next.mine]);
    if (now === last) return;
    last = now;
    card = answer;
    if (fresh || tab === "card" || tab === "history") draw();
  }

  function draw() {
    bar.replaceChildren(...TABS.map(([key, label]) =>
      h("button", { type: "button", "aria-pressed": String(key === tab), onclick: () => (([tab, aimed] = [key, null]), draw()) }, label)));
    if (!card) return;
    body.replaceChildren(...{ card: drawCard, items: drawItems, order: drawOrder, history: drawHistory }[tab]().filter(Boolean));
  }

  // --- what it is about

  function drawCard() {
    const [newest] = card.handoffs;
    return [
      h("section", {}, facts([
        ["市民", [card.who, card.town].filter(Boolean).join(" · ") || "还没有说"],
        ["电话", card.phone && phoneLine()],
        ["来自", card.channel],
        ["为什么", card.reason], ["排队", card.place],
        ["事项", card.item && itemName(card.item)],
        ...card.understood,
      ])),
      newest?.note && h("section.noted", {}, h("h3", {}, "同事交代"), h("p", {}, newest.note)),
      card.choices.length > 0 && h("section", {}, h("h3", {}, "可能是这些事"), h("ul.plain", {}, card.choices.map(candidate))),
      talk.mine && proposal(),
      talk.mine && cannedList(),
      desk.may("TALK") && noteForm(),
      card.calls.length > 0 && h("section", {}, h("h3", {}, "电话"), card.calls.map(callLine)),
    ];
  }

  const itemName = (item) => h("span", {}, item.name, h("span.reasons", {}, `（${item.zone}）`));

  function phoneLine() {
    const number = h("span", {}, card.phone);
    return h("span", {}, number, desk.may("SEE_PHONE") && h("button.link", { type: "button", onclick: async (event) => {
      const answer = await desk.change(`/desk/conversations/${talk.id}/phone`);
      if (!answer) return;
      number.replaceChildren(...answer.phones.map((phone) => h("a.phone", { href: `tel:${phone}` }, phone)));
      event.target.remove();
    } }, "显示"));
  }

  function candidate(item) {
    return h("li", {}, itemName(item), talk.mine && h("button.link", { type: "button", onclick: () => choose(item) }, "就是这个"));
  }

  /** Which item the citizen meant: the card and the assistant know it (if it is ours), the catalogue's keepers learn the wording. */
  async function choose(item, message = null) {
    const answer = talk.mine ? await desk.change(`/desk/conversations/${talk.id}/settle`, { code: item.code }) : card;
    if (!answer) return;
    [card, aimed] = [answer, null];
    const learnt = message ? await desk.change(`/desk/conversations/${talk.id}/item`, { code: item.code, message }) : null;
    toast(learnt?.proposal ? `记下了：“${learnt.proposal.text}”，审过以后助手就懂了。` : "记下了。");
    draw();
  }

  // --- the assistant's proposal: asked, not sent

  function proposal() {
    const box = h("div");
    return h("section", {}, h("h3", {}, "助手会怎么答"), box,
      h("button.button.small", { type: "button", onclick: async (event) => {
        event.target.disabled = true;
        const answer = await desk.read(`/desk/conversations/${talk.id}/suggestion`);
        event.target.disabled = false;
        if (answer) drawProposal(box, answer);
      } }, "问一下（不发出去）"));
  }

  function drawProposal(box, answer) {
    if (!answer.text) return box.replaceChildren(h("p.reasons", {}, "助手也没有把握，请您来答。"));
    box.replaceChildren(...[
      h("p.quote", {}, answer.text),
      h("p.tools", {}, h("button.button.small.strong", { type: "button", onclick: () => send(answer.text) }, "直接发送"),
        h("button.button.small", { type: "button", onclick: () => on.say(answer.text) }, "改一改再发"),
        h("button.button.small", { type: "button", onclick: () => box.replaceChildren() }, "不用")),
      answer.candidates.length > 0 && h("ul.plain", {}, answer.candidates.map((item) =>
        h("li", {}, itemName(item), h("button.link", { type: "button", onclick: () => choose(item, answer.message) }, "就是这个")))),
    ].filter(Boolean));
  }

  async function send(text) {
    if (await desk.change(`/desk/conversations/${talk.id}/reply`, { text })) on.sent();
  }

  // --- canned answers and notes

  function cannedList() {
    const box = h("div.chips");
    const fillIn = () => box.replaceChildren(...canned.map((answer) =>
      h("button.chip", { type: "button", title: answer.text, onclick: () => on.say(answer.text) }, answer.title)));
    if (canned) fillIn();
    else desk.read("/desk/canned").then((answer) => answer && ((canned = answer.answers), fillIn()));
    return h("section", {}, h("h3", {}, "常用回复"), box);
  }

  function noteForm() {
    const text = h("textarea", { rows: 2, maxlength: 2000, "aria-label": "内部备注", placeholder: "给同事的备注，市民看不到" });
    return h("section", {}, h("h3", {}, "内部备注"), h("form", { onsubmit: async (event) => {
      event.preventDefault();
      if (!text.value.trim()) return;
      const answer = await desk.change(`/desk/conversations/${talk.id}/notes`, { text: text.value });
      if (answer) [card, text.value] = [answer, ""];
      on.sent();
    } }, text, h("button.button.small", {}, "记下备注")));
  }

  // --- the item lookup

  function drawItems() {
    const list = h("ul.plain.found");
    const field = h("input", { type: "search", placeholder: "查事项：名称或老百姓的说法", "aria-label": "查事项", value: aimed?.text.slice(0, 200) ?? "" });
    let typing = null;
    const search = async () => {
      const words = field.value.trim();
      const answer = words ? await desk.read(`/desk/lookup?q=${encodeURIComponent(words)}`) : { items: [] };
      if (answer && words === field.value.trim()) list.replaceChildren(...(answer.items.length || !words ? answer.items.map(found) : [h("p.nothing", {}, "没有查到。")]));
    };
    field.addEventListener("input", () => (clearTimeout(typing), (typing = setTimeout(search, PAUSE_MS))));
    setTimeout(() => field.focus());
    if (aimed) search();
    return [aimed && h("p.quote", {}, `这句话要办哪个事项？“${aimed.text}”`), field, list];
  }

  function found(item) {
    return h("li", {}, itemName(item), !item.confirmed && pill("", "未核实"),
      h("details", {}, h("summary", {}, "一次性告知"), h("p.quote", {}, item.notice)),
      (talk.mine || aimed) && h("p.tools", {}, talk.mine && h("button.button.small", { type: "button", onclick: () => on.say(item.notice) }, "填进回复"),
        h("button.button.small", { type: "button", onclick: () => choose(item, aimed?.seq ?? lastWords()) }, "市民说的就是这个")));
  }

  const lastWords = () => talk.messages.filter((message) => message.sender === "CITIZEN").at(-1)?.seq ?? null;

  // --- an order from the conversation

  function drawOrder() {
    if (!desk.may("ORDERS")) return [h("p.nothing", {}, "您的账号不能下单。")];
    return [orderForm(desk, { values: card.form, conversation: talk.id, done: (order) => {
      toast(`下好了，订单号${order.number}。`);
      on.sent();
    } })];
  }

  // --- what there was before

  function drawHistory() {
    const { orders, conversations, follow_ups: followUps } = card.history;
    const none = !orders.length && !conversations.length && !followUps.length;
    return [
      none && h("p.nothing", {}, "没有查到这位市民以往的记录。"),
      orders.length > 0 && h("section", {}, h("h3", {}, "订单"), h("ul.plain", {}, orders.map((order) => h("li", {},
        h("a", { href: `#orders/${order.number}` }, `${order.number} ${order.item}`), " ", pill(order.state, order.state_label), h("span.reasons", {}, ` ${order.channel} ${when(order.at)}`))))),
      conversations.length > 0 && h("section", {}, h("h3", {}, "对话"), h("ul.plain", {}, conversations.map((other) => h("li", {},
        h("a", { href: `#conversations/${other.id}` }, `${other.channel}对话 ${other.id}`), h("span.reasons", {}, ` ${other.state_label} ${when(other.at)}`))))),
      followUps.length > 0 && h("section", {}, h("h3", {}, "评价和投诉"), h("ul.plain", {}, followUps.map((row) => h("li", {},
        `${row.kind}：${row.text}`, h("span.reasons", {}, ` ${when(row.at)}${row.done ? " 已办" : ""}`))))),
      card.handoffs.length > 0 && h("section", {}, h("h3", {}, "转人工经过"), h("ul.plain", {}, card.handoffs.map((row) => h("li", {},
        `${when(row.asked_at)} ${row.reason}`, row.taken_by && `，${row.taken_by}接手`, row.ended && `，${row.ended}`)))),
    ];
  }

  const callLine = (call) => h("details", {}, h("summary", {}, `${call.purpose} ${when(call.started_at)} ${call.state_label}`),
    h("ol.turns", {}, call.turns.map((turn) => [turn.heard && h("li.heard", {}, turn.heard), ...turn.says.map((says) => h("li", {}, says))]).flat().filter(Boolean)),
    call.forwards.length > 0 && h("p.reasons", {}, call.forwards.map((one) => `${one.who}${one.state_label}`).join("；")));

  return {
    element, show,
    /** Look for the item of a message. */
    ask(message) {
      [tab, aimed] = ["items", message];
      draw();
      body.scrollIntoView({ block: "nearest" });
    },
    hide() {
      talk = card = null;
      element.hidden = true;
    },
    form: () => card && { ...card.form, ...(card.item ? { code: card.item.code, item: card.item.name } : {}) },
  };
}
