// What the page's head says its first view will need, made ready while the page waits for the server's first answer, when
// nothing else is to be done.
//
// A module that has run is there at once when React first shows an element of its kind: else all that stands beside such
// an element waits for it, by React's own clock half a second where one comes after the other. And plotly.js takes the
// longest of all to come to life.

import { loadScript } from "../kit/load.js";

const LATEST = 1000; // ms: in a browser that is never idle

// Who needs what did not come asks for it again.
function load() {
  for (const { href } of named('link[rel="modulepreload"]')) import(href).catch(() => {});
  for (const { href } of named('link[rel="preload"][as="script"]')) loadScript(href).catch(() => {});
}

/**
 * @param {string} selector
 * @returns {NodeListOf<HTMLLinkElement>}
 */
const named = (selector) => document.head.querySelectorAll(selector);

if ("requestIdleCallback" in window) requestIdleCallback(load, { timeout: LATEST });
else setTimeout(load); // Safari
