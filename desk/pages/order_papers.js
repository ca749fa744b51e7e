// The papers of an order: who holds which, what was handed over, what the window said; each to write and to print.

import { h, when } from "./common.js";
import { pill } from "./list.js";
import { paperActs } from "./paper_forms.js";

/** A block that fills itself, and stays away when there is nothing to show. */
export function papersBlock(desk, order, acted) {
  const block = h("section.block", { hidden: true });
  desk.read(`/desk/orders/${order.number}/papers`).then((answer) => answer && draw(block, desk, order, answer, acted));
  return block;
}

const print = (order, path, words) => h("a", { href: `/desk/orders/${order.number}/${path}`, target: "_blank", rel: "noopener" }, words);

function draw(block, desk, order, told, acted) {
  const { papers, handovers, outcomes, letters, photos } = told;
  const parts = [
    ["在谁手上", papers.map((paper) => [`${paper.name}（${paper.original ? "原件" : "复印件"}${paper.count > 1 ? `${paper.count}份` : ""}） `, pill("STAFF", paper.holder_name || paper.holder_label), paper.until && ` ${when(paper.until)}前应还`])],
    ["材料交接单", handovers.map((note) => [`${when(note.at)} ${note.from} → ${note.to} `, print(order, `handovers/${note.position}`, "打印")])],
    ["窗口答复", outcomes.map((row) => [pill(row.state, row.state_label), ` ${when(row.at)} ${row.reason || row.papers.join("、") || row.case_number} `, row.state === "PROVISIONAL" && print(order, "promise", "打印承诺书")])],
    ["委托书", letters.map((letter) => [pill("", letter.state_label), ` ${letter.principal} 委托 ${letter.agent}，到${when(letter.ends_at)} `, desk.may("ORDERS") && order.may_act && print(order, "letter", "打印")])],
    ["照片", desk.may("ORDERS") && order.may_act ? photos.map((photo) => [h("a", { href: `/desk/photos/${photo.id}`, target: "_blank", rel: "noopener" }, photo.purpose_label), ` ${when(photo.at)} ${photo.by}`]) : []],
  ].filter(([, rows]) => rows.length);
  const acts = paperActs(desk, order, told, acted);
  block.hidden = !parts.length && !acts;
  block.replaceChildren(h("h3", {}, "材料和窗口"), acts ?? "", h("dl.facts", {}, parts.map(([name, rows]) => [h("dt", {}, name), h("dd", {}, h("ul.plain", {}, rows.map((row) => h("li", {}, row))))]).flat()));
}
