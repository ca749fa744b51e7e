// 演练电话: ring the hall from the desk, as a caller does: speech is typed, keys are pressed, answers are read out.

import { h } from "./common.js";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];
const NOISE = [[0, "不听错"], [0.1, "听错一成"], [0.2, "听错两成"], [0.3, "听错三成"]];

export function view(panel, desk) {
  let call = null; // the id of the call that stands
  let busy = false;
  const number = h("input", { id: "from-number", inputmode: "tel", maxlength: 16, value: "13800001234", placeholder: "不显示号码" });
  const noise = h("select", { id: "noise" }, NOISE.map(([rate, label]) => h("option", { value: String(rate) }, label)));
  const aloud = h("input", { type: "checkbox", disabled: !("speechSynthesis" in window) });
  const dial = h("button.button.strong", { type: "button", onclick: ring }, "拨打");
  const hangUp = h("button.button", { type: "button", onclick: () => act("hang-up") }, "挂机");
  const words = h("input", { id: "spoken-words", maxlength: 500, autocomplete: "off", placeholder: "打字就是说话，只有数字就是按键" });
  const speak = h("button.button.strong", {}, "说");
  const silence = h("button.button", { type: "button", onclick: () => act("silence") }, "不出声");
  const turns = h("ol.turns", { "aria-live": "polite", "aria-label": "电话里说的话", tabindex: 0 });
  const other = h("div.tools", { role: "group", "aria-label": "被呼叫的人" });
  const keypad = h("div.keypad", { role: "group", "aria-label": "按键" }, KEYS.map((key) => h("button.button", { type: "button", onclick: () => press(key) }, key)));

  panel.classList.add("single");
  panel.append(
    h("p", {}, "跟真的电话走一样的路：打进这个大厅，机器人怎么答就显示什么。单子是真的会下到演示大厅里。"),
    h("div.bar-line", {}, h("label", { for: "from-number" }, "来电号码"), number, h("label", { for: "noise" }, "听力"), noise,
      h("label.check", {}, aloud, " 念出来"), dial, hangUp),
    h("div.rehearsal", {},
      h("div", {}, turns, other, h("form.tools", { onsubmit: send }, h("label", { for: "spoken-words" }, "您说"), words, speak, silence)),
      keypad));
  stand();

  function stand() {
    dial.disabled = busy || call !== null;
    for (const control of [hangUp, words, speak, silence, ...keypad.children]) control.disabled = call === null;
    for (const control of other.children) control.disabled = busy;
  }

  function line(text, kind = "") {
    if (!text) return;
    turns.append(h(`li${kind}`, {}, text));
    turns.scrollTop = turns.scrollHeight;
  }

  async function request(path, body) {
    if (busy) return undefined;
    busy = true;
    stand();
    const answer = await desk.change(path, body);
    busy = false;
    stand();
    return answer;
  }

  async function ring() {
    turns.replaceChildren();
    const answer = await request("/desk/telephone", { number: number.value.trim() });
    if (!answer) return;
    call = answer.call;
    hear(answer);
    words.focus();
  }

  async function act(what, text = "") {
    const answer = await request(`/desk/telephone/${call}`, { act: what, text, noise: Number(noise.value) });
    if (!answer) return;
    if (answer.heard !== text) line(answer.heard, ".misheard");
    hear(answer, what === "answer" ? ".other" : "");
  }

  function hear(answer, kind = "") {
    line(answer.says, kind);
    say(answer.says);
    ringing(answer.rings);
    if (answer.over) {
      call = null;
      line("（电话挂了）");
    }
    stand();
  }

  /** The buttons of the person who is rung. */
  function ringing(state) {
    const button = (label, what, text) => h("button.button", { type: "button", onclick: () => act(what, text) }, label);
    const choices = {
      "": [],
      answered: [button("对方按1接听", "key", "1"), button("对方按2转下一位", "key", "2")],
      connected: [button("说完了，挂断", "done")],
    };
    other.replaceChildren(...(choices[state] ?? [h("span", {}, `正在呼叫${state}`), button("对方接起", "answer"), button("没人接", "unanswered")]));
  }

  function press(key) {
    line(`按${key}`, ".heard");
    act("press", key);
  }

  function send(event) {
    event.preventDefault();
    const text = words.value.trim();
    if (!text || busy) return;
    words.value = "";
    line(text, ".heard");
    act(/^[0-9*#]+$/.test(text) ? "press" : "say", text);
  }

  function say(text) {
    if (!aloud.checked || !text) return;
    speechSynthesis.cancel();
    speechSynthesis.speak(Object.assign(new SpeechSynthesisUtterance(text), { lang: "zh-CN" }));
  }

  return { refresh() {}, show() {} };
}
