// One chart: heading, legend, picture, caption. The picture is a figure made by dlcore/figures, filled here.

import { button, make, say } from "../kit/dom.js";
import { faint, recoloured } from "../kit/theme.js";
import { evaluate, filling, names } from "./bindings.js";
import { put, shades } from "./raster.js";

/** @import { Theme } from "../kit/theme.js" */
/** @import { Axis, Figure, Layout, SharedData, Trace, Which } from "./types.d.ts" */
/** @import { View } from "./view.js" */

const CONFIG = {
  displaylogo: false,
  responsive: false,
  scrollZoom: false,
  modeBarButtons: [["toImage"], ["zoom2d", "pan2d"], ["resetScale2d"]], // not the one that uploads to plotly's cloud
  plotlyServerURL: "",
};
const MOST_MARKERS = 60; // more points than this are a line
const ORDER = ["mean", "train", "validation", "best", "batches", "chance"]; // in the legend
const NOTHING = "rgba(0,0,0,0)"; // the page shows through
const NARROW = 480; // px: margins and legend make room
const FADED = 0.18; // the opacity of a run that is not chosen, where others are

export class Chart {
  /** @type {boolean} whether it was to be drawn while nobody could see it */
  stale = false;
  /** @type {Promise<unknown> | undefined} the drawings that plotly has begun */
  drawing;
  /** @type {number | undefined} px, when it was drawn last */
  width;
  coming = false; // what is to be shown, is being fetched
  followed = false;
  /** @type {string | undefined} the epochs of what plotly drew last */
  known;

  /**
   * @param {View<SharedData>} view
   * @param {Record<string, Figure>} figures by name, one shown at a time
   * @param {object} options
   * @param {HTMLElement[]} [options.controls] beside the heading
   * @param {() => Which} [options.which] the epoch that is looked at
   * @param {boolean} [options.close] whether the vertical axis leaves out the steep beginning
   */
  constructor(view, figures, { controls = [], which = () => "newest", close = false } = {}) {
    this.view = view;
    this.figures = figures;
    this.name = Object.keys(figures)[0] ?? "";
    this.which = which;
    this.log = false;
    this.close = close;
    /** @type {Set<string>} names of lines that were switched off */
    this.hidden = new Set();
    this.heading = make("h4");
    this.legend = make("div", { class: "live-legend" });
    this.picture = make("div", { class: "live-picture", role: "figure" }); // a picture alone may hold no controls
    this.caption = make("p", { class: "live-caption" });
    this.cursor = make("div", { class: "live-cursor", hidden: true });
    this.pixels = make("canvas", { class: "live-pixels", hidden: true, "aria-hidden": "true" });
    this.controls = make("div", { class: "live-controls" }, ...controls);
    this.element = make(
      "section",
      { class: "live-chart" },
      make("div", { class: "live-heading" }, this.heading, this.controls),
      this.legend,
      make("div", { class: "live-canvas" }, this.pixels, this.picture, this.cursor),
      this.caption,
    );
    this.sizes = new ResizeObserver(() => this.resize());
    this.sizes.observe(this.picture);
  }

  get config() {
    const { language, texts } = this.view.data;
    return { ...CONFIG, locale: language, locales: { [language]: { dictionary: texts.plotly } } };
  }

  get figure() {
    return /** @type {Figure} */ (this.figures[this.name]);
  }

  /** @param {string} name of a figure */
  show(name) {
    this.name = name;
    this.stale = true;
    this.draw();
  }

  // A button for a vertical axis in logarithmic steps.
  logButton() {
    this.switchButton("log", this.view.say("log_scale"));
  }

  // A button for a vertical axis that leaves out the steep beginning.
  closeButton() {
    this.switchButton("close", this.view.say("close_up"));
  }

  /**
   * @param {"log" | "close"} name
   * @param {string} label
   */
  switchButton(name, label) {
    const made = button({ class: "live-small", "aria-pressed": String(this[name]) }, label, () => {
      this[name] = !this[name];
      made.setAttribute("aria-pressed", String(this[name]));
      this.draw();
    });
    this.controls.prepend(made);
  }

  get visible() {
    return this.element.isConnected && this.picture.clientWidth > 0;
  }

  draw() {
    const { plotly, theme } = this.view;
    this.stale = !this.visible || !plotly;
    if (this.stale || !plotly) return;
    if (!this.ready()) return;
    const { layout } = this.figure;
    say(this.heading, plain(layout.title.text));
    say(this.caption, this.note());
    const data = this.figure.data.map((trace) => this.filled(trace));
    this.drawLegend(data);
    if (layout.yaxis.scaleanchor && data.every(({ visible }) => visible === false)) return;
    const described = `${plain(layout.title.text)}. ${this.summary(data)}`;
    if (this.picture.ariaLabel !== described) this.picture.ariaLabel = described;
    this.known = this.plotted();
    const flat = data.filter(({ meta }) => !meta.raster);
    const drawn = plotly.react(this.picture, flat, this.themed(layout, theme, data), this.config);
    this.drawing = Promise.allSettled([this.drawing, drawn]);
    this.follow();
    this.width = this.picture.clientWidth;
    this.paint(data);
    this.mark();
  }

  // Maps as pixels, where the axes of the picture say.
  paint(data = this.figure.data.filter(({ meta }) => meta.raster).map((trace) => this.filled(trace))) {
    const maps = /** @type {any[]} */ (data.filter(({ meta, empty }) => meta.raster && !empty));
    const axes = /** @type {any} */ (this.picture)._fullLayout;
    this.pixels.hidden = !maps.length || !axes?.xaxis?._length;
    if (this.pixels.hidden) return;
    const [first] = maps;
    this.pixels.width = first.x.length;
    this.pixels.height = first.y.length;
    const pen = this.pixels.getContext("2d");
    if (!pen) return;
    const image = pen.createImageData(first.x.length, first.y.length);
    for (const { z, colorscale, meta } of maps) {
      const run = this.view.runs.get(meta.run)?.arrays(this.which(), this.view.epoch) ?? {};
      const [low, high] = [meta.raster.low, meta.raster.high].map((each) => evaluate(each, [run]));
      put(image, z, shades(colorscale), low, high);
    }
    pen.putImageData(image, 0, 0);
    this.place(axes, first.x, first.y);
  }

  /**
   * Half a cell beyond the outermost points, as plotly draws a map; what of it lies outside the axes is cut off.
   * @param {any} axes
   * @param {number[]} x
   * @param {number[]} y
   */
  place({ xaxis, yaxis }, x, y) {
    const half = (/** @type {number[]} */ all) => (all[1] - all[0]) / 2;
    const [left, right] = [x[0] - half(x), (x.at(-1) ?? 0) + half(x)].map((each) => xaxis.l2p(each));
    const [bottom, top] = [y[0] - half(y), (y.at(-1) ?? 0) + half(y)].map((each) => yaxis.l2p(each));
    const { style } = this.pixels;
    style.left = `${xaxis._offset + left}px`;
    style.top = `${yaxis._offset + top}px`;
    style.width = `${right - left}px`;
    style.height = `${bottom - top}px`;
    style.clipPath = `inset(${[-top, right - xaxis._length, bottom - yaxis._length, -left]
      .map((each) => `${Math.max(0, each)}px`)
      .join(" ")})`;
  }

  // Another epoch is shown: plotly draws what is of another epoch than before, maps and the line move at once.
  seek() {
    if (!this.recordedParts().length) this.mark();
    else if (!this.visible || this.known !== this.plotted()) this.draw();
    else if (this.ready()) {
      this.paint();
      this.mark();
    }
  }

  /** The epochs of the parts that plotly draws. */
  plotted() {
    const parts = this.recordedParts(this.figure.data.filter(({ meta }) => !meta.raster));
    return parts
      .map(([id, part]) => `${id} ${part} ${this.view.runs.get(id)?.film.at(part, this.view.epoch)}`)
      .join();
  }

  /** What it shows of a film. */
  get wanted() {
    return this.recordedParts().map(([, part]) => part);
  }

  /**
   * The parts of films that traces are filled with.
   * @param {Trace[]} traces
   * @returns {[run: string, part: string][]}
   */
  recordedParts(traces = this.figure.data) {
    /** @type {Map<string, [string, string]>} */
    const found = new Map();
    for (const { meta } of traces)
      for (const id of meta.runs ?? [meta.run ?? ""]) {
        const film = this.view.runs.get(id)?.film;
        for (const binding of Object.values(meta.fill ?? {}))
          for (const name of names(binding)) {
            const part = name.split(".", 1)[0];
            if (film?.parts[part]) found.set(`${id} ${part}`, [id, part]);
          }
      }
    return [...found.values()];
  }

  /** Whether all that is to be shown is here. What is not, is fetched; meanwhile the picture stays as it is. */
  ready() {
    const { epoch } = this.view;
    const missing = this.recordedParts().filter(
      ([id, part]) => !this.view.runs.get(id)?.film.seen(part, epoch),
    );
    if (!missing.length) return true;
    if (this.coming) return false;
    this.coming = true;
    Promise.all(missing.map(([id, part]) => this.view.runs.get(id)?.film.load(part, epoch))).then(
      () => this.arrived(),
      () => this.arrived(this.view.say("film_gone")),
    );
    return false;
  }

  /** @param {string} [trouble] */
  arrived(trouble) {
    this.coming = false;
    if (trouble) say(this.caption, trouble);
    else this.draw();
  }

  // The line at the epoch that is shown, over what lies behind it.
  mark() {
    const { epoch } = this.view;
    const axes = /** @type {any} */ (this.picture)._fullLayout;
    const axis = axes?.xaxis;
    this.cursor.hidden = epoch === null || !this.overEpochs || !axis?._length;
    if (epoch === null || this.cursor.hidden) return;
    const at = axis.l2p(epoch + (this.figure.layout.meta.offset ?? 0));
    const x = Math.min(Math.max(at, 0), axis._length);
    this.cursor.style.left = `${axis._offset + x}px`;
    this.cursor.style.width = `${axis._length - x}px`;
    this.cursor.style.top = `${axes.yaxis._offset}px`;
    this.cursor.style.height = `${axes.yaxis._length}px`;
  }

  get overEpochs() {
    return this.figure.data.some(({ meta }) =>
      names(meta.fill?.x ?? 0).some((name) => name === "epochs.epoch" || name === "series.epoch"),
    );
  }

  /**
   * A trace with its points in it, in the colours of the page.
   * @param {Trace} trace
   * @returns {Trace}
   */
  filled(trace) {
    const fades = this.fades(trace.meta.run);
    /** @type {Trace} */
    const shaded = recoloured(trace, (colour) => this.shade(colour, fades));
    if (trace.type === "heatmap") shaded.textfont = { color: this.view.theme.text };
    const { epoch } = this.view;
    const arrays = filling(trace.meta, (run) => this.view.runs.get(run)?.arrays(this.which(), epoch));
    const empty = Object.values(arrays).some(({ length }) => !length); // an empty map upsets plotly's axes
    if (trace.mode === "lines+markers" && arrays.x?.length > MOST_MARKERS) shaded.mode = "lines";
    return { ...placed(shaded, arrays), visible: !empty && !this.hidden.has(entry(trace)), empty };
  }

  /**
   * A colour on this page, of a run that fades or stands out.
   * @param {string} colour
   * @param {boolean} fades
   */
  shade(colour, fades) {
    const shaded = this.view.theme.shade(colour);
    return fades ? faint(shaded, FADED) : shaded;
  }

  /** @param {string} [run] whether others were chosen to stand out */
  fades(run) {
    const { chosen } = this.view;
    return run !== undefined && chosen.size > 0 && !chosen.has(run);
  }

  /**
   * Names of the lines as switches: plotly's own legend wraps badly, and no key reaches it.
   * @param {Trace[]} data
   */
  drawLegend(data) {
    const shown = data.filter(
      (trace) =>
        trace.name && trace.showlegend !== false && !trace.empty && this.figure.layout.showlegend !== false,
    );
    /** @param {Trace} trace */
    const rank = (trace) => ORDER.indexOf(trace.meta.series);
    shown.sort((one, other) => rank(one) - rank(other));
    const known = JSON.stringify(
      shown.map(({ name, visible, meta }) => [name, visible, this.fades(meta.run), this.view.themes]),
    );
    if (known === this.legend.dataset.known) return;
    this.legend.dataset.known = known;
    const focused = [...this.legend.children].indexOf(/** @type {Element} */ (document.activeElement));
    const entries = shown.map((trace) => this.legendEntry(trace));
    this.legend.replaceChildren(...entries);
    entries[focused]?.focus();
  }

  /** @param {Trace} trace */
  legendEntry(trace) {
    const name = entry(trace);
    const made = button({ "aria-pressed": String(!this.hidden.has(name)) }, legendMark(trace), () => {
      if (!this.hidden.delete(name)) this.hidden.add(name);
      this.draw();
    });
    made.append(plain(trace.name));
    return made;
  }

  /**
   * What plotly is told of a figure: its layout, on this page, at this width.
   * @param {Layout} layout
   * @param {Theme} theme
   * @param {Trace[]} data
   */
  themed(layout, theme, data) {
    const narrow = this.picture.clientWidth < NARROW;
    /** @type {(own: Axis, extra?: object) => object} */
    const axis = (own, extra = {}) => ({
      gridcolor: theme.border,
      linecolor: theme.border,
      zerolinecolor: theme.border,
      automargin: true,
      ...own,
      title: { ...own?.title, standoff: 8 },
      ...extra,
    });
    return {
      ...layout,
      ...this.changes(theme),
      title: undefined,
      showlegend: false,
      paper_bgcolor: NOTHING,
      plot_bgcolor: NOTHING,
      width: this.picture.clientWidth,
      height: this.height(layout),
      datarevision: `${this.name} ${[...this.view.runs.values()].map((run) => run.seen)} ${this.which()} ${this.view.epoch} ${this.view.themes}`,
      uirevision: this.name,
      font: { family: theme.font, size: 12, color: theme.text },
      hoverlabel: {
        bgcolor: theme.raised,
        bordercolor: theme.border,
        font: { family: theme.font, color: theme.text },
      },
      margin: { l: narrow ? 40 : 52, r: 8, t: 8, b: 40 },
      modebar: { bgcolor: NOTHING, color: theme.border, activecolor: theme.text },
      xaxis: axis(layout.xaxis, extentOf(data, "x")),
      yaxis: axis(layout.yaxis, { ...this.vertical(data), ...extentOf(data, "y") }),
    };
  }

  /**
   * A line at each change that was made while it trained, on what goes over the epochs.
   * @param {Theme} theme
   */
  changes(theme) {
    const runs = [...this.view.runs.values()].slice(0, 1);
    if (!this.overEpochs || this.view.runs.size > 2) return {};
    const told = runs.flatMap(({ log }) => log.milestones.filter(({ kind }) => kind === "Changed"));
    const offset = this.figure.layout.meta.offset ?? 0;
    const line = { color: theme.text, width: 1, dash: "dot" };
    const font = { size: 10, color: theme.text };
    return {
      shapes: told.map(({ at }) => ({
        ...{ type: "line", xref: "x", yref: "paper", x0: at + offset, x1: at + offset, y0: 0, y1: 1 },
        ...{ line, opacity: 0.6 },
      })),
      annotations: told.map(({ at, changes }) => ({
        ...{ xref: "x", yref: "paper", x: at + offset, y: 1, yanchor: "top", xanchor: "left", textangle: 90 },
        ...{ text: escaped(changes), showarrow: false, font },
      })),
    };
  }

  /** @param {Layout} layout */
  height({ height, yaxis }) {
    const width = this.picture.clientWidth;
    if (yaxis.tickvals) return height; // a row a layer
    return yaxis.scaleanchor ? Math.min(height, width + 10) : Math.min(height, Math.max(230, 0.7 * width));
  }

  /** @param {Trace[]} data */
  vertical(data) {
    const view = { uirevision: `${this.name} ${this.log} ${this.close}`, ...(this.log && { type: "log" }) };
    const range = this.close && closeUp(data);
    return range ? { ...view, range: this.log ? range.map(Math.log10) : range, autorange: false } : view;
  }

  // The caption, with how much a faint point stands for once a long curve was thinned.
  note() {
    const { caption } = this.figure.layout.meta;
    const strides = this.figure.data
      .filter((trace) => trace.meta.series === "batches")
      .map((trace) => this.view.runs.get(trace.meta.run ?? "")?.batches.stride ?? 1);
    const stride = Math.max(1, ...strides);
    return stride > 1 ? `${caption} ${this.view.say("thinned", { count: stride })}` : caption;
  }

  /**
   * What the lines end at, for who cannot see them.
   * @param {Trace[]} data
   */
  summary(data) {
    return data
      .filter((trace) => trace.y?.length && ["train", "validation"].includes(trace.meta.series))
      .map((trace) => `${plain(trace.name)}: ${this.view.numbers.score(trace.y?.at(-1))}`)
      .join(", ");
  }

  // Plotly tells its picture where somebody zooms or pans, once it has drawn it for the first time.
  follow() {
    const picture = /** @type {any} */ (this.picture);
    if (this.followed || !picture.on) return;
    this.followed = true;
    for (const event of ["plotly_relayout", "plotly_relayouting"]) picture.on(event, () => this.moved());
  }

  // Somebody zooms or pans: what lies behind and above the picture follows.
  moved() {
    this.paint();
    this.mark();
  }

  resize() {
    if (this.stale) this.draw();
    else if (this.visible && this.width && Math.abs(this.picture.clientWidth - this.width) > 1) this.draw();
  }

  // Plotly draws in steps: what is taken away between two of them, the next one would miss.
  dispose() {
    this.sizes.disconnect();
    this.drawing?.then(() => this.view.plotly?.purge(this.picture));
  }
}

/**
 * A text as plotly shows it unchanged.
 * @param {string} text
 */
function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/**
 * The range of an axis that a map of pixels fills; nothing where there is none.
 * @param {Trace[]} data
 * @param {"x" | "y"} axis
 */
function extentOf(data, axis) {
  const places = /** @type {number[] | undefined} */ (
    data.find(({ meta, empty }) => meta.raster && !empty)?.[axis]
  );
  if (!places) return {};
  const half = (places[1] - places[0]) / 2;
  return { range: [places[0] - half, (places.at(-1) ?? 0) + half], autorange: false };
}

/**
 * A trace with these values: those of an attribute within another by both their names (`marker.color`).
 * @param {Trace} trace
 * @param {Record<string, any>} values
 * @returns {Trace}
 */
function placed(trace, values) {
  /** @type {any} */
  const made = { ...trace };
  for (const [name, value] of Object.entries(values)) {
    const [outer, inner] = name.split(".");
    made[outer] = inner === undefined ? value : { ...made[outer], [inner]: value };
  }
  return made;
}

/**
 * The range of the lines after their first quarter, which is mostly fall; null where nothing is left.
 * @param {Trace[]} data
 */
export function closeUp(data) {
  const values = data
    .filter((trace) => ["train", "validation", "mean"].includes(trace.meta.series) && trace.visible)
    .flatMap(({ x = [], y = [] }) => y.filter((_, place) => x[place] >= (x.at(-1) ?? 0) / 4))
    .filter((value) => value != null);
  if (!values.length) return null;
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const margin = (high - low || Math.abs(high) || 1) * 0.06;
  return [low > 0 && low < margin ? low / 2 : low - margin, high + margin];
}

/**
 * The sign of a line before its name.
 * @param {Trace} trace
 */
function legendMark({ mode, line, marker, opacity = 1 }) {
  const mark = make("span", { class: "live-mark", "data-mode": mode, "data-dash": line?.dash });
  mark.style.color = (mode === "markers" ? marker?.color : (line?.color ?? marker?.color)) ?? "";
  mark.style.opacity = String(opacity);
  if (mode !== "markers") return mark;
  const { symbol = "" } = marker ?? {};
  mark.textContent = symbol === "star" ? "★" : symbol.endsWith("open") ? "○" : "●";
  return mark;
}

/**
 * What switches a trace: its run's group in a comparison, else its own name.
 * @param {Trace} trace
 */
function entry(trace) {
  return trace.legendgroup ?? trace.name;
}

/**
 * A text of a figure, outside of it: what was escaped for plotly is shown as itself.
 * @param {string} text
 */
export function plain(text) {
  return text
    .replaceAll("\u200b", "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}
