// A view of a run with a film, without a server: what the player and the panels of a film ask of it.

import { Pins } from "../../../pages/components/web/live_view/pins.js";
import { page, root } from "../page.js";
import { film, frame } from "./recorded.js";
import { epochs, RUNNING, view } from "./view.js";

/** @import { Frame, Status } from "../../../pages/components/web/live_view/types.d.ts" */

const TEXTS = {
  epoch_number: "epoch {epoch}",
  epoch_shown: "Epoch shown",
  play: "Play",
  pause_film: "Stop here",
  step_back: "Back",
  step_on: "On",
  live: "Live",
  at_the_end: "At the end",
  best_is: "Best epoch: {epoch}",
  nearest_shown: "Epoch {epoch} was not recorded; the nearest is {nearest}.",
  film_ended: "The film ends at epoch {epoch}. {reason}",
  film_gone: "It could not be fetched.",
  confusion_cell: "True {truth}, answered {answer}: {count}, {share}",
  confused_pair: "{truth} taken for {answer}: {count}",
  samples_of: "{truth} answered as {answer}: {count}, epoch {epoch}",
  samples_right: "{truth} answered rightly: {count}, epoch {epoch}",
  samples_pinned: "The same examples: epoch {epoch}",
  samples_loss: "Highest loss: epoch {epoch}",
  samples_wrong: "Mistakes: {count}, epoch {epoch}",
  samples_caption: "Examples of the {part} part.",
  part_validation: "validation",
  true_class: "true: {name}",
  speeds: { slow: "slow", normal: "normal", fast: "fast" },
  confusion_modes: { counts: "counts", shares: "share of the row" },
  sample_choices: { pinned: "some of each class", loss: "highest loss", wrong: "surest mistakes" },
};

/** @type {Status} */
export const FINISHED = { ...RUNNING, state: "finished", epoch: 8, epochs: 8, seconds: 1.5 };

/**
 * A view that knows these frames, and what it was asked to do.
 * @param {{frames?: Frame[], status?: Status, best?: number, addressed?: boolean}} options
 */
export function filmed({ frames = [], status = FINISHED, best, addressed = false } = {}) {
  const seen = /** @type {any} */ (view({ status }));
  Object.assign(seen.texts, TEXTS);
  seen.data = { ...seen.data, addressed };
  seen.run.film = film(...frames);
  if (best !== undefined) seen.run.apply({ run: "a", cursor: 2, best: { ...epochs(best), keep: undefined } });
  /** @type {number[][]} */
  const ahead = [];
  /** @type {string[]} */
  const announced = [];
  /** @type {string[]} */
  const asked = [];
  Object.assign(seen, {
    epoch: null,
    theme: { text: "#000000" },
    aheadOf: (/** @type {number[]} */ next) => ahead.push(next),
    announce: (/** @type {string} */ text) => announced.push(text),
    ahead,
    announced,
    charts: [],
    ask: (/** @type {string} */ action) => asked.push(action),
    asked,
  });
  seen.pins = new Pins(seen, []);
  return seen;
}

/** @param {number[]} numbers */
export const frames = (...numbers) => numbers.map((epoch) => frame(epoch, ["map"]));

/** Elements have a width here, as where somebody sees them. */
export function widen() {
  Object.defineProperty(page.HTMLElement.prototype, "clientWidth", { configurable: true, get: () => 600 });
}

/** @param {Element} element */
export function placed(element) {
  root().append(element);
  return element;
}
