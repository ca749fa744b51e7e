// 账号: who may sit at the desk, in which role.

import { $, h, when } from "./common.js";
import { pill } from "./list.js";
import { table } from "./table.js";

export function view(panel, desk) {
  let now = { staff: [], roles: [], zones: [] };
  const rows = table([
    ["登录名", (one) => one.login], ["姓名", (one) => one.name], ["角色", (one) => [one.role_label, ...one.posts].join("、")],
    ["现在", (one) => (one.present ? pill("DELIVERED", "在") : one.locked ? pill("ESCALATED", "锁定") : "不在")],
    ["", (one) => h("span.tools", {}, one.login !== desk.me.login && h("button.button.small", { type: "button", onclick: () => role(one) }, "改角色"), h("button.button.small", { type: "button", onclick: () => reset(one) }, "重置密码"))],
  ]);
  panel.classList.add("single");
  panel.append(h("div.bar-line", {}, h("p.grow", {}, "一次性密码只显示一次，第一次登录要换掉。"), h("button.button.strong", { type: "button", onclick: add }, "新建账号…")), rows.element);

  function sheet(title, fields, label, submit) {
    $("sheet").replaceChildren(h("form", { method: "dialog", onsubmit: (event) => (event.preventDefault(), submit()) },
      h("h2", { id: "sheet-title" }, title), fields,
      h("div.answers", {}, h("button.button", { type: "button", onclick: () => $("sheet").close() }, "关闭"), label && h("button.button.strong", {}, label))));
    if (!$("sheet").open) $("sheet").showModal();
  }

  const roles = (chosen) => h("select", { id: "role" }, now.roles.map(([key, label]) => h("option", { value: key, selected: key === chosen }, label)));
  const password = (who, words) => sheet(`${who}的一次性密码`, [h("p.code-line", {}, h("b", {}, words)), h("p", {}, "请现在抄给本人，关掉以后不再显示。")]);

  function add() {
    const [login, name, kind] = [h("input", { id: "new-login", required: true, maxlength: 64 }), h("input", { id: "new-name", required: true, maxlength: 64 }), roles("HOTLINE")];
    sheet("新建账号", [h("label", { for: "new-login" }, "登录名（字母和数字）", login), h("label", { for: "new-name" }, "姓名", name), h("label", { for: "role" }, "角色", kind)], "新建", async () => {
      const answer = await desk.change("/desk/staff", { login: login.value, name: name.value, role: kind.value });
      if (answer) draw(answer), password(login.value, answer.password);
    });
  }

  function role(one) {
    const kind = roles(one.role);
    const zone = h("select", { id: "zone" }, h("option", { value: "" }, "不担任专区首席"), now.zones.map(([key, label]) => h("option", { value: key }, label)));
    sheet(`${one.name}的角色`, [h("label", { for: "role" }, "角色", kind), h("label", { for: "zone" }, "专区首席担任哪个专区", zone)], "改", async () => {
      const answer = await desk.change(`/desk/staff/${one.login}/role`, { role: kind.value, zone: kind.value === "LEAD_OFFICER" ? zone.value : "", was: one.role });
      $("sheet").close();
      if (answer) draw(answer);
    });
  }

  async function reset(one) {
    const answer = await desk.change(`/desk/staff/${one.login}/reset`);
    if (answer) password(one.login, answer.password);
  }

  function draw(answer) {
    now = answer;
    rows.fill(answer.staff);
  }

  async function refresh() {
    const answer = await desk.read("/desk/staff");
    if (answer) draw(answer);
  }

  return { refresh, show: refresh };
}
