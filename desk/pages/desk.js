// The shell of the desk: who is logged in, the views, the own switch, what was just assigned, the keys.

import { $, api, follow, h, since, toast } from "./common.js";
import { keysHelp, presenceSheet } from "./presence.js";

/** Every view: its key in the address, its name, the count beside it, and the permission it needs. */
const VIEWS = [
  { name: "conversations", label: "对话", count: "waiting", group: "接待" },
  { name: "orders", label: "订单", count: "attention" },
  { name: "board", label: "看板表格" },
  { name: "follow-ups", label: "投诉回访", count: "follow_ups" },
  { name: "counter", label: "窗口下单", may: "ORDERS" },
  { name: "calls", label: "来电" },
  { name: "telephone", label: "演练电话", may: "REHEARSE", rehearsal: true },
  { name: "dispatch", label: "派单", group: "跑团" },
  { name: "runners", label: "跑手" },
  { name: "papers", label: "材料" },
  { name: "market-days", label: "赶场天" },
  { name: "knowledge", label: "核实", count: "verification", group: "办理" },
  { name: "oversight", label: "督办", count: "overdue" },
  { name: "catalogue", label: "事项目录" },
  { name: "figures", label: "今日数字", group: "管理" },
  { name: "people", label: "账号", may: "PEOPLE" },
  { name: "profile", label: "大厅资料" },
  { name: "audit", label: "操作记录", may: "AUDIT" },
];

let leaving = false;
const me = await login();
const may = (permission) => !permission || me.may.includes(permission);
const shownViews = VIEWS.filter((view) => may(view.may) && (!view.rehearsal || me.banner));
const names = shownViews.map((view) => view.name);
let counts = {};
let mine = { assigned: [], free: false };

/** What every view may use. */
const desk = {
  me,
  may,
  get counts() {
    return counts;
  },
  read: (path) => guarded(() => api(path)),
  change: (path, body = {}, refused = null) => guarded(() => api(path, body, { "X-CSRF-Token": me.csrf }), refused),
  upload: (path, form) => guarded(() => api(path, form, { "X-CSRF-Token": me.csrf })),
  go: (tab, id) => (location.hash = id === undefined ? tab : `${tab}/${id}`),
};

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

/** To the login; once, since whatever else is under way is refused now too, and would break the first way off. */
function leave() {
  if (!leaving) location.replace("/desk/login");
  leaving = true;
  return new Promise(() => {}); // nothing of this page goes on
}

/** Do a request; undefined when the hall refused, which is told, or given to `refused`. */
async function guarded(work, refused = null) {
  try {
    return await work();
  } catch (error) {
    if (["login_required", "password_change_required"].includes(error.code)) return leave();
    if (refused) await refused(error);
    else toast(error.message, true);
    if (error.code === "stale_view") refresh();
    return undefined;
  }
}

// --- views: loaded when they are first opened; the address says which is open

const made = new Map(); // name → {refresh, show}
const tabs = shownViews.map(makeTab);

function makeTab({ name, label, count, group }, index) {
  const tab = h("button", { type: "button", role: "tab", id: `tab-${name}`, "aria-controls": name, onclick: () => desk.go(name) },
    label, count && h("span.badge", { "data-count": count, "aria-label": "件" }));
  tab.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1, ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = (index + step + tabs.length) % tabs.length;
    tabs[next].focus();
    desk.go(names[next]);
  });
  if (group) $("tabs").append(h("span.group", { role: "presentation" }, group));
  $("tabs").append(tab);
  $("panels").append(h("section.panel", { role: "tabpanel", id: name, "aria-labelledby": `tab-${name}`, tabindex: 0, hidden: true }));
  return tab;
}

function place() {
  const [name, id] = decodeURIComponent(location.hash.slice(1)).split("/");
  return { name: names.includes(name) ? name : names[0], id };
}

async function viewOf(name) {
  if (!made.has(name)) {
    const module = await import(`./${name.replaceAll("-", "_")}.js`);
    if (!made.has(name)) made.set(name, module.view($(name), desk));
  }
  return made.get(name);
}

let shows = 0;

/** Show the view of the address. Only the newest call draws: a second one would draw over what is being typed. */
async function show() {
  const { name, id } = place();
  const mine = ++shows;
  names.forEach((other, index) => {
    $(other).hidden = other !== name;
    tabs[index].setAttribute("aria-selected", String(other === name));
    tabs[index].tabIndex = other === name ? 0 : -1;
  });
  const view = await viewOf(name).catch(() => toast("这一页没有读到，连上大厅就显示。", true));
  if (view && mine === shows) view.show(id); // what was not reached is read again with the next news
}

function refresh() {
  const view = made.get(place().name);
  if (view) view.refresh();
  else show();
}

// --- keys

const isTyping = (target) => target.closest("input, textarea, select, dialog") !== null;

document.addEventListener("keydown", (event) => {
  if (event.altKey && tabs[event.key - 1]) {
    event.preventDefault();
    tabs[event.key - 1].click();
    return;
  }
  if (event.altKey && event.key.toLowerCase() === "a") return $("given").querySelector("button")?.click();
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const panel = $(place().name);
  if (event.key === "?") keysHelp(shownViews);
  if (event.key === "j" || event.key === "k") step(panel, event.key === "j" ? 1 : -1);
  const act = panel.querySelector(`[data-shortcut="${CSS.escape(event.key)}"]`);
  if (act) {
    event.preventDefault(); // else the key lands in the form that opens
    act.click();
  }
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
  if (state.mine.missed && !mine.missed) toast("派给您的对话没有及时接手，已经转给别人，您现在是“忙”。", true);
  mine = state.mine;
  showMine();
  refresh();
}

function showMine() {
  const toggle = $("presence");
  toggle.hidden = !may("TALK");
  toggle.textContent = mine.free ? "空闲" : "忙";
  toggle.setAttribute("aria-pressed", String(mine.free));
  toggle.classList.toggle("free", mine.free);
  const [first] = mine.assigned;
  $("given").hidden = !first && !mine.ringing;
  if (first) $("given").replaceChildren(
    h("p", {}, h("b", {}, "派给您："), `${first.reason || "市民要找工作人员"}，已等`, h("span", { "data-since": first.assigned_at }, since(first.assigned_at))),
    h("button.button.strong", { type: "button", onclick: () => accept(first.id) }, "接手（Alt+A）"),
    h("button.button", { type: "button", onclick: () => desk.go("conversations", first.id) }, "先看看"),
    h("button.button", { type: "button", onclick: () => desk.change(`/desk/conversations/${first.id}/put-back`) }, "退回"));
  else if (mine.ringing) $("given").replaceChildren(
    h("p", {}, h("b", {}, "您的电话在响："), "接起后按1接听。"),
    h("button.button.strong", { type: "button", onclick: () => desk.go("conversations", mine.ringing) }, "看情况"));
}

async function accept(id) {
  if (await desk.change(`/desk/conversations/${id}/take`)) desk.go("conversations", id);
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
$("keys").addEventListener("click", () => keysHelp(shownViews));
$("presence").addEventListener("click", () => presenceSheet(desk));
$("logout").addEventListener("click", async () => (await desk.change("/desk/logout")) && leave());
addEventListener("hashchange", show);
show();
setInterval(passTime, 10_000);
follow("/desk/events", { state: news, online, over: leave, fallback: refresh });
