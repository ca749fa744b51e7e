// Questions to the runner in a sheet at the foot of the page: confirm, give a reason, choose.

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

/** Ask for a confirmation, with a reason or case number where wanted: {reason, caseNumber} or null. */
export function ask({ title, text, reasons = null, reasonRequired = false, caseNumber = false, materials = [], code = "", confirm }) {
  return open((finish) => {
    const reason = h("textarea", { rows: 2, maxlength: 200, required: reasonRequired, id: "reason" });
    const number = h("input", { maxlength: 64, autocomplete: "off", id: "case-number" });
    const form = h("form", { method: "dialog", onsubmit: (event) => {
      event.preventDefault();
      finish({ reason: reason.value.trim(), caseNumber: number.value.trim() });
    } },
      h("h2", { id: "sheet-title" }, title),
      h("p", {}, text),
      code && h("p.code", {}, "暗号", h("b", {}, code)),
      materials.length > 0 && h("ul.papers", {}, materials.map((name) => h("li", {}, name))),
      reasons && h("div.picks", {}, reasons.map((words) => h("button.button", { type: "button", onclick: () => (reason.value = words) }, words))),
      reasons && h("label", { for: "reason" }, reasonRequired ? "原因" : "原因（可以不写）", reason),
      caseNumber && h("label", { for: "case-number" }, "办件编号（可以不填）", number),
      h("div.answers", {},
        h("button.button", { type: "button", onclick: () => finish(null) }, "返回"),
        h("button.button.step", { type: "submit" }, confirm)));
    return [form];
  });
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
