// What the hall has to know better: items that lead officers verify, and wordings learnt from citizens.

import { $, h, toast, when } from "./common.js";
import { pill } from "./list.js";

const LABELS = { promised_days: "承诺办结（工作日，0 是当场）", legal_days: "法定办结（工作日）", visits: "到现场次数" };

export function view(panel, desk) {
  panel.classList.add("single");
  const tasks = h("div"), wordings = h("div");
  panel.append(h("h2", {}, "要核实的事项"), tasks, h("h2", {}, "新说法"), wordings);
  let shown = "";

  async function refresh() {
    const [verification, proposals] = [await desk.read("/desk/verification"), await desk.read("/desk/proposals")];
    if (!verification || !proposals) return;
    const now = JSON.stringify([verification, proposals]);
    if (now === shown) return;
    shown = now;
    drawTasks(verification);
    drawWordings(proposals);
  }

  function fill(box, cards, emptyWords) {
    box.replaceChildren(...(cards.length ? cards : [h("p.nothing", {}, emptyWords)]));
  }

  function drawTasks(answer) {
    if (answer) fill(tasks, answer.tasks.map(taskCard), "没有要核实的。");
  }

  function drawWordings(answer) {
    if (answer) fill(wordings, answer.proposals.map(wordingCard), "没有新说法。");
  }

  function taskCard(task) {
    const due = `${task.overdue ? "已超期，报了主任，应在" : "请在"}${when(task.due_at)}前核实。`;
    return h("article", { class: `block case${task.overdue ? " late" : ""}` },
      h("p", {}, pill("task", task.lead_officer), `　${task.item}`),
      h("p.meta", {}, `${task.waiting}位市民在等。`, h("span", { class: task.overdue && "late-words" }, due)),
      h("div.actions", {}, task.mine && h("button.button.strong", { type: "button", onclick: () => verify(task.id) }, "核实")));
  }

  async function verify(id) {
    const task = await desk.read(`/desk/verification/${id}`);
    if (!task) return;
    const sheet = $("sheet");
    const form = h("form", { method: "dialog", onsubmit: (event) => send(event, id, sheet) },
      h("h2", { id: "sheet-title" }, task.item),
      h("p", {}, "下面是目录里现在写的，没有核实过。照实改好；不清楚的空着，空着就当作不知道。"),
      h("label", {}, "材料（一行一样，例如 居民户口簿/原件、结婚证/复印件/容缺）",
        h("textarea", { name: "materials", rows: 6, value: (task.now.materials ?? []).join("\n") })),
      h("label", {}, "谁能办、谁能替谁办（一句话）", h("input", { name: "who_may_act", maxlength: 60, value: task.now.who_may_act ?? "" })),
      h("label", {}, `常见问题（一行一条，写成 问题｜答案${task.asked.length ? `；有人在等：${task.asked.join("、")}` : ""}）`,
        h("textarea", { name: "questions", rows: 5, value: (task.now.questions ?? []).join("\n") })),
      h("label", {}, "费用（不收费就写“不收费”）", h("input", { name: "fee", maxlength: 200, required: true, value: task.now.fee ?? "" })),
      h("label", {}, "窗口", h("select", { name: "window_group" }, Object.entries(task.window_groups).map(([group, numbers]) =>
        h("option", { value: group, selected: group === task.now.window_group }, `${group}（${numbers.join("、")}）`)))),
      Object.entries(LABELS).map(([name, label]) =>
        h("label", {}, label, h("input", { name, type: "number", min: 0, max: 999, value: task.now[name] ?? "" }))),
      h("div.answers", {},
        h("button.button", { type: "button", onclick: () => sheet.close() }, "返回"),
        h("button.button.strong", { type: "submit" }, "核实无误，启用")));
    sheet.replaceChildren(form);
    sheet.showModal();
  }

  async function send(event, id, sheet) {
    event.preventDefault();
    const given = Object.fromEntries(new FormData(event.target));
    const lines = (text) => text.split("\n").map((line) => line.trim()).filter(Boolean);
    const body = {
      materials: lines(given.materials), questions: lines(given.questions), who_may_act: given.who_may_act.trim(),
      fee: given.fee.trim(), window_group: given.window_group,
    };
    for (const name of Object.keys(LABELS)) if (given[name] !== "") body[name] = Number(given[name]);
    const answer = await desk.change(`/desk/verification/${id}/answer`, body);
    if (!answer) return; // what was typed stays
    sheet.close();
    toast("已启用，等着的市民都收到了答复。");
    drawTasks(answer);
  }

  function wordingCard(wording) {
    const text = h("input", { maxlength: 60, value: wording.text, "aria-label": "说法", disabled: !mayReview() });
    const decide = async (what, body, words) => {
      const answer = await desk.change(`/desk/proposals/${wording.id}/${what}`, body);
      if (answer) toast(words);
      drawWordings(answer);
    };
    return h("article.block.case", {},
      h("p", {}, pill("wording", wording.source), `　${wording.item}（说过${wording.times}次）`),
      h("p", {}, text),
      wording.report && h("p.meta.late-words", {}, wording.report),
      mayReview() && h("div.actions", {},
        h("button.button", { type: "button", onclick: () => decide("reject", {}, "不采用。") }, "不采用"),
        h("button.button.strong", { type: "button", onclick: () => decide("accept", { text: text.value }, "评测过了就启用，几分钟后再看。") }, "采用")));
  }

  const mayReview = () => ["ADMINISTRATOR", "LEAD_OFFICER"].includes(desk.me.role);

  return { refresh, show: refresh };
}
