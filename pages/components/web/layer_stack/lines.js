// The elements of the list: a row for each layer, and the lines above and below the stacks of a block.

import { button, label, make, say } from "../kit/dom.js";
import { fill } from "../kit/texts.js";
import { icon, iconButton } from "./icons.js";

/** @import { Stack } from "./component.js" */
/** @import { EdgeLine, Line, Row, RowLine } from "./types.d.ts" */

export class RowElement {
  /**
   * @param {Stack} stack
   * @param {number} id of the row: it may be another value after the next answer of Python
   */
  constructor(stack, id) {
    this.stack = stack;
    this.grip = make("span", { class: "grip", "aria-hidden": "true" }, icon("lock"));
    this.hue = make("span", { class: "hue" });
    this.name = make("span", { class: "name" });
    this.main = make("span", { class: "main" });
    this.pick = make("button", { type: "button", class: "pick" }, this.name, this.main);
    this.shapes = make("span", { class: "shapes" });
    this.parameters = make("span", { class: "parameters" });
    /** @type {(act: (row: Row) => void) => () => void} */
    const onRow = (act) => () => {
      const row = stack.find(id);
      if (row) act(row);
    };
    this.tools = {
      up: iconButton(
        "up",
        onRow((row) => stack.step(row, -1)),
      ),
      down: iconButton(
        "down",
        onRow((row) => stack.step(row, 1)),
      ),
      duplicate: iconButton(
        "duplicate",
        onRow((row) => stack.duplicate(row)),
      ),
      remove: iconButton(
        "remove",
        onRow((row) => stack.remove(row)),
      ),
    };
    const actions = make("span", { class: "actions" }, ...Object.values(this.tools));
    this.line = make(
      "div",
      { class: "line" },
      this.grip,
      this.hue,
      this.pick,
      this.shapes,
      this.parameters,
      actions,
    );
    this.line.onclick = (event) => {
      if (!isIn(event, ".actions")) stack.select(id);
    };
    this.line.onpointerdown = (event) => stack.startDrag(event, id);
    this.message = make("span", { class: "message" });
    this.mend = button(
      { class: "mend" },
      "",
      onRow((row) => stack.send({ do: "repair", ...row.repair })),
    );
    this.trouble = make("div", { class: "trouble", role: "status" }, this.message, this.mend);
    this.folded = make("summary", {}, "");
    this.hint = make("span", { class: "said" });
    this.follow = button(
      { class: "follow" },
      "",
      onRow((row) => stack.send({ do: "repair", ...row.remark?.repair })),
    );
    const open = make("div", { class: "hint" }, this.hint, this.follow);
    this.remark = make("details", { class: "remark" }, this.folded, open);
    this.element = make("li", { class: "row", "data-id": id }, this.line, this.trouble, this.remark);
  }

  /** @param {Line} line */
  fill(line) {
    if (line.kind !== "row") return;
    const { row } = line;
    const { texts } = this.stack;
    const selected = row.id === this.stack.model.selected;
    this.element.className = ["row", row.state, row.locked && "locked", selected && "selected"]
      .filter(Boolean)
      .join(" ");
    this.hue.style.background = row.colour;
    say(this.name, row.name);
    say(this.main, row.main);
    say(this.shapes, row.shapes);
    say(this.parameters, row.parameters);
    this.parameters.title = row.parameters ? fill(texts.parameters, { count: row.parameters }) : "";
    say(this.message, row.message);
    this.trouble.hidden = !row.message;
    this.mend.hidden = !row.repair;
    say(this.mend, row.repair?.label ?? "");
    this.fillRemark(row, texts);
    this.pick.setAttribute("aria-current", String(selected));
    this.pick.setAttribute("aria-label", this.spoken(line));
    this.grip.title = row.locked ? texts.locked : texts.drag;
    this.line.title = row.locked ? texts.locked : row.state === "unreached" ? texts.unreached : "";
    this.fillTools(line);
  }

  /**
   * @param {Row} row
   * @param {Stack["texts"]} texts
   */
  fillRemark({ remark }, texts) {
    this.remark.hidden = !remark;
    if (!remark) this.remark.open = false;
    say(this.folded, texts.remark);
    say(this.hint, remark?.message ?? "");
    this.follow.hidden = !remark?.repair;
    say(this.follow, remark?.repair?.label ?? "");
  }

  /** @param {RowLine} line */
  fillTools({ row, block, place }) {
    const { texts, model } = this.stack;
    for (const tool of /** @type {(keyof typeof this.tools)[]} */ (Object.keys(this.tools))) {
      label(this.tools[tool], `${texts[tool]} · ${row.name}`).hidden = row.locked;
    }
    if (row.locked) return;
    const last = model.top.length - (model.top.at(-1)?.locked ? 2 : 1);
    this.tools.up.disabled = !block && place === 0; // out of a block there is always a way
    this.tools.down.disabled = !block && place === last;
  }

  /** @param {RowLine} line */
  spoken(line) {
    const { row, place } = line;
    const { texts } = this.stack;
    const parts = [`${place + 1}`, row.name, row.main, this.stack.around(line), row.shapes];
    if (row.parameters) parts.push(fill(texts.parameters, { count: row.parameters }));
    if (row.state === "unreached") parts.push(texts.unreached);
    return [...parts, row.message, row.remark?.message].filter(Boolean).join(", ");
  }
}

export class EdgeElement {
  /**
   * @param {Stack} stack
   * @param {EdgeLine} line
   */
  constructor(stack, { kind, block, stack: number }) {
    const { id } = block;
    this.stack = stack;
    this.branch = make("span", { class: "branch" });
    this.prune = iconButton("remove", () => stack.prune(id, number));
    this.into = button({ class: "into" }, "", () => {
      if (kind === "grow") stack.send({ do: "branch", id });
      else stack.menu.open(this.into, { within: id, stack: number });
    });
    const parts = kind === "head" ? [this.branch, this.prune] : [this.into];
    this.element = make("li", { class: kind === "head" ? "head" : "foot" }, ...parts);
  }

  /** @param {Line} line */
  fill(line) {
    if (line.kind === "row") return;
    const { texts } = this.stack;
    const number = { number: line.stack + 1 };
    const head = fill(texts.head, number);
    say(this.branch, head);
    label(this.prune, `${texts.prune} · ${head}`);
    if (line.kind === "grow") say(this.into, `+ ${texts.branch}`);
    else say(this.into, `+ ${line.block.grows ? fill(texts.into, number) : texts.inside}`);
  }
}

/**
 * Whether an event happened in an element of this kind.
 * @param {Event} event
 * @param {string} selector
 */
export function isIn(event, selector) {
  return event.target instanceof Element && event.target.closest(selector) !== null;
}
