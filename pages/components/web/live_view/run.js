// What is known of one run: filled from messages, read by charts. Mirrors dlcore/serving/feed.py.

const EPOCH_COLUMNS = ["learning_rate", "gradient_norm", "seconds", "samples_per_second"];

export class Run {
  constructor(id) {
    this.id = id;
    this.cursor = 0;
    this.status = null;
    this.gone = false;
    this.batches = { x: [], y: [], stride: 1 };
    this.epochs = { epoch: [], train: {}, validation: {}, stride: 1 };
    this.best = null; // {epoch, train: {loss, …}, validation: {…}}
    this.chance = {};
    this.confusion = {};
    this.probes = {};
    this.log = { started: null, milestones: [] };
    this.seen = 0; // counts messages: what is drawn from an older one is stale
  }

  apply(message) {
    this.seen += 1;
    this.cursor = message.cursor;
    this.gone = Boolean(message.gone);
    if (message.status) this.status = message.status;
    if (message.batches) this.addBatches(message.batches);
    if (message.epochs) this.addEpochs(message.epochs);
    if (message.best) this.best = only(message.best);
    if (message.chance) this.chance = message.chance;
    Object.assign(this.confusion, message.confusion);
    Object.assign(this.probes, message.probes);
    if (message.log) this.log = message.log;
  }

  addBatches({ keep, x, y, stride }) {
    this.batches = { x: follow(this.batches.x, keep, x), y: follow(this.batches.y, keep, y), stride };
  }

  addEpochs(news) {
    const known = this.epochs;
    const columns = (part) =>
      Object.fromEntries(
        Object.keys(news[part]).map((name) => [name, follow(known[part][name], news.keep, news[part][name])]),
      );
    this.epochs = {
      stride: news.stride,
      epoch: follow(known.epoch, news.keep, news.epoch),
      train: columns("train"),
      validation: columns("validation"),
    };
    for (const name of EPOCH_COLUMNS) this.epochs[name] = follow(known[name], news.keep, news[name]);
  }

  // The newest value of a part's metric; undefined where there is none.
  now(part, metric) {
    return this.epochs[part][metric]?.at(-1);
  }

  // The value at the best epoch.
  atBest(part, metric) {
    return this.best?.[part]?.[metric];
  }

  // x and y of a line, as the `meta` of its trace names it. Mirrors points() of dlcore/figures/curves.py.
  points({ series, metric, value }) {
    const { epoch } = this.epochs;
    if (series === "batches") return this.batches;
    if (series === "chance") {
      const level = value ?? this.chance[metric];
      return level == null ? { x: [], y: [] } : { x: [0, Math.max(1, epoch.at(-1) ?? 1)], y: [level, level] };
    }
    if (series === "best") {
      if (!this.best) return { x: [], y: [] };
      return { x: [this.best.epoch], y: [this.atBest("validation", metric) ?? this.atBest("train", metric)] };
    }
    if (series === "epochs") return { x: epoch, y: this.epochs[metric] ?? [] };
    return { x: epoch, y: this.epochs[series]?.[metric] ?? [] };
  }
}

function follow(known, keep, news) {
  return (known ?? []).slice(0, keep).concat(news);
}

// The one epoch of a table of columns.
function only(epochs) {
  const first = (part) => Object.fromEntries(Object.entries(part).map(([name, values]) => [name, values[0]]));
  return { epoch: epochs.epoch[0], train: first(epochs.train), validation: first(epochs.validation) };
}

export const ENDED = ["finished", "stopped", "failed"];
