// The runner's own things: duty hours, this month, why offers came or not, finished orders, installing.

import { $, Unreachable, api, h, toast, when } from "./common.js";
import { app, nothing } from "./runner_app.js";
import { drawPaper } from "./runner_papers.js";
import { keep, kept } from "./runner_store.js";

const DAYS = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];
const WORK = ["09:00", "17:00"];
const TIMES = Array.from({ length: 49 }, (_, half) => `${String(Math.floor(half / 2)).padStart(2, "0")}:${half % 2 ? "30" : "00"}`);

app.opened.me = () => Promise.all([fillHours(), fillRecord(), fillOriginals(), fillWhy(), drawInstall()]);

/** What the hall tells, else what it told last. */
async function look(name) {
  try {
    const told = await api(`/runner/${name}`);
    keep(`look:${name}`, told);
    return told;
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    return kept(`look:${name}`);
  }
}

// --- hours

async function fillHours() {
  const told = await look("hours");
  if (told && !$("hours").classList.contains("changed")) drawWeek(told.week);
}

function drawWeek(week) {
  const any = week.every((day) => day.length === 0);
  $("hours-any").setAttribute("aria-pressed", String(any));
  $("week").replaceChildren(...DAYS.map((name, day) => drawDay(name, week[day])));
}

function drawDay(name, spans) {
  const box = h("div.spans", {}, spans.map(drawSpan));
  const add = h("button.button.add", { type: "button", "aria-label": `${name}加一段时间`, onclick: () => {
    box.append(drawSpan(box.children.length ? ["18:00", "20:00"] : WORK));
    changed();
  } }, "＋");
  return h("div.day", { "data-day": name }, h("b", {}, name), box, add);
}

function drawSpan([begin, end]) {
  const row = h("div.span", {}, drawTime(begin, "从"), "到", drawTime(end, "到"),
    h("button.button.drop", { type: "button", "aria-label": "去掉这一段", onclick: () => {
      row.remove();
      changed();
    } }, "×"));
  return row;
}

function drawTime(value, label) {
  const times = TIMES.includes(value) ? TIMES : [...TIMES, value].sort();
  return h("select", { "aria-label": label, onchange: changed }, times.map((time) => h("option", { selected: time === value }, time)));
}

function changed() {
  $("hours").classList.add("changed");
  $("hours-any").setAttribute("aria-pressed", String(readWeek().every((day) => day.length === 0)));
}

function readWeek() {
  return [...document.querySelectorAll("#week .day")].map((day) =>
    [...day.querySelectorAll(".span")].map((span) => [...span.querySelectorAll("select")].map(({ value }) => value)));
}

$("hours-work").addEventListener("click", () => {
  drawWeek(DAYS.map((_, day) => (day < 5 ? [WORK] : [])));
  changed();
});
$("hours-any").addEventListener("click", () => {
  drawWeek(DAYS.map(() => []));
  changed();
});

$("hours").addEventListener("submit", async (event) => {
  event.preventDefault();
  const week = readWeek();
  try {
    const told = await api("/runner/hours", { week: week.some((day) => day.length) ? week : [] });
    $("hours").classList.remove("changed");
    drawWeek(told.week);
    toast(told.words ? `记下了：${told.words}。` : "记下了：任何时间都可以派单给您。");
  } catch (error) {
    toast(error.message, true);
  }
});

// --- what was done, and why offers came or not

async function fillRecord() {
  const told = await look("record");
  if (!told) return;
  const { offers, accepted, delivered, hours } = told.month;
  const counts = [["派给我", offers, "次"], ["接单", accepted, "单"], ["送达", delivered, "单"], ["在岗", hours, "小时"]];
  $("month").replaceChildren(...counts.map(([name, count, unit]) => h("div", {}, h("dt", {}, name), h("dd", {}, h("b", {}, String(count)), unit))));
  $("done").replaceChildren(...(told.orders.length ? told.orders.map(drawDone) : [nothing("还没有办完的单。")]));
}

function drawDone(order) {
  return h("div.row", {}, h("b", {}, order.item), h("small", {}, when(order.at)),
    h("p", {}, `${order.number}　${order.town}　${order.state_label}`, order.stars && h("span.stars", { "aria-label": `市民评了${order.stars}星` }, "★".repeat(order.stars))));
}

async function fillOriginals() {
  const told = await look("papers");
  if (told) $("originals").replaceChildren(...(told.papers.length ? told.papers.map(drawPaper) : [nothing("手上没有市民的原件。")]));
}

async function fillWhy() {
  const told = await look("why");
  if (!told) return;
  $("why").replaceChildren(...(told.rounds.length ? told.rounds.map(drawWhy) : [nothing("最近您这一片没有派过单。")]));
}

function drawWhy({ at, asked, reasons }) {
  return h("div.row", { class: asked ? "row asked" : "row" }, h("b", {}, asked ? "派给了您" : "没有派给您"), h("small", {}, when(at)),
    h("p", {}, reasons.filter((reason) => reason !== "派给了您").join("、")));
}

// --- installing

let offered = null; // the browser's own question
addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  offered = event;
  drawInstall();
});

function drawInstall() {
  const installed = matchMedia("(display-mode: standalone)").matches;
  const install = h("button.button.strong", { type: "button", onclick: () => offered.prompt() }, "装到桌面");
  $("install").replaceChildren(
    h("p", {}, installed ? "已经装好，点桌面上的“跑手”就能打开，没有网也能看手上的单。" : "装到桌面，像应用一样打开，没有网也能看手上的单、报每一步。"),
    ...(installed ? [] : [offered ? install : h("p.hint", {}, "在浏览器菜单里点“添加到主屏幕”或“安装应用”。")]));
}
