// Asks what the teacher shows, as long as the page can be seen. It shows nothing itself: the page runs again when
// something begins or ends, and whoever draws the run hears of the epoch by an event of the window.

import { once } from "../kit/once.js";

/** @import { Component } from "../streamlit.d.ts" */
/** @import { Data, Shown } from "./types.d.ts" */

const OFTEN = 400; // ms between two questions while something is followed,
const SELDOM = 1500; // and while nothing is

export const EVENT = "class-shown"; // live_view/lead.js listens to it

const listenerOf = once((/** @type {HTMLElement | ShadowRoot} */ parent) => new Listener(parent));

/** @param {Component<Data>} component */
export default function listen({ data, parentElement, setTriggerValue }) {
  listenerOf(parentElement).receive(data, (since) => setTriggerValue("shown", since));
  return () => {
    if (!parentElement.isConnected) listenerOf(parentElement).close();
  };
}

export class Listener {
  /** @type {Data | undefined} */
  data;
  /** @type {(since: string) => void} */
  tell = () => {};
  /** @type {string | undefined} what the page was told last */
  told;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  next;
  seen = new AbortController();

  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    this.parent = parent;
    document.addEventListener("visibilitychange", () => this.wake(), { signal: this.seen.signal });
  }

  /**
   * @param {Data} data
   * @param {(since: string) => void} tell lets the page run again
   */
  receive(data, tell) {
    this.data = data;
    this.tell = tell;
    this.told = undefined;
    this.wait();
  }

  wait() {
    clearTimeout(this.next);
    this.next = setTimeout(() => this.ask(), this.data?.follows ? OFTEN : SELDOM);
  }

  wake() {
    if (!document.hidden && this.data) this.ask();
  }

  async ask() {
    clearTimeout(this.next);
    const { data } = this;
    if (!data || document.hidden || !this.parent.isConnected) return;
    try {
      const answer = await fetch(new URL(data.address, document.baseURI));
      if (answer.ok) this.hear(await answer.json());
    } catch {
      // the server is starting, or the network is gone: asked again
    }
    this.wait();
  }

  /** @param {Shown} shown */
  hear(shown) {
    window.dispatchEvent(new CustomEvent(EVENT, { detail: shown }));
    const since = shown.since ?? null;
    if (!this.data || since === this.data.since || String(since) === this.told) return;
    this.told = String(since);
    this.tell(this.told);
  }

  close() {
    clearTimeout(this.next);
    this.seen.abort();
    this.data = undefined;
  }
}
