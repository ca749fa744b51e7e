// The citizen's chat page: puts the line, the thread and the composer together.

import { Line } from "./line.js";
import { Thread } from "./thread.js";

const UNDERSTOOD = 1000; // characters that the assistant reads
const NEARLY = 800;
const PATIENCE_MS = 1500; // a shorter loss of the connection is not worth a word
const CONNECTION = {
  lost: "网络断了，正在重连，您发的话不会丢",
  busy: "系统正忙，正在重试，您发的话不会丢",
};
const OWNERS = { ASSISTANT: "智能助手为您服务", STAFF: "工作人员正在为您服务" };

const $ = (id) => document.getElementById(id);
const [room, text, send, typing, down] = ["room", "text", "send", "typing", "down"].map($);

const thread = new Thread($("thread"), (title, payload) => say(title, payload));
const line = new Line({
  message: (message) => keepBottom(() => thread.add(message)),
  sent: (item, seq) => thread.confirm(item.id, seq),
  refused: (item, reason) => keepBottom(() => thread.refuse(item.id, reason)),
  notice: (words) => keepBottom(() => thread.say(words)),
  restored: (outbox) => outbox.forEach((item) => thread.addPending(item)),
  owner: showOwner,
  waiting: showWaiting,
  busy: (busy) => keepBottom(() => showTyping(busy)),
  connection: showConnection,
  lost: (outbox) => restart("先前的对话已经找不到了，我们重新开始。", outbox),
});

// --- talking

function say(words, payload) {
  keepBottom(() => thread.addPending(line.send(words, payload)), true);
  showWelcome();
}

function submit(event) {
  event?.preventDefault();
  const words = text.value.trim();
  if (!words || words.length > UNDERSTOOD) return text.focus();
  text.value = "";
  typed();
  say(words);
  text.focus();
}

function typed() {
  const length = text.value.trim().length;
  const over = length > UNDERSTOOD;
  send.disabled = over;
  $("length").classList.toggle("over", over);
  $("length").textContent = over
    ? `已经${length}字，一次最多${UNDERSTOOD}字，请分几次发。`
    : length >= NEARLY ? `还可以写${UNDERSTOOD - length}字。` : "";
  text.style.height = "auto";
  text.style.height = `${text.scrollHeight + 4}px`;
}

function pressedEnter(event) {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return; // 229: pinyin input
  submit(event);
}

// --- what is seen

function isAtBottom() {
  return room.scrollHeight - room.scrollTop - room.clientHeight < 80;
}

function keepBottom(change, always = false) {
  const follow = always || isAtBottom();
  const isNew = change();
  if (follow) toBottom();
  else if (isNew) down.hidden = false;
}

function toBottom() {
  room.scrollTop = room.scrollHeight;
  down.hidden = true;
}

let owner = "ASSISTANT";
function showOwner(now) {
  owner = now;
  $("owner").textContent = OWNERS[owner];
}

/** The place in the queue for a person, with the way to be called back instead. */
function showWaiting(words) {
  $("waiting").hidden = !words;
  $("waiting-words").textContent = words;
}

async function leaveNumber(event) {
  event.preventDefault();
  const field = $("callback-phone");
  try {
    await line.leaveNumber(field.value);
    $("callback").close();
  } catch (error) {
    $("callback-fault").textContent = error.message === "later" ? "网络不通，请再试一次。" : error.message;
    field.focus();
  }
}

function showTyping(busy) {
  typing.hidden = !busy || owner !== "ASSISTANT";
}

let bad = null;
function showConnection(state) {
  clearTimeout(bad);
  const bar = $("connection");
  if (state === "ok") bar.hidden = true;
  else bad = setTimeout(() => keepBottom(() => tellConnection(bar, CONNECTION[state])), bar.hidden ? PATIENCE_MS : 0);
}

function tellConnection(bar, words) {
  bar.hidden = false;
  bar.textContent = words;
}

function showWelcome() {
  document.body.classList.toggle("small", !thread.isEmpty);
}

function restart(remark, outbox = []) {
  thread.clear();
  showWaiting("");
  if (remark) thread.say(remark);
  outbox.forEach((item) => thread.addPending(item));
  showOwner("ASSISTANT");
  showWelcome();
}

// --- size of the type

const SIZE = "paotuan.size";
function setSize(size) {
  document.documentElement.dataset.size = size;
  for (const button of document.querySelectorAll("[data-size][aria-pressed]")) {
    button.setAttribute("aria-pressed", String(button.dataset.size === size));
  }
  try {
    localStorage.setItem(SIZE, size);
  } catch {
    // private mode: the choice lives as long as the page
  }
  typed();
  if (!thread.isEmpty) toBottom();
}

function keptSize() {
  try {
    return localStorage.getItem(SIZE) === "large" ? "large" : "standard";
  } catch {
    return "standard";
  }
}

// --- the hall

async function showHall() {
  const response = await fetch("/api/hall").catch(() => null);
  if (!response?.ok) return void setTimeout(showHall, 5000);
  const hall = await response.json();
  document.title = `${hall.name} · 在线帮办`;
  $("hall-name").textContent = hall.name;
  $("banner").textContent = hall.banner;
  $("banner").hidden = !hall.banner;
  showPhones(Object.entries(hall.numbers ?? {}));
}

function showPhones(numbers) {
  const parts = numbers.flatMap(([purpose, number]) => {
    const link = document.createElement("a");
    link.href = `tel:${number}`;
    link.textContent = number;
    return [`${purpose}：`, link, "　"];
  });
  $("phones").replaceChildren(...parts);
  $("phones").hidden = parts.length === 0;
}

// --- start

$("leave-number").addEventListener("click", () => $("callback").showModal());
$("callback-form").addEventListener("submit", leaveNumber);
$("callback-no").addEventListener("click", () => $("callback").close());
$("composer").addEventListener("submit", submit);
text.addEventListener("input", typed);
text.addEventListener("keydown", pressedEnter);
for (const button of $("starters").children) button.addEventListener("click", () => say(button.dataset.say));
for (const button of document.querySelectorAll("[data-size][aria-pressed]")) {
  button.addEventListener("click", () => setSize(button.dataset.size));
}
down.addEventListener("click", toBottom);
room.addEventListener("scroll", () => isAtBottom() && (down.hidden = true), { passive: true });
addEventListener("resize", () => !thread.isEmpty && toBottom()); // the keyboard of a phone came or went
$("fresh").addEventListener("click", () => (thread.isEmpty ? text.focus() : $("ask").showModal()));
$("ask").addEventListener("close", () => {
  if ($("ask").returnValue !== "yes") return;
  line.forget();
  restart();
  text.focus();
});

setSize(keptSize());
showHall();
await line.open();
showWelcome();
if (!thread.isEmpty) toBottom();
$("log").setAttribute("aria-live", "polite"); // from now on: history is not read aloud
