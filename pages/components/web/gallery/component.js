// The gallery of starting points: cards in groups, found by words, chosen by mouse or by keys.

import { button, make, say } from "../kit/dom.js";
import { once } from "../kit/once.js";
import { fill } from "../kit/texts.js";
import { step } from "./grid.js";

/** @import { Component } from "../streamlit.d.ts" */
/** @import { Data, Group, StartingPoint } from "./types.d.ts" */

const galleryOf = once((/** @type {HTMLElement | ShadowRoot} */ parent) => {
  const root = make("div", { class: "gallery" });
  parent.append(root);
  return new Gallery(root);
});

/** @param {Component<Data>} component */
export default function gallery({ data, parentElement, setTriggerValue }) {
  galleryOf(parentElement).receive(data, (name) => setTriggerValue("opened", name));
}

export class Gallery {
  /** @type {string | null} the name of the only group that is shown */
  group = null;
  /** @type {Data | undefined} */
  data;
  /** @type {string | undefined} what was drawn last */
  written;
  /** @type {(name: string) => void} */
  open = () => {};
  /** @type {Map<Element, string>} by which words each card is found */
  words = new Map();
  /** @type {Map<Element, string | null>} which group each chip shows */
  groups = new Map();

  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.search = make("input", {
      type: "search",
      class: "search",
      autocomplete: "off",
      spellcheck: "false",
    });
    this.search.oninput = () => this.filter();
    this.chips = make("div", { class: "chips", role: "group" });
    this.count = make("span", { class: "count", "aria-live": "polite" });
    this.sections = make("div", { class: "sections" });
    this.message = make("span", {});
    this.clear = button({ class: "clear" }, "", () => this.reset());
    this.nothing = make("p", { class: "nothing", hidden: true }, this.message, " ", this.clear);
    root.append(
      make("div", { class: "bar" }, this.search, this.chips, this.count),
      this.sections,
      this.nothing,
    );
    root.onkeydown = (event) => this.pressed(event);
  }

  /**
   * @param {Data} data
   * @param {(name: string) => void} open
   */
  receive(data, open) {
    this.open = open;
    const written = JSON.stringify(data);
    if (written === this.written) return;
    const first = this.written === undefined;
    this.written = written;
    this.data = data;
    this.draw(data);
    if (first && !matchMedia("(pointer: coarse)").matches)
      // a keyboard on the screen would cover the cards
      requestAnimationFrame(() => this.search.focus({ preventScroll: true }));
  }

  /** @param {Data} data */
  draw({ cards, groups, texts }) {
    this.words.clear();
    this.groups.clear();
    this.search.placeholder = texts.search;
    this.search.ariaLabel = texts.search;
    this.chips.ariaLabel = texts.groups;
    say(this.message, texts.nothing);
    say(this.clear, texts.clear);
    this.chips.replaceChildren(
      this.chip(null, texts.all),
      ...groups.map(({ name, title }) => this.chip(name, title)),
    );
    this.sections.replaceChildren(
      ...groups.map((group) => {
        const within = cards.filter((card) => card.group === group.name);
        return this.section(
          group,
          within.map((card) => this.card(card, texts)),
        );
      }),
    );
    this.filter();
  }

  /**
   * @param {string | null} name
   * @param {string} title
   */
  chip(name, title) {
    const chip = button({ class: "chip" }, title, () => this.only(name));
    this.groups.set(chip, name);
    return chip;
  }

  /**
   * @param {Group} group
   * @param {HTMLElement[]} cards
   */
  section({ name, title }, cards) {
    const heading = make("h3", { id: `gallery-group-${name}` }, title);
    return make(
      "section",
      { "aria-labelledby": heading.id },
      heading,
      make("div", { class: "grid" }, ...cards),
    );
  }

  /**
   * @param {StartingPoint} shown
   * @param {Data["texts"]} texts
   */
  card({ name, title, summary, teaches, duration, fetch, picture, layers, hues, words }, texts) {
    const said = `gallery-card-${name}`;
    const names = fill(texts.layers, { layers });
    const card = make(
      "button",
      { type: "button", class: "card", tabindex: -1, "aria-label": title, "aria-describedby": said },
      make("img", {
        src: address(picture),
        alt: "",
        loading: "lazy",
        width: 160,
        height: 96,
        draggable: "false",
      }),
      make(
        "span",
        { class: "said", id: said },
        make("span", { class: "title" }, title),
        make("span", { class: "teaches" }, teaches),
        make("span", { class: "summary" }, summary),
        make(
          "span",
          { class: "foot" },
          make("span", { class: "duration" }, fill(texts.duration, { duration })),
          fetch ? make("span", { class: "fetch" }, fetch) : "",
          make("span", { class: "layers", title: names }, ...hues.map(bar)),
        ),
      ),
    );
    card.onclick = () => this.choose(card, name);
    this.words.set(card, words);
    return card;
  }

  /**
   * @param {HTMLElement} card
   * @param {string} name
   */
  choose(card, name) {
    if (this.root.ariaBusy === "true") return; // the second press of a double click
    this.root.ariaBusy = "true";
    card.classList.add("chosen");
    this.open(name);
  }

  // What is shown

  /** @param {string | null} name */
  only(name) {
    this.group = this.group === name ? null : name;
    this.filter();
  }

  reset() {
    this.search.value = "";
    this.group = null;
    this.filter();
    this.search.focus();
  }

  filter() {
    if (this.data === undefined) return;
    const wanted = this.search.value.normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean);
    for (const [number, section] of this.within(this.sections, "section").entries()) {
      const within = this.group === null || this.data.groups[number].name === this.group;
      const cards = this.within(section, ".card");
      for (const card of cards)
        card.hidden = !(within && wanted.every((word) => this.words.get(card)?.includes(word)));
      section.hidden = cards.every((card) => card.hidden);
    }
    for (const [chip, name] of this.groups) chip.ariaPressed = String(name === this.group);
    const shown = this.shown();
    say(this.count, fill(this.data.texts.found, { found: shown.length, count: this.data.cards.length }));
    this.nothing.hidden = shown.length > 0;
    this.reach(shown[0]);
  }

  /**
   * @param {Element} element
   * @param {string} wanted
   * @returns {HTMLElement[]}
   */
  within(element, wanted) {
    return [...element.querySelectorAll(wanted)].filter((each) => each instanceof HTMLElement);
  }

  shown() {
    return this.within(this.sections, ".card:not([hidden])");
  }

  // Keys: one card can be reached by Tab, the others by arrows from there

  /** @param {HTMLElement | undefined} card */
  reach(card) {
    for (const each of this.within(this.sections, ".card")) each.tabIndex = each === card ? 0 : -1;
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    if (event.key !== "Escape" && event.key !== "Tab") event.stopPropagation(); // Streamlit listens for single letters
    const shown = this.shown();
    const at = shown.indexOf(/** @type {HTMLElement} */ (event.target));
    if (event.target === this.search && ["ArrowDown", "Enter"].includes(event.key)) this.go(event, shown[0]);
    else if (at >= 0) {
      const next = step(shown, at, event.key);
      if (next !== undefined) this.go(event, next ?? this.search);
    }
  }

  /**
   * @param {KeyboardEvent} event
   * @param {HTMLElement | undefined} target
   */
  go(event, target) {
    event.preventDefault();
    if (target === undefined) return;
    if (target !== this.search) this.reach(target);
    target.focus();
    target.scrollIntoView({ block: "nearest" });
  }
}

// A layer of the network as a bar in the colour of its kind.
/** @param {string} colour */
function bar(colour) {
  const made = make("i");
  made.style.background = colour;
  return made;
}

/** @param {string} path */
function address(path) {
  return new URL(path, document.baseURI).href;
}
