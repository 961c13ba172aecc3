// Where arrow keys lead among cards that stand in lines, whatever the width of the page makes of these lines.

/** @type {Record<string, number>} */
const FORWARD = { ArrowRight: 1, ArrowLeft: -1 };

/**
 * The card that a key leads to from card number `at`; null where it leads out at the top; undefined for other keys.
 * @template {Element} Card
 * @param {Card[]} cards
 * @param {number} at
 * @param {string} key
 * @returns {Card | null | undefined}
 */
export function step(cards, at, key) {
  if (key === "Home") return cards[0];
  if (key === "End") return cards.at(-1);
  if (key in FORWARD) return cards[at + FORWARD[key]] ?? cards[at];
  if (key === "ArrowDown") return below(cards, at, 1) ?? cards[at];
  if (key === "ArrowUp") return below(cards, at, -1) ?? null;
  return undefined;
}

/**
 * The card of the next line (direction 1) or the one before (-1) that stands nearest to this one's place in its line.
 * @template {Element} Card
 * @param {Card[]} cards
 * @param {number} at
 * @param {number} direction
 */
function below(cards, at, direction) {
  const places = cards.map((card) => card.getBoundingClientRect());
  const { left, top } = places[at];
  /** @type {{number: number, down: number, across: number} | undefined} */
  let found;
  for (const [number, place] of places.entries()) {
    const down = direction * (place.top - top);
    if (down < 1) continue;
    const across = Math.abs(place.left - left);
    const nearer =
      found === undefined ||
      down < found.down - 1 ||
      (Math.abs(down - found.down) <= 1 && across < found.across);
    if (nearer) found = { number, down, across };
  }
  return found && cards[found.number];
}
