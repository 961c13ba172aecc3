// Which links of a text lead to a card of the glossary or to a lesson, and are followed without loading the app anew.

import assert from "node:assert/strict";
import { test } from "node:test";
import { inside } from "../../../pages/components/web/browser_page/inside.js";

const HERE = "http://127.0.0.1:8501/lesson-neuron";

test("a link of a lesson leads to the card", () => {
  assert.equal(inside("glossary?term=bias", HERE), "http://127.0.0.1:8501/glossary?term=bias");
});

test("an app that is served below a path stays there", () => {
  const below = "https://school.example/dl/lesson-neuron";
  assert.equal(inside("glossary?term=bias", below), "https://school.example/dl/glossary?term=bias");
});

test("the language of the address is kept, unless the link names one", () => {
  const chinese = `${HERE}?lang=zh_CN`;
  assert.equal(inside("glossary?term=bias", chinese), "http://127.0.0.1:8501/glossary?term=bias&lang=zh_CN");
  assert.equal(
    inside("glossary?term=bias&lang=en", chinese),
    "http://127.0.0.1:8501/glossary?term=bias&lang=en",
  );
});

test("the course and its lessons are reached in the language of the address", () => {
  const chinese = `${HERE}?lang=zh_CN`;
  for (const page of ["course", "lesson-loss"])
    assert.equal(inside(page, chinese), `http://127.0.0.1:8501/${page}?lang=zh_CN`);
});

test("other links are left alone: other pages, other servers, the menu's own", () => {
  for (const href of ["runs?term=bias", "https://elsewhere.example/glossary?term=bias", "glossary", "#bias"])
    assert.equal(inside(href, HERE), null, href);
});
