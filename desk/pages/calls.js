// 来电: the newest calls, with transcript and who was rung.

import { $, h, when } from "./common.js";
import { pill } from "./list.js";
import { table } from "./table.js";

export function view(panel, desk) {
  const rows = table([
    ["时间", (call) => when(call.at)], ["号码", (call) => call.number || "没有显示"], ["为什么", (call) => call.purpose], ["说了几轮", (call) => call.turns, "number"],
    ["状态", (call) => pill(call.state === "FORWARDING" ? "ESCALATED" : call.state === "ENDED" ? "" : "STAFF", call.state_label)],
    ["", (call) => call.conversation && h("a", { href: `#conversations/${call.conversation}` }, "看对话")],
  ], { empty: "还没有来电。", open });
  panel.classList.add("single");
  panel.append(rows.element);

  async function open(row) {
    const call = await desk.read(`/desk/calls/${row.id}`);
    if (!call) return;
    $("sheet").replaceChildren(h("form", { method: "dialog" },
      h("h2", { id: "sheet-title" }, `${call.purpose} ${when(call.started_at)}`),
      h("ol.turns", {}, call.turns.map((turn) => [turn.heard && h("li.heard", {}, turn.heard), ...turn.says.map((says) => h("li", {}, says)), turn.until !== null && h("li", {}, `（听到“${turn.until}”就打断了）`)]).flat().filter(Boolean)),
      call.forwards.length > 0 && h("ul.plain", {}, call.forwards.map((one) => h("li", {}, `${when(one.at)} 转给${one.who}：${one.state_label}`))),
      h("div.answers", {}, h("button.button", {}, "关闭"))));
    $("sheet").showModal();
  }

  async function refresh() {
    const answer = await desk.read("/desk/calls");
    if (answer) rows.fill(answer.calls);
  }

  return { refresh, show: refresh };
}
