// Which recorded epoch shows a part, fetched once, and kept for as long as there is room.

import "../page.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { nearest } from "../../../pages/components/web/live_view/film.js";
import { film, frame, server } from "./recorded.js";

test("the nearest of two is shown, the earlier where they are equally near", () => {
  const all = [0, 1, 2, 4, 8];
  for (const [wanted, expected] of /** @type {[number, number][]} */ ([
    [0, 0], [3, 2], [5, 4], [6, 4], [7, 8], [99, 8], [-3, 0], [4, 4],
  ])) // biome-ignore format: as it reads
    assert.equal(nearest(all, wanted), expected);
  assert.equal(nearest([], 3), undefined);
});

test("a part is shown as it was at the nearest epoch that has it, whatever other parts were recorded", () => {
  const made = film(
    frame(0, ["map", "matrix"]),
    frame(1, ["map"]),
    frame(2, ["map", "matrix"]),
    frame(3, ["map"]),
  );
  assert.equal(made.at("map", 3), 3);
  assert.equal(made.at("matrix", 3), 2);
  assert.equal(made.at("matrix", 1), 0);
  assert.equal(made.at("matrix", null), 2);
  assert.equal(made.at("nothing", 1), undefined);
});

test("frames may come in any order, and a later one of an epoch stands in the place of an earlier", () => {
  const made = film(frame(8, ["map"]), frame(2, ["map"]));
  made.add([frame(4, ["map"]), { ...frame(8, ["map", "matrix"]), file: "film-new" }]);
  assert.deepEqual(made.epochs, [2, 4, 8]);
  assert.deepEqual(made.parts, { map: [2, 4, 8], matrix: [8] });
  assert.equal(made.frames.get(8)?.file, "film-new");
});

test("numbers of the frames are columns over the epochs, with gaps where one has none", () => {
  const made = film(
    frame(2, [], { "gradients.1.norm": 3 }),
    frame(0, [], { "gradients.1.norm": 5, auc: null }),
    frame(1, ["map"]),
  );
  assert.deepEqual(made.series, { epoch: [0, 2], gradients: { 1: { norm: [5, 3] } }, auc: [null, null] });
});

test("a part is fetched once, also where it is asked for twice at the same time", async () => {
  const { asked } = server({ "film-3/0-1": { value: 7 } });
  const made = film(frame(3, ["map"]));
  const [one, other] = await Promise.all([made.load("map", 3), made.load("map", null)]);
  assert.deepEqual(one, { epoch: 3, value: 7 });
  assert.equal(one, other);
  assert.equal(made.seen("map", 5), one);
  await made.load("map", 3);
  assert.deepEqual(asked, ["film-3/0-1"]);
});

test("what is not here yet is nothing, and what is not recorded is not asked for", async () => {
  const { asked } = server({});
  const made = film(frame(3, ["map"]));
  assert.equal(made.seen("map", 3), undefined);
  assert.equal(await made.load("matrix", 3), undefined);
  assert.deepEqual(asked, []);
});

test("a part that is gone is an error each time it is asked for, and comes when it is there again", async () => {
  const { asked, parts } = server({});
  const made = film(frame(3, ["map"]));
  await assert.rejects(made.load("map", 3), /404/);
  await assert.rejects(made.load("map", 3), /404/);
  parts["film-3/0-1"] = { value: 1 };
  assert.deepEqual(await made.load("map", 3), { epoch: 3, value: 1 });
  assert.equal(asked.length, 3);
});

test("of very many parts those are given up that were not looked at for longest", async () => {
  const count = 1_505;
  const parts = Array.from({ length: count }, (_, n) => [`film-${n}/0-1`, { value: n }]);
  const { asked } = server(Object.fromEntries(parts));
  const made = film(...Array.from({ length: count }, (_, n) => frame(n, ["map"])));
  for (let epoch = 0; epoch < 1_500; epoch += 1) await made.load("map", epoch);
  assert.ok(made.seen("map", 0)); // looked at again
  for (let epoch = 1_500; epoch < count; epoch += 1) await made.load("map", epoch);
  assert.equal(made.decoded.size, 1_500);
  assert.ok(made.seen("map", 0));
  assert.equal(made.seen("map", 1), undefined);
  await made.load("map", 1);
  assert.equal(asked.filter((each) => each === "film-1/0-1").length, 2);
});
