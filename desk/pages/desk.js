// The shell of the desk: who is logged in, the tabs, the live stream, the keys.

import { $, api, follow, since, toast } from "./common.js";
import { conversationsView } from "./conversations.js";
import { followUpsView } from "./follow_ups.js";
import { knowledgeView } from "./knowledge.js";
import { ordersView } from "./orders.js";
import { runnersView } from "./runners.js";

const me = await login();
let counts = {};

/** What every view may use. */
const desk = {
  me,
  get counts() {
    return counts;
  },
  read: (path) => guarded(() => api(path)),
  change: (path, body = {}) => guarded(() => api(path, body, { "X-CSRF-Token": me.csrf })),
  go: (tab, id) => (location.hash = id === undefined ? tab : `${tab}/${id}`),
};
const views = {
  conversations: conversationsView($("conversations"), desk),
  orders: ordersView($("orders"), desk),
  runners: runnersView($("runners"), desk),
  "follow-ups": followUpsView($("follow-ups"), desk),
  knowledge: knowledgeView($("knowledge"), desk),
};
const names = Object.keys(views);
const tabs = names.map((name) => $(`tab-${name}`));

async function login() {
  try {
    const answer = await api("/desk/me");
    if (!answer.must_change) return answer;
  } catch (error) {
    if (error.status !== 401) {
      toast(error.message, true);
      return new Promise(() => setTimeout(() => location.reload(), 4000));
    }
  }
  return leave();
}

function leave() {
  location.replace("/desk/login");
  return new Promise(() => {}); // nothing of this page goes on
}

/** Do a request; undefined when the hall refused, which is told. */
async function guarded(work) {
  try {
    return await work();
  } catch (error) {
    if (["login_required", "password_change_required"].includes(error.code)) return leave();
    toast(error.message, true);
    return undefined;
  }
}

// --- tabs: the address says what is open, so that reloading and going back work

function place() {
  const [name, id] = decodeURIComponent(location.hash.slice(1)).split("/");
  return { name: names.includes(name) ? name : "conversations", id };
}

function show() {
  const { name, id } = place();
  names.forEach((other, index) => {
    $(other).hidden = other !== name;
    tabs[index].setAttribute("aria-selected", String(other === name));
    tabs[index].tabIndex = other === name ? 0 : -1;
  });
  views[name].show(id);
}

tabs.forEach((tab, index) => {
  tab.addEventListener("click", () => desk.go(names[index]));
  tab.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = (index + step + tabs.length) % tabs.length;
    tabs[next].focus();
    desk.go(names[next]);
  });
});

// --- keys

const isTyping = (target) => target.closest("input, textarea, select, dialog") !== null;

document.addEventListener("keydown", (event) => {
  if (event.altKey && tabs[event.key - 1]) {
    event.preventDefault();
    tabs[event.key - 1].click();
    return;
  }
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const panel = $(place().name);
  if (event.key === "j" || event.key === "k") step(panel, event.key === "j" ? 1 : -1);
  if (event.key === "/" || event.key === "r") {
    const field = panel.querySelector(event.key === "/" ? "input[type=search]" : "textarea");
    if (!field) return;
    event.preventDefault();
    field.focus();
  }
});

function step(panel, by) {
  const rows = [...panel.querySelectorAll(".row")];
  const now = rows.findIndex((row) => row.getAttribute("aria-current") === "true");
  const next = rows[Math.min(Math.max(now + by, 0), rows.length - 1)];
  next?.focus();
  next?.click();
}

// --- live

function news(state) {
  counts = state.counts;
  for (const badge of document.querySelectorAll("[data-count]")) badge.textContent = counts[badge.dataset.count] || "";
  document.title = `${counts.waiting ? `（${counts.waiting}）` : ""}${me.hall}工作台`;
  views[place().name].refresh();
}

function online(stands) {
  $("lamp").classList.toggle("on", stands);
  $("lamp").textContent = stands ? "在线" : "断开";
  $("offline").hidden = stands;
}

function passTime() {
  for (const place of document.querySelectorAll("[data-since]")) place.textContent = since(place.dataset.since);
}

// --- start

$("hall").textContent = `${me.hall}工作台`;
$("me").textContent = `${me.name}（${me.role_label}）`;
$("banner").textContent = me.banner;
$("banner").hidden = !me.banner;
$("logout").addEventListener("click", async () => (await desk.change("/desk/logout")) && leave());
addEventListener("hashchange", show);
show();
setInterval(passTime, 10_000);
follow("/desk/events", { state: news, online, over: leave, fallback: () => views[place().name].refresh() });
