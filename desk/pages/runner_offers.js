// Offers: town, time and load with a countdown; accepting and declining wait in the queue.

import { $, countdown, h } from "./common.js";
import { app, badge, fact, fill, go, keyed, nothing, now } from "./runner_app.js";
import { ring } from "./runner_sound.js";
import { ask } from "./sheet.js";

const DECLINES = ["手上太忙", "路太远", "这会儿不方便", "身体不舒服"];
const SETTLING = 600; // milliseconds in which a new card takes no tap that was meant for what stood there
const HURRY = 30_000; // milliseconds before the end at which an unanswered offer rings again
const hurried = new Set();
let known = null; // ids of offers seen, for the sound

/** Ring for what is new. */
export function announce(offers) {
  const ids = offers.map((offer) => offer.id);
  if (known && ids.some((id) => !known.includes(id))) ring();
  known = ids;
}

const subject = (offer) => `offer:${offer.id}`;
const answered = (offer) => app.queue.about(subject(offer))[0]?.kind;
const left = (offer) => new Date(offer.expires_at) - now();
const open = () => app.state.offers.filter((offer) => answered(offer) !== "decline");

export function drawOffers() {
  const offers = open();
  const none = noOffers();
  fill($("offers"), offers.length ? offers.map((offer) => keyed(subject(offer), offer, () => card(offer))) : [keyed("no offers", none, () => nothing(none))]);
  $("offers-count").textContent = offers.length;
  $("offers-count").classList.toggle("some", offers.length > 0);
  badge("orders", offers.length);
  tick();
}

function noOffers() {
  if (!app.state.runner.on_duty) return "您在休息，不会派单给您。要接单请点右上角。";
  return app.online ? "暂时没有新派单。开着这个页面，来了会响。" : "没有网，看不到新派单。";
}

function card(offer) {
  const total = new Date(offer.expires_at) - new Date(offer.offered_at);
  return h("article.card.offer", { "data-offer": offer.id, "data-born": Date.now(), "aria-label": `${offer.town}的派单` },
    h("div.top", {}, h("span.town", {}, offer.town), h("span.left", {}, h("small", {}, "还剩 "), h("span.seconds", {}))),
    h("progress", { max: total, value: total, "aria-label": "剩下的时间" }),
    h("dl.facts", {}, fact("时间", offer.wish), fact("东西", offer.papers ? `约${offer.papers}样材料` : "材料不多或另行说明")),
    h("p.hint.words", { role: "status" }, "接单后才看得到市民的姓名、电话和事项。"),
    h("div.do", {},
      h("button.button.decline", { type: "button", onclick: () => decline(offer) }, "不接"),
      h("button.button.accept", { type: "button", onclick: () => accept(offer) }, "接单")));
}

/** Count down; twice a second. */
export function tick() {
  for (const offer of app.state ? open() : []) {
    const shown = document.querySelector(`[data-offer="${offer.id}"]`);
    if (shown) tickOne(offer, shown);
    if (left(offer) <= HURRY && left(offer) > 0 && !answered(offer) && !hurried.has(offer.id)) {
      hurried.add(offer.id);
      ring();
    }
  }
  showAlarm();
}

function tickOne(offer, shown) {
  const rest = left(offer);
  const waits = answered(offer) === "accept";
  shown.querySelector(".seconds").textContent = rest > 0 ? countdown(rest) : "已超时";
  shown.querySelector("progress").value = Math.max(0, rest);
  shown.querySelector(".do").hidden = waits;
  const isNew = Date.now() - shown.dataset.born < SETTLING;
  for (const button of shown.querySelectorAll("button")) button.disabled = rest <= 0 || isNew;
  if (waits) shown.querySelector(".words").textContent = waiting(rest);
  shown.classList.toggle("waits", waits);
}

function waiting(rest) {
  if (app.online) return "已点接单，正在报给热线…";
  if (rest > 0) return "已点接单，还没有网。倒计时结束前连上网就算接到，结果会告诉您。";
  return "时间过了还没有连上网，这一单多半派给别人了。连上网告诉您结果。";
}

/** On another tab an offer must be seen as well. */
function showAlarm() {
  const [offer] = app.state ? open().filter((one) => left(one) > 0 && answered(one) !== "accept") : [];
  const elsewhere = document.querySelector("[data-view=orders]").hidden;
  $("alarm").hidden = !(offer && elsewhere);
  if (offer) $("alarm").textContent = `新派单：${offer.town}，还剩 ${countdown(left(offer))}，点这里看`;
}
$("alarm").addEventListener("click", () => go("orders"));

function accept(offer) {
  app.queue.add({
    path: `/runner/offers/${offer.id}/accept`, about: subject(offer), kind: "accept", label: `接${offer.town}的单`,
    done: "接到了。请照约定的时间上门，先说暗号。",
  });
}

async function decline(offer) {
  const answer = await ask({ title: "这一单不接？", text: "会马上问下一名跑手。", reasons: DECLINES, reasonRequired: false, confirm: "不接这一单" });
  if (!answer) return;
  app.queue.add({
    path: `/runner/offers/${offer.id}/decline`, body: { reason: answer.reason }, about: subject(offer), kind: "decline",
    label: `不接${offer.town}的单`, done: "已经转给别的跑手。",
  });
}
