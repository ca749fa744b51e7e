// The runner's page: offers, orders in hand with their next step, on and off duty.

import { $, Unreachable, api, countdown, follow, h, toast } from "./common.js";
import { ask, chooseFrom } from "./sheet.js";

const STEPS = {
  COLLECT: { label: "取件：拿到材料了", title: "材料都拿齐了吗？", text: "先对暗号，再照清单点一遍。" },
  SUBMIT: { label: "递交窗口：材料交了", title: "材料交到窗口了？", text: "窗口给了办件编号就填上，没有就空着。", caseNumber: true },
  COMPLETE: { label: "办结：窗口办好了", title: "窗口已经办好了？", text: "证件、回执都拿到手，再点确定。" },
  DELIVER: { label: "送达：交到市民手上了", title: "交到市民本人手上了？", text: "确定以后这一单就送完了，市民会收到评价的请求。" },
};
const REASONS = {
  REQUIRE_SUPPLEMENT: ["缺身份证复印件", "缺签字", "照片不合要求"],
  ACCEPT_PROVISIONALLY: ["差一样材料，约好后补"],
  REFUSE_ACCEPTANCE: ["不符合办理条件", "不归这个窗口办"],
  REFUSE_GRANT: ["审核没有通过"],
  RELEASE: ["临时有急事", "车坏了", "联系不上市民"],
};
const DECLINES = ["手上太忙", "路太远", "这会儿不方便", "身体不舒服"];
const HELP = {
  ASSIST: "帮办：申请人是市民本人，您帮着取送材料、带路排队，不代签字。",
  ON_BEHALF: "代办：要带市民签过字的委托书。",
  AT_HOME: "上门：陪工作人员上门办理。",
  IN_PERSON: "要本人到场：您陪同、带路，不能替办。",
  OTHER: "其他帮办：具体做什么，先打电话问市民。",
};
const RETRY_MS = 3000;

let state = null;
let clockOffset = 0; // the hall's clock minus this phone's
let known = null; // ids of offers seen, for the sound

// --- talking to the hall

/** Do it, and try again while there is no network; the hall does nothing twice. */
async function change(path, body, until = Date.now() + 60_000) {
  const busy = document.body;
  if (busy.getAttribute("aria-busy") === "true") return false;
  busy.setAttribute("aria-busy", "true");
  try {
    for (;;) {
      try {
        show(await api(path, body));
        return true;
      } catch (error) {
        if (!(error instanceof Unreachable) || Date.now() > until) throw error;
        toast("没有网，还没有办成，正在再试…", true);
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  } catch (error) {
    toast(error.message, true);
    refresh();
    return false;
  } finally {
    busy.removeAttribute("aria-busy");
  }
}

async function refresh() {
  try {
    show(await api("/runner/state"));
  } catch (error) {
    if (error.status === 401) close(error);
  }
}

function close({ message }) {
  $("main").hidden = $("duty").hidden = true;
  $("offline").hidden = true;
  $("closed").hidden = false;
  $("closed-words").textContent = message;
}

// --- what is seen

function show(next) {
  clockOffset = new Date(next.now) - Date.now();
  announce(next.offers);
  if (JSON.stringify({ ...next, now: 0 }) === JSON.stringify({ ...state, now: 0 })) return;
  state = next;
  $("main").hidden = $("duty").hidden = false;
  $("closed").hidden = true;
  showHead(state.runner);
  $("banner").textContent = state.banner;
  $("banner").hidden = !state.banner;
  $("offers").replaceChildren(...(state.offers.length ? state.offers.map(offerCard) : [noOffers()]));
  keepOpen(() => $("orders").replaceChildren(...(state.orders.length ? state.orders.map(orderCard) : [nothing("手上没有单。")])));
  count("offers-count", state.offers.length, true);
  count("orders-count", `${state.runner.load}／${state.runner.load_limit}`);
  tick();
}

function showHead(runner) {
  $("name").textContent = `${runner.name}　${runner.number}`;
  $("place").textContent = `${runner.kind}跑手 · ${runner.place}`;
  $("duty").setAttribute("aria-checked", String(runner.on_duty));
  $("duty").setAttribute("aria-label", runner.on_duty ? "正在值班，点一下休息" : "正在休息，点一下值班");
  $("duty-words").textContent = runner.on_duty ? "值班中" : "休息中";
}

function count(id, words, alarming = false) {
  $(id).textContent = words;
  $(id).classList.toggle("some", alarming && words > 0);
}

const nothing = (words) => h("p.nothing", {}, words);

function noOffers() {
  return h("div", {},
    nothing(state.runner.on_duty ? "暂时没有新派单。开着这个页面，来了会响。" : "您在休息，不会派单给您。要接单请点右上角。"),
    h("details.why", { ontoggle: (event) => event.target.open && tellWhy(event.target) },
      h("summary", {}, "最近的单为什么没派给我"), h("ul", {}, h("li", {}, "正在查……"))));
}

async function tellWhy(box) {
  const { rounds } = await api("/runner/why");
  const lines = rounds.map((round) => h("li", {}, `${round.at.slice(5, 16).replace("T", " ")}　${round.reasons.join("，")}`));
  box.querySelector("ul").replaceChildren(...(lines.length ? lines : [h("li", {}, "最近本镇没有派过单。")]));
}

function fact(name, value) {
  return value ? [h("dt", {}, name), h("dd", {}, value)] : [];
}

function offerCard(offer) {
  const total = new Date(offer.expires_at) - new Date(offer.offered_at);
  return h("article.card.offer", { "data-offer": offer.id, "aria-label": `${offer.town}的派单` },
    h("div.top", {}, h("span.town", {}, offer.town), h("span.left", {}, h("small", {}, "还剩 "), h("span.seconds", {}))),
    h("progress", { max: total, value: total, "aria-label": "剩下的时间" }),
    h("dl.facts", {}, fact("时间", offer.wish), fact("东西", offer.papers ? `约${offer.papers}样材料` : "材料不多或另行说明")),
    h("p.hint", {}, "接单后才看得到市民的姓名、电话和事项。"),
    h("div.do", {},
      h("button.button.decline", { type: "button", onclick: () => decline(offer) }, "不接"),
      h("button.button.accept", { type: "button", onclick: () => accept(offer) }, "接单")));
}

function orderCard(order) {
  const step = STEPS[order.next];
  return h("article.card.order", { "data-order": order.number, "aria-label": `订单${order.number}` },
    h("div.top", {}, h("span", {}, `订单 ${order.number}`), h("span", { class: `state ${order.state}` }, order.state_label)),
    h("h3", {}, order.item),
    h("dl.facts", {},
      fact("市民", order.citizen), h("dt", {}, "电话"), h("dd", {}, h("a.call", { href: `tel:${order.phone}` }, `拨打 ${order.phone}`)),
      fact("地点", order.place), fact("时间", order.wish), fact("办件编号", order.case_number), fact("原话", order.notes)),
    order.door_code && h("p.code", {}, "上门先说暗号", h("b", {}, order.door_code)),
    h("p.help", {}, HELP[order.help]),
    order.materials.length > 0 && papers(order),
    order.hold && h("p.hold", { role: "note" }, order.hold),
    h("div.do", {}, h("button.button.step", { type: "button", disabled: Boolean(order.hold), onclick: () => nextStep(order, step) }, step.label)),
    order.others.length > 0 && h("button.button.more", { type: "button", onclick: () => otherStep(order) }, "遇到别的情况…"));
}

function papers(order) {
  return h("details.papers", { open: order.state === "ACCEPTED" },
    h("summary", {}, `要收的材料（${order.materials.length}样）`), h("ul", {}, order.materials.map((name) => h("li", {}, name))));
}

/** Redrawing does not close what the runner opened. */
function keepOpen(draw) {
  const opened = new Map([...document.querySelectorAll(".order")].map((card) => [card.dataset.order, card.querySelector("details")?.open]));
  draw();
  for (const card of document.querySelectorAll(".order")) {
    const before = opened.get(card.dataset.order);
    if (before !== undefined && card.querySelector("details")) card.querySelector("details").open = before;
  }
}

function tick() {
  for (const offer of state?.offers ?? []) {
    const card = document.querySelector(`[data-offer="${offer.id}"]`);
    const left = new Date(offer.expires_at) - (Date.now() + clockOffset);
    if (!card) continue;
    card.querySelector(".seconds").textContent = left > 0 ? countdown(left) : "已超时";
    card.querySelector("progress").value = Math.max(0, left);
    for (const button of card.querySelectorAll("button")) button.disabled = left <= 0;
  }
}

// --- a new offer sounds, where the phone allows it

function announce(offers) {
  const ids = offers.map((offer) => offer.id);
  if (known && ids.some((id) => !known.includes(id))) ring();
  known = ids;
}

let audio = null;
document.addEventListener("pointerdown", () => (audio ??= new AudioContext()), { once: true }); // sound needs a touch first
function ring() {
  navigator.vibrate?.([300, 120, 300]);
  if (!audio) return;
  for (const [start, pitch] of [[0, 880], [0.22, 1175]]) {
    const tone = new OscillatorNode(audio, { frequency: pitch });
    const volume = new GainNode(audio, { gain: 0.25 });
    tone.connect(volume).connect(audio.destination);
    tone.start(audio.currentTime + start);
    tone.stop(audio.currentTime + start + 0.18);
  }
}

// --- what the runner does

async function accept(offer) {
  const until = new Date(offer.expires_at) - clockOffset;
  if (await change(`/runner/offers/${offer.id}/accept`, {}, until)) toast("接到了。请照约定的时间上门，先说暗号。");
}

async function decline(offer) {
  const answer = await ask({ title: "这一单不接？", text: "会马上问下一名跑手。", reasons: DECLINES, reasonRequired: false, confirm: "不接这一单" });
  if (answer && (await change(`/runner/offers/${offer.id}/decline`, { reason: answer.reason }))) toast("已经转给别的跑手。");
}

async function nextStep(order, step) {
  const materials = order.next === "COLLECT" ? order.materials : [];
  const code = order.next === "COLLECT" ? order.door_code : "";
  const answer = await ask({ ...step, materials, code, confirm: "确定" });
  if (answer && (await change(`/runner/orders/${order.number}/${order.next}`, { case_number: answer.caseNumber }))) toast("记下了，市民已经收到通知。");
}

async function otherStep(order) {
  const action = await chooseFrom("遇到什么情况？", order.others.map(({ action, label }) => [action, label]));
  if (!action) return;
  const { label } = order.others.find((other) => other.action === action);
  const answer = await ask({ title: label, text: "写明原因，市民会看到。", reasons: REASONS[action], reasonRequired: true, confirm: `确定${label}` });
  if (answer && (await change(`/runner/orders/${order.number}/${action}`, { reason: answer.reason }))) toast("记下了。");
}

$("duty").addEventListener("click", () => change("/runner/duty", { on_duty: !state.runner.on_duty }));

// --- start

await refresh();
if ($("closed").hidden) {
  setInterval(tick, 500);
  follow("/runner/events", { state: show, fallback: refresh, over: close, online: (stands) => ($("offline").hidden = stands) });
}
