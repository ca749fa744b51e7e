// Questions to the runner in a sheet at the foot of the page: confirm, count papers, give a reason, choose.

import { $, h } from "./common.js";

/** Open the sheet; resolves to what `finish` was given, or null when it was closed. */
function open(build) {
  const sheet = $("sheet");
  return new Promise((resolve) => {
    let result = null;
    const finish = (value) => {
      result = value;
      sheet.close();
    };
    sheet.replaceChildren(...build(finish));
    sheet.addEventListener("close", () => resolve(result), { once: true });
    sheet.showModal();
  });
}

const labelled = (id, words, field) => h("label", { for: id }, words, field);

/**
 * Ask for a confirmation, with what is wanted beside it: {reason, caseNumber, day, signer, papers} or null.
 * `day` and `signer` are the labels of their fields; `papers` is null when all were there as listed.
 */
export function ask({ title, text, reasons = null, reasonRequired = false, reasonLabel = "原因", caseNumber = false, day = "", signer = "", materials = [], code = "", confirm }) {
  return open((finish) => {
    const reason = h("textarea", { rows: 2, maxlength: 200, required: reasonRequired, id: "reason" });
    const number = h("input", { maxlength: 64, autocomplete: "off", id: "case-number" });
    const until = h("input", { type: "date", id: "day" });
    const name = h("input", { maxlength: 64, autocomplete: "off", id: "signer" });
    const count = materials.length ? counting(materials) : null;
    const form = h("form", { method: "dialog", onsubmit: (event) => {
      event.preventDefault();
      finish({ reason: reason.value.trim(), caseNumber: number.value.trim(), day: until.value, signer: name.value.trim(), papers: count?.read() ?? null });
    } },
      h("h2", { id: "sheet-title" }, title),
      h("p", {}, text),
      code && h("p.code", {}, "暗号", h("b", {}, code)),
      count && count.box,
      reasons && h("div.picks", {}, reasons.map((words) => h("button.button", { type: "button", onclick: () => add(reason, words, Boolean(day)) }, words))),
      reasons && labelled("reason", reasonRequired ? reasonLabel : `${reasonLabel}（可以不写）`, reason),
      caseNumber && labelled("case-number", "办件编号（可以不填）", number),
      day && labelled("day", `${day}（可以不填）`, until),
      signer && labelled("signer", `${signer}（可以不填）`, name),
      h("div.answers", {},
        h("button.button", { type: "button", onclick: () => finish(null) }, "返回"),
        h("button.button.step", { type: "submit" }, confirm)));
    return [form];
  });
}

/** A picked wording: one of a list of papers is added to the others, a reason replaces. */
function add(field, words, listed) {
  const lines = field.value.split("\n").filter(Boolean);
  field.value = listed && !lines.includes(words) ? [...lines, words].join("\n") : words;
}

/** The papers to tick off, each an original or a copy: {box, read}. */
function counting(materials) {
  const rows = materials.map((name) => paperRow(name));
  const more = h("input", { maxlength: 200, autocomplete: "off", id: "more-papers", placeholder: "例如：结婚证、照片" });
  const box = h("div.counting", {}, h("ul", {}, rows.map(({ row }) => row)), labelled("more-papers", "还收了别的（可以不填）", more));
  const read = () => {
    const others = more.value.split(/[、，,；;\n]+/).map((name) => name.trim()).filter(Boolean);
    if (rows.every(({ isAsListed }) => isAsListed()) && !others.length) return null;
    return [...rows.flatMap(({ sheet }) => sheet() ?? []), ...others.map((name) => ({ name, original: true }))];
  };
  return { box, read };
}

function paperRow(name) {
  const tick = h("input", { type: "checkbox", checked: true });
  const listed = !name.includes("复印件");
  let original = listed;
  const kind = h("button.button", { type: "button", "aria-label": `${name}：原件还是复印件`, onclick: () => {
    original = !original;
    kind.textContent = original ? "原件" : "复印件";
  } }, original ? "原件" : "复印件");
  return {
    row: h("li", {}, h("label", {}, tick, h("span", {}, name)), kind),
    isAsListed: () => tick.checked && original === listed,
    sheet: () => (tick.checked ? { name, original } : null),
  };
}

/** Choose one of [[value, label]]: the value, or null. */
export function chooseFrom(title, choices) {
  return open((finish) => [
    h("h2", { id: "sheet-title" }, title),
    h("div.list", {},
      choices.map(([value, label]) => h("button.button", { type: "button", onclick: () => finish(value) }, label)),
      h("button.button.more", { type: "button", onclick: () => finish(null) }, "返回")),
  ]);
}
