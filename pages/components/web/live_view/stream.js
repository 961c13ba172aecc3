// The one connection of a view: server-sent events of its runs, taken up again where they broke off.
//
// The browser's own reconnecting is not used: it gives up for good on an answer that is no stream (a server that
// is starting), and it cannot say how far each run was read. A hidden page lets its connection go: browsers allow
// six a server, and a seventh tab would otherwise stand still. Of several pages that are seen at once, a few stay
// connected and the others look in every other second (seat.js).

import { takeSeat } from "./seat.js";

const FIRST_PAUSE = 400; // ms, doubled with every failure
const LONGEST_PAUSE = 8000;
const SILENCE = 40000; // ms without a sign of life: the connection is dead though nobody said so
const HIDDEN = 5000; // ms until a hidden page lets go
const GLANCE = 500; // ms that a page without a seat stays once it was answered,
const BETWEEN = 2000; // and ms until it looks in again

/** @import { Message } from "./types.d.ts" */
/** @typedef {"live" | "waiting" | "ended"} State */
/** @typedef {ReturnType<typeof setTimeout>} Timer */

export class Stream {
  /** @type {EventSource | null} */
  source = null;
  /** @type {Timer | undefined} */
  retry;
  /** @type {Timer | undefined} */
  watchdog;
  /** @type {Timer | undefined} */
  leave;
  /** @type {(() => void) | null} */
  release = null;
  seated = true; // until it is known that all seats are taken
  answered = false;
  /** @type {Timer | undefined} */
  going;

  /**
   * @param {string} address of the stream, relative to the page
   * @param {Record<string, string>} keys of each run "<run>.<token>"
   * @param {object} ways
   * @param {(run: string) => number} ways.cursor how far a run was read
   * @param {(message: Message) => void} ways.message called with each message
   * @param {(state: State) => void} ways.state called when the connection stands otherwise
   */
  constructor(address, keys, { cursor, message, state }) {
    this.address = address;
    this.keys = keys;
    this.cursor = cursor;
    this.message = message;
    this.state = state;
    this.pause = FIRST_PAUSE;
    this.ended = false;
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    document.addEventListener("visibilitychange", () => this.seen(), { signal });
    window.addEventListener("online", () => this.now(), { signal });
    this.open();
  }

  open() {
    clearTimeout(this.retry);
    this.drop();
    const query = Object.entries(this.keys).map(
      ([run, key]) => `run=${encodeURIComponent(`${key}.${this.cursor(run)}`)}`,
    );
    const source = new EventSource(new URL(`${this.address}?${query.join("&")}`, document.baseURI));
    this.source = source;
    void this.sit(source);
    source.onopen = () => this.alive();
    source.onmessage = (event) => this.receive(source, event.data);
    source.onerror = () => source === this.source && this.fail();
    this.alive(false);
  }

  /**
   * @param {EventSource} source
   * @param {string} text
   */
  receive(source, text) {
    if (source !== this.source) return;
    /** @type {Message} */
    const message = JSON.parse(text);
    this.pause = FIRST_PAUSE;
    this.alive();
    if (message.end) this.end();
    else this.message(message);
  }

  // A sign of life: everything is well until there was none for too long.
  alive(live = true) {
    clearTimeout(this.watchdog);
    this.watchdog = setTimeout(() => this.fail(), SILENCE);
    if (!live) return;
    this.answered = true;
    this.state("live");
    this.glance();
  }

  /**
   * Ask for a seat, unless this page has one.
   * @param {EventSource} source
   */
  async sit(source) {
    if (this.release) return;
    const release = await takeSeat();
    if (source !== this.source) return release?.();
    this.release = release;
    this.seated = release !== null;
    if (this.seated) this.stay();
    else this.glance();
  }

  stay() {
    clearTimeout(this.going);
    this.going = undefined;
  }

  // Without a seat: gone a moment after it was answered, and back a little later.
  glance() {
    if (this.seated || !this.answered || this.going) return;
    this.going = setTimeout(() => {
      this.drop();
      this.retry = setTimeout(() => this.open(), BETWEEN);
    }, GLANCE);
  }

  fail() {
    this.drop();
    if (this.ended) return;
    this.state("waiting");
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.open(), this.pause * (0.75 + Math.random() / 2));
    this.pause = Math.min(2 * this.pause, LONGEST_PAUSE);
  }

  end() {
    this.ended = true;
    this.rise();
    this.state("ended");
  }

  drop() {
    clearTimeout(this.watchdog);
    this.stay();
    this.answered = false;
    this.source?.close();
    this.source = null;
  }

  // Whoever shows nothing new leaves its seat to another page.
  rise() {
    this.drop();
    this.release?.();
    this.release = null;
    this.seated = true;
  }

  seen() {
    clearTimeout(this.leave);
    if (document.hidden) {
      this.leave = setTimeout(() => {
        clearTimeout(this.retry);
        this.rise();
      }, HIDDEN);
    } else if (!this.source) this.now();
  }

  // Ask again at once: also of runs that had ended, for somebody may have taken them up again.
  now() {
    this.ended = false;
    this.pause = FIRST_PAUSE;
    this.open();
  }

  close() {
    this.ended = true;
    this.listeners.abort();
    clearTimeout(this.retry);
    clearTimeout(this.leave);
    this.rise();
  }
}
