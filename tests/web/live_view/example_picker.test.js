// Examples to pick from: each says which it is, one at a time is picked, and a number out of bounds is refused.

import "../page.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { ExamplePicker } from "../../../pages/components/web/live_view/example_picker.js";
import { filmed } from "./filmed.js";

const KIND = { shape: [1, 4], features: [], words: [], part: "validation" };

function picker() {
  const rows = [0, 7, 14];
  const inputs = rows.map((row) => [[row, 1, 2, 3]]);
  const form = {
    ...{ is: "example", fields: [], drawable: false, grey: false, most_bytes: 1 },
    ...{ rows, inputs, part: "train", count: 20 },
  };
  /** @type {unknown[]} */
  const asked = [];
  const made = new ExamplePicker(filmed(), form, KIND, () => asked.push(made.asked));
  return { made, asked };
}

/** @param {ExamplePicker} made */
const pressed = (made) => made.buttons.map((each) => each.getAttribute("aria-pressed"));

/** @param {ExamplePicker} made @param {string} value */
function type(made, value) {
  made.number.value = value;
  made.number.dispatchEvent(new Event("input"));
}

test("nothing is asked before something is picked", () => {
  const { made } = picker();
  assert.equal(made.asked, null);
  assert.deepEqual(pressed(made), ["false", "false", "false"]);
});

test("an example that is pressed is asked about, and its number stands beside", () => {
  const { made, asked } = picker();
  made.buttons[1]?.click();
  assert.deepEqual(asked, [{ kind: "example", question: ["train", 7] }]);
  assert.deepEqual(pressed(made), ["false", "true", "false"]);
  assert.equal(made.number.value, "8");
});

test("any other is picked by its number, counted from one", () => {
  const { made, asked } = picker();
  type(made, "20");
  assert.deepEqual(asked, [{ kind: "example", question: ["train", 19] }]);
});

test("a number that is none of them is refused, and what was picked stays", () => {
  const { made, asked } = picker();
  made.buttons[0]?.click();
  for (const value of ["21", "0", "1.5"]) {
    type(made, value);
    assert.equal(made.trouble.hidden, false);
  }
  assert.equal(asked.length, 1);
  assert.deepEqual(made.asked, { kind: "example", question: ["train", 0] });
});
