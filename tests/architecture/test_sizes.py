"""Functions and files stay small: half of them are no longer than this."""

from __future__ import annotations

import ast
from statistics import median

from tests.architecture.modules import FILES, ROOT

FUNCTION_LINES = 7
FILE_LINES = 110
LESSON_LINES = 150
REASON = "\n# More than 150 lines: "


def test_half_of_the_functions_have_seven_lines_at_most() -> None:
    nodes = (node for path in FILES for node in ast.walk(ast.parse(path.read_text("utf-8"))))
    lines = [(node.end_lineno or node.lineno) - node.lineno + 1 for node in nodes
             if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]  # fmt: skip
    assert median(lines) <= FUNCTION_LINES


def test_half_of_the_files_have_110_lines_at_most() -> None:
    assert median(len(path.read_text("utf-8").splitlines()) for path in FILES) <= FILE_LINES


def test_a_lesson_of_more_lines_than_a_lesson_has_says_why() -> None:
    written = {path.name: path.read_text("utf-8") for path in (ROOT / "dlcore/lessons/course").glob("*.py")}
    long = {name for name, text in written.items() if len(text.splitlines()) > LESSON_LINES}
    assert long == {name for name, text in written.items() if REASON in text}
