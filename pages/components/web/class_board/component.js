// The students of a class, a card each. What is new is put into the card that is there: nothing flickers, and the focus stays.

import { button, make, say, svg } from "../kit/dom.js";
import { once } from "../kit/once.js";
import { adoptTheme, onThemeChange } from "../kit/theme.js";

/** @import { Component } from "../streamlit.d.ts" */
/** @import { Card, Data } from "./types.d.ts" */

const boardOf = once((/** @type {HTMLElement | ShadowRoot} */ parent) => new Board(parent));

/** @param {Component<Data>} component */
export default function classBoard({ data, parentElement, setTriggerValue }) {
  boardOf(parentElement).receive(data, (run) => setTriggerValue("opened", run));
}

export class Board {
  /** @type {Map<string, StudentCard>} by the student */
  cards = new Map();
  /** @type {(run: string) => void} */
  open = () => {};
  element = make("ul", { class: "class-board" });

  /** @param {HTMLElement | ShadowRoot} root */
  constructor(root) {
    root.append(this.element);
    adoptTheme(this.element);
    onThemeChange(this.element, () => adoptTheme(this.element), new AbortController().signal);
  }

  /**
   * @param {Data} data
   * @param {(run: string) => void} open called with the run of a card that was clicked
   */
  receive(data, open) {
    this.open = open;
    const before = this.cards;
    this.cards = new Map();
    for (const card of data.cards) {
      const shown = before.get(card.id) ?? new StudentCard(data, (run) => this.open(run));
      before.delete(card.id);
      this.cards.set(card.id, shown);
      shown.show(card, data);
    }
    for (const gone of before.values()) gone.element.remove();
    this.arrange();
  }

  // Only what stands elsewhere is moved: a card that is moved loses the focus.
  arrange() {
    let place = this.element.firstElementChild;
    for (const { element } of this.cards.values()) {
      if (element === place) place = place.nextElementSibling;
      else this.element.insertBefore(element, place);
    }
  }
}

class StudentCard {
  run = "";
  name = make("span", { class: "class-name", dir: "auto" });
  stands = make("span", { class: "class-stands" });
  seen = make("span", { class: "class-quiet" });
  score = make("b", {});
  best = make("span", { class: "class-quiet" });
  title = make("span", { class: "class-quiet", dir: "auto" });
  epochs = make("span", { class: "class-quiet" });
  path = svg("path", {});

  /**
   * @param {Data} data
   * @param {(run: string) => void} open
   */
  constructor({ width, height }, open) {
    const picture = svg(
      "svg",
      { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", "aria-hidden": "true" },
      this.path,
    );
    this.button = button({}, "", () => open(this.run));
    this.button.replaceChildren(
      this.name,
      make("span", { class: "class-line" }, this.stands, this.seen),
      picture,
      make("span", { class: "class-line" }, this.score, this.best),
      make("span", { class: "class-line" }, this.title, this.epochs),
    );
    this.element = make("li", {}, this.button);
  }

  /**
   * @param {Card} card
   * @param {Data} data
   */
  show(card, { texts }) {
    this.run = card.run;
    this.element.dataset.standing = card.standing;
    this.button.disabled = !card.run;
    this.button.title = card.run ? `${card.name} · ${card.title}` : card.name;
    for (const name of /** @type {const} */ (["name", "stands", "seen", "score", "best", "epochs"]))
      say(this[name], card[name]);
    say(this.title, card.title || texts.nothing);
    if (this.path.getAttribute("d") !== card.path) this.path.setAttribute("d", card.path);
  }
}
