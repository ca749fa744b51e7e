// 今日数字.

import { h } from "./common.js";
import { table } from "./table.js";

export function view(panel, desk) {
  const boxes = h("div.figures");
  const states = table([["订单状态", (row) => row[0]], ["多少", (row) => row[1], "number"]], { empty: "还没有订单。" });
  panel.classList.add("single");
  panel.append(h("h2", {}, "今天"), boxes, h("h2", {}, "全部订单"), states.element);

  async function refresh() {
    const answer = await desk.read("/desk/figures");
    if (!answer) return;
    boxes.replaceChildren(...answer.figures.map(([label, value, kind]) => h("div", { class: `figure ${kind}` }, h("b", {}, value), h("span", {}, label))));
    states.fill(answer.states);
  }

  return { refresh, show: refresh };
}
