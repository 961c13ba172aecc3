// Elements, without HTML text: whatever a name holds, it is shown and never read as markup.

/** @typedef {Record<string, string | number | boolean | null | undefined>} Attributes */

/**
 * An element of HTML. An attribute that is true stands without a value; false, null and undefined leave it out.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} attributes
 * @param {(Node | string)[]} children
 */
export function make(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/**
 * An element of SVG.
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} attributes
 * @param {(Node | string)[]} children
 */
export function svg(tag, attributes = {}, ...children) {
  return filled(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

/**
 * @template {Element} Made
 * @param {Made} element
 * @param {Attributes} attributes
 * @param {(Node | string)[]} children
 */
function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, String(value));
  }
  element.append(...children);
  return element;
}

/**
 * A button that does something.
 * @param {Attributes} attributes
 * @param {string | Node} shown
 * @param {() => void} act
 */
export function button(attributes, shown, act) {
  const made = make("button", { type: "button", ...attributes }, shown);
  made.onclick = () => act();
  return made;
}

/**
 * Set a text only where it changed: a screen reader must not be told the same again.
 * @param {Element} element
 * @param {string} text
 */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * Name a control that shows no text, for a pointer that rests on it and for a screen reader.
 * @template {HTMLElement} Control
 * @param {Control} control
 * @param {string} text
 */
export function label(control, text) {
  control.title = text;
  control.setAttribute("aria-label", text);
  return control;
}
