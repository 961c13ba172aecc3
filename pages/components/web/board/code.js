// Lines of a program, of which one is lit, and what is said of it.

import { make, say } from "../kit/dom.js";
import { filled } from "./words.js";

/** @import { Scope } from "./expression.js" */
/** @import { Code as Declared, Part } from "./types.d.ts" */

/** @implements {Part} */
export class Code {
  /** @param {Declared} declared */
  constructor(declared) {
    this.declared = declared;
    this.lines = declared.lines.map((line) => make("code", {}, line || " "));
    this.note = make("p", { class: "note", "aria-live": "polite" });
    const code = make("pre", { tabindex: 0, "aria-label": declared.title }, ...this.lines);
    this.element = make(
      "figure",
      { class: "code" },
      make("p", { class: "title" }, declared.title),
      code,
      this.note,
    );
    if (declared.caption) this.element.append(make("figcaption", {}, declared.caption));
  }

  /** @param {Scope} scope */
  show(scope) {
    const lit = Math.round(scope.number(this.declared.lit));
    this.lines.forEach((line, n) => {
      line.classList.toggle("lit", n === lit);
      line.toggleAttribute("aria-current", n === lit);
    });
    say(this.note, filled(this.declared.notes?.[String(lit)] ?? "", scope));
  }
}
