// The button of a place for files has the name that is written on it, in the language that is spoken now.

import assert from "node:assert/strict";
import { test } from "node:test";
import { call } from "../../../pages/components/web/browser_page/uploaders.js";
import { root } from "../page.js";

test("a button is called what its style writes, and anew where that changes", () => {
  const button = document.createElement("button");
  root().append(button);
  call(button);
  assert.equal(button.getAttribute("aria-label"), null);
  for (const word of ["Upload", "选择文件"]) {
    button.style.setProperty("--upload", JSON.stringify(word));
    call(button);
    assert.equal(button.getAttribute("aria-label"), word);
  }
});
