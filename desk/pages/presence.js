// The own switch 忙/空闲 with its details, and the list of keys.

import { $, h, toast } from "./common.js";

/** Ask what the own switch shall say. */
export async function presenceSheet(desk) {
  const now = await desk.read("/desk/presence");
  if (!now) return;
  const sheet = $("sheet");
  const capacity = h("input", { type: "number", min: 1, max: 20, value: now.capacity, id: "capacity" });
  const phone = h("input", { value: now.phone, inputmode: "tel", maxlength: 20, id: "own-phone", placeholder: "手机或座机" });
  const calls = h("input", { type: "checkbox", id: "takes-calls", checked: now.takes_calls });
  const zones = now.all_zones.map(([key, name]) => [key, h("input", { type: "checkbox", checked: now.zones.includes(key) }), name]);
  const send = async (free) => {
    const chosen = zones.filter(([, box]) => box.checked).map(([key]) => key);
    const answer = await desk.change("/desk/presence", {
      free, capacity: Number(capacity.value) || 4, zones: chosen, phone: phone.value, takes_calls: calls.checked,
    });
    if (!answer) return;
    sheet.close();
    toast(free ? "您现在空闲，等待的市民会派给您。" : "您现在忙，不会再派给您。");
  };
  sheet.replaceChildren(h("form", { method: "dialog", onsubmit: (event) => event.preventDefault() },
    h("h2", { id: "sheet-title" }, "接待状态"),
    h("p", {}, `手上 ${now.load} 个对话。页面关掉后，过一会儿自动算不在。`),
    now.receives && h("label", { for: "capacity" }, "同时最多接待几个", capacity),
    now.receives && h("fieldset.checks", {}, h("legend", {}, "只接这些专区（都不勾就是都接）"), zones.map(([, box, name]) => h("label", {}, box, name))),
    h("label", { for: "own-phone" }, "转接电话打到", phone),
    h("label.check", {}, calls, "接转来的电话"),
    h("div.answers", {},
      h("button.button", { type: "button", onclick: () => send(false) }, "设为忙"),
      now.receives && h("button.button.strong", { type: "button", onclick: () => send(true) }, "设为空闲"))));
  sheet.showModal();
}

const KEYS = [
  ["Alt+1 … 9", "换到前九个页面"], ["Alt+A", "接手派给您的对话"], ["j / k", "上一条、下一条"], ["/", "查找"], ["r", "写回复"],
  ["Enter", "发送"], ["Shift+Enter", "换行"], ["Ctrl+Enter", "提交表单"], ["t p h u c z w x", "订单：改时间、改派、回避、撤回回避、重办、我来负责、答复12345、取消"], ["Esc", "关闭小窗"], ["?", "看快捷键"],
];

/** The keys of the desk. */
export function keysHelp(views) {
  const sheet = $("sheet");
  sheet.replaceChildren(h("form", { method: "dialog" },
    h("h2", { id: "sheet-title" }, "快捷键"),
    h("dl.facts", {}, KEYS.map(([key, words]) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, words)]).flat(),
      views.slice(0, 9).map((view, index) => [h("dt", {}, h("kbd", {}, `Alt+${index + 1}`)), h("dd", {}, view.label)]).flat()),
    h("div.answers", {}, h("button.button", {}, "关闭"))));
  sheet.showModal();
}
