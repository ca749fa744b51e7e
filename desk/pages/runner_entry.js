// What a runner meets on the road: an errand that becomes the runner's own order, and visits.

import { $, api, h, toast, when } from "./common.js";
import { app, go, nothing, now } from "./runner_app.js";
import { keep, kept } from "./runner_store.js";

const OTHER = "其他帮办";
const PAUSE = 400; // milliseconds of no typing before items are looked for
let chosen = null; // the item that was picked
let typing = null;

const field = (form, name) => form.querySelector(`[name="${name}"]`); // `elements.item` is a method
const bring = { item: field($("bring"), "item"), town: field($("bring"), "town"), village: field($("bring"), "village") };

app.opened.entry = () => {
  fillPlaces();
  drawVisits();
};

// --- places: asked once, then kept on the phone

async function places(town) {
  const name = `places:${town}`;
  const found = await api(`/runner/places?town=${encodeURIComponent(town)}`).catch(() => null);
  if (found) keep(name, found);
  return found ?? (await kept(name)) ?? { towns: [], villages: [], own: "" };
}

const options = (first, names) => [h("option", { value: "" }, first), ...names.map((name) => h("option", { value: name }, name))];

async function fillPlaces() {
  if (bring.town.options.length > 1) return;
  const { towns, own } = await places("");
  bring.town.replaceChildren(...options("请选", towns));
  bring.town.value = own;
  fillVillages();
}

async function fillVillages() {
  const { villages } = bring.town.value ? await places(bring.town.value) : { villages: [] };
  bring.village.replaceChildren(...options("不确定", villages));
}
bring.town.addEventListener("change", fillVillages);

// --- the item: found by the words that were typed

bring.item.addEventListener("input", () => {
  chosen = null;
  if (!$("bring-items").children.length) $("bring-items").replaceChildren(h("p.hint", {}, "正在找是哪一项…"));
  clearTimeout(typing);
  typing = setTimeout(look, PAUSE);
});

async function look() {
  const words = bring.item.value.trim();
  const { items } = words ? await api(`/runner/items?q=${encodeURIComponent(words)}`).catch(() => ({ items: [] })) : { items: [] };
  if (words !== bring.item.value.trim() || chosen) return;
  $("bring-items").replaceChildren(
    ...items.map((item) => h("button.button.pick", { type: "button", onclick: () => pick(item) }, item.title, h("small", {}, item.zone))),
    ...(words ? [h("p.hint", {}, items.length ? "点选是哪一项；都不是就不用点，按“其他帮办”记。" : "没有选事项，会按“其他帮办”记下您写的话。")] : []));
}

function pick(item) {
  chosen = item;
  bring.item.value = item.title;
  $("bring-items").replaceChildren(h("p.hint", {}, item.in_person ? "这一项要市民本人到场，您陪同带路。" : "材料清单会按这一项带出来。"));
}

$("bring").addEventListener("submit", (event) => {
  event.preventDefault();
  const typed = Object.fromEntries(new FormData(event.target));
  const body = { ...typed, item: chosen?.code ?? typed.item.trim(), help: chosen ? "" : OTHER };
  app.queue.add({ path: "/runner/orders", body, about: "bring", kind: "bring", form: typed, label: `记${typed.applicant}的单` });
  event.target.reset();
  chosen = null;
  $("bring-items").replaceChildren();
  bring.town.dispatchEvent(new Event("change"));
  if (!app.online) toast("记在手机里了，连上网自动报上去。");
});

app.done.bring = (act, { made, number }) => {
  toast(made ? `记成您的单了，订单号${number}。` : `这一单已经记过了，订单号${number}。`);
  go("orders");
};

app.refused.bring = ({ form }) => refill($("bring"), form);

/** Nothing that was typed is lost when the hall refuses it, unless the next one is being typed. */
function refill(form, typed) {
  if ([...form.querySelectorAll("input, textarea")].some((one) => one.value)) return;
  for (const [name, value] of Object.entries(typed)) field(form, name).value = value;
}

// --- visits

/** 2026-11-23 15:30 in Sichuan. */
function minute() {
  const parts = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short", timeZone: "Asia/Shanghai" });
  return parts.format(now());
}

$("visit").addEventListener("submit", (event) => {
  event.preventDefault();
  const body = { ...Object.fromEntries(new FormData(event.target)), time: minute() };
  app.queue.add({ path: "/runner/visits", body, about: "visit", kind: "visit", label: `走访${body.place}`, done: "走访记下了。" });
  event.target.reset();
  drawVisits();
});
app.done.visit = () => drawVisits();
app.refused.visit = ({ body }) => refill($("visit"), { place: body.place, people: body.people, notes: body.notes });

async function drawVisits() {
  const waiting = app.queue.acts.filter((act) => act.kind === "visit").map((act) => ({ ...act.body, waits: true }));
  const told = await api("/runner/visits").catch(() => null);
  if (told) keep("visits", told.visits);
  const visits = told?.visits ?? (await kept("visits")) ?? [];
  $("visits").replaceChildren(...[...waiting, ...visits].map((visit) =>
    h("div.row", {}, h("b", {}, visit.place), h("small", {}, visit.waits ? "等网络，还没有报上去" : when(visit.at)),
      (visit.people || visit.notes) && h("p", {}, [visit.people, visit.notes].filter(Boolean).join("：")))),
  ...(waiting.length + visits.length ? [] : [nothing("最近四周没有记走访。")]));
}
