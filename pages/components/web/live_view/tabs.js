// Tabs as the ARIA practices describe them: one tab stop, arrows between, and only the panel shown is drawn.

import { make } from "../kit/dom.js";

/** @typedef {{element: HTMLElement, draw(): void}} Panel */

let count = 0;

/** @param {[label: string, panel: Panel][]} panels */
export function tabs(panels) {
  const group = `live-tabs-${++count}`;
  const buttons = panels.map(([label], place) =>
    make(
      "button",
      {
        type: "button",
        role: "tab",
        id: `${group}-${place}`,
        "aria-controls": `${group}-${place}-panel`,
        "data-place": place,
      },
      label,
    ),
  );
  const bodies = panels.map(([, panel], place) =>
    make(
      "div",
      { role: "tabpanel", id: `${group}-${place}-panel`, "aria-labelledby": `${group}-${place}` },
      panel.element,
    ),
  );
  /** @param {number} chosen */
  const show = (chosen) => {
    buttons.forEach((button, place) => {
      button.ariaSelected = String(place === chosen);
      button.tabIndex = place === chosen ? 0 : -1;
      bodies[place].hidden = place !== chosen;
    });
    panels[chosen][1].draw();
  };
  buttons.forEach((button, place) => {
    button.onclick = () => show(place);
    button.onkeydown = (event) => {
      const target = aim(event.key, place, buttons.length);
      if (target == null) return;
      event.preventDefault();
      buttons[target].focus();
      show(target);
    };
  });
  show(0);
  return make(
    "div",
    { class: "live-tabs" },
    make("div", { role: "tablist", class: "live-tablist" }, ...buttons),
    ...bodies,
  );
}

/**
 * Which tab a key leads to; null for other keys.
 * @param {string} key
 * @param {number} place
 * @param {number} count
 */
function aim(key, place, count) {
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
  if (key === "ArrowRight") return (place + 1) % count;
  return key === "ArrowLeft" ? (place + count - 1) % count : null;
}
