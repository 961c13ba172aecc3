// A canvas that is drawn on: light ink on a dark ground. Somebody is sent the picture when the pen is lifted.

import { button, make } from "./dom.js";

/** @import { Component } from "../streamlit.d.ts" */
/** @typedef {{label: string, clear: string}} Words */
/** @typedef {[x: number, y: number]} Spot in pixels of the picture */

const SIDE = 224; // of the picture, in its own pixels
const PEN = 0.11; // of the side: about as thick as the strokes of handwritten digits

export class Pad {
  /** @type {Spot | null} where the pen is, while it is down */
  at = null;
  /** @type {(picture: string) => void} */
  send = () => {};
  moved = () => {}; // something was drawn, and the pen is still down

  /** @param {HTMLElement | ShadowRoot} root */
  constructor(root) {
    this.canvas = make("canvas", { width: SIDE, height: SIDE, role: "img" });
    this.clear = button({ disabled: true }, "", () => this.wipe());
    this.pen = this.canvas.getContext("2d", { willReadFrequently: true });
    this.canvas.onpointerdown = (event) => this.begin(event);
    this.canvas.onpointermove = (event) => this.move(event);
    this.canvas.onpointerup = () => this.lift();
    this.canvas.onpointercancel = () => this.lift();
    root.append(make("div", { class: "pad" }, this.canvas, this.clear));
    this.ground();
  }

  /** @param {Pick<Component<Words>, "data" | "setStateValue">} component */
  receive({ data, setStateValue }) {
    this.send = (picture) => setStateValue("drawing", picture);
    this.canvas.setAttribute("aria-label", data.label);
    this.canvas.title = data.label;
    this.clear.textContent = data.clear;
  }

  ground() {
    if (!this.pen) return;
    this.pen.fillStyle = "#000";
    this.pen.fillRect(0, 0, SIDE, SIDE);
    Object.assign(this.pen, {
      strokeStyle: "#fff",
      lineWidth: PEN * SIDE,
      lineCap: "round",
      lineJoin: "round",
    });
  }

  /**
   * @param {PointerEvent} event
   * @returns {Spot}
   */
  spot({ clientX, clientY }) {
    const box = this.canvas.getBoundingClientRect();
    return [((clientX - box.left) / box.width) * SIDE, ((clientY - box.top) / box.height) * SIDE];
  }

  /** @param {PointerEvent} event */
  begin(event) {
    if (event.button !== 0) return;
    event.preventDefault();
    this.canvas.setPointerCapture(event.pointerId);
    this.at = this.spot(event);
    this.line(this.at, this.at); // a dot
  }

  /** @param {PointerEvent} event */
  move(event) {
    const passed = event.getCoalescedEvents?.() ?? []; // since the last event: a fast pen is more than a line
    for (const each of passed.length ? passed : [event]) {
      if (this.at) this.line(this.at, this.spot(each));
    }
    if (this.at) this.moved();
  }

  /**
   * @param {Spot} from
   * @param {Spot} to
   */
  line(from, to) {
    this.pen?.beginPath();
    this.pen?.moveTo(...from);
    this.pen?.lineTo(...to);
    this.pen?.stroke();
    this.at = to;
  }

  lift() {
    if (!this.at) return;
    this.at = null;
    this.clear.disabled = false;
    this.send(this.canvas.toDataURL("image/png"));
  }

  wipe() {
    this.ground();
    this.clear.disabled = true;
    this.send("");
  }
}
