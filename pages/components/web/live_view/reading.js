// What the curves of a comparison say, in plain words, with how far such numbers can be trusted.

// [sentence]
export function reading(view) {
  const { data, numbers, texts } = view;
  const { main, lower, share } = data;
  const told = data.runs
    .map((each) => ({ ...each, run: view.runs.get(each.id) }))
    .filter(({ run }) => run.epochs.epoch.at(-1) > 0);
  const amount = (value) => (share ? numbers.points(Math.abs(value), texts) : numbers.score(Math.abs(value)));
  const known = told
    .map(({ id, name, run }) => ({
      id,
      name,
      run,
      validation: run.now("validation", main),
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

function conclusion(view, known, { lower, amount, margin }) {
  const { twins } = view.data;
  const better = (one, other) =>
    lower ? other.validation - one.validation : one.validation - other.validation;
  if (twins) {
    const dropping = known.find(({ id }) => id === twins.with);
    const plain = known.find(({ id }) => id === twins.without);
    const gain = better(dropping, plain);
    const narrowed = plain.gap - dropping.gap;
    const clear = (difference) => difference !== 0 && Math.abs(difference) > (margin ?? 0);
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

// How far two shares measured on so many examples lie apart by chance, 19 times out of 20; null for other metrics.
function chance(known, share) {
  const count = examples(known);
  if (!share || !count) return null;
  const mean = known.reduce((sum, { validation }) => sum + validation, 0) / known.length;
  const spread = Math.max(mean * (1 - mean), 1 / count);
  return 1.96 * Math.sqrt((2 * spread) / count);
}

function examples(known) {
  return Math.min(...known.map(({ run }) => run.log.started?.examples.validation ?? 0));
}
