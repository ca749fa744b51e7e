// 看板: orders by state, or as a table with filters that can be taken away as a file.

import { h, when } from "./common.js";
import { pill } from "./list.js";
import { table } from "./table.js";

const PAUSE_MS = 250;

export function view(panel, desk) {
  let isTable = false;
  let loaded = [];
  let shown = "";
  const toggle = h("button.button", { type: "button", onclick: () => ((isTable = !isTable), refresh()) });
  const search = h("input.grow", { type: "search", placeholder: "查订单号、姓名、事项或地点", "aria-label": "查订单", oninput: typed });
  const [state, zone, town] = ["状态", "专区", "镇（街道）"].map((label) => h("select", { "aria-label": label, onchange: () => load() }, h("option", { value: "" }, label)));
  const files = ["csv", "xlsx"].map((kind) => h("a.button", { role: "button", download: true, "data-kind": kind }, kind.toUpperCase()));
  const filters = h("div.bar-line", {}, search, state, zone, town, desk.may("EXPORT") && [h("span", {}, "导出"), files]);
  const columns = h("div.board");
  const rows = table([
    ["订单号", (order) => order.number], ["状态", (order) => pill(order.state, order.state_label)], ["事项", (order) => order.item],
    ["申请人", (order) => `${order.citizen} ${order.phone}`], ["镇（街道）", (order) => order.township], ["专区", (order) => order.zone], ["上门", (order) => order.wish],
    ["跑手", (order) => order.runner && `${order.runner.name} ${order.runner.number}`], ["下单", (order) => when(order.created_at)],
  ], { empty: "没有查到这样的订单。", open: (order) => desk.go("orders", order.number) });
  const more = h("button.button", { type: "button", onclick: () => load(more.dataset.before) }, "更早的");
  panel.classList.add("single", "wide");
  panel.append(h("div.bar-line", {}, toggle), filters, columns, rows.element, more);

  let typing = null;
  function typed() {
    clearTimeout(typing);
    typing = setTimeout(load, PAUSE_MS);
  }

  const wanted = (before) => new URLSearchParams({ state: state.value, zone: zone.value, town: town.value, q: search.value.trim(), ...(before ? { before } : {}) });

  async function load(before = null) {
    const query = wanted(before).toString();
    load.asked = query;
    const answer = await desk.read(`/desk/order-table?${query}`);
    if (!answer || load.asked !== query) return;
    for (const [select, choices] of [[state, answer.states], [zone, answer.zones], [town, answer.towns.map((name) => [name, name])]]) {
      if (select.options.length === 1) select.append(...choices.map(([key, label]) => h("option", { value: key }, label)));
    }
    for (const link of files) link.href = `/desk/order-export.${link.dataset.kind}?${wanted()}`;
    loaded = before ? [...loaded, ...answer.orders] : answer.orders;
    rows.fill(loaded);
    more.hidden = !answer.more;
    more.dataset.before = answer.more ?? "";
  }

  async function drawBoard() {
    const answer = await desk.read("/desk/order-board");
    if (!answer || JSON.stringify(answer) === shown) return;
    shown = JSON.stringify(answer);
    columns.replaceChildren(...(answer.columns.length ? answer.columns.map(column) : [h("p.nothing", {}, "没有在办的订单。")]));
  }

  const column = (one) => h("section.column", {}, h("h2", {}, h("span", {}, one.label), h("span", {}, one.count)), one.orders.map(tile),
    one.count > one.orders.length && h("button.link", { type: "button", onclick: () => ((isTable = true), (state.value = one.state), refresh()) }, `还有${one.count - one.orders.length}单`));

  const tile = (order) => h("button.tile", { type: "button", onclick: () => desk.go("orders", order.number) },
    h("b", {}, order.item), h("span.reasons", {}, `${order.number} · ${order.citizen} · ${order.township || ""}`), h("br"),
    h("span.reasons", {}, `${order.wish}${order.runner ? ` · ${order.runner.name}` : ""}`));

  function refresh() {
    toggle.textContent = isTable ? "看板" : "表格";
    [filters.hidden, rows.element.hidden, columns.hidden] = [!isTable, !isTable, isTable];
    more.hidden ||= !isTable;
    if (!isTable) drawBoard();
    else if (loaded.length <= 100) load();
  }

  return { refresh, show: refresh };
}
