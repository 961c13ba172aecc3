// Elements: what a name holds is shown, never read as markup.

import "../page.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { button, label, make, say, svg } from "../../../pages/components/web/kit/dom.js";

test("text stays text, whatever it looks like", () => {
  const made = make("p", {}, "<img src=x onerror=alert(1)>");
  assert.equal(made.children.length, 0);
  assert.equal(made.textContent, "<img src=x onerror=alert(1)>");
});

test("an attribute that is true stands alone, one that is false or unknown is left out, and zero is written", () => {
  const made = make("button", { hidden: true, disabled: false, title: null, lang: undefined, tabindex: 0 });
  assert.deepEqual(made.getAttributeNames(), ["hidden", "tabindex"]);
  assert.equal(made.getAttribute("tabindex"), "0");
});

test("children come in their order, texts among elements", () => {
  const made = make("p", { class: "line" }, "a ", make("b", {}, "b"), " c");
  assert.equal(made.outerHTML, '<p class="line">a <b>b</b> c</p>');
});

test("a drawing is made of elements of SVG", () => {
  const made = svg("svg", { viewBox: "0 0 16 16" }, svg("path", { d: "M0 0" }));
  assert.equal(made.namespaceURI, "http://www.w3.org/2000/svg");
  assert.equal(made.firstElementChild?.namespaceURI, "http://www.w3.org/2000/svg");
});

test("a button is no submit button, and does what it is for at each click", () => {
  let count = 0;
  const made = button({ class: "add" }, "Add", () => {
    count += 1;
  });
  made.click();
  made.click();
  assert.equal(made.getAttribute("type"), "button");
  assert.equal(count, 2);
});

test("a text that is the same is not set again: a screen reader would repeat it", () => {
  const made = make("p", {}, "Epoch 3");
  const before = made.firstChild;
  say(made, "Epoch 3");
  assert.equal(made.firstChild, before);
  say(made, "Epoch 4");
  assert.equal(made.textContent, "Epoch 4");
});

test("a control without a text is named for pointer and screen reader alike", () => {
  const made = label(make("button"), "Move up");
  assert.equal(made.title, "Move up");
  assert.equal(made.getAttribute("aria-label"), "Move up");
});
