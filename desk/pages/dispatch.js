// Runners on duty, by town.

import { h } from "./common.js";

export function view(panel, desk) {
  const summary = h("p.summary");
  const body = h("tbody");
  const head = ["镇（街道）", "值班 / 全部", "页面开着", "手上的单", "在找跑手"];
  panel.classList.add("single");
  panel.append(summary, h("table", {}, h("thead", {}, h("tr", {}, head.map((name) => h("th", { scope: "col" }, name)))), body));

  async function refresh() {
    const answer = await desk.read("/desk/runners");
    if (!answer) return;
    const sum = (key) => answer.towns.reduce((total, town) => total + town[key], 0);
    summary.replaceChildren("值班 ", h("b", {}, sum("on_duty")), ` 人，共 ${sum("total")} 人；页面开着 `, h("b", {}, sum("present")), " 人；手上 ", h("b", {}, sum("in_hand")), " 单。");
    body.replaceChildren(...answer.towns.map(row));
  }

  function row(town) {
    return h("tr", {},
      h("td", {}, town.name),
      h("td", { class: town.on_duty === 0 && "bad" }, h("progress.bar", { max: Math.max(town.total, 1), value: town.on_duty, "aria-hidden": "true" }), `${town.on_duty} / ${town.total}`),
      h("td", {}, town.present),
      h("td", {}, town.in_hand),
      h("td", { class: town.seeking > 0 && town.on_duty === 0 && "bad" }, town.seeking));
  }

  let timer = null; // presence lapses by itself, which is no news
  return {
    refresh,
    show() {
      refresh();
      clearInterval(timer);
      timer = setInterval(() => panel.hidden ? clearInterval(timer) : refresh(), 15_000);
    },
  };
}
