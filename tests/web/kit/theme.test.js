// The page's colours, and those of figures on a dark page.

import assert from "node:assert/strict";
import { test } from "node:test";
import { faint, onThemeChange, recoloured, theme } from "../../../pages/components/web/kit/theme.js";
import { page, root } from "../page.js";

const DARK = { "#2563eb": "#60a5fa" }; // training blue, as dlcore/figures/colours.py has it on a dark page

/** @param {Record<string, string>} style */
function element(style) {
  const made = root();
  for (const [name, value] of Object.entries(style)) made.style.setProperty(name, value);
  return made;
}

for (const [background, dark] of /** @type {[string, boolean][]} */ ([
  ["#ffffff", false],
  ["#fff", false],
  ["#0e1117", true],
  ["#111", true],
  ["rgb(14, 17, 23)", true],
  ["rgba(250, 250, 250, 1)", false],
  ["#00ff00", false], // the eye finds green light
  ["#0000ff", true], // and blue dark
])) {
  test(`a page with the background ${background} is ${dark ? "dark" : "light"}`, () => {
    assert.equal(theme(element({ "--st-background-color": background })).isDark, dark);
  });
}

test("a page without a style is light, and has a colour for everything", () => {
  const { isDark, ...colours } = theme(root());
  assert.equal(isDark, false);
  for (const name of /** @type {const} */ (["background", "text", "border", "raised", "font"]))
    assert.notEqual(colours[name], "");
});

test("a figure's colours are its own on a light page, and their dark companions on a dark one", () => {
  const light = theme(element({ "--st-background-color": "#ffffff" }), DARK);
  const dark = theme(element({ "--st-background-color": "#0e1117" }), DARK);
  assert.equal(light.shade("#2563eb"), "#2563eb");
  assert.equal(dark.shade("#2563eb"), "#60a5fa");
  assert.equal(dark.shade("rgba(37, 99, 235, 0.2)"), "rgba(96, 165, 250, 0.2)");
  assert.equal(dark.shade("#123456"), "#123456");
  assert.equal(dark.shade("rgba(1, 2, 3, 0.5)"), "rgba(1, 2, 3, 0.5)");
});

test("every colour of a trace is shaded, and nothing else of it is touched", () => {
  const points = new Float64Array([1, 2]);
  const trace = {
    line: { color: "#2563eb", width: 2 },
    name: "training",
    colorscale: [
      [0, "#ffffff"],
      [1, "#2563eb"],
    ],
    x: points,
    y: Array.from({ length: 51 }, () => "#2563eb"), // points, not colours: too many to walk through at each drawing
    text: null,
  };
  const shaded = recoloured(trace, (colour) => (colour === "#2563eb" ? "#60a5fa" : colour));
  assert.equal(shaded.line.color, "#60a5fa");
  assert.equal(shaded.line.width, 2);
  assert.deepEqual(shaded.colorscale[1], [1, "#60a5fa"]);
  assert.equal(shaded.x, points);
  assert.equal(shaded.y, trace.y);
  assert.equal(shaded.text, null);
  assert.equal(trace.line.color, "#2563eb");
});

test("who asked hears that the theme changed, until they do not listen any more", () => {
  const element = root();
  const listeners = new AbortController();
  let count = 0;
  onThemeChange(element, () => ++count, listeners.signal);
  const probe = /** @type {HTMLElement} */ (element.lastElementChild);
  probe.dispatchEvent(new Event("transitionend"));
  assert.equal(count, 1);
  listeners.abort();
  probe.dispatchEvent(new Event("transitionend"));
  assert.equal(count, 1);
  assert.equal(page.getComputedStyle(/** @type {any} */ (probe)).visibility, "hidden");
});

test("a colour is made fainter by a share of what it was, and what is no colour stays", () => {
  assert.equal(faint("#1f6feb", 0.5), "rgba(31, 111, 235, 0.5)");
  assert.equal(faint("rgba(31, 111, 235, 0.5)", 0.5), "rgba(31, 111, 235, 0.25)");
  assert.equal(faint("white", 0.5), "white");
});
