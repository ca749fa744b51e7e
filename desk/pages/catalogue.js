// 事项目录: search, edit into a new version, see what it would change, go live, undo.

import { $, h, toast, when } from "./common.js";
import { facts, pill } from "./list.js";
import { table } from "./table.js";

const PAUSE_MS = 250;
const LISTS = ["materials", "questions", "aliases"];

export function view(panel, desk) {
  let openCode = null;
  let draft = null; // the version made from the newest edit
  let known = 0; // the live version that what is on the screen was made from
  const search = h("input", { type: "search", placeholder: "查事项：名称或老百姓的说法", "aria-label": "查事项" });
  const found = h("div.rows");
  const detail = h("div.detail", {}, h("p.nothing", {}, "从左边选一个事项，或看看下面的版本。"));
  const status = h("p.keys");
  panel.classList.add("panes");
  panel.append(h("div.side", {}, h("div.filters", {}, search), found, status), detail);

  let typing = null;
  search.addEventListener("input", () => (clearTimeout(typing), (typing = setTimeout(find, PAUSE_MS))));

  async function find() {
    const words = search.value.trim();
    const answer = words ? await desk.read(`/desk/lookup?q=${encodeURIComponent(words)}`) : { items: [] };
    if (!answer || words !== search.value.trim()) return;
    found.replaceChildren(...answer.items.map((item) => h("button.row", { type: "button", "data-id": item.code, "aria-current": item.code === openCode && "true", onclick: () => desk.go("catalogue", item.code) },
      h("span.first", {}, h("b", {}, item.name), pill(item.confirmed ? "DELIVERED" : "", item.confirmed ? "已核实" : "未核实")), h("span.second", {}, `${item.code} · ${item.zone}`))));
  }

  async function overview() {
    const answer = await desk.read("/desk/catalogue");
    if (!answer) return;
    status.textContent = `共${answer.items}项，${answer.confirmed}项已核实；在用：${answer.live ? `第${answer.live}版` : "目录文件"}${answer.live !== answer.ours ? "（正在换上）" : ""}`;
    if (openCode) return;
    known = answer.live ?? 0;
    drawVersions(answer);
  }

  function drawVersions(answer) {
    const rows = table([
      ["版本", (v) => `第${v.number}版`], ["", (v) => v.live && pill("DELIVERED", "在用")], ["改了什么", (v) => v.note], ["谁", (v) => v.by], ["时间", (v) => when(v.at)],
      ["", (v) => desk.may("CATALOGUE") && !v.live && v.items > 0 && h("span.tools", {}, h("button.button.small", { type: "button", onclick: () => blast(v.number) }, "看影响"), h("button.button.small", { type: "button", onclick: () => live(v.number) }, "启用"))],
    ], { empty: "还没有版本，用的是目录文件。" });
    rows.fill(answer.versions);
    detail.replaceChildren(h("div.title", {}, h("h2", {}, "版本"), h("p", {}, "改动先存成新版本，看过影响再启用；启用以后几秒内生效，可以退回。")),
      h("div.scroll", {}, h("div.bar-line", {}, h("button.button", { type: "button", onclick: check }, "检查目录"), desk.may("CATALOGUE") && h("button.button", { type: "button", onclick: undo }, "退回上一版")), rows.element));
  }

  async function open() {
    const item = await desk.read(`/desk/catalogue/items/${openCode}`);
    if (!item || item.code !== openCode) return;
    known = item.base;
    const inputs = {};
    const field = ([name, label, value]) => {
      const id = `field-${name}`;
      if (name === "window_group") inputs[name] = h("select", { id }, item.window_groups.map((group) => h("option", { value: group, selected: group === value }, group)));
      else if (LISTS.includes(name)) inputs[name] = h("textarea", { id, rows: Math.min(12, Math.max(3, (value ?? []).length)), value: (value ?? []).join("\n") });
      else inputs[name] = h("input", { id, value: value ?? "" });
      if (!desk.may("CATALOGUE")) inputs[name].disabled = true;
      return h("label", { for: id }, `${label}${LISTS.includes(name) ? "（一行一个）" : ""}`, inputs[name]);
    };
    const note = h("input", { id: "edit-note", placeholder: "改了什么，给以后的人看", "aria-label": "改了什么" });
    const before = Object.fromEntries(item.fields.map(([name, , value]) => [name, LISTS.includes(name) ? (value ?? []).join("\n") : String(value ?? "")]));
    const submit = async (event) => {
      event.preventDefault();
      const fields = Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, input.value]).filter(([name, value]) => value !== before[name]));
      if (!Object.keys(fields).length) return toast("没有改动。");
      const answer = await desk.change(`/desk/catalogue/items/${item.code}/edit`, { fields, note: note.value, base: item.base });
      if (!answer) return;
      draft = answer.number;
      toast(`存成第${draft}版，还没有启用。`);
      after.hidden = false;
    };
    const after = h("p.tools", { hidden: true }, h("button.button", { type: "button", onclick: () => blast(draft) }, "看影响"), h("button.button.strong", { type: "button", onclick: () => live(draft) }, "启用"));
    detail.replaceChildren(
      h("div.title", {}, h("button.link", { type: "button", onclick: () => desk.go("catalogue") }, "‹ 版本"), h("h2", {}, item.title, pill(item.confirmed ? "DELIVERED" : "", item.confirmed ? "已核实" : "未核实")), h("p", {}, `${item.code} · ${item.zone} · ${item.help}`)),
      h("div.scroll", {}, h("form.order-form.block", { onsubmit: submit }, item.fields.map(field), desk.may("CATALOGUE") && [note, h("button.button.strong", {}, "存成新版本")], after),
        h("section.block", {}, h("h3", {}, "市民会听到的一次性告知"), h("p.quote", {}, item.notice))));
  }

  async function blast(number) {
    $("sheet").replaceChildren(h("h2", { id: "sheet-title" }, `第${number}版的影响`), h("p", {}, "正在比较，改了说法的话要一会儿…"));
    $("sheet").showModal();
    const answer = await desk.read(`/desk/catalogue/versions/${number}/blast`);
    if (!answer) return $("sheet").close();
    const losses = answer.losses.map((loss) => h("li", {}, `${loss.name}：前三名里找得到的句数 ${loss.before} → ${loss.after}（共${loss.of}句）`));
    $("sheet").replaceChildren(h("form", { method: "dialog" }, h("h2", { id: "sheet-title" }, `第${number}版的影响`),
      h("p", {}, `试了${answer.tried}句话，${answer.shifts.length}句的答案会变，其中${answer.worse}句变差。`),
      answer.shifts.length > 0 && h("ul.plain", {}, answer.shifts.map((shift) => h("li", {}, `${shift.verdict}：${shift.text}`))),
      losses.length > 0 && [h("h3", {}, "会更难找到"), h("ul.plain", {}, losses)],
      h("div.answers", {}, h("button.button", {}, "关闭"), h("button.button.strong", { type: "button", onclick: () => ($("sheet").close(), live(number)) }, "启用"))));
  }

  async function live(number) {
    if (await desk.change(`/desk/catalogue/versions/${number}/live`, { was: known })) toast(`第${number}版启用了，几秒内生效。`);
    reload();
  }

  async function undo() {
    if (await desk.change("/desk/catalogue/undo", { was: known })) toast("退回上一版了，几秒内生效。");
    reload();
  }

  async function check() {
    const answer = await desk.read("/desk/catalogue/check");
    if (answer) toast(answer.faults.length ? answer.faults[0] : "检查过了，没有错。", answer.faults.length > 0);
  }

  function reload() {
    overview();
    if (openCode) open();
  }

  return {
    refresh: overview,
    show(code) {
      openCode = code ?? null;
      panel.classList.toggle("open", Boolean(openCode));
      find();
      reload();
    },
  };
}
