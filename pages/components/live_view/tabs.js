// Tabs as the ARIA practices describe them: one tab stop, arrows between, and only the panel shown is drawn.

import { make } from "./dom.js";

let count = 0;

// labels: {name: text}; panels: [[name, {element, draw()}]]
export function tabs(labels, panels) {
  const group = `live-tabs-${++count}`;
  const buttons = panels.map(([name], place) =>
    make(
      "button",
      {
        type: "button",
        role: "tab",
        id: `${group}-${name}`,
        "aria-controls": `${group}-${name}-panel`,
        "data-place": place,
      },
      labels[name],
    ),
  );
  const bodies = panels.map(([name, panel]) =>
    make(
      "div",
      { role: "tabpanel", id: `${group}-${name}-panel`, "aria-labelledby": `${group}-${name}` },
      panel.element,
    ),
  );
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
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      const target =
        event.key === "Home"
          ? 0
          : event.key === "End"
            ? buttons.length - 1
            : step && (place + step + buttons.length) % buttons.length;
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
