// Tables that are filled again without losing the place; what is not there is said.

import { h } from "./common.js";

/** A table of columns [[title, (row) => cell, class]], untitled where there are only buttons and links; `open(row)` when a row is clicked. */
export function table(columns, { empty = "没有。", open = null } = {}) {
  const body = h("tbody");
  const nothing = h("p.nothing", { hidden: true }, empty);
  const head = h("thead", {}, h("tr", {}, columns.map(([title, , kind]) => h("th", { scope: "col", class: kind || null }, title || h("span.unseen", {}, "操作")))));
  const whole = h("table.list", {}, head, body);
  const element = h("div.scroll-x", {}, whole, nothing);
  let shown = "";

  function row(item) {
    const made = h("tr", { class: item.late ? "late-row" : null }, columns.map(([, cell, kind]) => h("td", { class: kind || null }, cell(item) ?? "")));
    if (open) {
      made.dataset.open = "";
      made.tabIndex = 0;
      made.addEventListener("click", (event) => event.target.closest("a, button, input, select") || open(item));
      made.addEventListener("keydown", (event) => event.key === "Enter" && event.target === made && open(item));
    }
    return made;
  }

  return {
    element,
    fill(rows) {
      const now = JSON.stringify(rows);
      if (now === shown) return;
      shown = now;
      body.replaceChildren(...rows.map(row));
      [whole.hidden, nothing.hidden] = [!rows.length, rows.length > 0];
    },
  };
}
