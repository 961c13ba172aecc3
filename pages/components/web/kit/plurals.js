// English after a number, as dlcore/plurals.py has it: «1 epoch», though the sentence says «{epochs} epochs».

export const NOUNS =
  "answers arms attempts batches bytes cells channels characters classes clips columns days digits entries " +
  "epochs examples experiments features files filters folds folders gaps groups heads hours images items labels " +
  "layers learners lessons letters lines minutes networks nodes numbers others pairs parameters people pictures " +
  "pixels places points questions rounds rows runs samples seconds seeds sequences sheets sigmoids steps " +
  "students studies tasks terms tokens trials twins units values weights words";

/** @type {Record<string, string>} */
const ONE = { people: "person", studies: "study", batches: "batch", classes: "class", entries: "entry" };
/** @type {Record<string, string>} */
const VERBS = { are: "is", were: "was", have: "has" };
const COUNTED = new RegExp(
  `\\{(\\w+)\\}((?: [a-z-]+){0,2}?) (${NOUNS.replaceAll(" ", "|")})\\b(?: (are|were|have)\\b)?`,
  "g",
);

/**
 * A sentence, its places still to be filled, with the nouns of those that are one in the singular.
 * @param {string} text
 * @param {Record<string, unknown>} values
 */
export function agreeing(text, values) {
  return text.replace(COUNTED, (found, place, adjectives, noun, verb) => {
    const value = Object.hasOwn(values, place) ? values[place] : null;
    // With an adjective between, only a number: what is written already may be a name.
    if (value !== 1 && !(value === "1" && !adjectives)) return found;
    const said = `{${place}}${adjectives} ${ONE[noun] ?? noun.slice(0, -1)}`;
    return verb ? `${said} ${VERBS[verb]}` : said;
  });
}
