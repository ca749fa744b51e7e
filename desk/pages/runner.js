// The runner's page: starts it, keeps it up to date, and queues what the runner does.

import { $, Unreachable, api, follow, toast } from "./common.js";
import { app, go, notice, showNotices, tab } from "./runner_app.js";
import "./runner_entry.js";
import "./runner_me.js";
import { announce, drawOffers, tick } from "./runner_offers.js";
import { drawOrders } from "./runner_orders.js";
import { Queue } from "./runner_queue.js";
import { allowSound, canRing } from "./runner_sound.js";
import { belongTo, forgetKept, keep, kept } from "./runner_store.js";
import { drawTalk, openTalk } from "./runner_talk.js";

const KEPT_FOR = 24 * 3600_000; // milliseconds that orders may be shown without the hall
let drawn = "";

// --- the state, from the hall or from the phone

function show(next) {
  app.offset = new Date(next.now) - Date.now();
  const { now: _, made, number, ...state } = next;
  announce(state.offers);
  const isNew = JSON.stringify(state) !== JSON.stringify(app.state);
  app.state = state;
  if (isNew) keep("last", { state, offset: app.offset, at: Date.now() });
  if (app.queue.runner !== state.runner.number) app.queue.load(state.runner.number);
  app.draw();
}

async function showKept() {
  const last = await kept("last");
  if (!last || app.state || Date.now() - last.at > KEPT_FOR) return;
  Object.assign(app, { state: last.state, offset: last.offset });
  await app.queue.load(last.state.runner.number);
}

async function refresh() {
  try {
    show(await api("/runner/state"));
  } catch (error) {
    if (error.status === 401) close(error);
    else if (error instanceof Unreachable) setOnline(false);
  }
}

function close({ message }) {
  forgetKept();
  $("main").hidden = $("duty").hidden = $("tabs").hidden = $("foot").hidden = true;
  $("closed").hidden = false;
  $("closed-words").textContent = message;
}

// --- drawing: only when something changed

app.draw = () => {
  const seen = JSON.stringify([app.state, tab(), app.online, app.queue.acts.map((act) => act.body.id), app.queue.failures > 0]);
  showOffline();
  if (!app.state || seen === drawn) return;
  drawn = seen;
  $("main").hidden = $("duty").hidden = $("tabs").hidden = false;
  $("closed").hidden = true;
  drawHead();
  drawOffers();
  drawOrders();
  drawTalk();
};

function drawHead() {
  const { runner, banner } = app.state;
  const on = app.queue.about("duty").at(-1)?.body.on_duty ?? runner.on_duty;
  $("name").textContent = `${runner.name}　${runner.number}`;
  $("place").textContent = `${runner.kind}跑手 · ${runner.place}`;
  $("duty").setAttribute("aria-checked", String(on));
  $("duty").setAttribute("aria-label", on ? "正在值班，点一下休息" : "正在休息，点一下值班");
  $("duty-words").textContent = on ? "值班中" : "休息中";
  $("banner").textContent = banner;
  $("banner").hidden = !banner;
  $("sound").hidden = canRing() || !on;
}

function showOffline() {
  const count = app.queue.acts.length;
  const waits = count ? `有${count}步还没有报上去，连上网自动报。` : "新的派单要等连上才看得到。";
  $("offline").hidden = app.online && !(count && app.queue.failures);
  $("offline").textContent = (app.online ? "网络不稳，正在重试。" : "没有网，正在重连。") + (app.state ? waits : "连上网就能看到您的单。");
}

function setOnline(stands) {
  app.online = stands;
  if (stands) app.queue.flush();
  app.draw();
}

// --- what the runner does

app.queue = new Queue({
  changed: () => app.draw(),
  done: (act, answer) => {
    if (act.done) toast(act.done);
    if (answer.runner) show(answer);
    app.done[act.kind]?.(act, answer);
  },
  refused: (act, dropped, error) => {
    const more = dropped.length ? `后面的${dropped.map(({ label }) => label).join("、")}也没有报上去。` : "";
    toast(error.message, true);
    notice(`${act.label}没有办成：${error.message}${more}`);
    app.refused[act.kind]?.(act);
    refresh();
  },
  closed: close,
});

$("duty").addEventListener("click", () => {
  const onDuty = $("duty").getAttribute("aria-checked") !== "true";
  app.queue.add({ path: "/runner/duty", body: { on_duty: onDuty }, about: "duty", kind: "duty", label: onDuty ? "值班" : "休息" });
});
for (const button of document.querySelectorAll("[data-tab]")) button.addEventListener("click", () => go(button.dataset.tab));

// --- the app on the phone

async function install() {
  const workers = navigator.serviceWorker; // missing on plain http
  if (!workers) return;
  const updating = Boolean(workers.controller);
  workers.addEventListener("controllerchange", () => updating && reloadWhenIdle());
  await workers.register("/static/desk/runner/worker.js", { scope: "/runner" }).catch(() => undefined);
}

/** A new version is shown when nothing is being typed or asked. */
function reloadWhenIdle() {
  const busy = $("sheet").open || document.activeElement?.matches("input, textarea, select");
  if (busy) setTimeout(reloadWhenIdle, 5000);
  else location.reload();
}

// --- start

const entered = location.hash.slice(1); // a personal link was opened: whose
history.replaceState(null, "", location.pathname);
install();
new ResizeObserver(([{ contentRect }]) => document.documentElement.style.setProperty("--foot", `${contentRect.height}px`)).observe($("foot"));
allowSound(() => ($("sound").hidden = true));
if (entered) await belongTo(entered);
await Promise.all([kept("notices").then(showNotices), openTalk(), showKept()]);
go("orders");
await refresh();
if ($("closed").hidden) {
  setInterval(tick, 500);
  follow("/runner/events", { state: show, fallback: refresh, over: close, online: setOnline });
}
