// 大厅资料: what is in force, and its confirmation by an administrator.

import { $, h, toast } from "./common.js";
import { facts } from "./list.js";
import { table } from "./table.js";

export function view(panel, desk) {
  const box = h("div");
  panel.classList.add("single");
  panel.append(box);

  function draw(now) {
    const zones = table([["专区", (row) => row[0]], ["楼层", (row) => row[1]], ["首席", (row) => row[2]], ["窗口数", (row) => row[3], "number"]]);
    const places = table([["地方", (row) => row[0]], ["地址", (row) => row[1]], ["电话", (row) => row[2]]]);
    zones.fill(now.zones);
    places.fill(now.places);
    const pending = now.confirmed !== now.in_file;
    box.replaceChildren(
      h("section.block", {}, h("h2", {}, now.confirmed ? "资料已确认，系统正式对外" : "资料还没有确认：各处都写着“演示系统，非官方服务”"),
        facts([["名称", now.name], ["跑团", now.runner_team], ["主任岗位", now.director], ["上班时间", now.hours.join("，")], ["部门", `${now.departments}个`],
          ["电话", Object.entries(now.numbers).map(([purpose, number]) => `${purpose} ${number}`).join("；")], ["没有核实的事项", `${now.unconfirmed_items}项`], ["资料文件", now.file]]),
        pending && h("p.late-words", {}, `文件里已经改成“${now.in_file ? "已确认" : "未确认"}”，下次启动后生效。`),
        desk.may("PROFILE") && h("p.tools", {}, h("button.button.strong", { type: "button", onclick: () => ask(now) }, now.in_file ? "取消确认…" : "确认资料…"))),
      h("h2", {}, "专区"), zones.element, h("h2", {}, "地方"), places.element);
  }

  function ask(now) {
    const checks = ["地址、电话、窗口我都核对过", "上班时间和放假安排是真实的", "我知道确认以后“演示”字样会去掉"].map((words) => h("label.check", {}, h("input", { type: "checkbox", required: true }), words));
    const submit = async (event) => {
      event.preventDefault();
      const answer = await desk.change("/desk/profile/confirm", { confirmed: !now.in_file, was: now.in_file });
      $("sheet").close();
      if (answer) draw(answer), toast("已写进资料文件，下次启动后生效。");
    };
    $("sheet").replaceChildren(h("form", { method: "dialog", onsubmit: submit },
      h("h2", { id: "sheet-title" }, now.in_file ? "取消确认" : "确认大厅资料"),
      h("p", {}, now.in_file ? "取消后，下次启动起又会写“演示系统，非官方服务”。" : "请逐条打勾。写进资料文件，下次启动后生效。"),
      !now.in_file && checks,
      h("div.answers", {}, h("button.button", { type: "button", onclick: () => $("sheet").close() }, "返回"), h("button.button.strong", {}, "确定"))));
    $("sheet").showModal();
  }

  async function refresh() {
    const answer = await desk.read("/desk/profile");
    if (answer) draw(answer);
  }

  return { refresh: () => {}, show: refresh };
}
