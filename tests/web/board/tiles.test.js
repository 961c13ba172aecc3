import assert from "node:assert/strict";
import { test } from "node:test";
import "../page.js";

const { cellOf, layoutOf, Tiles } = await import("../../../pages/components/web/board/tiles.js");
const { Scope } = await import("../../../pages/components/web/board/expression.js");

test("the last two dimensions are a picture, those before them rows and columns of pictures", () => {
  const batch = { across: 3, down: 4, height: 26, width: 20, colour: false };
  assert.deepEqual(layoutOf([4, 3, 26, 20]), batch);
  assert.deepEqual(layoutOf([2, 4, 3, 26, 20]), { ...batch, down: 8 });
  assert.deepEqual(layoutOf([7]), { across: 1, down: 1, height: 1, width: 7, colour: false });
  assert.deepEqual(layoutOf([]), { across: 1, down: 1, height: 1, width: 1, colour: false });
});

test("channels that come last are colours of one picture", () => {
  const picture = { across: 4, down: 1, height: 26, width: 20, colour: true };
  assert.deepEqual(layoutOf([4, 26, 20, 3]), picture);
  assert.equal(layoutOf([8, 3]).colour, false); // a table of three columns
});

test("whatever the shape, nothing runs off to the right, and no picture is taller than the screen", () => {
  for (const shape of [[4, 3, 26, 20], [4, 1560], [6240], [2, 3, 21, 16, 6], [8, 4], [4, 26, 20, 3], []]) {
    const layout = layoutOf(shape);
    const cell = cellOf(layout, 340);
    assert.ok(layout.across * (layout.width * cell.x + 4) - 4 <= 340 + 1e-9, String(shape));
    assert.ok(layout.down * layout.height * cell.y <= 440, String(shape));
  }
});

test("a drawing of a tensor can be read aloud", () => {
  const declared = {
    kind: "Tiles", title: "x [N 2, F 2]", data: "xs", shape: [2, 2], low: 0, high: 1, letters: false, digits: 1,
    caption: "Four numbers.",
  }; // biome-ignore format: as one declaration
  const tiles = new Tiles(/** @type {any} */ (declared));
  tiles.show(new Scope({ xs: [1, 2, 3, 4] }, {}), (colour) => colour);
  assert.equal(tiles.element.querySelector("canvas")?.getAttribute("aria-label"), "x [N 2, F 2]");
  assert.equal(tiles.element.querySelector("figcaption")?.textContent, "Four numbers.");
});
