// A view of one run without a server: what its parts (log, tiles, transport, charts) ask of it.

import { numbers } from "../../../pages/components/web/kit/numbers.js";
import { fill } from "../../../pages/components/web/kit/texts.js";
import { Run } from "../../../pages/components/web/live_view/run.js";

/** @import { LiveView } from "../../../pages/components/web/live_view/live_view.js" */
/** @import { Message, Status } from "../../../pages/components/web/live_view/types.d.ts" */

export const TEXTS = {
  points: "{value} points",
  under_a_second: "less than 1 s",
  seconds: "{seconds} s",
  minutes: "{minutes} min {seconds} s",
  hours: "{hours} h {minutes} min",
  pause: "Pause",
  resume: "Resume",
  stop: "Stop",
  kill: "End its process",
  progress: "Share of all batches done",
  epoch_of: "Epoch {epoch} of {epochs}",
  speed: "{speed} samples/s",
  queued: "Waiting for a free place",
  position: "Number {position} in the queue",
  downloading: "{share} of {size} downloaded",
  left: "{time} left",
  trained: "{time} of training",
  best: "best epoch {epoch}: {value}",
  deleted: "This run was deleted.",
  epochs_table: "Scores of every epoch, the newest first",
  epoch: "epoch",
  learning_rate: "learning rate",
  gradient_norm: "gradient norm",
  epoch_seconds: "seconds",
  log_RunStarted: "Started on {device}: {parameters} parameters; {train}, {validation} and {test} examples.",
  log_finished: "Finished after {epochs} epochs and {seconds}; the best was epoch {best_epoch}.",
  log_RunFailed: "Failed: {error}",
  states: {
    queued: "Waiting",
    running: "Training",
    paused: "Paused",
    finished: "Finished",
    failed: "Failed",
    download: "Downloading",
    gone: "Deleted",
    stop: "Stopping …",
  },
};

/** @type {Status} */
export const RUNNING = {
  state: "running",
  command: null,
  epoch: 2,
  epochs: 5,
  step: 20,
  steps: 50,
  position: null,
  device: "cpu",
  device_name: "a processor",
  resumable: false,
  resting: false,
  extendable: false,
  name: "digits 1",
  seconds: 83,
  left: 130,
  speed: 12_345,
  error: null,
  note: null,
  download: null,
  film_ended: null,
};

/** A view that has received these messages of its run. @param {Partial<Message>[]} messages */
export function view(...messages) {
  const run = new Run("a");
  messages.forEach((message, number) => run.apply({ run: "a", cursor: number + 1, ...message }));
  const language = "en";
  /** @type {Record<string, unknown>} */
  const texts = TEXTS;
  const made = {
    data: { ended: ["finished", "stopped", "failed"] },
    run,
    texts: TEXTS,
    numbers: numbers(language, TEXTS),
    say: (/** @type {string} */ name, values = {}) => fill(String(texts[name] ?? name), values),
    sentence: (/** @type {any} */ said) => (said && typeof said === "object" ? said[language] : said),
  };
  return /** @type {LiveView} */ (/** @type {unknown} */ (made));
}

/** Epochs as the feed sends them. @param {number[]} numbers */
export function epochs(...numbers) {
  /** @param {(epoch: number) => number} value */
  const column = (value) => numbers.map(value);
  return {
    keep: 0,
    stride: 1,
    epoch: numbers,
    train: { loss: column((n) => 1 / (n + 1)), accuracy: column((n) => n / 10) },
    validation: { loss: column((n) => 1.5 / (n + 1)), accuracy: column((n) => n / 20) },
    learning_rate: column(() => 0.001),
    gradient_norm: column((n) => n + 0.5),
    seconds: column(() => 0.25),
    samples_per_second: column(() => 1000),
  };
}
