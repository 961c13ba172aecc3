// What the curves of a comparison say, in plain words, with how far such numbers can be trusted.

/** @typedef {import("./run.js").Run} Run */
/** A run of which something is known: its scores on validation, and how far training is ahead.
 * @typedef {{id: string, name: string, run: Run, validation: number, gap: number}} Told */
/** How to judge: whether less is better, how an amount is written, what chance alone can make (null: not known).
 * @typedef {{lower: boolean, amount: (value: number) => string, margin: number | null}} Measure */

/**
 * @param {any} view the comparison
 * @returns {string[]} sentences
 */
export function reading(view) {
  const { data, numbers } = view;
  const { main, lower, share } = data;
  /** @type {{id: string, name: string, run: Run}[]} */
  const told = data.runs
    .map((/** @type {{id: string}} */ each) => ({ ...each, run: view.runs.get(each.id) }))
    .filter((/** @type {{run: Run}} */ { run }) => run.epochs.epoch.at(-1) > 0);
  const amount = (/** @type {number} */ value) =>
    share ? numbers.points(Math.abs(value)) : numbers.score(Math.abs(value));
  /** @type {Told[]} */
  const known = told
    .map(({ id, name, run }) => ({
      id,
      name,
      run,
      validation: /** @type {number} */ (run.now("validation", main)),
      gap: view.gap(run, main),
    }))
    .filter(({ gap }) => gap != null);
  const sentences = known.map(({ name, run, validation, gap }) =>
    view.say(gap > 0 ? "gap_of" : "no_gap_of", {
      run: name,
      train: numbers.metric(run.now("train", main), share),
      validation: numbers.metric(validation, share),
      gap: amount(gap),
    }),
  );
  if (known.length < data.runs.length || known.length < 2) return sentences;
  const margin = chance(known, share);
  sentences.push(...conclusion(view, known, { lower, amount, margin }));
  if (margin)
    sentences.push(
      view.say("chance_margin", { examples: numbers.whole(examples(known)), margin: amount(margin) }),
    );
  return sentences;
}

/**
 * What follows from all of them together.
 * @param {any} view
 * @param {Told[]} known
 * @param {Measure} measure
 * @returns {string[]}
 */
function conclusion(view, known, { lower, amount, margin }) {
  const { twins } = view.data;
  const better = (/** @type {Told} */ one, /** @type {Told} */ other) =>
    lower ? other.validation - one.validation : one.validation - other.validation;
  if (twins) {
    const dropping = /** @type {Told} */ (known.find(({ id }) => id === twins.with));
    const plain = /** @type {Told} */ (known.find(({ id }) => id === twins.without));
    const gain = better(dropping, plain);
    const narrowed = plain.gap - dropping.gap;
    const clear = (/** @type {number} */ difference) =>
      difference !== 0 && Math.abs(difference) > (margin ?? 0);
    const lowest = view.say("dropout_loss", {
      with: view.numbers.score(dropping.run.atBest("validation", "loss")),
      without: view.numbers.score(plain.run.atBest("validation", "loss")),
    });
    if (!clear(gain) && !clear(narrowed)) return [view.texts.dropout_nothing, lowest];
    const first = !clear(narrowed)
      ? "dropout_gap_same"
      : narrowed > 0
        ? "dropout_narrowed"
        : "dropout_widened";
    const second = !clear(gain) ? "dropout_same" : gain > 0 ? "dropout_helped" : "dropout_hurt";
    return [
      view.say(first, { amount: amount(narrowed) }),
      view.say(second, { amount: amount(gain) }),
      lowest,
    ];
  }
  const best = known.reduce((one, other) => (better(other, one) > 0 ? other : one));
  const narrow = known.reduce((one, other) => (other.gap < one.gap ? other : one));
  return [view.say("best_of", { run: best.name, narrow: narrow.name })];
}

/**
 * How far two shares measured on so many examples lie apart by chance, 19 times out of 20; null for other metrics.
 * @param {Told[]} known
 * @param {boolean} share
 * @returns {number | null}
 */
function chance(known, share) {
  const count = examples(known);
  if (!share || !count) return null;
  const mean = known.reduce((sum, { validation }) => sum + validation, 0) / known.length;
  const spread = Math.max(mean * (1 - mean), 1 / count);
  return 1.96 * Math.sqrt((2 * spread) / count);
}

/**
 * How many examples the smallest validation part has.
 * @param {Told[]} known
 */
function examples(known) {
  return Math.min(...known.map(({ run }) => run.log.started?.examples.validation ?? 0));
}
