// The menu of layers: search, groups, arrows.

import { button, label, make, say } from "../kit/dom.js";
import { clamp } from "../kit/numbers.js";

/** @import { Group, Offer, Texts, Wanted } from "./types.d.ts" */

const STEPS = { ArrowUp: -1, ArrowDown: 1, PageUp: -5, PageDown: 5 };

export class Menu {
  /** @type {Group[]} */
  groups = [];
  written = ""; // the groups as JSON: what shows is made anew only where they differ
  marked = 0; // the offer that Enter takes
  /** @type {Wanted | null} where the layer that is chosen shall go */
  wanted = null;

  /** @param {(layer: string, wanted: Wanted) => void} choose */
  constructor(choose) {
    this.choose = choose;
    this.search = make("input", { type: "search", autocomplete: "off" });
    this.results = make("div", { class: "results", role: "listbox" });
    this.nothing = make("p", { class: "nothing" });
    this.panel = make("div", { class: "menu", popover: "auto" }, this.search, this.results);
    this.search.oninput = () => this.filter();
    this.panel.onkeydown = (event) => this.pressed(event);
  }

  /**
   * @param {Group[]} groups
   * @param {Texts} texts
   */
  receive(groups, texts) {
    const written = JSON.stringify(groups);
    say(this.nothing, texts.nothing);
    label(this.search, texts.search).placeholder = texts.search;
    if (written === this.written) return;
    this.written = written;
    this.groups = groups;
    this.filter();
  }

  /**
   * @param {HTMLElement} anchor that the menu opens at
   * @param {Wanted} wanted
   */
  open(anchor, wanted) {
    this.wanted = wanted;
    this.search.value = "";
    this.filter();
    this.panel.showPopover();
    const box = anchor.getBoundingClientRect();
    const width = Math.min(420, window.innerWidth - 16);
    const below = window.innerHeight - box.bottom - 12;
    const above = box.top - 12;
    const upwards = below < 320 && above > below;
    Object.assign(this.panel.style, {
      width: `${width}px`,
      left: `${clamp(box.left, 8, window.innerWidth - width - 8)}px`,
      maxHeight: `${clamp(upwards ? above : below, 180, 460)}px`,
      top: upwards ? "auto" : `${box.bottom + 4}px`,
      bottom: upwards ? `${window.innerHeight - box.top + 4}px` : "auto",
    });
    this.search.focus();
  }

  filter() {
    const words = this.search.value.trim().toLowerCase();
    this.results.replaceChildren();
    for (const { group, colour, layers } of this.groups) {
      const found = layers.filter((each) =>
        `${each.layer} ${group} ${each.summary}`.toLowerCase().includes(words),
      );
      found.sort((one, other) => Number(begins(other, words)) - Number(begins(one, words)));
      if (!found.length) continue;
      const heading = make("div", { class: "group" }, group);
      heading.style.setProperty("--hue", colour);
      this.results.append(heading, ...found.map((each) => this.offer(each, colour)));
    }
    if (!this.results.children.length) this.results.append(this.nothing);
    this.mark(0);
  }

  /**
   * @param {Offer} offer
   * @param {string} colour
   */
  offer({ layer, summary }, colour) {
    const attributes = { class: "offer", role: "option", tabindex: -1, "data-layer": layer };
    const offered = button(attributes, make("b", {}, layer), () => this.take(layer));
    offered.append(make("span", {}, summary));
    offered.style.setProperty("--hue", colour);
    return offered;
  }

  /** @param {string} layer */
  take(layer) {
    this.panel.hidePopover();
    if (this.wanted) this.choose(layer, this.wanted);
  }

  offers() {
    return /** @type {HTMLElement[]} */ ([...this.results.querySelectorAll(".offer")]);
  }

  /** @param {number} place */
  mark(place) {
    const offers = this.offers();
    this.marked = clamp(place, 0, Math.max(0, offers.length - 1));
    offers.forEach((each, number) => each.setAttribute("aria-selected", String(number === this.marked)));
    offers[this.marked]?.scrollIntoView({ block: "nearest" });
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    const step = Object.hasOwn(STEPS, event.key) ? STEPS[/** @type {keyof typeof STEPS} */ (event.key)] : 0;
    if (step) {
      event.preventDefault();
      this.mark(this.marked + step);
    } else if (event.key === "Enter") {
      event.preventDefault();
      this.offers()[this.marked]?.click();
    }
    event.stopPropagation(); // Streamlit listens for single letters on the page
  }
}

/**
 * @param {Offer} offer
 * @param {string} words in small letters
 */
function begins({ layer }, words) {
  return layer.toLowerCase().startsWith(words);
}
