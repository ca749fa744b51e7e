// The form of an order at the window, also beside a conversation: by keyboard, item by lookup, town by list.

import { $, h, toast } from "./common.js";

const FIELDS = [
  ["item", "办什么事", { required: true, placeholder: "说法或名称，例：上户口" }], ["applicant", "申请人", { required: true, maxlength: 64 }],
  ["phone", "电话", { required: true, inputmode: "tel", maxlength: 20 }], ["town", "镇（街道）", { list: "towns" }], ["village", "村（社区）", { list: "villages" }],
  ["help", "帮办方式", {}], ["place", "详细地点", { maxlength: 200, placeholder: "例：小卖部旁边" }], ["time", "上门时间", { required: true, placeholder: "2026-11-24 10:00" }], ["notes", "备注", { maxlength: 400 }],
];
const KINDS = [["", "照事项的规定"], ["其他帮办", "其他帮办（不在目录里的事）"]];
const PAUSE_MS = 200;

/** The own id of a form: sent twice, it is one. */
export const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** 明天上午十点 as the form writes it. */
function tomorrow() {
  const parts = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai", year: "numeric", month: "2-digit", day: "2-digit" });
  return `${parts.format(new Date(Date.now() + 86_400_000))} 10:00`;
}

/** The form; `done(order)` when the hall has it. Ctrl+Enter sends. */
export function orderForm(desk, { values = {}, conversation = null, done }) {
  let id = newId(); // one order, however often the button is pressed
  const inputs = {};
  const choices = h("ul.choices", { role: "listbox", "aria-label": "事项" });
  const towns = h("datalist", { id: "towns" });
  const villages = h("datalist", { id: "villages" });
  let places = [];

  const labels = FIELDS.map(([name, label, more]) => {
    if (name === "help") inputs[name] = h("select", { name }, KINDS.map(([value, words]) => h("option", { value }, words)));
    else inputs[name] = h("input", { name, autocomplete: "off", ...more, value: values[name] || (name === "time" ? tomorrow() : "") });
    return h("label", {}, label, more.required ? " *" : "", inputs[name], name === "item" && choices);
  });
  const send = h("button.button.strong", {}, "下单（Ctrl+Enter）");
  const form = h("form.order-form", { onsubmit: submit }, labels, towns, villages, send);
  form.addEventListener("keydown", (event) => event.key === "Enter" && event.ctrlKey && form.requestSubmit());

  let typing = null;
  inputs.item.addEventListener("input", () => (clearTimeout(typing), (typing = setTimeout(lookUp, PAUSE_MS))));
  inputs.item.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") choices.querySelector("button")?.focus(), event.preventDefault();
  });
  inputs.town.addEventListener("change", fillVillages);
  desk.read("/desk/places").then((answer) => {
    places = answer?.towns ?? [];
    towns.replaceChildren(...places.map((town) => h("option", { value: town.name })));
    fillVillages();
  });

  function fillVillages() {
    const town = places.find((one) => one.name === inputs.town.value.trim());
    villages.replaceChildren(...(town?.villages ?? []).map((name) => h("option", { value: name })));
  }

  async function lookUp() {
    const words = inputs.item.value.trim();
    const answer = words ? await desk.read(`/desk/lookup?q=${encodeURIComponent(words)}`) : null;
    if (words !== inputs.item.value.trim()) return;
    choices.replaceChildren(...(answer?.items ?? []).slice(0, 6).map((item) => h("li", {}, h("button", { type: "button", onclick: () => {
      inputs.item.value = item.name;
      choices.replaceChildren();
      inputs.applicant.focus();
    } }, item.name, h("span.reasons", {}, ` ${item.zone}`)))));
  }

  function submit(event) {
    event.preventDefault();
    if (!send.disabled) place(false);
  }

  /** The same citizen has such an order: a second one only when it is meant. */
  function refused(error) {
    if (error.code !== "already_ordered") return toast(error.message, true);
    const sheet = $("sheet");
    const again = () => (sheet.close(), place(true));
    sheet.replaceChildren(h("h2", { id: "sheet-title" }, "已经有一单了"), h("p", {}, error.message),
      h("div.answers", {}, h("button.button.strong", { type: "button", onclick: () => sheet.close() }, "不再下"), h("button.button", { type: "button", onclick: again }, "还是再下一单")));
    sheet.showModal();
  }

  async function place(isSecond) {
    send.disabled = true;
    const body = Object.fromEntries(FIELDS.map(([name]) => [name, inputs[name].value.trim()]));
    const order = await desk.change("/desk/orders", { ...body, id, conversation, allow_double: isSecond }, refused);
    send.disabled = false;
    if (!order) return;
    id = newId();
    if (!conversation) for (const name of ["item", "applicant", "phone", "village", "place", "notes"]) inputs[name].value = "";
    if (order.made === false) toast(`这张表已经下过单：${order.number}。`);
    done(order);
    inputs.item.focus();
  }

  return form;
}
