// Complaints and callbacks that are not done yet.

import { $, h, toast, when } from "./common.js";
import { pill } from "./list.js";

export function followUpsView(panel, desk) {
  const list = h("div");
  panel.append(list);
  let shown = "";

  async function refresh() {
    draw(await desk.read("/desk/follow-ups"));
  }

  function draw(answer) {
    if (!answer || JSON.stringify(answer) === shown) return;
    shown = JSON.stringify(answer);
    list.replaceChildren(...(answer.follow_ups.length ? answer.follow_ups.map(card) : [h("p.nothing", {}, "没有要回访的。")]));
  }

  function card(item) {
    const due = item.due_at && h("span", { class: item.overdue && "late-words" }, `${item.overdue ? "已超期，应在" : "请在"}${when(item.due_at)}前办。`);
    return h("article", { class: `block case${item.overdue ? " late" : ""}` },
      h("p", {}, pill(item.kind, item.kind_label), item.stars && `　${item.stars_label}`, item.citizen && `　${item.citizen} ${item.phone}`,
        item.order && [h("span", {}, "　"), h("a", { href: `#orders/${item.order}` }, `订单 ${item.order}`)],
        item.conversation && [h("span", {}, "　"), h("a", { href: `#conversations/${item.conversation}` }, "看对话")]),
      h("p.body", {}, item.text || "（没有留言）"),
      h("p.meta", {}, `${when(item.created_at)}提出。`, due),
      h("div.actions", {},
        h("button.button", { type: "button", onclick: () => open(item.id) }, "详情"),
        desk.me.may_work && h("button.button.strong", { type: "button", onclick: () => finish(item.id) }, "已办结")));
  }

  async function open(id) {
    const item = await desk.read(`/desk/follow-ups/${id}`);
    if (!item) return;
    $("sheet").replaceChildren(h("form", { method: "dialog" },
      h("h2", { id: "sheet-title" }, item.kind_label),
      h("p", {}, item.citizen, " ", item.phone && h("a", { href: `tel:${item.phone}` }, item.phone)),
      h("p.body", {}, item.text || "（没有留言）"),
      h("div.answers", {}, h("button.button", {}, "关闭"))));
    $("sheet").showModal();
  }

  async function finish(id) {
    const answer = await desk.change(`/desk/follow-ups/${id}/done`);
    if (answer) toast("已记为办结。");
    draw(answer);
  }

  return { refresh, show: refresh };
}
