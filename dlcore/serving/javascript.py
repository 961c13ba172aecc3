"""A bundle of JavaScript modules, taken apart into its statements, and put together again without what nobody asks for.

The bundle is one that esbuild made: a function whose body declares every module of the bundled packages by itself, to
be run when it is first asked for (`var a=W((b,c)=>{…});` for one that is required, `var d=Ea(()=>{…});` for one that is
imported), and functions beside them. What no kept statement names can go: names are compared, whatever they stand for,
so that too much may be kept, and never too little.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

NAME = re.compile(r"[A-Za-z_$][\w$]*")
_PLAIN = re.compile(r"[^\"'`/{}()\[\];]+")
_STRING = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'", re.DOTALL)
_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_EXPRESSION = re.compile(r"/(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/")  # a regular one
_TEMPLATE = re.compile(r"(?:[^`\\$]|\\.|\$(?!\{))*(`|\$\{)", re.DOTALL)  # up to its end, or to a part to be computed
_PAIRS = {"}": "{", ")": "(", "]": "["}
_OPERAND = re.compile(r"[\w$)\]}\"'`]\s*\Z")  # what a value ends with: a slash after it divides
_BEFORE_VALUE = re.compile(r"(?:^|[^\w$.])(?:return|typeof|case|in|of|do|else|void|delete|instanceof|throw|new)\s*\Z")
_BLOCK = re.compile(r"\s*(?:(?:async\s+)?function|class)\b")  # such a statement ends without a semicolon
LOOK_BACK = 16  # characters that tell whether a slash divides
AT_ONCE = "//# allFunctionsCalledOnLoad\n"  # Chromium's «explicit compile hint»; to others a comment


def compiled_at_once(script: str) -> str:
    """The script with a word to the browser: compile it as a whole, in another thread, while it comes.

    Else a browser compiles a function when it is first called, in the thread that draws the page. Good for scripts of
    which most is called before something is to be seen.
    """
    return AT_ONCE + script


def statements(body: str) -> Iterator[str]:
    """The statements of a function's body, as they stand; joined again they are the body.

    >>> list(statements("var a=/[;]/;function b(){return`;${a}`}b();"))
    ['var a=/[;]/;', 'function b(){return`;${a}`}', 'b();']

    Raises ValueError where the text cannot be taken apart so.
    """
    start = at = 0
    opened: list[str] = []
    while at < len(body):
        at, mark = _next(body, at, opened)
        ends = mark == ";" or (mark == "}" and _BLOCK.match(body, start) is not None)
        if ends and not opened:
            yield body[start:at]
            start = at
    if opened:
        raise ValueError("the text ends inside brackets")
    if start < len(body):
        yield body[start:]


def _next(body: str, at: int, opened: list[str]) -> tuple[int, str]:
    """Where the next piece ends, and its last character; brackets go onto `opened` and off it."""
    mark = body[at]
    if mark in "\"'":
        return _end(_STRING, body, at), mark
    if mark == "/":
        return _after_slash(body, at), mark
    if mark in "{([":
        opened.append(mark)
    elif mark == "`" or (mark == "}" and opened and opened[-1] == "`"):
        if mark == "}":
            opened.pop()
        return _template(body, at + 1, opened), "`"
    elif mark in _PAIRS:
        if not opened or opened.pop() != _PAIRS[mark]:
            raise ValueError(f"a bracket without its other one at {at}")
    elif mark != ";":
        return _end(_PLAIN, body, at), ""
    return at + 1, mark


def _template(body: str, at: int, opened: list[str]) -> int:
    """The end of a template, or of its text before a part that is computed, which then is open."""
    found = _TEMPLATE.match(body, at)
    if found is None:
        raise ValueError(f"a template without an end at {at}")
    if found[1] == "${":
        opened.append("`")
    return found.end()


def _after_slash(body: str, at: int) -> int:
    """The end of a comment, of a division's sign, or of a regular expression."""
    comment = _COMMENT.match(body, at)
    if comment is not None:
        return comment.end()
    before = body[max(0, at - LOOK_BACK) : at]
    divides = _OPERAND.search(before) is not None and _BEFORE_VALUE.search(before) is None
    return at + 1 if divides else _end(_EXPRESSION, body, at)


def _end(pattern: re.Pattern[str], body: str, at: int) -> int:
    found = pattern.match(body, at)
    if found is None:
        raise ValueError(f"what begins at {at} has no end")
    return found.end()


_DECLARED = (
    re.compile(r"\s*(?:async\s+)?function\*?\s*([\w$]+)"),
    re.compile(r"\s*var (?:[\w$]+,)*([\w$]+)=[\w$]+\((?:\([\w$,]*\)|[\w$]+)=>\{"),  # a module, with its variables
    re.compile(r"\s*var ([\w$]+)=\{\};\Z"),  # what a module exports, and …
    re.compile(r"\s*[\w$]+\(([\w$]+),\{(?:[\w$]+:\(\)=>[\w$]+,?)+\}\);\Z"),  # … how it is filled
)


def declared(statement: str) -> str | None:
    """The name by which a statement is asked for; None for one that is always needed."""
    return next((found[1] for pattern in _DECLARED if (found := pattern.match(statement)) is not None), None)


def needed(parts: Sequence[str]) -> list[str]:
    """The statements that the last one asks for, directly or by others, in their order, and those always needed."""
    places: dict[str, list[int]] = {}
    for place, part in enumerate(parts):
        places.setdefault(declared(part) or "", []).append(place)
    found = {*places.pop("", []), len(parts) - 1}
    waiting = list(found)
    while waiting:
        for name in set(NAME.findall(parts[waiting.pop()])):
            news = [each for each in places.get(name, ()) if each not in found]
            found.update(news)
            waiting += news
    return [parts[place] for place in sorted(found)]
