// Orders in hand, stop by stop: what the citizen needs, and the next step under the thumb.

import { $, api, h, toast } from "./common.js";
import { app, fact, fill, go, keyed, nothing, now } from "./runner_app.js";
import { paperTrail, photosWaiting, takePhoto } from "./runner_papers.js";
import { ask, chooseFrom } from "./sheet.js";

const STEPS = {
  COLLECT: { label: "取件：材料拿到了", title: "材料都拿齐了吗？", text: "先对暗号，再照清单点一遍；没拿到的点掉，交接单照这个写。" },
  SUBMIT: { label: "递交窗口：交好了", title: "材料交到窗口了？", text: "窗口给了办件编号就填上，没有就空着。", caseNumber: true, day: "窗口说哪天办好" },
  COMPLETE: { label: "办结：办好了", title: "窗口已经办好了？", text: "证件、回执都拿到手，再点确定。" },
  DELIVER: { label: "送达：交到本人了", title: "交到市民本人手上了？", text: "确定以后这一单就送完了，市民会收到评价的请求。" },
};
const REASONS = {
  REQUIRE_SUPPLEMENT: ["缺身份证复印件", "缺签字", "照片不合要求"],
  ACCEPT_PROVISIONALLY: ["身份证复印件", "照片"],
  REFUSE_ACCEPTANCE: ["不符合办理条件", "不归这个窗口办"],
  REFUSE_GRANT: ["审核没有通过"],
  RELEASE: ["临时有急事", "车坏了", "联系不上市民"],
};
const LISTED = { reasonLabel: "还差哪些材料，一次写全，一行一样", day: "最晚哪天补齐" };
const ASKED = { REQUIRE_SUPPLEMENT: LISTED, ACCEPT_PROVISIONALLY: { ...LISTED, signer: "谁签的承诺书" } };
const HELP = {
  ASSIST: "帮办：申请人是市民本人，您帮着取送材料、带路排队，不代签字。",
  ON_BEHALF: "代办：要带市民签过字的委托书。",
  AT_HOME: "上门：陪工作人员上门办理。",
  IN_PERSON: "要本人到场：您陪同、带路，不能替办。",
  OTHER: "其他帮办：具体做什么，先打电话问市民。",
};
const ENDS = { DELIVERED: "已送达", PLACED: "已退回改派" };
const AT_WINDOW = ["SUBMIT", "COMPLETE"];
const day = new Intl.DateTimeFormat("zh-CN", { dateStyle: "short", timeZone: "Asia/Shanghai" });

const subject = (order) => `order:${order.number}`;

/** The order as it will be when the acts that wait have reached the hall. */
function projected(order) {
  let seen = { ...order, waits: photosWaiting(order) };
  for (const act of app.queue.about(subject(order))) {
    const target = act.step === seen.next ? seen.leads_to : seen.others.find((other) => other.action === act.step)?.leads_to;
    const flow = app.state.flow[target] ?? { next: null, others: [], state_label: ENDS[target] };
    seen = { ...seen, ...flow, state: target, waits: seen.waits + 1, case_number: act.body.case_number || seen.case_number };
  }
  return seen;
}

export function drawOrders() {
  const { orders, runner } = app.state;
  $("orders-count").textContent = `${runner.load}／${runner.load_limit}`;
  const none = "手上没有单。";
  const seen = orders.length ? stops(orders.map(projected)).flatMap(drawStop) : [keyed("no orders", none, () => nothing(none))];
  keepOpen(() => fill($("orders"), seen));
}

/** Today's way: stops in the order of the earliest wish; windows are stops too, other days come last. */
function stops(orders) {
  const found = new Map();
  for (const order of [...orders].sort((a, b) => a.wish_from.localeCompare(b.wish_from))) {
    const window = AT_WINDOW.includes(order.next);
    const later = order.state === "ACCEPTED" && day.format(new Date(order.wish_from)) !== day.format(now()) && new Date(order.wish_from) > now();
    const name = window ? order.window : order.township || "地点见订单";
    const key = `${later}${window}${name}`;
    if (!found.has(key)) found.set(key, { name, window, later, orders: [] });
    found.get(key).orders.push(order);
  }
  return [...found.values()].sort((a, b) => a.later - b.later);
}

function drawStop(stop, index, all) {
  const heading = stop.later ? "以后" : `第${index + 1}站`;
  const count = stop.orders.length > 1 ? `${stop.orders.length}单` : "";
  const single = all.length === 1 && stop.orders.length === 1;
  return [
    keyed(`stop:${index}`, [stop.name, heading, count, single], () =>
      h("h3", { class: single ? "stop single" : "stop" }, h("span.turn", {}, heading), h("b", {}, stop.name), stop.window && h("small", {}, "窗口"), h("small", {}, count))),
    ...stop.orders.map((order) => keyed(subject(order), [order, order.waits && app.online], () => card(order))),
  ];
}

function card(order) {
  const step = STEPS[order.next];
  return h("article.card.order", { "data-order": order.number, "aria-label": `订单${order.number}` },
    h("div.top", {}, h("span", {}, `订单 ${order.number}`), h("span", { class: `state ${order.state}` }, order.state_label)),
    h("h4", {}, order.item, order.more_items?.map(({ name }) => h("small", {}, `＋${name}`))),
    order.waits > 0 && h("p.waits", { role: "note" }, app.online ? "正在报给热线…" : `有${order.waits}步还没有报上去，连上网自动报。`),
    h("dl.facts", {},
      fact("市民", order.for_whom ? `${order.citizen}（替${order.for_whom}办）` : order.citizen), fact("联系人", order.contact),
      fact("地点", order.place), fact("时间", order.wish), fact("办件编号", order.case_number), fact("原话", order.notes)),
    h("div.reach", {},
      order.phone ? h("a.button.call", { href: `tel:${order.phone}` }, `拨打 ${order.phone}`)
        : h("button.button.call", { type: "button", onclick: () => callCitizen(order) }, "经热线打给市民"),
      h("button.button", { type: "button", onclick: () => askAbout(order) }, "问工作台")),
    order.door_code && order.state === "ACCEPTED" && h("p.code", {}, "上门先说暗号", h("b", {}, order.door_code)),
    details(order),
    paperTrail(order),
    order.hold && order.next === "COLLECT" && h("p.hold", { role: "note" }, order.hold),
    step && h("div.do", {},
      h("button.button.photo", { type: "button", onclick: () => takePhoto(order) }, "拍照"),
      h("button.button.step", { type: "button", disabled: Boolean(order.hold) && order.next === "COLLECT", onclick: () => nextStep(order, step) }, step.label)),
    order.others.length > 0 && h("button.button.more", { type: "button", onclick: () => otherStep(order) }, "遇到别的情况…"));
}

/** The hotline rings this phone first, then the citizen; neither sees the other's number. */
async function callCitizen(order) {
  try {
    await api(`/runner/orders/${order.number}/call`, {});
    toast("热线马上打给您，接起按1就接通市民。");
  } catch (error) {
    toast(error.message, true);
  }
}

function details(order) {
  const papers = order.materials.length ? `要收的材料（${order.materials.length}样）` : "说明";
  return h("details.papers", { open: order.state === "ACCEPTED" && order.materials.length > 0 },
    h("summary", {}, papers),
    h("ul", {}, order.materials.map((name) => h("li", {}, name))),
    h("p.help", {}, HELP[order.help]),
    h("p.hint", {}, order.phone ? "电话是市民本人的号码，只为办这一单拨打。服务全程免费，不收钱，不要验证码。" : "通话经热线转接，双方看不到号码。服务全程免费，不收钱，不要验证码。"));
}

/** Redrawing does not close what the runner opened. */
function keepOpen(draw) {
  const parts = (one) => [...one.querySelectorAll("details")];
  const opened = new Map([...document.querySelectorAll(".order")].map((one) => [one.dataset.order, parts(one).map((part) => part.open)]));
  draw();
  for (const one of document.querySelectorAll(".order")) {
    for (const [place, isOpen] of (opened.get(one.dataset.order) ?? []).entries()) parts(one)[place].open = isOpen;
  }
}

function askAbout(order) {
  go("talk");
  $("ask-order").value = order.number;
  $("ask").elements.text.focus();
}

function report(order, action, body, done) {
  const label = STEPS[action]?.label.split("：")[0] ?? order.others.find((other) => other.action === action).label;
  app.queue.add({
    path: `/runner/orders/${order.number}/${action}`, body, about: subject(order), kind: "step", step: action,
    label: `订单${order.number}的“${label}”`, done,
  });
}

async function nextStep(order, step) {
  const collecting = order.next === "COLLECT";
  const answer = await ask({ ...step, materials: collecting ? order.materials : [], code: collecting ? order.door_code : "", confirm: "确定" });
  if (!answer) return;
  const papers = answer.papers ? { papers: answer.papers } : {};
  report(order, order.next, { case_number: answer.caseNumber, promised: answer.day, ...papers }, "记下了，市民已经收到通知。");
}

async function otherStep(order) {
  const action = await chooseFrom("遇到什么情况？", order.others.map(({ action, label }) => [action, label]));
  if (!action) return;
  const { label } = order.others.find((other) => other.action === action);
  const answer = await ask({ title: label, text: "写明白，市民会看到。", reasons: REASONS[action], reasonRequired: true, confirm: `确定${label}`, ...ASKED[action] });
  if (answer) report(order, action, said(action, answer), "记下了。");
}

/** What the window said: a list of papers where it is one. */
function said(action, { reason, day, signer }) {
  if (!ASKED[action]) return { reason };
  const missing = reason.split(/[\n、；;]+/).map((line) => line.trim()).filter(Boolean);
  return { reason: missing.join("、"), missing, due: day, signed_by: signer };
}
