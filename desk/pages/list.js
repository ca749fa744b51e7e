// A list of rows beside a detail, redrawn without losing the place or the focus.

import { h } from "./common.js";

/** Replace the rows; each row carries data-id, and the open one is marked. */
export function drawRows(box, rows, openId, emptyWords) {
  const focused = box.contains(document.activeElement) ? document.activeElement.dataset.id : null;
  const top = box.scrollTop;
  for (const row of rows) if (row.dataset.id === String(openId)) row.setAttribute("aria-current", "true");
  box.replaceChildren(...(rows.length ? rows : [h("p.nothing", {}, emptyWords)]));
  box.scrollTop = top;
  if (focused) box.querySelector(`[data-id="${CSS.escape(focused)}"]`)?.focus();
}

/** Pressed buttons of which one is on: [[key, label]]. */
export function drawFilters(box, choices, chosen, choose) {
  const focused = box.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  box.querySelectorAll("button").forEach((old) => old.remove());
  box.prepend(...choices.map(([key, label]) =>
    h("button", { type: "button", "data-key": key, "aria-pressed": String(key === chosen), onclick: () => choose(key) }, label)));
  if (focused !== null && focused !== undefined) box.querySelector(`button[data-key="${CSS.escape(focused)}"]`)?.focus();
}

/** 「名称：值」 rows; what is empty is left out. */
export function facts(pairs) {
  return h("dl.facts", {}, pairs.filter(([, value]) => value).map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]).flat());
}

export const pill = (kind, label) => h("span", { class: `pill ${kind}` }, label);

/** The way back to the list, on narrow screens. */
export const back = (desk, tab) => h("button.back", { type: "button", onclick: () => desk.go(tab) }, "‹ 返回列表");
