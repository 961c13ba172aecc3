// Colours of the page, for charts: plotly draws them into the picture and cannot follow a style sheet.

export function theme(element, dark) {
  const style = getComputedStyle(element);
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
    // A colour of a figure, which is made for light pages, on this page.
    shade: isDark ? (colour) => shaded(colour, dark) : (colour) => colour,
  };
}

function luminance(colour) {
  const [red, green, blue] = hex(colour) ?? [255, 255, 255];
  return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
}

function hex(colour) {
  const found = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})/i.exec(colour);
  return found && found.slice(1).map((part) => parseInt(part, 16));
}

function shaded(colour, dark) {
  if (dark[colour]) return dark[colour];
  const found = /^rgba\((\d+), (\d+), (\d+), ([\d.e-]+)\)$/.exec(colour);
  if (!found) return colour;
  const solid =
    "#" +
    found
      .slice(1, 4)
      .map((part) => Number(part).toString(16).padStart(2, "0"))
      .join("");
  return dark[solid] ? `rgba(${hex(dark[solid]).join(", ")}, ${found[4]})` : colour;
}

// A copy of plain JSON in which every colour is shaded.
export function recoloured(value, shade) {
  if (typeof value === "string") return /^(#|rgba)/.test(value) ? shade(value) : value;
  if (Array.isArray(value)) return value.length > 50 ? value : value.map((each) => recoloured(each, shade));
  if (value && typeof value === "object" && !ArrayBuffer.isView(value))
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, recoloured(each, shade)]));
  return value;
}

// Call back when the page changes its theme: a transition starts on an element that takes its colours from it.
export function onThemeChange(element, changed, signal) {
  const probe = document.createElement("span");
  probe.className = "live-theme-probe";
  probe.ariaHidden = "true";
  element.append(probe);
  probe.addEventListener("transitionend", changed, { signal });
}
