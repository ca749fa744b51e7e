// Saying which item a citizen's message really meant: the wording is kept for review.

import { $, h, toast } from "./common.js";

/** A sheet in which an item is looked for and chosen. */
export function askItem(desk, conversation, message) {
  const sheet = $("sheet");
  const found = h("div.list");
  const field = h("input", { type: "search", maxlength: 40, "aria-label": "找事项", placeholder: "名称、说法或编码", oninput: () => search(field.value.trim()) });
  let asked = "";

  async function search(words) {
    asked = words;
    const answer = await desk.read(`/desk/items?q=${encodeURIComponent(words)}`);
    if (!answer || asked !== words) return;
    const rows = answer.items.map((one) => h("button.button", { type: "button", onclick: () => choose(one) }, `${one.item}（${one.zone}）`));
    found.replaceChildren(...(rows.length ? rows : [h("p.nothing", {}, words ? "没有找到。" : "")]));
  }

  async function choose(one) {
    const answer = await desk.change(`/desk/conversations/${conversation}/item`, { message: message.seq, code: one.code });
    if (!answer) return;
    sheet.close();
    toast(answer.proposal ? `记下了：“${answer.proposal.text}”，审过以后助手就懂了。` : "这句话没有新说法可以学。");
  }

  sheet.replaceChildren(
    h("h2", { id: "sheet-title" }, "这句话是要办哪个事项？"),
    h("p", {}, message.text),
    field, found,
    h("div.answers", {}, h("button.button", { type: "button", onclick: () => sheet.close() }, "返回")));
  sheet.showModal();
  field.focus();
}
