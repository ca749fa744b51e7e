// 跑手: search, duty hours, personal links, the roster's import.

import { $, h, toast, when } from "./common.js";
import { pill } from "./list.js";
import { table } from "./table.js";

const PAUSE_MS = 250;

export function view(panel, desk) {
  let loaded = [];
  let typing = null;
  const search = h("input.grow", { type: "search", placeholder: "查编号、姓名或镇（街道）", "aria-label": "查跑手", oninput: () => (clearTimeout(typing), (typing = setTimeout(load, PAUSE_MS))) });
  const file = h("input", { type: "file", accept: ".csv,.xlsx", hidden: true, onchange: () => file.files[0] && upload(file.files[0]) });
  const rows = table([
    ["编号", (one) => one.number], ["姓名", (one) => one.name], ["电话", (one) => phone(one)], ["类别", (one) => `${one.kind} ${one.team}`], ["地方", (one) => one.town],
    ["值班", (one) => (one.on_duty ? pill("DELIVERED", one.hours || "全天") : pill("", "不在岗"))], ["手上", (one) => `${one.load} / ${one.load_limit}`, "number"],
    ["", (one) => desk.may("TEAM") && h("span.tools", {}, h("button.button.small", { type: "button", onclick: () => edit(one) }, "值班时间"), h("button.button.small", { type: "button", onclick: () => link(one) }, "个人链接"))],
  ], { empty: "没有查到这样的跑手。" });
  const more = h("button.button", { type: "button", hidden: true, onclick: () => load(loaded.at(-1)?.number) }, "再看");
  panel.classList.add("single", "wide");
  panel.append(h("div.bar-line", {}, search, desk.may("TEAM") && [h("button.button", { type: "button", onclick: () => file.click() }, "导入名册…"), file]), rows.element, more);

  async function load(after = "") {
    const query = new URLSearchParams({ q: search.value.trim(), after: typeof after === "string" ? after : "" }).toString();
    load.asked = query;
    const answer = await desk.read(`/desk/people/runners?${query}`);
    if (!answer || load.asked !== query) return;
    loaded = query.endsWith("after=") ? answer.runners : [...loaded, ...answer.runners];
    rows.fill(loaded);
    more.hidden = !answer.more;
  }

  function phone(one) {
    const place = h("span", {}, one.phone);
    return h("span", {}, place, desk.may("SEE_PHONE") && h("button.link", { type: "button", onclick: async (event) => {
      const answer = await desk.change(`/desk/runners/${one.number}/phone`);
      if (answer) place.textContent = answer.phone, event.target.remove();
    } }, "显示"));
  }

  function edit(one) {
    const hours = h("input", { id: "hours", value: one.hours, maxlength: 200, placeholder: "周一至周五 8:00-18:00；空着就是全天" });
    const limit = h("input", { id: "limit", type: "number", min: 1, max: 20, value: one.load_limit });
    const duty = h("input", { type: "checkbox", checked: one.on_duty });
    const submit = async (event) => {
      event.preventDefault();
      const body = { hours: hours.value, load_limit: Number(limit.value), on_duty: duty.checked, was: [one.hours, one.load_limit, one.on_duty] };
      if (await desk.change(`/desk/runners/${one.number}/edit`, body)) $("sheet").close();
      load();
    };
    $("sheet").replaceChildren(h("form", { method: "dialog", onsubmit: submit }, h("h2", { id: "sheet-title" }, `${one.name} ${one.number}`),
      h("label", { for: "hours" }, "每周值班时间", hours), h("label", { for: "limit" }, "接单上限", limit), h("label.check", {}, duty, "在岗"),
      h("div.answers", {}, h("button.button", { type: "button", onclick: () => $("sheet").close() }, "不改"), h("button.button.strong", {}, "保存"))));
    $("sheet").showModal();
  }

  async function link(one) {
    const answer = await desk.change(`/desk/runners/${one.number}/link`);
    if (!answer) return;
    $("sheet").replaceChildren(h("form", { method: "dialog" }, h("h2", { id: "sheet-title" }, `${one.name}的个人链接`), h("p.quote", {}, answer.link),
      h("p", {}, "只发给本人；原来的链接已经失效，这里不再显示第二次。"), h("div.answers", {}, h("button.button", {}, "关闭"))));
    $("sheet").showModal();
  }

  async function upload(chosen) {
    const bytes = new Uint8Array(await chosen.arrayBuffer());
    const data = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
    file.value = "";
    const answer = await desk.change("/desk/runners/import", { name: chosen.name, data }, faults);
    if (answer) toast(`导入好了：新增${answer.added}名，更新${answer.changed}名。`), load();
  }

  /** Nothing was imported: every fault by its row, to be mended in the file. */
  function faults({ message }) {
    const [title, ...lines] = message.split("\n");
    $("sheet").replaceChildren(h("form", { method: "dialog" }, h("h2", { id: "sheet-title" }, "名册没有导入"), h("p", { role: "alert" }, title),
      h("ul.plain", {}, lines.map((line) => h("li", {}, line))), h("div.answers", {}, h("button.button", {}, "关闭"))));
    $("sheet").showModal();
  }

  return { refresh: () => {}, show: () => load() };
}
