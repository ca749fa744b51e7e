// The runner's talk with the desk: a message waits in the queue like every other act.

import { $, h, when } from "./common.js";
import { app, badge, nothing, tab } from "./runner_app.js";
import { newId } from "./runner_queue.js";
import { keep, kept } from "./runner_store.js";

let read = 0; // the newest message that was on the screen

export async function openTalk() {
  read = (await kept("read")) ?? 0;
}

export function drawTalk() {
  const { messages, waiting, open } = app.state.talk;
  const told = new Set(messages.map((message) => message.client_id));
  const sent = app.queue.acts.filter((act) => act.kind === "talk" && !told.has(act.body.id));
  const rows = [...messages.map(said), ...sent.map((act) => said({ sender: "ME", text: act.body.text, waits: true }))];
  const foot = waiting && h("p.hint", {}, open ? "已经转给工作人员，请稍等。" : "现在不是上班时间，上班后工作人员会回您。急事请打热线。");
  $("talk").replaceChildren(...(rows.length ? rows : [nothing("路上有事，随时问工作人员。说的是哪一单，可以在下面选。")]), ...(foot ? [foot] : []));
  drawChoices();
  noteRead(messages);
}

function said({ sender, text, author, at, waits }) {
  const who = sender === "ME" ? "" : sender === "STAFF" ? `工作人员${author}` : "";
  return h("div", { class: `said ${sender}` }, who && h("small", {}, who), h("p", {}, text), h("small", {}, waits ? "等网络，还没有发出去" : when(at)));
}

function drawChoices() {
  const chosen = $("ask-order").value;
  $("ask-order").replaceChildren(h("option", { value: "" }, "不是说某一单"),
    ...app.state.orders.map((order) => h("option", { value: order.number }, `${order.number} ${order.item}`)));
  $("ask-order").value = app.state.orders.some((order) => order.number === chosen) ? chosen : "";
}

function noteRead(messages) {
  const newest = messages.at(-1)?.id ?? 0;
  if (tab() === "talk" && newest > read) {
    read = newest;
    keep("read", read);
    requestAnimationFrame(() => $("talk").lastElementChild?.scrollIntoView({ block: "end" }));
  }
  badge("talk", messages.filter((message) => message.sender === "STAFF" && message.id > read).length);
}

$("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  const { text, order } = event.target.elements;
  if (!text.value.trim()) return;
  const words = { id: newId(), text: text.value.trim(), order: order.value };
  app.queue.add({ path: "/runner/talk", body: words, about: "talk", kind: "talk", label: "问工作台的话" });
  text.value = "";
});

app.refused.talk = ({ body }) => {
  $("ask").elements.text.value ||= body.text;
};
