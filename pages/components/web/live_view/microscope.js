// One step under the microscope: what each layer makes of a batch, what is pulled at its weights, how far they move.

import { button, make, say } from "../kit/dom.js";
import { Analysis } from "./analysis.js";

const BELOW = [207, 47, 60]; // red, below zero
const ABOVE = [29, 105, 190]; // blue, above

export class Microscope {
  /** @type {number | undefined} the epoch that is shown */
  epoch;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  later;
  asked = false;

  /** @param {any} view */
  constructor(view) {
    this.view = view;
    this.analysis = new Analysis(view, "step");
    this.heading = make("h4");
    this.start = button({ class: "live-small" }, view.say("look_closely"), () => this.look());
    this.check = button({ class: "live-small", hidden: true }, view.say("check_gradients"), () =>
      this.look(true),
    );
    this.check.title = view.say("check_help");
    this.words = make("p", { role: "status" });
    this.body = make("div", { class: "live-scroll live-step" });
    this.body.hidden = true;
    const tools = make("div", { class: "live-controls" }, this.start, this.check);
    this.element = make(
      "section",
      { class: "live-panel" },
      make("div", { class: "live-heading" }, this.heading, tools),
      this.words,
      this.analysis.element,
      this.body,
      make("p", { class: "live-caption" }, view.say("step_caption")),
    );
  }

  get visible() {
    return this.element.isConnected && this.element.clientWidth > 0;
  }

  /** The epoch with kept weights that is looked at. */
  get wanted() {
    const { run, epoch } = this.view;
    return run.film.at("state_dict", epoch);
  }

  draw() {
    this.start.disabled = this.wanted === undefined;
    say(this.heading, this.view.say("step_title", { epoch: this.epoch ?? this.wanted ?? "–" }));
  }

  // Once something is shown, it follows the slider where that rests.
  seek() {
    clearTimeout(this.later);
    if (!this.asked || !this.visible || this.wanted === this.epoch) return;
    this.later = setTimeout(() => this.look(), 400);
  }

  async look(check = false) {
    const epoch = this.wanted;
    if (epoch === undefined) return;
    this.asked = true;
    try {
      const found = await this.analysis.ask({ epoch, check: Number(check) });
      if (epoch === this.wanted) this.fill(found);
    } catch (error) {
      say(this.words, error instanceof Error ? error.message : String(error));
    }
  }

  /** @param {any} found */
  fill(found) {
    const { view } = this;
    this.epoch = found.epoch;
    this.draw();
    this.check.hidden = false;
    this.body.hidden = false;
    say(
      this.words,
      view.say("step_loss", { loss: view.numbers.score(found.loss), lr: view.numbers.score(found.lr) }),
    );
    const heads = ["", ...["made", "value", "gradient", "change"].map((name) => view.say(`step_${name}`))];
    const rows = [this.row(view.say("step_input"), found.input)];
    const parameters = Object.entries(found.parameters ?? {});
    for (const [place, layer] of Object.entries(found.layers)) {
      rows.push(this.row(`${Number(place) + 1} ${layer.name}`, layer));
      for (const [name, of] of parameters)
        if (name.split(" ", 1)[0] === place) rows.push(this.parameter(name, of));
    }
    const head = make("tr", {}, ...heads.map((each) => make("th", { scope: "col" }, each)));
    this.body.replaceChildren(make("table", {}, make("thead", {}, head), make("tbody", {}, ...rows)));
  }

  /**
   * @param {string} name
   * @param {any} made
   */
  row(name, made) {
    const empty = [make("td"), make("td"), make("td")];
    return make("tr", {}, make("th", { scope: "row" }, name), make("td", {}, this.tensor(made)), ...empty);
  }

  /**
   * @param {string} name
   * @param {any} of
   */
  parameter(name, of) {
    const checked = of.check ? this.checked(of) : "";
    return make(
      "tr",
      {},
      make("th", { scope: "row", class: "live-quiet" }, name.split(" ").slice(1).join("."), checked),
      make("td"),
      ...["value", "gradient", "change"].map((each) => make("td", {}, this.tensor(of[each]))),
    );
  }

  /** @param {any} of */
  checked(of) {
    const { numbers } = this.view;
    const verdict = this.view.say(of.agree ? "step_agrees" : "step_differs");
    const pairs = Array.from(
      of.check,
      (each, n) => `${numbers.score(each)} · ${numbers.score(of.autograd[n])}`,
    );
    const mark = make("span", { class: "live-checked", "data-right": String(of.agree) }, verdict);
    mark.title = `${this.view.say("step_check")}:\n${pairs.join("\n")}`;
    return mark;
  }

  /** @param {any} tensor */
  tensor(tensor) {
    const { view } = this;
    const shape = make("span", { class: "live-shape" }, `(${[...tensor.shape].join(" × ")})`);
    const { low, high } = tensor.histogram;
    const [least, most] = [low, high].map((each) => view.numbers.score(each));
    const range = make("span", { class: "live-caption" }, view.say("step_range", { low: least, high: most }));
    return make(
      "div",
      { class: "live-tensor" },
      shape,
      tensor.numbers ? this.numbers(tensor) : picture(tensor),
      range,
    );
  }

  /** @param {any} tensor */
  numbers({ numbers, shape }) {
    const flat = flattened(numbers);
    const width = shape.length ? shape.at(-1) : 1;
    const rows = [];
    for (let at = 0; at < flat.length; at += width)
      rows.push(
        make(
          "tr",
          {},
          ...flat.slice(at, at + width).map((each) => make("td", {}, this.view.numbers.score(each))),
        ),
      );
    return make("table", { class: "live-numbers" }, ...rows);
  }

  dispose() {
    clearTimeout(this.later);
  }
}

/**
 * @param {any} values nested rows
 * @returns {number[]}
 */
function flattened(values) {
  if (typeof values === "number" || values === null) return [values];
  return Array.from(values).flatMap((each) => flattened(each));
}

/** @param {any} tensor */
function picture({ picture: rows }) {
  const [height, width] = [rows.length, rows[0].length];
  const canvas = make("canvas", { class: "live-thumb", width, height });
  canvas.style.width = `${Math.min(256, 4 * width)}px`;
  canvas.style.height = `${4 * height}px`;
  const pen = canvas.getContext("2d");
  if (!pen) return canvas;
  const most = Math.max(
    ...rows.map((/** @type {number[]} */ row) => Math.max(...Array.from(row, Math.abs))),
    1e-12,
  );
  const image = pen.createImageData(width, height);
  for (const [y, row] of [...rows].entries())
    for (const [x, value] of [...row].entries()) {
      const colour = value < 0 ? BELOW : ABOVE;
      const at = 4 * (y * width + x);
      for (const part of [0, 1, 2]) image.data[at + part] = colour[part];
      image.data[at + 3] = 255 * Math.min(1, Math.abs(value) / most);
    }
  pen.putImageData(image, 0, 0);
  return canvas;
}
