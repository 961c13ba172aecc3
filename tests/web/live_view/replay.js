// What a browser knows of a run that was sent these messages, for tests in Python.

import { Run } from "../../../pages/components/web/live_view/run.js";

/** @import { Message } from "../../../pages/components/web/live_view/types.d.ts" */

/** @param {Message[]} messages */
export function replay(messages) {
  const run = new Run(messages[0]?.run ?? "");
  for (const message of messages) run.apply(message);
  const { cursor, status, gone, batches, epochs, best, chance, confusion, probes, log, film } = run;
  const { parts, series, epochs: recorded } = film;
  const frames = recorded.map((epoch) => film.frames.get(epoch));
  return {
    ...{ cursor, status, gone, batches, epochs, best, chance, confusion, probes, log },
    film: { recorded, frames, parts, series },
  };
}
