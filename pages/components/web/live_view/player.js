// The slider over the epochs of a film, and what plays it. One epoch for every panel; null is the newest, «Live».

import { button, label, make, say } from "../kit/dom.js";
import { clamp } from "../kit/numbers.js";
import { nearest } from "./film.js";

/** @import { LiveView } from "./live_view.js" */
/** @typedef {"slow" | "normal" | "fast"} Speed */

const FRAMES = 24; // a second, at the usual speed, where there are enough of them
const SHORTEST = 4000; // ms that a whole film takes at the usual speed, at least …
const LONGEST = 12000; // … and at most
const ONCE = 6000; // ms in which a run that is over before one has looked plays itself
const QUICK = 3; // seconds of training: shorter, and nobody has seen it
/** @type {Record<Speed, number>} */
const SPEEDS = { slow: 1 / 3, normal: 1, fast: 3 };
const ADDRESS = 300; // ms at rest, until the epoch stands in the address

export class Player {
  /** @type {number | null} the epoch that is shown; null: the newest */
  epoch = null;
  /** @type {{since: number, from: number, pace: number} | null} epochs' places passed in a ms, while it plays */
  playing = null;
  /** @type {Speed} */
  speed = "normal";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  written;
  played = false; // by itself

  /**
   * @param {LiveView} view
   * @param {(epoch: number | null) => void} show called with each epoch that is to be shown
   */
  constructor(view, show) {
    this.view = view;
    this.show = show;
    this.back = this.tool("‹", "step_back", () => this.step(-1));
    this.toggle = this.tool("▶", "play", () => (this.playing ? this.stop() : this.play()));
    this.on = this.tool("›", "step_on", () => this.step(1));
    this.slider = make("input", { type: "range", min: 0, max: 0, step: 1, class: "live-slider" });
    this.slider.setAttribute("aria-label", view.say("epoch_shown"));
    this.slider.oninput = () => this.seek(Number(this.slider.value));
    this.slider.onkeydown = (event) => this.key(event);
    this.ticks = make("canvas", { class: "live-ticks", "aria-hidden": "true" });
    this.star = make("span", { class: "live-star", hidden: true }, "★");
    this.where = make("output", { class: "live-epoch" });
    this.pace = this.speedChoice();
    this.live = button({ class: "live-small live-live", "aria-pressed": "true" }, view.say("live"), () =>
      this.seek(null),
    );
    this.fork = button({ class: "live-small", hidden: true }, view.say("fork"), () => {
      if (this.epoch !== null) view.ask(`fork:${view.run.film.at("state_dict", this.epoch)}`);
    });
    this.fork.title = view.say("fork_help");
    const track = make("div", { class: "live-track" }, this.slider, this.ticks, this.star);
    this.note = make("p", { class: "live-caption", hidden: true });
    const tools = make("div", { class: "live-tools" }, this.back, this.toggle, this.on);
    this.element = make(
      "div",
      { class: "live-player", hidden: true, role: "group", "aria-label": view.say("player") },
      make("div", { class: "live-row" }, tools, track, this.where, this.pace, this.live, this.fork),
      this.note,
    );
    this.sizes = new ResizeObserver(() => this.drawTicks());
    this.sizes.observe(track);
    const asked = new URLSearchParams(location.search).get("epoch");
    this.asked = asked !== null && /^\d{1,9}$/.test(asked) ? Number(asked) : null; // until its frames are known
  }

  /**
   * @param {string} sign
   * @param {string} name of its text
   * @param {() => void} act
   */
  tool(sign, name, act) {
    return label(button({ class: "live-small live-tool" }, sign, act), this.view.say(name));
  }

  speedChoice() {
    const { texts } = this.view;
    const options = Object.keys(SPEEDS).map((name) => make("option", { value: name }, texts.speeds[name]));
    const select = make(
      "select",
      { class: "live-small", "aria-label": this.view.say("play_speed") },
      ...options,
    );
    select.value = this.speed;
    select.onchange = () => {
      this.speed = /** @type {Speed} */ (select.value);
      if (this.playing) this.play();
    };
    return select;
  }

  get epochs() {
    return this.view.run.film.epochs;
  }

  /** Whether nothing more will be recorded. */
  get over() {
    return this.view.data.ended.includes(this.view.run.status?.state);
  }

  /** The place of the shown epoch among the recorded ones. */
  get place() {
    const { epochs } = this;
    if (this.epoch === null) return epochs.length - 1;
    return epochs.indexOf(/** @type {number} */ (nearest(epochs, this.epoch)));
  }

  // What is new of the run.
  update() {
    const { epochs } = this;
    this.element.hidden = epochs.length < 2;
    if (this.element.hidden) return;
    if (this.asked !== null && (this.asked <= (epochs.at(-1) ?? 0) || this.over)) {
      const asked = this.asked;
      this.asked = null;
      this.seek(asked);
    }
    const last = String(epochs.at(-1));
    if (
      this.slider.max !== last ||
      this.drawnBest !== this.view.run.best?.epoch ||
      this.drawnCount !== epochs.length
    ) {
      this.slider.max = last;
      this.drawTicks();
    }
    this.say();
  }

  /** The run has ended: one that was too quick to be watched plays itself once. */
  ended() {
    const { run } = this.view;
    const quick = run.status.state === "finished" && run.status.seconds < QUICK && this.epochs.length > 4;
    if (!quick || this.played || this.epoch !== null || this.asked !== null) return;
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    this.played = true;
    this.play(ONCE);
  }

  /** @param {number | null} epoch */
  seek(epoch) {
    this.stop();
    this.set(epoch);
  }

  /** Go to an epoch as soon as it is known. @param {number | null} epoch */
  lead(epoch) {
    this.asked = epoch;
    if (epoch === null) this.seek(null);
    else this.update();
  }

  /** @param {number | null} epoch */
  set(epoch) {
    if (epoch === this.epoch) return;
    this.epoch = epoch;
    this.say();
    this.show(epoch);
    this.remember();
  }

  // Once it rests, the epoch stands in the address.
  remember() {
    clearTimeout(this.written);
    this.written = setTimeout(() => this.writeAddress(), ADDRESS);
  }

  /** @param {number} by how many recorded epochs */
  step(by) {
    const { epochs } = this;
    this.seek(epochs[clamp(this.place + by, 0, epochs.length - 1)]);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const steps = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 };
    const by = steps[/** @type {keyof typeof steps} */ (event.key)];
    if (by) this.step(by);
    else if (event.key === "Home") this.seek(this.epochs[0]);
    else if (event.key === "End") this.seek(this.epochs.at(-1) ?? null);
    else if (event.key === " ") this.toggle.click();
    else return;
    event.preventDefault();
  }

  /** @param {number} [duration] ms for the whole film */
  play(duration) {
    const { epochs } = this;
    const whole = duration ?? clamp((1000 * epochs.length) / FRAMES, SHORTEST, LONGEST) / SPEEDS[this.speed];
    const from = this.epoch === null || this.place >= epochs.length - 1 ? 0 : this.place;
    this.playing = { since: performance.now(), from, pace: epochs.length / whole };
    this.say();
    requestAnimationFrame((now) => this.next(now));
  }

  /** @param {number} now ms */
  next(now) {
    if (!this.playing) return;
    const { since, from, pace } = this.playing;
    const place = Math.floor(from + Math.max(0, now - since) * pace);
    if (place >= this.epochs.length) {
      this.seek(null);
      return;
    }
    this.set(this.epochs[place]);
    this.view.aheadOf(this.epochs.slice(place + 1, place + 13));
    requestAnimationFrame((later) => this.next(later));
  }

  stop() {
    if (this.playing) this.remember();
    this.playing = null;
    this.say();
  }

  say() {
    const { view, epochs } = this;
    const last = epochs.at(-1) ?? 0;
    const epoch = this.epoch ?? last;
    this.slider.value = String(epoch);
    this.slider.setAttribute("aria-valuetext", view.say("epoch_number", { epoch }));
    say(this.where, view.say("epoch_number", { epoch }));
    say(this.toggle, this.playing ? "❚❚" : "▶");
    label(this.toggle, view.say(this.playing ? "pause_film" : "play"));
    this.live.setAttribute("aria-pressed", String(this.epoch === null));
    say(this.live, view.say(this.over ? "at_the_end" : "live"));
    const kept = this.epoch === null ? undefined : view.run.film.at("state_dict", this.epoch);
    this.fork.hidden = kept === undefined || this.playing !== null || !view.data.controls;
    if (kept !== undefined) say(this.fork, view.say("fork", { epoch: kept }));
    const ended = view.run.status?.film_ended;
    const off = this.epoch !== null && !this.playing && !epochs.includes(this.epoch);
    const notes = [
      off && view.say("nearest_shown", { epoch, nearest: nearest(epochs, epoch) }),
      ended && view.say("film_ended", { epoch: ended.epoch, reason: view.sentence(ended.reason) }),
    ].filter(Boolean);
    this.note.hidden = !notes.length;
    say(this.note, notes.join(" "));
  }

  // A line at each recorded epoch, a star at the best.
  drawTicks() {
    const { epochs, ticks } = this;
    const { clientWidth: width } = this.slider;
    const last = epochs.at(-1) ?? 0;
    if (!width || !last) return;
    this.drawnCount = epochs.length;
    const ratio = devicePixelRatio || 1;
    ticks.width = width * ratio;
    ticks.height = 8 * ratio;
    const pen = ticks.getContext("2d");
    if (!pen) return;
    pen.scale(ratio, ratio);
    pen.fillStyle = this.view.theme.text;
    pen.globalAlpha = 0.35;
    for (const epoch of epochs) pen.fillRect(at(epoch / last, width) - 0.5, 0, 1, 5);
    const best = this.view.run.best?.epoch;
    this.drawnBest = best;
    this.star.hidden = best === undefined;
    if (best === undefined) return;
    this.star.style.left = `${at(best / last, width)}px`;
    this.star.title = this.view.say("best_is", { epoch: best });
  }

  // The address says what is shown, so that a link leads there. Other parts of it stay.
  writeAddress() {
    if (this.playing) return;
    const address = new URL(location.href);
    if (this.epoch === null) for (const name of ["epoch", "run"]) address.searchParams.delete(name);
    else {
      address.searchParams.set("epoch", String(this.epoch));
      if (this.view.data.addressed) address.searchParams.set("run", this.view.run.id);
    }
    history.replaceState(history.state, "", address);
  }

  close() {
    this.playing = null;
    clearTimeout(this.written);
    this.sizes.disconnect();
  }
}

const THUMB = 16; // px: the middle of the slider's handle goes from half of it to half of it before the end

/**
 * Where the middle of the handle is.
 * @param {number} share
 * @param {number} width
 */
function at(share, width) {
  return THUMB / 2 + share * (width - THUMB);
}
