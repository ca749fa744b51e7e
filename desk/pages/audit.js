// 操作记录: who saw and changed what.

import { h, when } from "./common.js";
import { table } from "./table.js";

const LINKS = { orders: "orders", conversations: "conversations" };

export function view(panel, desk) {
  const subject = h("select", { "aria-label": "哪一类", onchange: () => load() }, h("option", { value: "" }, "全部"));
  const number = h("input", { type: "search", placeholder: "编号", "aria-label": "编号", onchange: () => load() });
  const rows = table([
    ["时间", (row) => when(row.at)], ["谁", (row) => row.who], ["做了什么", (row) => row.act], ["对象", (row) => row.subject_label],
    ["编号", (row) => (LINKS[row.subject] ? h("a", { href: `#${LINKS[row.subject]}/${row.subject_id}` }, row.subject_id) : row.subject_id)],
  ], { empty: "没有记录。" });
  const more = h("button.button", { type: "button", hidden: true }, "更早的");
  let loaded = [];
  panel.classList.add("single");
  panel.append(h("div.bar-line", {}, subject, number), rows.element, h("p.tools", {}, more));
  more.addEventListener("click", () => load(loaded.at(-1)?.id));

  async function load(before = null) {
    const answer = await desk.read(`/desk/audit?${new URLSearchParams({ subject: subject.value, id: number.value.trim(), ...(before ? { before } : {}) })}`);
    if (!answer) return;
    if (subject.options.length === 1) subject.append(...answer.subjects.map(([key, label]) => h("option", { value: key }, label)));
    loaded = before ? [...loaded, ...answer.entries] : answer.entries;
    rows.fill(loaded);
    more.hidden = answer.entries.length < 100;
  }

  return { refresh: () => loaded.length <= 100 && load(), show: () => load() };
}
