// What the browser makes of operations on a stack, for tests in Python.

import { carryOut, grown } from "../../../pages/components/web/layer_stack/tree.js";

/** @import { Group, Operation, Row, SentRow } from "../../../pages/components/web/layer_stack/types.d.ts" */

/**
 * The rows as [id, name, stacks] after each of the operations, and which is selected.
 * @param {SentRow[]} rows
 * @param {number | null} selected
 * @param {Group[]} menu
 * @param {Operation[]} operations
 */
export function outcome(rows, selected, menu, operations) {
  const model = { top: grown(rows), selected };
  return operations.map((operation) => {
    carryOut(model, operation, menu);
    return { rows: model.top.map(written), selected: model.selected };
  });
}

/** @param {Row} row @returns {unknown} */
function written({ id, name, inside }) {
  return [id, name, inside.map((stack) => stack.map(written))];
}
