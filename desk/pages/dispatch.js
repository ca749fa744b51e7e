// 派单: what has to be arranged, the offers that run, and who is on duty in each town.

import { countdown, h, toast } from "./common.js";
import { table } from "./table.js";

export function view(panel, desk) {
  const summary = h("p.summary");
  const escalated = h("div");
  const offers = table([
    ["订单", (o) => h("a", { href: `#orders/${o.order}` }, o.order)], ["事项", (o) => o.item], ["镇（街道）", (o) => o.town], ["正在问", (o) => `${o.name} ${o.runner}`],
    ["第几轮", (o) => o.round, "number"], ["还剩", (o) => h("span", { "data-until": o.expires_at }, countdown(new Date(o.expires_at) - Date.now())), "number"],
  ], { empty: "没有正在问的。" });
  const body = h("tbody");
  const head = ["镇（街道）", "值班 / 全部", "页面开着", "手上的单", "在找跑手"];
  panel.classList.add("single");
  panel.append(summary, h("h2", {}, "要安排的订单"), escalated, h("h2", {}, "正在问跑手"), offers.element, h("h2", {}, "各镇值班"),
    h("table", {}, h("thead", {}, h("tr", {}, head.map((name) => h("th", { scope: "col" }, name)))), body));
  let shown = "";

  async function refresh() {
    const answer = await desk.read("/desk/dispatch");
    if (!answer) return;
    const sum = (key) => answer.towns.reduce((total, town) => total + town[key], 0);
    summary.replaceChildren("值班 ", h("b", {}, sum("on_duty")), ` 人，共 ${sum("total")} 人；页面开着 `, h("b", {}, sum("present")), " 人；手上 ", h("b", {}, sum("in_hand")), " 单。");
    offers.fill(answer.offers);
    body.replaceChildren(...answer.towns.map(row));
    const now = JSON.stringify(answer.escalated);
    if (now === shown) return;
    shown = now;
    escalated.replaceChildren(...(answer.escalated.length ? answer.escalated.map(card) : [h("p.nothing", {}, "没有要安排的。")]));
  }

  function card(order) {
    return h("article.block.urgent", {},
      h("h3", {}, h("a", { href: `#orders/${order.number}` }, `${order.number} ${order.item}`)),
      h("p", {}, `${order.citizen} · ${order.town || "地点见详情"} · ${order.wish}　`, h("span.late-words", {}, order.why)),
      order.candidates.length ? h("ul.suggested", {}, order.candidates.map((one) => h("li", {},
        h("div", {}, h("b", {}, `${one.name} ${one.number}`), h("p.reasons", {}, one.reasons.join("、"))),
        desk.may("ORDERS") && order.may_act && h("button.button", { type: "button", onclick: () => assign(order, one) }, "派给他")))) : h("p.reasons", {}, "没有合适的跑手，请打开订单指定。"));
  }

  async function assign(order, one) {
    if (await desk.change(`/desk/orders/${order.number}/assign`, { runner: one.number, seen: order.seen })) toast(`派给了${one.name}。`);
    refresh();
  }

  function row(town) {
    return h("tr", {},
      h("td", {}, town.name),
      h("td", { class: town.on_duty === 0 && "bad" }, h("progress.bar", { max: Math.max(town.total, 1), value: town.on_duty, "aria-hidden": "true" }), `${town.on_duty} / ${town.total}`),
      h("td", {}, town.present),
      h("td", {}, town.in_hand),
      h("td", { class: town.seeking > 0 && town.on_duty === 0 && "bad" }, town.seeking));
  }

  function tick() {
    for (const place of panel.querySelectorAll("[data-until]")) place.textContent = countdown(new Date(place.dataset.until) - Date.now());
  }

  let timers = []; // presence lapses by itself, which is no news
  return {
    refresh,
    show() {
      refresh();
      timers.forEach(clearInterval);
      timers = [[refresh, 15_000], [tick, 1000]].map(([work, pause]) => setInterval(() => panel.hidden || work(), pause));
    },
  };
}
