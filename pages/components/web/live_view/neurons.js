// The network as a diagram: a column a layer, of each neuron its own map, and the weights as lines between them.

import { make } from "../kit/dom.js";
import { clamp } from "../kit/numbers.js";
import { called, layersOf, Neuron, paint, signed } from "./neuron.js";
import { FilmPanel } from "./panel.js";

/** @import { Column, Place, Seen, Signs } from "./neuron.js" */
/** @typedef {import("./bindings.js").Arrays} Arrays */
/** Where a map is, in px of the diagram. @typedef {{left: number, right: number, y: number}} Spot */

/** @type {[most: number, side: number][]} px of a map where the tallest column has at most so many */
const SIDES = [
  [6, 44],
  [8, 38],
  [12, 32],
  [16, 28],
];
const SMALLEST = 24;
const BETWEEN = 20; // px between two columns, at least
const THIN = 0.4; // px of a line for the smallest weight …
const THICK = 3.6; // … and for the largest of its layer
const QUIET = 0.12; // of its opacity is left to a line that is not looked at

export class Neurons extends FilmPanel {
  /** @type {Place | null} */
  hovered = null;
  /** @type {Place | null} */
  focused = null;
  /** @type {Seen[]} what is drawn, by column */
  seen = [];
  /** @type {Spot[][]} */
  spots = [];
  /** @type {Uint8ClampedArray | undefined} */
  colours;
  drawn = ""; // the epoch and the theme that are drawn

  /**
   * @param {any} view
   * @param {{columns: Column[], signs: Signs}} options
   */
  constructor(view, { columns, signs }) {
    super(view, make("section", { class: "live-panel live-net-panel" }), ["neurons"]);
    this.columns = columns;
    this.plain = signs;
    /** @type {Place} that is shown in large, and that the Tab key reaches */
    this.chosen = [columns.length > 2 ? 1 : columns.length - 1, 0];
    this.detail = new Neuron(view, columns);
    this.edges = make("canvas", { class: "live-edges", "aria-hidden": "true" });
    this.cells = columns.map(({ units }, column) =>
      Array.from({ length: units }, (_, unit) => this.cell([column, unit])),
    );
    this.net = this.diagram();
    this.element.append(
      make("div", { class: "live-heading" }, make("h4", {}, view.say("neurons_title"))),
      make("div", { class: "live-net-scroll" }, this.net),
      make("p", { class: "live-caption" }, view.say("neurons_caption")),
    );
    this.sizes = new ResizeObserver(() => this.place());
    this.sizes.observe(this.net);
  }

  diagram() {
    const { columns, view } = this;
    const tallest = Math.max(...columns.map(({ units }) => units));
    const side = SIDES.find(([most]) => tallest <= most)?.[1] ?? SMALLEST;
    const net = make(
      "div",
      { class: "live-net", role: "group", "aria-label": view.say("neurons_described") },
      this.edges,
      ...columns.map((column, number) =>
        make(
          "div",
          { class: "live-net-column" },
          make("span", { class: "live-net-layers" }, layersOf(view, column)),
          make("div", { class: "live-net-units" }, ...this.cells[number]),
        ),
      ),
    );
    net.style.setProperty("--side", `${side}px`);
    net.style.minWidth = `${columns.length * (side + BETWEEN)}px`;
    net.onkeydown = (event) => this.key(event);
    return net;
  }

  /** @param {Place} place */
  cell(place) {
    const [column, unit] = place;
    const { columns, view } = this;
    const reached = column === this.chosen[0] && unit === this.chosen[1];
    const made = make(
      "button",
      {
        type: "button",
        class: "live-neuron",
        tabindex: reached ? 0 : -1,
        "aria-label": called(view, columns, place),
        "aria-describedby": reached ? this.detail.id : null,
      },
      make("canvas", { width: 32, height: 32, "aria-hidden": "true" }),
    );
    const name = columns[column].names[unit];
    if (name) made.append(make("span", { class: "live-neuron-name" }, name));
    made.onpointerenter = () => this.look({ hovered: place });
    made.onpointerleave = () => this.look({ hovered: null });
    made.onfocus = () => this.look({ focused: place });
    made.onblur = () => this.look({ focused: null });
    return made;
  }

  /**
   * Somebody points at a neuron, or comes to it by the keyboard, or leaves it.
   * @param {{hovered?: Place | null, focused?: Place | null}} change
   */
  look(change) {
    Object.assign(this, change);
    const { active } = this;
    if (active) this.choose(active);
    this.drawEdges();
    this.drawDetail();
  }

  get active() {
    return this.hovered ?? this.focused;
  }

  /**
   * One neuron can be reached by Tab, arrows lead to the others; it is the one that is shown in large.
   * @param {Place} place
   */
  choose(place) {
    const [before, after] = [this.chosen, place].map(([column, unit]) => this.cells[column][unit]);
    before.tabIndex = -1;
    before.removeAttribute("aria-describedby");
    after.tabIndex = 0;
    after.setAttribute("aria-describedby", this.detail.id);
    this.chosen = place;
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const [column, unit] = this.chosen;
    const target = aim(event.key, column, unit);
    if (!target) return;
    event.preventDefault();
    const to = clamp(target[0], 0, this.columns.length - 1);
    const last = this.columns[to].units - 1;
    this.hovered = null; // a pointer that rests somewhere has no say now
    this.cells[to][clamp(target[1], 0, last)].focus();
  }

  /**
   * A run that was recorded before there was such a diagram has none.
   * @override
   */
  draw() {
    const { data, run } = this.view;
    const without = data.ended.includes(run.status?.state) && !run.film.parts.neurons;
    this.element.hidden = without;
    this.detail.element.hidden = without;
    super.draw();
  }

  /** @param {Arrays} arrays @override */
  fill({ neurons }) {
    if (!neurons) return;
    const key = `${neurons.epoch} ${this.view.themes}`;
    if (key === this.drawn) return;
    this.drawn = key;
    const { theme } = this.view;
    this.signs = {
      positive: theme.shade(this.plain.positive),
      negative: theme.shade(this.plain.negative),
    };
    const colours = signed(this.signs, theme.background);
    this.colours = colours;
    this.seen = this.columns.map((_, column) => neurons[column]);
    this.cells.forEach((cells, column) => {
      cells.forEach((cell, unit) => {
        paint(/** @type {HTMLCanvasElement} */ (cell.firstChild), this.seen[column], unit, colours);
      });
    });
    if (this.spots.length) this.drawEdges();
    else this.place();
    this.drawDetail();
  }

  drawDetail() {
    if (this.colours && this.signs) this.detail.show(this.chosen, this.seen, this.signs, this.colours);
  }

  // Where the maps are, measured once for a size: while a film plays nothing is measured.
  place() {
    const { left, top, width, height } = this.net.getBoundingClientRect();
    if (!width) return;
    const ratio = devicePixelRatio || 1;
    this.edges.width = width * ratio;
    this.edges.height = height * ratio;
    this.spots = this.cells.map((cells) =>
      cells.map((cell) => {
        const box = /** @type {HTMLElement} */ (cell.firstChild).getBoundingClientRect();
        return { left: box.left - left, right: box.right - left, y: box.top - top + box.height / 2 };
      }),
    );
    this.drawEdges();
  }

  drawEdges() {
    const pen = this.edges.getContext("2d");
    if (!pen || !this.spots.length) return;
    const ratio = devicePixelRatio || 1;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, this.edges.width, this.edges.height);
    this.seen.forEach(({ weights }, column) => {
      if (weights) this.drawLayer(pen, column, weights);
    });
  }

  /**
   * @param {CanvasRenderingContext2D} pen
   * @param {number} column
   * @param {ArrayLike<number>[]} weights into it
   */
  drawLayer(pen, column, weights) {
    const { active, signs, spots, view } = this;
    const most = largest(weights);
    weights.forEach((row, unit) => {
      const to = spots[column][unit];
      const here = active?.[0] === column && active[1] === unit;
      Array.from(row).forEach((weight, source) => {
        const from = spots[column - 1][source];
        const { share, width, dash } = line(weight, most);
        if (!width || !signs) return;
        const looked = !active || here || (active[0] === column - 1 && active[1] === source);
        pen.globalAlpha = (0.25 + 0.65 * share) * (looked ? 1 : QUIET);
        pen.lineWidth = width;
        pen.strokeStyle = dash.length ? view.theme.text : weight < 0 ? signs.negative : signs.positive;
        pen.setLineDash(dash);
        pen.beginPath();
        pen.moveTo(from.right, from.y);
        pen.lineTo(to.left, to.y);
        pen.stroke();
      });
    });
  }

  dispose() {
    this.sizes.disconnect();
  }
}

/**
 * The largest of the weights that are numbers, of either sign.
 * @param {ArrayLike<number>[]} weights
 */
export function largest(weights) {
  let most = 0;
  for (const row of weights)
    for (let n = 0; n < row.length; n += 1)
      if (Number.isFinite(row[n])) most = Math.max(most, Math.abs(row[n]));
  return most;
}

/**
 * How the line of a weight looks: none for zero, dashed for what is no number.
 * @param {number} weight
 * @param {number} most of its layer
 */
export function line(weight, most) {
  if (!Number.isFinite(weight)) return { share: 1, width: 1, dash: [4, 3] };
  const share = most ? Math.abs(weight) / most : 0;
  return { share, width: share ? THIN + share * (THICK - THIN) : 0, dash: [] };
}

/**
 * Where a key leads from a neuron; null for other keys.
 * @param {string} key
 * @param {number} column
 * @param {number} unit
 * @returns {Place | null}
 */
function aim(key, column, unit) {
  if (key === "ArrowUp") return [column, unit - 1];
  if (key === "ArrowDown") return [column, unit + 1];
  if (key === "ArrowLeft") return [column - 1, unit];
  if (key === "ArrowRight") return [column + 1, unit];
  if (key === "Home") return [column, 0];
  return key === "End" ? [column, Number.MAX_SAFE_INTEGER] : null;
}
