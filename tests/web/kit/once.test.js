// What is built for a place of the page is built once.

import assert from "node:assert/strict";
import { test } from "node:test";
import { once } from "../../../pages/components/web/kit/once.js";

test("the same key gets the same, another key another", () => {
  let count = 0;
  const made = once((/** @type {object} */ key) => ({ key, number: ++count }));
  const [one, other] = [{}, {}];
  assert.equal(made(one), made(one));
  assert.notEqual(made(one), made(other));
  assert.equal(made(one).key, one);
  assert.equal(count, 2);
});
