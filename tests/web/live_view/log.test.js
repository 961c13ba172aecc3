// The log: what happened in sentences, and the scores of every epoch as a table.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Log } from "../../../pages/components/web/live_view/log.js";
import { root } from "../page.js";
import { epochs, RUNNING, view } from "./view.js";

/** @import { Column, Message } from "../../../pages/components/web/live_view/types.d.ts" */

/** @type {Column[]} */
const COLUMNS = [
  { part: "validation", metric: "accuracy", label: "Validation accuracy", share: true },
  { part: "train", metric: "loss", label: "Training loss", share: false },
];

/** @param {Partial<Message>[]} messages */
function drawn(...messages) {
  const seen = view(...messages);
  const log = new Log(seen, COLUMNS);
  root().append(log.element);
  log.draw();
  const cells = () => [...log.body.children].map((row) => [...row.children].map((cell) => cell.textContent));
  return { log, run: seen.run, cells };
}

test("the newest epoch stands first, each score with its own digits", () => {
  const { cells } = drawn({ epochs: epochs(0, 1, 2) });
  assert.deepEqual(cells(), [
    ["2", "10.0%", "0.333", "0.001", "2.500", "0.250"],
    ["1", "5.0%", "0.500", "0.001", "1.500", "0.250"],
    ["0", "0.0%", "1.000", "0.001", "0.500", "0.250"],
  ]);
});

test("the best epoch is marked", () => {
  const { log } = drawn({ epochs: epochs(0, 1, 2), best: epochs(1) });
  const marked = [...log.body.children].map((row) => row.className);
  assert.deepEqual(marked, ["", "live-is-best", ""]);
});

test("of a long run the newest two hundred epochs are written out", () => {
  const { cells } = drawn({ epochs: epochs(...Array.from({ length: 300 }, (_, n) => n)) });
  assert.equal(cells().length, 200);
  assert.equal(cells().at(0)?.at(0), "299");
  assert.equal(cells().at(-1)?.at(0), "100");
});

test("an epoch that knows no score shows a dash", () => {
  const { cells } = drawn({ epochs: { ...epochs(0), validation: {} } });
  assert.equal(cells()[0]?.[1], "–");
});

test("what happened is told in sentences, in the reader's language", () => {
  const started = {
    device: "cpu",
    device_name: "a processor",
    parameters: 12_345,
    examples: { train: 1258, validation: 179 },
    batches: 40,
    epochs: 20,
    versions: { torch: "2.13.0" },
    threads: 1,
  };
  const { log } = drawn({
    status: RUNNING,
    log: {
      started,
      milestones: [
        { kind: "RunStarted" },
        { kind: "RunFinished", epochs: 20, best_epoch: 17, seconds: 83 },
        { kind: "RunFailed", error: { en: "No space left.", zh_CN: "空间不足。" } },
      ],
    },
  });
  const told = [...log.lines.children].map((line) => line.textContent);
  assert.deepEqual(told, [
    "Started on CPU (a processor): 12,345 parameters; 1,258, 179 and 0 examples.",
    "Finished after 20 epochs and 1 min 23 s; the best was epoch 17.",
    "Failed: No space left.",
  ]);
});

test("a log is drawn again only when something new has come", () => {
  const { log, run } = drawn({ epochs: epochs(0) });
  const row = log.body.firstChild;
  log.draw();
  assert.equal(log.body.firstChild, row);
  run.apply({ run: "a", cursor: 2, epochs: { ...epochs(1), keep: 1 } });
  log.draw();
  assert.equal(log.body.children.length, 2);
});
