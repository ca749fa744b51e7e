// 窗口下单: one form, by keyboard, and what was taken here last.

import { h, toast, when } from "./common.js";
import { facts, pill } from "./list.js";
import { orderForm } from "./order_form.js";
import { table } from "./table.js";

export function view(panel, desk) {
  const receipt = h("section.block", { hidden: true });
  const rows = table([
    ["订单号", (order) => h("a", { href: `#orders/${order.number}` }, order.number)], ["事项", (order) => order.item], ["申请人", (order) => `${order.citizen} ${order.phone}`],
    ["状态", (order) => pill(order.state, order.state_label)], ["时间", (order) => when(order.created_at)],
  ], { empty: "还没有订单。" });
  const form = orderForm(desk, { done });
  panel.classList.add("single");
  panel.append(h("div.two", {}, h("section.block", {}, h("h2", {}, "窗口下单"), form), receipt), h("h2", {}, "最近的订单"), rows.element);

  function done(order) {
    toast(`下好了，订单号${order.number}。`);
    receipt.hidden = false;
    receipt.replaceChildren(h("h2", {}, `订单 ${order.number}`), facts([
      ["办什么", order.item], ["申请人", order.citizen], ["地点", order.place], ["时间", order.wish], ["帮办方式", order.help],
      ["材料", order.materials.join("、")], ["暗号", order.door_code],
    ]), h("p", {}, "请把订单号和暗号告诉市民：跑手上门先说暗号，对上了再交材料。"));
    refresh();
  }

  async function refresh() {
    const answer = await desk.read("/desk/orders?state=");
    if (answer) rows.fill(answer.orders.slice(0, 12));
  }

  return {
    refresh,
    show() {
      refresh();
      form.querySelector("input").focus();
    },
  };
}
