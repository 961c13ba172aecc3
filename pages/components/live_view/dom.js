// Elements, without HTML text: whatever a name holds, it is shown and never read as markup.

export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element[name] = value;
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

// Set a text only where it changed: a screen reader must not be told the same again.
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

// Load a file once however many views ask for it.
const loaded = new Map();
export function load(address, how) {
  const href = new URL(address, document.baseURI).href;
  if (!loaded.has(href)) {
    const done = how(href);
    loaded.set(href, done);
    done.catch(() => loaded.delete(href));
  }
  return loaded.get(href);
}

export function loadStyle(address) {
  return load(address, (href) => inserted(make("link", { rel: "stylesheet", href })));
}

export function loadScript(address) {
  return load(address, (src) => inserted(make("script", { src })));
}

function inserted(element) {
  return new Promise((done, failed) => {
    element.onload = done;
    element.onerror = () => {
      element.remove();
      failed(new Error(`could not load ${element.src || element.href}`));
    };
    document.head.append(element);
  });
}
