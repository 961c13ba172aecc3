// A formula that scrolls sideways can be reached by keyboard, and only as long as it does.

import assert from "node:assert/strict";
import { test } from "node:test";
import { mark } from "../../../pages/components/web/browser_page/scrolling.js";
import "../page.js";

test("what is wider than its room takes the focus, until it fits again", () => {
  const formula = document.createElement("span");
  let width = 500;
  Object.defineProperty(formula, "scrollWidth", { get: () => width });
  Object.defineProperty(formula, "clientWidth", { get: () => 390 });
  mark(formula);
  assert.equal(formula.getAttribute("tabindex"), "0");
  width = 300;
  mark(formula);
  assert.equal(formula.hasAttribute("tabindex"), false);
});
