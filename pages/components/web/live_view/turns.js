// Panels of one tab that take turns: one is chosen, shown and drawn.

import { button, make } from "../kit/dom.js";

/** @import { Panel } from "./tabs.js" */

/**
 * @param {string} label what the choice is of
 * @param {[name: string, panel: Panel][]} panels at least one
 * @returns {Panel}
 */
export function turns(label, panels) {
  let chosen = 0;
  const buttons = panels.map(([name], place) => button({ class: "live-small" }, name, () => show(place)));
  const bar = make("div", { class: "live-turns", role: "group", "aria-label": label }, ...buttons);
  bar.hidden = panels.length < 2;
  /** @param {number} place */
  const show = (place) => {
    chosen = place;
    panels.forEach(([, { element }], number) => {
      buttons[number].setAttribute("aria-pressed", String(number === place));
      element.hidden = number !== place;
    });
    panels[place][1].draw();
  };
  const element = make("div", {}, bar, ...panels.map(([, panel]) => panel.element));
  show(0);
  return { element, draw: () => panels[chosen][1].draw() };
}
