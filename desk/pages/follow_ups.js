// Complaints and callbacks that are not done yet.

import { $, h, toast, when } from "./common.js";
import { pill } from "./list.js";

export function view(panel, desk) {
  const list = h("div");
  panel.classList.add("single");
  panel.append(list);
  let shown = "";
  let results = [];

  async function refresh() {
    draw(await desk.read("/desk/follow-ups"));
  }

  function draw(answer) {
    if (!answer || JSON.stringify(answer) === shown) return;
    shown = JSON.stringify(answer);
    results = answer.results;
    list.replaceChildren(...(answer.follow_ups.length ? answer.follow_ups.map(card) : [h("p.nothing", {}, "没有要回访的。")]));
  }

  function card(item) {
    const due = item.due_at && h("span", { class: item.overdue && "late-words" }, `${item.overdue ? "已超期，应在" : "请在"}${when(item.due_at)}前办。`);
    return h("article", { class: `block case${item.overdue ? " late" : ""}` },
      h("p", {}, pill(item.kind, item.kind_label), item.stars && `　${item.stars_label}`, item.citizen && `　${item.citizen} ${item.phone}`,
        item.order && [h("span", {}, "　"), h("a", { href: `#orders/${item.order}` }, `订单 ${item.order}`)],
        item.conversation && [h("span", {}, "　"), h("a", { href: `#conversations/${item.conversation}` }, "看对话")]),
      h("p.body", {}, item.text || "（没有留言）"),
      h("p.meta", {}, `${when(item.created_at)}提出。`, due, item.owner_name ? `　${item.owner_name}在办。` : "　还没有人认领。",
        item.attempts.length > 0 && `　打过${item.attempts.length}次，最后${item.attempts.at(-1).result}（${item.attempts.at(-1).by}）。`),
      h("div.actions", {},
        h("button.button", { type: "button", onclick: () => open(item.id) }, "详情"),
        desk.may("CALLBACKS") && item.owner !== desk.me.id && h("button.button", { type: "button", onclick: async () => draw(await desk.change(`/desk/follow-ups/${item.id}/take`, { owner: item.owner })) }, "我来办"),
        desk.may("CALLBACKS") && h("button.button.strong", { type: "button", onclick: () => finish(item.id) }, "已办结")));
  }

  async function open(id) {
    const item = await desk.read(`/desk/follow-ups/${id}`);
    if (!item) return;
    const number = h("b", {}, item.phone);
    const reveal = async (event) => {
      const answer = await desk.change(`/desk/follow-ups/${id}/phone`);
      if (!answer) return;
      event.target.remove();
      number.replaceChildren(h("a", { href: `tel:${answer.phone}` }, answer.phone || "没有留电话"));
    };
    const tried = async (result) => {
      const answer = await desk.change(`/desk/follow-ups/${id}/attempt`, { result });
      if (!answer) return;
      $("sheet").close();
      draw(answer);
    };
    $("sheet").replaceChildren(h("form", { method: "dialog" },
      h("h2", { id: "sheet-title" }, item.kind_label),
      h("p", {}, item.citizen, " ", number, desk.may("SEE_PHONE") && h("button.link", { type: "button", onclick: reveal }, "显示电话")),
      h("p.body", {}, item.text || "（没有留言）"),
      item.attempts.length > 0 && h("ul.plain", {}, item.attempts.map((one) => h("li", {}, `${when(one.at)} ${one.by}：${one.result}`))),
      desk.may("CALLBACKS") && h("div.tools", {}, "记一次：", results.map(([key, label]) => h("button.button.small", { type: "button", onclick: () => tried(key) }, label))),
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
