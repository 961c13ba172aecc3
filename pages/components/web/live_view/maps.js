// What fills the confusion matrix and the decision boundary. Mirrors dlcore/figures/matrix.py and boundary.py.

import { make } from "../kit/dom.js";

const NOTHING = { visible: false }; // an empty map upsets plotly's axes

export function confusionFillers(which) {
  const cells = (right) => (run) => {
    const found = run?.confusion[which()] ?? run?.confusion.newest;
    if (!found) return NOTHING;
    const sums = found.counts.map((row) => row.reduce((sum, count) => sum + count, 0));
    const z = found.counts.map((row, truth) =>
      row.map((count, answer) => ((truth === answer) === right && sums[truth] ? count / sums[truth] : null)),
    );
    const text = found.counts.map((row, truth) =>
      row.map((count, answer) => ((truth === answer) === right && count ? String(count) : "")),
    );
    return { z, text };
  };
  return { right: cells(true), wrong: cells(false) };
}

// Precision and recall of each class, or of each label.
export class ClassTable {
  // counts(): what is known now, null while nothing is; triples(counts): of each class [examples, answers, right]
  constructor(view, classes, { counts, triples, heads, title, caption }) {
    this.view = view;
    this.classes = classes;
    this.counts = counts;
    this.triples = triples;
    this.body = make("tbody");
    const head = make("tr", {}, ...heads.map((each) => make("th", { scope: "col" }, each)));
    const table = make("table", {}, make("thead", {}, head), this.body);
    const scroll = make(
      "div",
      { class: "live-scroll", tabindex: 0, role: "region", "aria-label": title },
      table,
    );
    const heading = make("div", { class: "live-heading" }, make("h4", {}, title));
    this.element = make(
      "section",
      { class: "live-chart live-classes" },
      heading,
      scroll,
      make("p", { class: "live-caption" }, caption),
    );
  }

  draw() {
    const counts = this.counts();
    if (!counts || !this.element.isConnected || counts === this.drawn) return;
    this.drawn = counts;
    const { numbers } = this.view;
    const rows = this.triples(counts).map(([examples, answers, right], place) => {
      const shares = [examples, answers].map((whole) => (whole ? numbers.percent(right / whole) : "–"));
      const cells = [this.classes[place], numbers.whole(examples), ...shares];
      return make("tr", {}, ...cells.map((cell) => make("td", {}, cell)));
    });
    this.body.replaceChildren(...rows);
  }
}

export function ofConfusion(counts) {
  const sum = (values) => values.reduce((total, value) => total + value, 0);
  return counts.map((row, place) => [sum(row), sum(counts.map((each) => each[place])), row[place]]);
}

// The answers of a regression beside the truth. Mirrors fill_predicted() of dlcore/figures/predicted.py.
export function answerFillers() {
  const found = (run) => (run?.probes.predictions?.truth.length ? run.probes.predictions : null);
  return {
    answers: (run) => (found(run) ? { x: found(run).truth, y: found(run).answers } : NOTHING),
    diagonal: (run) => {
      if (!found(run)) return NOTHING;
      const values = [...found(run).truth, ...found(run).answers];
      const range = [Math.min(...values), Math.max(...values)];
      return { x: range, y: range };
    },
  };
}

export function boundaryFillers() {
  let known = null; // the probe that was unpacked last, for each class's map reads the same
  let grid = null;
  return {
    map: (run, meta) => {
      const probe = run?.probes.boundary;
      if (!probe) return NOTHING;
      if (probe !== known) {
        known = probe;
        grid = { answers: bytes(probe.classes), surer: bytes(probe.values) };
      }
      const side = Array.from({ length: probe.size }, (_, place) => place);
      const z = side.map((row) =>
        side.map((column) => {
          const place = row * probe.size + column;
          return grid.answers[place] === meta.value ? grid.surer[place] / 255 : null;
        }),
      );
      return { z, x: spread(probe.x, side), y: spread(probe.y, side) };
    },
    heights: (run) => {
      const probe = run?.probes.boundary;
      if (!probe) return NOTHING;
      const values = bytes(probe.values);
      const side = Array.from({ length: probe.size }, (_, place) => place);
      const height = (place) => probe.low + ((probe.high - probe.low) * values[place]) / 255;
      const z = side.map((row) => side.map((column) => height(row * probe.size + column)));
      return { z, x: spread(probe.x, side), y: spread(probe.y, side) };
    },
  };
}

// The ridges of a network's layers. Mirrors fill_histograms() of dlcore/figures/histograms.py.
export function ridgeFillers() {
  const layer = (run, { metric, place }) => run?.probes[metric]?.layers.find((each) => each.place === place);
  return {
    baseline: (run, meta) => {
      const found = layer(run, meta);
      return found ? { x: [found.low, found.high], y: [-meta.row, -meta.row] } : NOTHING;
    },
    ridge: (run, meta) => {
      const found = layer(run, meta);
      if (!found) return NOTHING;
      const { low, high, counts } = found;
      const width = (high - low) / counts.length;
      const peak = Math.max(...counts) || 1;
      return {
        x: counts.map((_, place) => low + (place + 0.5) * width),
        y: counts.map((count) => -meta.row + (0.9 * count) / peak),
        customdata: counts,
      };
    },
  };
}

function bytes(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

function spread([low, high], side) {
  return side.map((place) => low + ((high - low) * place) / (side.length - 1));
}
