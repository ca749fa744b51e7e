// Orders: by state, searched by number, with history, the reasons of dispatch, and assignment by hand.

import { $, h, when } from "./common.js";
import { back, drawFilters, drawRows, facts, pill } from "./list.js";
import { actBar, runnersFound } from "./order_acts.js";
import { papersBlock } from "./order_papers.js";

const PAUSE_MS = 250; // after typing, before searching

export function view(panel, desk) {
  let state = "";
  let openId = null;
  let shown = "";
  let loaded = []; // pages loaded so far

  const search = h("input", { type: "search", placeholder: "查订单号、姓名、事项或地点", "aria-label": "查订单", oninput: typed });
  const states = h("select", { "aria-label": "按状态看", onchange: () => choose(states.value) });
  const filters = h("div.filters", { role: "group", "aria-label": "哪些订单" }, states, search);
  const rows = h("div.rows", { "aria-label": "订单列表" });
  const detail = h("div.detail", {}, h("p.nothing", {}, "从左边选一个订单。"));
  const keys = h("p.keys", {}, h("kbd", {}, "/"), " 查订单　", h("kbd", {}, "j"), " ", h("kbd", {}, "k"), " 上下选　", h("kbd", {}, "?"), " 快捷键");
  panel.classList.add("panes");
  panel.append(h("div.side", {}, filters, rows, keys), detail);

  let typing = null;
  function typed() {
    clearTimeout(typing);
    typing = setTimeout(load, PAUSE_MS);
  }

  function choose(key) {
    state = key;
    load();
  }

  async function load(before = null) {
    const query = new URLSearchParams({ state, q: search.value.trim(), ...(before ? { before } : {}) });
    const asked = query.toString();
    load.asked = asked;
    const answer = await desk.read(`/desk/orders?${asked}`);
    if (!answer || load.asked !== asked) return;
    loaded = before ? [...loaded, ...answer.orders] : answer.orders;
    drawStates(answer);
    drawRows(rows, loaded.map(row), openId, search.value ? "没有查到这样的订单。" : "没有订单。");
    if (answer.more) rows.append(h("button.row", { type: "button", onclick: () => load(answer.more) }, "再看更早的订单…"));
  }

  function drawStates(answer) {
    const groups = answer.groups.map(({ key, label, count }) => [key, count ? `${label} ${count}` : label]);
    drawFilters(filters, [["", "全部"], ...groups], state, choose);
    if (document.activeElement === states) return;
    const options = answer.states.map(({ key, label, count }) => h("option", { value: key, selected: key === state }, `${label}（${count}）`));
    const chosen = answer.states.some(({ key }) => key === state);
    states.replaceChildren(h("option", { value: chosen ? "" : state, selected: !chosen }, "按状态看…"), ...options);
  }

  function row(order) {
    const runner = order.runner ? ` · 跑手${order.runner.name}` : "";
    return h("button.row", { type: "button", "data-id": order.number, onclick: () => desk.go("orders", order.number) },
      h("span.first", {}, h("b", {}, order.item), h("span.time", {}, when(order.created_at))),
      h("span.second", {}, `${order.number} · ${order.citizen} ${order.phone} · ${order.township || "地点见详情"}`),
      h("span.second", {}, pill(order.state, order.state_label), runner));
  }

  // --- one order

  async function open() {
    const wanted = openId;
    const answer = await desk.read(`/desk/orders/${encodeURIComponent(wanted)}`);
    if (answer && wanted === openId) draw(answer);
  }

  function draw(order) {
    const now = JSON.stringify(order);
    if (now === shown) return;
    const isSame = shown && JSON.parse(shown).number === order.number;
    const [top, typed] = [detail.querySelector(".scroll")?.scrollTop ?? 0, $("assign-runner")?.value ?? ""];
    const focused = document.activeElement === $("assign-runner");
    shown = now;
    const scroll = h("div.scroll", { tabindex: 0 },
      order.may_assign && order.may_act && desk.may("ORDERS") && assignBlock(order),
      h("div.two", {}, aboutBlock(order), historyBlock(order)),
      papersBlock(desk, order, acted),
      offersBlock(order));
    detail.replaceChildren(title(order), scroll);
    if (!isSame) return;
    scroll.scrollTop = top;
    if ($("assign-runner")) $("assign-runner").value = typed;
    if (focused) $("assign-runner")?.focus();
  }

  function title(order) {
    return h("div.title", {},
      back(desk, "orders"),
      h("h2", {}, `订单 ${order.number}`, pill(order.state, order.state_label)),
      h("p", {}, order.item),
      actBar(desk, order, acted));
  }

  const acted = (now) => (draw(now), load());

  function aboutBlock(order) {
    return h("section.block", {},
      h("h3", {}, "办什么、找谁"),
      facts([
        ["市民", order.citizen], ["电话", phones(order)],
        ["地点", order.place], ["时间", order.wish], ["帮办方式", order.help], ["专区", order.zone],
        ["跑手", order.runner && h("span", {}, `${order.runner.name} ${order.runner.number} `, order.runner_phone)],
        ["上门暗号", order.runner && order.door_code], ["办件编号", order.case_number], ["材料", order.materials.join("、")], ["原话", order.notes],
        ["最迟接单", !order.runner && order.may_assign && when(order.accept_by)],
        ["首问责任人", order.responsible], ["12345工单", order.ticket],
        ["对话", order.conversation && h("a", { href: `#conversations/${order.conversation}` }, "看对话")],
      ]));
  }

  /** Masked until asked for; who asked is kept. */
  function phones(order) {
    const place = h("span", {}, order.phone);
    const show = async (event) => {
      const answer = await desk.change(`/desk/orders/${order.number}/phone`);
      if (!answer) return;
      event.target.remove();
      place.replaceChildren(h("a", { href: `tel:${answer.phone}` }, answer.phone), answer.runner_phone ? `　跑手 ${answer.runner_phone}` : "");
    };
    return h("span", {}, place, desk.may("SEE_PHONE") && order.may_act && h("button.link", { type: "button", onclick: show }, "显示电话"));
  }

  function historyBlock(order) {
    return h("section.block", {}, h("h3", {}, "经过"),
      h("ol.history", {}, order.history.map((event) => h("li", {},
        h("time", { datetime: event.at }, when(event.at)), ` ${event.actor} `, h("b", {}, event.action),
        event.reason && h("p.reasons", {}, event.reason)))));
  }

  function offersBlock(order) {
    if (!order.offers.length) return null;
    return h("section.block", {}, h("h3", {}, `派过${order.offers.length}名跑手`),
      h("ul.offers", {}, order.offers.map((offer) => h("li", {},
        `${offer.name} ${offer.runner}　${when(offer.offered_at)}　`, pill(offer.state, offer.state_label),
        offer.reason && `　${offer.reason}`,
        offer.ranking.length > 0 && h("details", {}, h("summary", {}, "为什么派给他"),
          h("ol", {}, offer.ranking.map((candidate) => h("li", {}, `${candidate.runner}：${candidate.reasons.join("、")}`))),
          offer.left_out.map((group) => h("p", {}, `${group.reason}：${group.runners.length}人（${group.runners.slice(0, 8).join("、")}）`)))))));
  }

  function assignBlock(order) {
    const number = h("input", { id: "assign-runner", placeholder: "跑手编号，如 R0001", "aria-label": "跑手编号", maxlength: 12, required: true, list: "act-runners", autocomplete: "off" });
    const submit = (event) => {
      event.preventDefault();
      assign(order, number.value.trim());
    };
    return h("section", { class: order.state === "ESCALATED" ? "block urgent" : "block" },
      h("h3", {}, order.state === "ESCALATED" ? "没有跑手接，请安排" : "直接指定跑手"),
      order.suggested.length > 0 && h("ul.suggested", {}, order.suggested.map((runner) => h("li", {},
        h("div", {}, h("b", {}, `${runner.name} ${runner.number}`), h("p.reasons", {}, runner.reasons.join("、"))),
        h("button.button", { type: "button", onclick: () => assign(order, runner.number) }, "派给他")))),
      h("form.assign", { onsubmit: submit }, number, runnersFound(desk, number), h("button.button.strong", {}, "派单")));
  }

  async function assign(order, runner) {
    const answer = await desk.change(`/desk/orders/${order.number}/assign`, { runner, seen: order.seen });
    if (answer) draw(answer);
    load();
  }

  function refresh() {
    if (loaded.length <= 60) load(); // whoever reads older pages keeps them
    if (openId) open();
  }

  return {
    refresh,
    show(id) {
      openId = id ?? null;
      panel.classList.toggle("open", Boolean(openId));
      if (!openId) {
        shown = "";
        detail.replaceChildren(h("p.nothing", {}, "从左边选一个订单。"));
      }
      load();
      if (openId) open();
    },
  };
}
