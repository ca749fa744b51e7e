// 赶场天: on which days each town holds its market, who said so, and whether the assistant may count on it.

import { $, h, toast } from "./common.js";
import { pill } from "./list.js";
import { table } from "./table.js";

export function view(panel, desk) {
  let now = { towns: [], calendars: [], changed: false };
  const pending = h("p.late-words", { hidden: true }, "启动以后改过：助手现在用的还是改之前的，重新启动系统以后才用上面这些。");
  const rows = table([
    ["镇街", (town) => town.name],
    ["赶场天", (town) => (town.days ? `${town.calendar_label}${town.days}` : "没有填")],
    ["下一场（推算）", (town) => town.next && spoken(town.next)],
    ["核实", (town) => town.days && (town.confirmed ? pill("DELIVERED", "核实过") : pill("ESCALATED", "没有核实"))],
    ["来源", (town) => town.source],
    ["助手", (town) => (town.understood ? "听得懂" : "会问是哪天")],
    ["", (town) => desk.may("TEAM") && h("button.button.small", { type: "button", "aria-label": `${town.name}：${town.days ? "改" : "填"}`, onclick: () => edit(town) }, town.days ? "改…" : "填…")],
  ]);
  panel.classList.add("single");
  panel.append(h("p", {}, "市民说“赶场天来拿”，助手照这张表推算是哪天，再跟市民核对。没有填、没有核实和按阳历赶场的，助手不猜，会问是哪天。改了以后，重新启动系统才用得上。"),
    pending, rows.element);

  const spoken = (day) => new Date(`${day}T00:00:00+08:00`).toLocaleDateString("zh-CN", { timeZone: "Asia/Shanghai", month: "long", day: "numeric", weekday: "short" });

  function edit(town) {
    const days = h("input", { id: "market-digits", required: true, maxlength: 60, value: town.days ?? "", placeholder: "逢三六九" });
    const calendar = h("select", { id: "market-calendar" }, now.calendars.map(([key, label]) => h("option", { value: key, selected: key === town.calendar }, label)));
    const source = h("input", { id: "market-source", maxlength: 100, value: town.source ?? "", placeholder: "柳林镇便民服务中心，11月20日电话" });
    const confirmed = h("input", { type: "checkbox", checked: town.confirmed ?? false });
    const send = async (act, body) => {
      const answer = await desk.change(`/desk/market-days/${town.code}${act}`, { ...body, was: town.was });
      if (!answer) return again(town);
      $("sheet").close();
      draw(answer);
      toast("写好了，重新启动系统以后助手才用。");
    };
    const submit = (event) => {
      event.preventDefault();
      send("", { days: days.value, calendar: calendar.value, source: source.value, confirmed: confirmed.checked });
    };
    $("sheet").replaceChildren(h("form", { method: "dialog", onsubmit: submit }, h("h2", { id: "sheet-title" }, `${town.name}的赶场天`),
      h("label", { for: "market-digits" }, "哪些天（逢十写“十”）", days), h("label", { for: "market-calendar" }, "按", calendar),
      h("label", { for: "market-source" }, "来源：向谁、哪天核实的", source), h("label.check", {}, confirmed, "镇上核实过"),
      h("div.answers", {}, h("button.button", { type: "button", onclick: () => $("sheet").close() }, "不改"),
        town.days && h("button.button", { type: "button", onclick: () => send("/clear", {}) }, "清除"), h("button.button.strong", {}, "保存"))));
    if (!$("sheet").open) $("sheet").showModal();
  }

  /** After a refusal: what was typed stays, unless a colleague changed this town; then theirs is shown. */
  async function again(town) {
    await refresh();
    const fresh = now.towns.find((other) => other.code === town.code);
    if (fresh && fresh.was !== town.was) edit(fresh);
  }

  function draw(answer) {
    now = answer;
    pending.hidden = !answer.changed;
    rows.fill(answer.towns);
  }

  async function refresh() {
    const answer = await desk.read("/desk/market-days");
    if (answer) draw(answer);
  }

  return { refresh, show: refresh };
}
