// The page around the app's components: its language, its addresses, its links, which wait for an edit
// on its way, what scrolls, and what the places for files are called.

import { keepHistory } from "./history.js";
import { followInside } from "./inside.js";
import { holdLinks } from "./links.js";
import { reachScrolling } from "./scrolling.js";
import { nameUploaders } from "./uploaders.js";

/** @import { Component } from "../streamlit.d.ts" */

/** @param {Component<{language: string, completing: string[]}>} component */
export default ({ data }) => {
  document.documentElement.lang = data.language;
  keepHistory(data.completing);
  holdLinks();
  followInside();
  reachScrolling();
  nameUploaders();
};
