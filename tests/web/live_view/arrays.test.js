// The parts of a film as bytes, laid out by hand as dlcore/probes/arrays.py describes them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { read } from "../../../pages/components/web/live_view/arrays.js";

/**
 * @param {Record<string, unknown>} header
 * @param {ArrayBufferView[]} blocks each at a multiple of 8
 */
function bytes(header, ...blocks) {
  const written = new TextEncoder().encode(JSON.stringify(header));
  const padded = written.length + ((8 - ((written.length + 4) % 8)) % 8);
  const sizes = blocks.map(({ byteLength }) => Math.ceil(byteLength / 8) * 8);
  const made = new Uint8Array(4 + padded + sizes.reduce((sum, size) => sum + size, 0));
  new DataView(made.buffer).setUint32(0, padded, true);
  made.fill(32, 4, 4 + padded);
  made.set(written, 4);
  let at = 4 + padded;
  blocks.forEach((block, place) => {
    made.set(new Uint8Array(block.buffer, block.byteOffset, block.byteLength), at);
    at += sizes[place] ?? 0;
  });
  return made.buffer;
}

test("arrays are views of what was sent, rows of rows where there are more axes", () => {
  const found = read(
    bytes(
      { a: ["uint8", [3], 0], b: ["float32", [2, 2], 8], c: ["int32", [1, 1, 2], 24] },
      Uint8Array.of(1, 2, 255),
      Float32Array.of(1.5, -2, Number.NaN, 4),
      Int32Array.of(-7, 9),
    ),
  );
  assert.deepEqual([...found.a], [1, 2, 255]);
  assert.deepEqual(found.b.map((/** @type {Float32Array} */ row) => [...row]), [[1.5, -2], [Number.NaN, 4]]); // biome-ignore format: as it reads
  assert.deepEqual([...found.c[0][0]], [-7, 9]);
});

test("half precision is widened, with its ends", () => {
  const halves = Uint16Array.of(0x3c00, 0xc000, 0x7bff, 0x0001, 0x8000, 0x7c00, 0xfc00, 0x7e00);
  const { h } = read(bytes({ h: ["float16", [8], 0] }, halves));
  assert.deepEqual([...h], [1, -2, 65504, 2 ** -24, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN]); // biome-ignore format: as it reads
});

test("what is no array comes as it is, and a name leads through its groups", () => {
  const found = read(
    bytes({ "0.low": { is: -1.5 }, "0.counts": ["uint16", [2], 0], text: { is: "é" }, none: { is: null } }, Uint16Array.of(3, 65535)),
  ); // biome-ignore format: as it reads
  assert.equal(found[0].low, -1.5);
  assert.deepEqual([...found[0].counts], [3, 65535]);
  assert.deepEqual([found.text, found.none], ["é", null]);
});

test("an array without numbers is one", () => {
  const found = read(bytes({ a: ["float32", [0], 0], b: ["float32", [0, 3], 0] }));
  assert.deepEqual([found.a.length, found.b.length], [0, 0]);
});
