// Frames one after another: play, stop, one on, one back, or any by the slider.

import { button, label, make, say } from "../kit/dom.js";
import { clamp } from "../kit/numbers.js";
import { fill } from "../kit/texts.js";

/** @import { Data, Frames } from "./types.d.ts" */

const SIGNS = { back: "|◀", play: "▶", pause: "❚❚", on: "▶|" };

export class Player {
  frame = 0;
  asked = 0;

  /** @param {() => void} changed */
  constructor(changed) {
    this.changed = changed;
    /** @type {Frames | undefined} */
    this.frames = undefined;
    this.turn = button({ class: "turn" }, SIGNS.play, () => this.toggle());
    this.back = button({}, SIGNS.back, () => this.step(-1));
    this.on = button({}, SIGNS.on, () => this.step(1));
    this.slider = make("input", { type: "range", min: 0, step: 1, "data-knob": "frame" });
    this.slider.oninput = () => this.show(Number(this.slider.value));
    this.said = make("output");
    this.element = make("div", { class: "player" }, this.turn, this.back, this.on, this.slider, this.said);
  }

  /**
   * @param {Frames | undefined} frames
   * @param {Data["texts"]} texts
   * @param {boolean} anew whether to begin
   */
  receive(frames, texts, anew) {
    this.frames = frames;
    this.texts = texts;
    this.element.hidden = !frames;
    if (!frames) return this.pause();
    label(this.back, texts.back);
    label(this.on, texts.on);
    this.slider.max = String(frames.count - 1);
    this.slider.setAttribute("aria-label", texts.frame);
    if (anew) this.begin(frames);
    this.draw();
    return undefined;
  }

  /** @param {Frames} frames */
  begin(frames) {
    this.pause();
    this.frame = frames.start ?? frames.count - 1;
    if (frames.start !== undefined || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    this.frame = 0;
    this.play();
  }

  get isPlaying() {
    return this.asked !== 0;
  }

  toggle() {
    if (this.isPlaying) return this.pause();
    if (this.frame >= this.count - 1) this.frame = 0;
    return this.play();
  }

  get count() {
    return this.frames?.count ?? 1;
  }

  play() {
    const { frames, frame: from } = this;
    if (!frames) return;
    const began = performance.now();
    /** @param {number} now */
    const next = (now) => {
      const gone = ((now - began) / 1000 / frames.seconds) * (frames.count - 1);
      this.frame = clamp(Math.round(from + gone), 0, frames.count - 1);
      this.asked = this.frame < frames.count - 1 ? requestAnimationFrame(next) : 0;
      this.draw();
      this.changed();
    };
    this.asked = requestAnimationFrame(next);
    this.draw();
  }

  pause() {
    if (this.isPlaying) cancelAnimationFrame(this.asked);
    this.asked = 0;
    this.draw();
  }

  /** @param {number} by */
  step(by) {
    this.show(this.frame + by);
  }

  /** @param {number} frame */
  show(frame) {
    this.pause();
    this.frame = clamp(frame, 0, this.count - 1);
    this.draw();
    this.changed();
  }

  draw() {
    if (!this.texts) return;
    say(this.turn, this.isPlaying ? SIGNS.pause : SIGNS.play);
    label(this.turn, this.isPlaying ? this.texts.pause : this.texts.play);
    this.slider.value = String(this.frame);
    say(this.said, fill(this.frames?.label ?? "", { frame: this.frame }));
  }

  /** What the names of the frames are now; nothing where there are no frames. */
  values() {
    const named = Object.entries(this.frames?.values ?? {});
    return Object.fromEntries(named.map(([name, column]) => [name, column[this.frame] ?? Number.NaN]));
  }
}
