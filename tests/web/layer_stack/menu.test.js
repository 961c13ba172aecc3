// The menu of layers: found by a word, taken by Enter.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Menu } from "../../../pages/components/web/layer_stack/menu.js";
import { press, root } from "../page.js";
import { MENU, TEXTS } from "./rows.js";

function opened() {
  /** @type {unknown[]} */
  const chosen = [];
  const menu = new Menu((layer, wanted) => chosen.push([layer, wanted]));
  Object.assign(menu.panel, { showPopover() {}, hidePopover() {} });
  const page = root();
  page.append(menu.panel);
  menu.receive(MENU, TEXTS);
  menu.open(page, { after: 3 });
  /** @param {string} words */
  const search = (words) => {
    menu.search.value = words;
    menu.search.dispatchEvent(new Event("input"));
  };
  const offered = () => menu.offers().map((each) => each.dataset.layer);
  return { menu, chosen, search, offered };
}

test("every layer is offered, in the order of the groups", () => {
  assert.deepEqual(opened().offered(), ["Linear", "LeakyReLU", "ReLU", "Parallel"]);
});

test("a word finds layers by name, group and description, those first that begin with it", () => {
  const { search, offered } = opened();
  search("relu");
  assert.deepEqual(offered(), ["ReLU", "LeakyReLU"]);
  search("BLOCKS");
  assert.deepEqual(offered(), ["Parallel"]);
  search("every input");
  assert.deepEqual(offered(), ["Linear"]);
});

test("where no layer is called so, that is said", () => {
  const { menu, search } = opened();
  search("quantum");
  assert.equal(menu.results.textContent, "No layer is called so.");
  search("");
  assert.equal(menu.offers().length, 4);
});

test("Enter takes the marked offer and says where it shall go; arrows mark another", () => {
  const { menu, chosen } = opened();
  press(menu.search, "ArrowDown");
  press(menu.search, "Enter");
  assert.deepEqual(chosen, [["LeakyReLU", { after: 3 }]]);
  press(menu.search, "PageDown");
  press(menu.search, "Enter");
  assert.deepEqual(chosen[1], ["Parallel", { after: 3 }]);
});

test("a letter typed into the search is not heard by the page", () => {
  const { menu } = opened();
  let heard = false;
  document.body.addEventListener("keydown", () => {
    heard = true;
  });
  press(menu.search, "c");
  assert.equal(heard, false);
});
