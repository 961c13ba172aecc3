// Colours of the page, for charts and canvases: what is drawn into a picture cannot follow a style sheet.

import { make } from "./dom.js";

/** @typedef {ReturnType<typeof theme>} Theme */
/** @typedef {(colour: string) => string} Shade a colour that was chosen for a light page, on this page */

/**
 * What a page looks like where an element stands.
 * @param {Element} element
 * @param {Record<string, string>} dark the colours of figures, which are made for light pages, on a dark one
 */
export function theme(element, dark = {}) {
  const style = getComputedStyle(element);
  /** @type {(name: string, otherwise: string) => string} */
  const read = (name, otherwise) => style.getPropertyValue(name).trim() || otherwise;
  const background = read("--st-background-color", "#ffffff");
  const isDark = luminance(background) < 0.4;
  return {
    isDark,
    background,
    text: read("--st-text-color", "#1b2330"),
    border: read("--st-border-color", "#dde2ea"),
    raised: read("--st-secondary-background-color", "#f4f6f9"),
    font: read("--st-font", "sans-serif"),
    /** @type {Shade} */
    shade: isDark ? (colour) => shaded(colour, dark) : (colour) => colour,
  };
}

// Lighter in the dark: for a colour with less contrast Chromium draws the rest of a slider white.
const ACCENTS = {
  light: "var(--st-primary-color)",
  dark: "color-mix(in srgb, var(--st-primary-color) 75%, white)",
};

/**
 * The same, and from now on what the browser itself draws there, sliders and fields, is light or dark like the page.
 * @param {HTMLElement} element
 * @param {Record<string, string>} dark
 */
export function adoptTheme(element, dark = {}) {
  const found = theme(element, dark);
  const scheme = found.isDark ? "dark" : "light";
  element.style.colorScheme = scheme;
  element.style.accentColor = ACCENTS[scheme];
  return found;
}

/**
 * How light a colour is, from 0 to 1. What cannot be read is taken for white, as a page without a style is.
 * @param {string} colour
 */
function luminance(colour) {
  const [red, green, blue] = channels(colour) ?? [255, 255, 255];
  return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
}

/**
 * Red, green and blue of "#1b2330", "#fff", "rgb(27, 35, 48)" or "rgba(27, 35, 48, 0.5)", each from 0 to 255.
 * @param {string} colour
 */
function channels(colour) {
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(colour);
  if (short) return short.slice(1).map((part) => Number.parseInt(part + part, 16));
  const long = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})/i.exec(colour);
  if (long) return long.slice(1).map((part) => Number.parseInt(part, 16));
  return /^rgba?\((\d+),\s*(\d+),\s*(\d+)/.exec(colour)?.slice(1).map(Number) ?? null;
}

/**
 * @param {string} colour
 * @param {Record<string, string>} dark
 */
function shaded(colour, dark) {
  if (dark[colour]) return dark[colour];
  const found = /^rgba\((\d+), (\d+), (\d+), ([\d.e-]+)\)$/.exec(colour);
  if (!found) return colour;
  const digits = found.slice(1, 4).map((part) => Number(part).toString(16).padStart(2, "0"));
  const other = channels(dark[`#${digits.join("")}`] ?? "");
  return other ? `rgba(${other.join(", ")}, ${found[4]})` : colour;
}

/**
 * A colour, so much more transparent than it is: "rgba(27, 35, 48, 0.25)".
 * @param {string} colour as "#1b2330" or "rgba(27, 35, 48, 0.5)"
 * @param {number} share
 */
export function faint(colour, share) {
  const found = channels(colour);
  if (!found) return colour;
  const opacity = Number(/^rgba\(.*,\s*([\d.e-]+)\)$/.exec(colour)?.[1] ?? 1);
  return `rgba(${found.join(", ")}, ${opacity * share})`;
}

const LONGEST = 50; // of a list that holds colours: longer ones are points

/**
 * A copy of plain JSON in which every colour is shaded.
 * @template Json
 * @param {Json} value
 * @param {Shade} shade
 * @returns {Json}
 */
export function recoloured(value, shade) {
  return /** @type {Json} */ (recolouredJson(value, shade));
}

/**
 * @param {unknown} value
 * @param {Shade} shade
 * @returns {unknown}
 */
function recolouredJson(value, shade) {
  if (typeof value === "string") return /^(#|rgba)/.test(value) ? shade(value) : value;
  if (Array.isArray(value))
    return value.length > LONGEST ? value : value.map((each) => recolouredJson(each, shade));
  if (!value || typeof value !== "object" || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, recolouredJson(each, shade)]));
}

/**
 * Call back when the page changes its theme: a transition starts on an element that takes its colours from it.
 * @param {Element} element
 * @param {() => void} changed
 * @param {AbortSignal} signal ends it
 */
export function onThemeChange(element, changed, signal) {
  const probe = make("span", { "aria-hidden": "true" });
  Object.assign(probe.style, PROBE);
  element.append(probe);
  probe.addEventListener("transitionend", changed, { signal });
}

const PROBE = {
  position: "absolute",
  visibility: "hidden",
  width: "0",
  height: "0",
  color: "var(--st-text-color)",
  transition: "color 1ms",
};
