// Where somebody makes an example of their own: a pad and a file for pictures, sliders for a row, a field for a text; or
// picks one of the data, where there is more to it than can be typed.

import { button, make, say } from "../kit/dom.js";
import { loadStyle } from "../kit/load.js";
import { Pad } from "../kit/pad.js";
import { ExamplePicker } from "./example_picker.js";

/** What is asked of the network; null while there is nothing to ask about.
 * @typedef {{kind: string, question: unknown, invert?: boolean} | null} Asked */
/** @typedef {{name: string, label: string, kind: string, typical: any, values: string[], empty: boolean,
 *   low?: number | null, high?: number | null}} Field */
/** @import { Kind } from "./sample.js" */
/** What one example is: see dlcore/analyses/prediction.py.
 * @typedef {{is: string, fields: Field[], drawable: boolean, grey: boolean, most_bytes: number,
 *   rows?: Iterable<number>, inputs?: any, part?: string, count?: number}} Form */
/** @typedef {{element: HTMLElement, asked: () => Asked}} Inputs */

const STEPS = 200; // of a slider
const PICTURES = "image/*";

/**
 * What fits such examples.
 * @param {any} view
 * @param {Form} form
 * @param {() => void} changed called whenever there is something else to ask
 * @param {Kind} kind
 * @returns {Inputs}
 */
export function questionInputs(view, form, changed, kind) {
  const makers = { picture: pictureInputs, rows: rowInputs, text: textInputs, example: exampleInputs };
  return makers[/** @type {keyof typeof makers} */ (form.is)](view, form, changed, kind);
}

/** @type {typeof questionInputs} */
function exampleInputs(view, form, changed, kind) {
  const picker = new ExamplePicker(view, form, kind, changed);
  return { element: make("div", { class: "live-question" }, picker.element), asked: () => picker.asked };
}

/** @type {typeof questionInputs} */
function pictureInputs(view, form, changed, kind) {
  let drawing = "";
  let file = "";
  const picker = new ExamplePicker(view, form, kind, () => {
    drawing = "";
    file = "";
    bring.value = "";
    changed();
  });
  const trouble = make("p", { class: "live-trouble", hidden: true, role: "alert" });
  const invert = make("input", { type: "checkbox" });
  invert.onchange = changed;
  const bring = make("input", { type: "file", accept: PICTURES, class: "live-small" });
  bring.onchange = async () => {
    const [brought] = bring.files ?? [];
    const large = brought && brought.size > form.most_bytes;
    trouble.hidden = !large;
    say(trouble, view.say("try_large", { most: view.numbers.whole(form.most_bytes / 1e6) }));
    file = brought && !large ? await base64(brought) : "";
    if (file) drawing = "";
    picker.clear();
    changed();
  };
  const own = [
    make("label", { class: "live-field" }, make("span", {}, view.say("try_picture")), bring),
    ...(form.grey ? [make("label", { class: "live-number" }, invert, view.say("try_invert"))] : []),
    trouble,
  ];
  const element = make("div", { class: "live-question" });
  if (form.drawable) {
    loadStyle(new URL("../kit/pad.css", import.meta.url).href);
    const pad = new Pad(element);
    /** @param {string} picture */
    const draw = (picture) => {
      drawing = picture.split(",")[1] ?? "";
      file = "";
      bring.value = "";
      picker.clear();
      changed();
    };
    pad.receive({
      data: { label: view.say("try_draw"), clear: view.say("try_clear") },
      setStateValue: (_, picture) => draw(/** @type {string} */ (picture)),
    });
    pad.moved = () => draw(pad.canvas.toDataURL("image/png"));
    element.append(make("p", { class: "live-caption" }, view.say("try_draw_hint")));
  }
  element.append(...own, picker.element);
  const asked = () => {
    if (picker.asked) return picker.asked;
    if (drawing) return { kind: "picture", question: drawing };
    return file ? { kind: "picture", question: file, invert: invert.checked } : null;
  };
  return { element, asked };
}

/** @param {Blob} file @returns {Promise<string>} */
async function base64(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let letters = "";
  for (let start = 0; start < bytes.length; start += 0x8000)
    letters += String.fromCharCode(...bytes.subarray(start, start + 0x8000));
  return btoa(letters);
}

/** @type {typeof questionInputs} */
function rowInputs(view, form, changed) {
  const fields = form.fields.map((field) => /** @type {const} */ ([field.name, fieldOf(field, changed)]));
  const element = make(
    "div",
    { class: "live-question live-fields" },
    ...fields.map(([, { element }]) => element),
  );
  if (!fields.length) element.append(make("p", { class: "live-caption" }, view.say("try_wide")));
  const asked = () =>
    fields.length
      ? { kind: "rows", question: Object.fromEntries(fields.map(([name, { value }]) => [name, value()])) }
      : null;
  return { element, asked };
}

/**
 * @param {Field} field
 * @param {() => void} changed
 * @returns {{element: HTMLElement, value: () => string | number}}
 */
function fieldOf(field, changed) {
  if (field.kind === "number") return numberField(field, changed);
  const label = make("span", {}, field.label);
  if (field.kind === "date") {
    const day = make("input", { type: "date", class: "live-small", value: field.typical ?? "" });
    day.oninput = changed;
    return { element: make("label", { class: "live-field" }, label, day), value: () => day.value };
  }
  const values = [...(field.empty ? [""] : []), ...field.values];
  const select = make("select", { class: "live-small" });
  select.append(...values.map((value) => make("option", { value }, value || "–")));
  select.value = field.typical ?? values[0] ?? "";
  select.onchange = changed;
  return { element: make("label", { class: "live-field" }, label, select), value: () => select.value };
}

/**
 * A slider from the lowest to the highest of the training part, and a field that takes any number.
 * @param {Field} field
 * @param {() => void} changed
 */
function numberField({ label, typical, low, high }, changed) {
  const number = make("input", { type: "number", class: "live-small", step: "any", "aria-label": label });
  number.value = typical === null ? "" : String(typical);
  const parts = [make("span", {}, label), number];
  if (typeof low === "number" && typeof high === "number" && low < high) {
    const slider = make("input", {
      ...{ type: "range", min: low, max: high, step: (high - low) / STEPS, "aria-label": label },
    });
    slider.value = number.value;
    slider.oninput = () => {
      number.value = String(Number(Number(slider.value).toPrecision(4)));
      changed();
    };
    number.oninput = () => {
      slider.value = number.value;
      changed();
    };
    parts.splice(1, 0, slider);
  } else number.oninput = changed;
  const value = () => (number.value === "" ? "" : Number(number.value));
  return { element: make("div", { class: "live-field live-range" }, ...parts), value };
}

/** @type {typeof questionInputs} */
function textInputs(view, _form, changed) {
  const text = make("textarea", { class: "live-small", rows: 3, maxlength: 10_000 });
  text.placeholder = view.say("try_write");
  text.setAttribute("aria-label", view.say("try_text"));
  text.oninput = changed;
  const element = make("div", { class: "live-question" }, text);
  return { element, asked: () => (text.value.trim() ? { kind: "text", question: text.value } : null) };
}

/** How a text is written on: how much, how daring, among how many, and which draw. */
export class Writing {
  /**
   * @param {any} view
   * @param {() => void} go called when somebody wants it
   */
  constructor(view, go) {
    /** @type {(name: string, attributes: Record<string, string | number>) => [HTMLInputElement, HTMLElement]} */
    const field = (name, attributes) => {
      const input = make("input", { type: "number", class: "live-small", ...attributes });
      const label = make("label", { class: "live-field" }, make("span", {}, view.say(`try_${name}`)), input);
      label.title = view.say(`try_${name}_help`);
      return [input, label];
    };
    const [more, moreLabel] = field("more", { min: 1, max: 1000, value: 200 });
    const [temperature, temperatureLabel] = field("temperature", { min: 0, max: 5, step: 0.1, value: 0.8 });
    const [top, topLabel] = field("top_k", { min: 0, step: 1, value: 0 });
    const [seed, seedLabel] = field("seed", { min: 0, max: 1_000_000, value: 0 });
    this.settings = () => ({
      more: Number(more.value),
      temperature: Number(temperature.value),
      top_k: Number(top.value),
      seed: Number(seed.value),
    });
    this.text = make("pre", { class: "live-written", hidden: true, role: "status" });
    this.element = make(
      "div",
      { class: "live-writing" },
      make(
        "div",
        { class: "live-fields" },
        ...[moreLabel, temperatureLabel, topLabel, seedLabel],
        button({ class: "live-small" }, view.say("try_continue"), go),
      ),
      this.text,
    );
  }

  /**
   * @param {string} before that somebody wrote
   * @param {string} after that the network added
   */
  show(before, after) {
    this.text.hidden = false;
    this.text.replaceChildren(before, make("strong", {}, after));
  }
}
