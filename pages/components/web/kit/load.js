// Scripts and style sheets, each loaded once however many ask for it, and tried again after a failure.

import { make } from "./dom.js";

/** @type {Map<string, Promise<void>>} */
const loaded = new Map();

/** @param {string} address */
export function loadStyle(address) {
  return load(address, (href) => make("link", { rel: "stylesheet", href }));
}

/** @param {string} address */
export function loadScript(address) {
  return load(address, (src) => make("script", { src }));
}

/**
 * @param {string} address relative to the page
 * @param {(href: string) => HTMLElement} element
 */
function load(address, element) {
  const { href } = new URL(address, document.baseURI);
  const known = loaded.get(href);
  if (known) return known;
  const done = inserted(element(href), href);
  loaded.set(href, done);
  done.catch(() => loaded.delete(href));
  return done;
}

/**
 * @param {HTMLElement} element
 * @param {string} href
 * @returns {Promise<void>}
 */
function inserted(element, href) {
  return new Promise((done, failed) => {
    element.onload = () => done();
    element.onerror = () => {
      element.remove();
      failed(new Error(`could not load ${href}`));
    };
    document.head.append(element);
  });
}
