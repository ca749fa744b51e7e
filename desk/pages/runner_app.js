// What the parts of the runner's page share: the state shown, the hall's clock, the queue, tabs and notices.

import { $, h } from "./common.js";
import { keep } from "./runner_store.js";

export const app = {
  state: null, // as the hall told it last
  offset: 0, // the hall's clock minus this phone's
  online: true,
  queue: null,
  draw: () => undefined, // draws everything that depends on the state and the queue
  opened: {}, // what a tab does when it is opened, by its name
  done: {}, // what follows an act that the hall took, by its kind
  refused: {}, // … and one that it refused
};

/** The hall's time in milliseconds, since countdowns cannot trust the clock of a phone. */
export const now = () => Date.now() + app.offset;

export const nothing = (words) => h("p.nothing", {}, words);

export const fact = (name, value) => (value ? [h("dt", {}, name), h("dd", {}, value)] : []);

// --- drawing without pulling a button from under the thumb

const made = new Map();

/** The element made for a key before, as long as what it shows is the same. */
export function keyed(key, shown, make) {
  const words = JSON.stringify(shown);
  if (made.get(key)?.words !== words) made.set(key, { words, element: make() });
  return made.get(key).element;
}

/** Put these into the box; what stands there already is not touched. */
export function fill(box, children) {
  if (children.length !== box.children.length || children.some((child, place) => child !== box.children[place])) box.replaceChildren(...children);
}

// --- tabs

export const tab = () => document.querySelector("[data-view]:not([hidden])")?.dataset.view;

export function go(name) {
  for (const view of document.querySelectorAll("[data-view]")) view.hidden = view.dataset.view !== name;
  for (const button of document.querySelectorAll("[data-tab]")) {
    if (button.dataset.tab === name) button.setAttribute("aria-current", "page");
    else button.removeAttribute("aria-current");
  }
  scrollTo(0, 0);
  app.opened[name]?.();
  app.draw();
}

export function badge(name, count) {
  const mark = document.querySelector(`[data-tab="${name}"] .badge`);
  mark.textContent = count;
  mark.hidden = !count;
}

// --- what did not work stays to be read

let notices = [];

export function notice(words) {
  notices = [...notices, words].slice(-5);
  drawNotices();
}

export function showNotices(words) {
  notices = words ?? [];
  drawNotices();
}

function drawNotices() {
  keep("notices", notices);
  $("notices").replaceChildren(...notices.map((words) =>
    h("p", {}, h("span", {}, words), h("button.button", { type: "button", onclick: () => {
      notices = notices.filter((other) => other !== words);
      drawNotices();
    } }, "知道了"))));
}
