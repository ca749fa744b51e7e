// Acts wait here until the hall has answered them: kept on the phone, sent in turn, each with an id of
// its own, so that the hall does none twice and none is lost.

import { Unreachable, api } from "./common.js";
import { addAct, allActs, dropAct } from "./runner_store.js";

const PAUSES = [2000, 4000, 8000, 15_000, 30_000]; // milliseconds between tries without a network

/** An id that nobody else makes; crypto.randomUUID exists on https only. */
export function newId() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Whether the hall could not say anything to it: it may be tried again. */
const isPassing = (error) => error instanceof Unreachable || error.status >= 500 || error.status === 429;

export class Queue {
  /** `on.changed()`, `on.done(act, answer)`, `on.refused(act, dropped, error)`, `on.closed(error)`. */
  constructor(on) {
    Object.assign(this, { on, acts: [], runner: null, failures: 0, sending: null, timer: null });
  }

  /** Acts of this runner that are still to be sent, from before the page was closed as well. */
  async load(runner) {
    this.runner = runner;
    const stored = await allActs().catch(() => []);
    const known = new Set(this.acts.map((act) => act.body.id));
    this.acts = [...stored.filter((act) => act.runner === runner && !known.has(act.body.id)), ...this.acts];
    this.on.changed();
    return this.flush();
  }

  /** Keep an act {path, body or blob, about, kind, label, done} and send it when its turn comes. */
  async add(act) {
    const mine = { ...act, body: { ...act.body, id: act.body?.id ?? newId() }, runner: this.runner, at: Date.now() };
    this.acts.push(mine);
    this.on.changed();
    try {
      mine.turn = await addAct(structuredClone(mine));
    } catch {
      // a private window keeps nothing: the act lives as long as the page
    }
    return this.flush();
  }

  /** What waits about an order or offer. */
  about(subject) {
    return this.acts.filter((act) => act.about === subject);
  }

  flush() {
    clearTimeout(this.timer);
    this.sending ??= this.sendAll().finally(() => (this.sending = null));
    return this.sending;
  }

  async sendAll() {
    while (this.acts.length) {
      const act = this.acts[0];
      try {
        const waited = Math.max(0, Math.round((Date.now() - act.at) / 1000));
        const answer = await api(act.path, act.blob ?? { ...act.body, waited });
        await this.drop([act]);
        this.failures = 0;
        this.on.done(act, answer);
      } catch (error) {
        if (isPassing(error)) return this.later();
        if (error.status === 401) return this.on.closed(error);
        const dropped = this.acts.filter((other) => other !== act && other.about === act.about);
        await this.drop([act, ...dropped]);
        this.on.refused(act, dropped, error);
      }
    }
  }

  later() {
    this.timer = setTimeout(() => this.flush(), PAUSES[Math.min(this.failures++, PAUSES.length - 1)]);
    this.on.changed();
  }

  async drop(acts) {
    this.acts = this.acts.filter((act) => !acts.includes(act));
    for (const act of acts) if (act.turn !== undefined) await dropAct(act.turn).catch(() => undefined);
    this.on.changed();
  }
}
