// What the pages of staff and runners share: elements, requests, the live stream, small words.

/** An element: h("button.strong", {onclick}, "文字", child). Data is only ever set as text. */
export function h(tag, attributes = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const made = document.createElement(name);
  if (classes.length) made.className = classes.join(" ");
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (key === "value") made.value = value;
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

export const $ = (id) => document.getElementById(id);

/** The hall said no; `message` is its wording for people. */
export class Refused extends Error {
  constructor(status, code, message) {
    super(message);
    Object.assign(this, { status, code });
  }
}

/** Nobody answered. */
export class Unreachable extends Error {
  constructor() {
    super("网络不通，没有办成。请等网络恢复后再试。");
  }
}

/** What checks, fits or reads a whole catalogue takes its time. */
const SLOW = /\/(blast|live|undo|edit|answer|import)$|\/proposals\//;

/** A request with JSON, or with a picture; throws Refused or Unreachable. */
export async function api(path, body, headers = {}) {
  let response;
  try {
    response = await fetch(path, {
      method: body === undefined ? "GET" : "POST",
      headers: { "X-Requested-With": "paotuan", ...(body === undefined || body instanceof Blob ? {} : { "Content-Type": "application/json" }), ...headers },
      body: body === undefined || body instanceof Blob ? body : JSON.stringify(body),
      signal: AbortSignal.timeout(SLOW.test(path) ? 180_000 : 20_000),
    });
  } catch {
    throw new Unreachable();
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(response.status, answer.error?.code, answer.error?.message ?? "系统出了点问题，请稍后再试。");
  return answer;
}

/**
 * Follow a stream of events `state`; `on.online(bool)` tells whether it stands, `on.over(error)` that
 * the login ended. While it does not stand, `on.fallback()` is called every few seconds.
 */
export function follow(path, on) {
  let source = null;
  let hiddenAt = 0;
  let polling = null;
  const online = (stands) => {
    on.online(stands);
    clearInterval(polling);
    polling = stands ? null : setInterval(on.fallback, 5000);
  };
  const open = () => {
    source?.close();
    const mine = (source = new EventSource(path));
    mine.onopen = () => online(true);
    mine.addEventListener("state", (event) => on.state(JSON.parse(event.data)));
    mine.addEventListener("over", (event) => {
      mine.close();
      clearInterval(polling);
      on.over(JSON.parse(event.data));
    });
    mine.onerror = () => {
      online(false);
      if (mine.readyState === EventSource.CLOSED && mine === source) setTimeout(() => mine === source && open(), 4000);
    };
  };
  addEventListener("online", open);
  addEventListener("offline", () => online(false));
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) hiddenAt = Date.now();
    else if (Date.now() - hiddenAt > 20_000) open(); // a sleeping phone loses its stream without noticing
  });
  open();
}

/** Tell something in passing, at the foot of the page. */
export function toast(text, isFault = false) {
  const place = $("toast");
  place.textContent = text;
  place.classList.toggle("fault", isFault);
  place.hidden = false;
  place.popover ??= "manual"; // above an open dialog
  place.hidePopover?.();
  place.showPopover?.();
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => ((place.hidden = true), place.hidePopover?.()), isFault ? 7000 : 3500);
}

/** 03:12, for a countdown. */
export function countdown(milliseconds) {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

const clock = new Intl.DateTimeFormat("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Shanghai" });
const calendar = new Intl.DateTimeFormat("zh-CN", { month: "numeric", day: "numeric", timeZone: "Asia/Shanghai" });

/** 14:05 today, 11/23 14:05 on other days. */
export function when(at) {
  if (!at) return "";
  const moment = new Date(at);
  const today = calendar.format(moment) === calendar.format(new Date());
  return today ? clock.format(moment) : `${calendar.format(moment)} ${clock.format(moment)}`;
}

/** How long since: 刚刚, 8分钟, 2小时15分. */
export function since(at, now = Date.now()) {
  const minutes = Math.floor((now - new Date(at)) / 60_000);
  if (minutes < 1) return "不到1分钟";
  if (minutes < 60) return `${minutes}分钟`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours}小时${minutes % 60 ? `${minutes % 60}分` : ""}` : `${Math.floor(hours / 24)}天`;
}
