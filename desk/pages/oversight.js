// 督办: what is overdue and who sees to it, cases of 12345, and messages that did not arrive.

import { h, when } from "./common.js";
import { pill } from "./list.js";
import { table } from "./table.js";

export function view(panel, desk) {
  const link = (number) => h("a", { href: `#orders/${number}` }, number);
  const overdue = table([
    ["订单", (row) => link(row.order)], ["事项", (row) => row.item], ["什么超期", (row) => row.kind_label],
    ["应在", (row) => h("span.late", {}, when(row.due_at), row.provisional ? "（暂按周一到周五算）" : "")], ["督办", (row) => pill("ESCALATED", row.post || row.oversight_label)],
  ], { empty: "没有超期的。" });
  const tickets = table([
    ["工单", (row) => row.ticket], ["订单", (row) => link(row.order)], ["状态", (row) => pill(row.state, row.state_label)],
    ["办结期限", (row) => when(row.due_at)], ["答复", (row) => row.answer || "还没有"],
  ], { empty: "没有待办的12345工单。" });
  const outgoing = table([
    ["方式", (row) => row.means], ["号码", (row) => row.address], ["内容", (row) => row.text], ["情况", (row) => row.told], ["次数", (row) => row.attempts, "number"],
    ["", (row) => desk.may("CALLBACKS") && ["FAILED", "UNKNOWN"].includes(row.state) && h("button.button.small", { type: "button", onclick: async () => (await desk.change(`/desk/outgoing/${row.id}/repeat`)) && refresh() }, "再发一次")],
  ], { empty: "都送到了。" });
  panel.classList.add("single");
  panel.append(h("h2", {}, "超过时限"), overdue.element, h("h2", {}, "12345工单"), tickets.element, h("h2", {}, "没有送到的通知"), outgoing.element);

  async function refresh() {
    const [late, cases, messages] = await Promise.all([desk.read("/desk/oversight"), desk.read("/desk/tickets?open=1"), desk.read("/desk/outgoing")]);
    if (late) overdue.fill(late.overdue);
    if (cases) tickets.fill(cases.tickets);
    if (messages) outgoing.fill(messages.outgoing);
  }

  return { refresh, show: refresh };
}
