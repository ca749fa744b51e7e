// What staff do with an order: each act a short form in a sheet, by key or button. Whoever was slower is told so.

import { $, h, toast } from "./common.js";

const REASON = { name: "reason", label: "原因", area: true, maxlength: 200, required: true };
const RUNNER = { name: "runner", label: "跑手编号（输入姓名或镇名也能找）", maxlength: 12, required: true, runners: true };
const TIME = { name: "time", label: "新时间（不改就空着）", placeholder: "例：2026-11-24 10:00" };
const PLACE = [["town", "新的镇（街道）"], ["village", "村（社区）"], ["place", "详细地点"]].map(([name, label]) => ({ name, label: `${label}（不改就空着）`, maxlength: 200 }));

/** Key, path, button, when it may be done, what it says, and what it asks for. */
const ACTS = [
  { key: "t", act: "reschedule", label: "改时间地点", may: (order) => order.may_amend, text: "取件以前都可以改。换了地方会重新派单；已经接单的跑手会收到通知。", fields: [TIME, ...PLACE, REASON] },
  { key: "p", act: "reassign", label: "改派", may: (order) => order.may_reassign, text: "换一名跑手接着办，上门暗号跟着换，市民会收到通知。", fields: [RUNNER, REASON] },
  { key: "h", act: "interest", label: "利害关系回避", may: (order) => !["CLOSED", "CANCELLED"].includes(order.state), text: "这名跑手以后都不再接这位市民的单；还没有取件的，马上另外派人。", fields: [RUNNER, { ...REASON, label: "什么关系（例：表哥、有过纠纷）" }] },
  { key: "u", act: "no-interest", label: "撤回回避", may: (order) => order.avoided.length > 0, text: (order) => `登记了回避的：${order.avoided.map((one) => `${one.name}${one.number}（${one.reason}，${one.by}登记）`).join("、")}。登记错了可以撤回，以后又可以派给他。`, fields: [RUNNER, { ...REASON, label: "为什么撤回（例：认错了人）" }] },
  { key: "c", act: "reopen", label: "重办", may: (order) => order.may_reopen, text: "送达十天以内，市民不满意可以重新办一次，不另收费。", fields: [{ ...REASON, label: "哪里没有办好" }] },
  { key: "b", act: "deferred", label: "容缺材料已补交", may: (order) => order.owes_papers, text: "确认容缺受理时差的材料都补齐了。", fields: [] },
  { key: "z", act: "responsible", label: "我来负责", may: (order, me) => order.responsible !== me.name && !["CLOSED", "CANCELLED"].includes(order.state), text: "以后这一单由您作首问责任人，直到别人接手。", fields: [] },
  { key: "w", act: "ticket", label: "答复12345", may: (order) => Boolean(order.ticket), text: "写明怎么办的、结果怎样，这是回给12345的话。", fields: [{ name: "answer", label: "答复内容", area: true, maxlength: 2000, required: true }] },
  { key: "x", act: "cancel", label: "取消订单", danger: true, may: (order) => order.may_cancel, text: "取消以后不能恢复，市民会收到通知。", fields: [{ ...REASON, label: "取消的原因" }] },
];

/** The acts that this person may do now; `done(order)` gets the order as it is then. */
export function actBar(desk, order, done) {
  if (!desk.may("ORDERS")) return null;
  if (!order.may_act) return h("p.reasons", {}, `这一单归${order.zone}，由那个专区的首席或热线人员办理。`);
  const may = ACTS.filter((act) => act.may(order, desk.me));
  return h("div.tools", { role: "group", "aria-label": "办理" }, may.map((act) =>
    h(act.danger ? "button.button.small.danger" : "button.button.small", { type: "button", "data-shortcut": act.key, onclick: () => openAct(desk, order, act, done) }, `${act.label}…`, h("kbd", { "aria-hidden": "true" }, act.key))));
}

/** The form of an act in the sheet. `extra` and `send` are those of an act with more than fields; `printed(answer)` is its [page, label] to print. */
export function openAct(desk, order, act, done) {
  const sheet = $("sheet");
  const path = `/desk/orders/${order.number}`;
  let { seen } = order;
  const fault = h("p.fault", { role: "alert", hidden: true });
  const inputs = Object.fromEntries(act.fields.map((field) => [field.name, input(desk, field)]));
  const send = h(act.danger ? "button.button.danger" : "button.button.strong", {}, act.label);

  /** Refused: told here. When somebody was faster, the page behind shows what is now, and the next try knows it. */
  async function refused(error) {
    fault.textContent = error.message;
    fault.hidden = false;
    const now = error.code === "stale_view" ? await desk.read(path) : null;
    if (!now) return;
    seen = now.seen;
    done(now);
  }

  async function submit(event) {
    event.preventDefault();
    if (send.disabled) return;
    send.disabled = true;
    const values = Object.fromEntries(Object.entries(inputs).map(([name, field]) => [name, field.value.trim()]));
    const answer = await (act.send ?? sendFields)(values, seen, refused);
    send.disabled = false;
    if (!answer) return;
    if (act.printed) offerPrint(sheet, path, act, answer);
    else sheet.close();
    toast(`办好了：${act.label}。`);
    const now = answer.history ? answer : await desk.read(path);
    if (now) done(now);
  }

  const sendFields = (values, seenThen, told) => desk.change(`${path}/${act.act}`, { ...values, seen: seenThen }, told);

  const form = h("form", { method: "dialog", onsubmit: submit },
    h("h2", { id: "sheet-title" }, `${act.label}：订单 ${order.number}`),
    h("p", {}, typeof act.text === "function" ? act.text(order) : act.text), fault,
    act.fields.map((field) => h("label", { for: `act-${field.name}` }, field.label, inputs[field.name])), act.extra,
    inputs.runner && [runnersFound(desk, inputs.runner), act.act === "reassign" && best(desk, path, inputs.runner)],
    h("div.answers", {}, h("button.button", { type: "button", onclick: () => sheet.close() }, "返回"), send));
  form.addEventListener("keydown", (event) => event.key === "Enter" && event.ctrlKey && form.requestSubmit());
  sheet.replaceChildren(form);
  sheet.showModal();
  (form.querySelector("input, textarea, select") ?? send).focus();
}

/** What was written can be printed at once. */
function offerPrint(sheet, path, act, answer) {
  const [page, words] = act.printed(answer);
  const link = h("a.button.strong", { href: `${path}/${page}`, target: "_blank", rel: "noopener" }, words);
  sheet.replaceChildren(h("h2", { id: "sheet-title" }, `办好了：${act.label}`),
    h("div.answers", {}, h("button.button", { type: "button", onclick: () => sheet.close() }, "关闭"), link));
  link.focus();
}

const input = (desk, { name, area, type, value, required, maxlength, placeholder, runners }) =>
  h(area ? "textarea" : "input", { id: `act-${name}`, rows: area && 2, type, value, required, maxlength, placeholder, autocomplete: "off", list: runners && "act-runners" });

/** Runners by name, number or town while typing. */
export function runnersFound(desk, field) {
  const found = h("datalist", { id: "act-runners" });
  let typing = null;
  field.addEventListener("input", () => (clearTimeout(typing), (typing = setTimeout(async () => {
    const words = field.value.trim();
    const answer = words && (await desk.read(`/desk/people/runners?q=${encodeURIComponent(words)}`));
    if (answer) found.replaceChildren(...answer.runners.slice(0, 20).map((one) => h("option", { value: one.number }, `${one.name} ${one.town}${one.on_duty ? "" : "（不在岗）"}`)));
  }, 250))));
  return found;
}

/** The best runners for the order, with their reasons. */
function best(desk, path, field) {
  const list = h("ul.suggested");
  desk.read(`${path}/candidates`).then((answer) => list.replaceChildren(...(answer?.candidates ?? []).slice(0, 3).map((one) => h("li", {},
    h("div", {}, h("b", {}, `${one.name} ${one.number}`), h("p.reasons", {}, one.reasons.join("、"))),
    h("button.button.small", { type: "button", onclick: () => ((field.value = one.number), field.focus()) }, "选他")))));
  return list;
}
