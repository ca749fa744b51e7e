// 材料: originals that are not home, who holds each, and until when it has to go back.

import { h, when } from "./common.js";
import { pill } from "./list.js";
import { table } from "./table.js";

export function view(panel, desk) {
  let all = [];
  const search = h("input.grow", { type: "search", placeholder: "查材料、订单号或在谁手上", "aria-label": "查材料", oninput: () => fill() });
  const count = h("p.summary");
  const rows = table([
    ["材料", (paper) => `${paper.name}${paper.count > 1 ? ` ${paper.count}份` : ""}`], ["订单", (paper) => h("a", { href: `#orders/${paper.order}` }, paper.order)], ["在谁手上", (paper) => pill("STAFF", paper.holder_label)],
    ["谁", (paper) => paper.holder_name], ["拿到", (paper) => when(paper.since)], ["应还", (paper) => when(paper.until)],
  ], { empty: "没有原件在外面。" });
  panel.classList.add("single");
  panel.append(h("div.bar-line", {}, search), count, rows.element);

  function fill() {
    const words = search.value.trim();
    const shown = all.filter((paper) => !words || JSON.stringify(Object.values(paper)).includes(words));
    count.replaceChildren("在外面的原件 ", h("b", {}, shown.length), " 件");
    rows.fill(shown);
  }

  async function refresh() {
    const answer = await desk.read("/desk/papers");
    if (!answer) return;
    all = answer.papers;
    fill();
  }

  return { refresh, show: refresh };
}
