// What staff write about papers at the window: a handover note, and the 委托书 from its draft to its end.

import { h } from "./common.js";
import { openAct, runnersFound } from "./order_acts.js";
import { newId } from "./order_form.js";

const SCOPE = "代为提交申请材料、代为领取办理结果、代为签收有关文书；不代收代付任何费用，不代为签订合同";

/** The acts about papers that this person may do now; `done(order)` gets the order as it is then. */
export function paperActs(desk, order, told, done) {
  if (!desk.may("ORDERS") || !order.may_act) return null;
  const letter = told.letters.at(-1);
  const isDrafted = letter?.state === "DRAFT" && letter.agent === order.runner?.name;
  const acts = [
    handover(desk, order, told),
    order.may_authorise && draft(order, letter),
    order.may_authorise && isDrafted && signed(desk, order),
    order.authorised && { act: "letter/revoke", label: "撤销委托书", danger: true, text: "撤销以后，跑手不能再以市民的名义递交，要重新签。", fields: [{ name: "reason", label: "撤销的原因", area: true, maxlength: 200, required: true }] },
  ].filter(Boolean);
  return h("div.tools", { role: "group", "aria-label": "材料和委托书" }, acts.map((act) =>
    h("button.button.small", { type: "button", onclick: () => openAct(desk, order, act, done) }, `${act.label}…`)));
}

// --- 委托书

function draft(order, letter) {
  return {
    act: "letter", label: "写委托书", text: `受托人：${order.runner.name}。写好就可以打印，请市民签字；身份证号可以空着，打印出来手写。`,
    fields: [
      { name: "principal", label: "委托人（身份证或执照上的全名）", maxlength: 64, required: true, value: letter?.principal ?? order.citizen },
      { name: "principal_id", label: "委托人身份证号，单位填统一社会信用代码（可以不填）", maxlength: 24 },
      { name: "agent_id", label: "受托人身份证号（可以不填）", maxlength: 24 },
      { name: "scope", label: "委托权限", area: true, maxlength: 400, required: true, value: letter?.scope ?? SCOPE },
      { name: "ends", label: "委托到哪天（不填就是60天）", type: "date", value: letter?.state === "DRAFT" ? letter.ends_at.slice(0, 10) : "" },
    ],
    printed: () => ["letter", "打印委托书"],
  };
}

function signed(desk, order) {
  const file = h("input", { id: "act-photo", type: "file", accept: "image/*", required: true });
  return {
    label: "委托书已签字", text: "拍下或选一张签好字的委托书的照片，市民的签字要看得清。", fields: [],
    extra: h("label", { for: "act-photo" }, "照片（JPG、PNG、WebP，最大8MB）", file),
    send: (values, seen, refused) => desk.change(`/desk/orders/${order.number}/photos?purpose=LETTER&seen=${seen}`, file.files[0], refused),
  };
}

// --- 材料交接单

function handover(desk, order, { hands }) {
  const id = newId(); // one note, however often the button is pressed
  const giver = choice("giver", hands.map(nameOf));
  const taker = choice("taker", [...hands.map(nameOf), "另一名跑手（接着办这一单）"]);
  const other = h("input", { id: "act-other", maxlength: 12, list: "act-runners", autocomplete: "off" });
  const otherRow = h("label", { for: "act-other", hidden: true }, "跑手编号（输入姓名或镇名也能找）", other);
  const papers = h("ul.sheet-papers");
  const rows = hands.map((hand) => hand.papers.map(paperRow)); // what was ticked stays, whoever is chosen meanwhile
  const added = [];

  const fill = () => papers.replaceChildren(...[...rows[giver.value], ...added].map(({ row }) => row));
  const toOther = () => Number(taker.value) === hands.length;
  const add = () => (added.push(paperRow(null)), fill(), added.at(-1).name.focus());
  giver.addEventListener("change", fill);
  taker.addEventListener("change", () => ((otherRow.hidden = !toOther()), (other.required = toOther())));
  const carrier = hands.findIndex(({ runner }) => runner);
  taker.value = String(carrier < 0 ? hands.length - 1 : carrier);
  fill();

  const send = (values, seen, refused) => {
    const [from, to] = [hands[giver.value], toOther() ? { kind: "RUNNER", runner: other.value.trim() } : hands[taker.value]];
    const counted = [...rows[giver.value], ...added].map(({ read }) => read()).filter(Boolean);
    return desk.change(`/desk/orders/${order.number}/handovers`, {
      id, seen, from: from.kind, from_runner: from.runner, to: to.kind, to_runner: to.runner, papers: counted }, refused);
  };
  return {
    label: "记材料交接", text: "只勾真正交出去的；取件、递交、送达时跑手自己记，不用再记一遍。", fields: [], send,
    extra: [
      h("label", { for: giver.id }, "谁交出", giver), h("label", { for: taker.id }, "谁接收", taker), otherRow, runnersFound(desk, other),
      papers, h("button.button.small", { type: "button", onclick: add }, "再加一样材料"),
    ],
    printed: (answer) => [`handovers/${answer.handovers.at(-1).position}`, "打印材料交接单"],
  };
}

const nameOf = ({ label, name }) => (name === label ? label : `${label} ${name}`);
const choice = (name, labels) => h("select", { id: `act-${name}` }, labels.map((label, index) => h("option", { value: String(index) }, label)));

/** One paper to tick: what is listed, or one that somebody types. */
function paperRow(paper) {
  const name = h("input", { maxlength: 200, required: true, autocomplete: "off", placeholder: "材料名称，例：结婚证", "aria-label": "材料名称", value: paper?.name ?? "" });
  const tick = h("input", { type: "checkbox", checked: true, onchange: () => (name.required = tick.checked) });
  const words = paper?.name ?? "加的材料";
  const kind = h("select", { "aria-label": `${words}：原件还是复印件` }, ["原件", "复印件"].map((label) => h("option", { selected: (label === "原件") === (paper?.original ?? true) }, label)));
  const count = h("input", { type: "number", min: 1, max: 999, required: true, "aria-label": `${words}：份数`, value: paper?.count ?? 1 });
  return {
    name,
    row: h("li", {}, h("label.check", {}, tick, paper ? h("span", {}, paper.name) : name), kind, count),
    read: () => (tick.checked ? { name: name.value.trim(), original: kind.value === "原件", count: Number(count.value) } : null),
  };
}
