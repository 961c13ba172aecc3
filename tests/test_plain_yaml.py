"""Whatever text comes in as YAML, what comes out is plain data or one sentence: soon, and in little memory."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcore.errors import ExperimentError
from dlcore.experiment import Experiment, plain_yaml
from dlcore.i18n import language
from tests.sampling import examples

PLAIN = """
a: 1e-3
b: 0x1F
c: 017
d: 1_000
e: -.inf
f: +12
g: "12"
h: no
i:
j: .5
k: 0b101
l: [1, {m: On, n: ~}]
o: 1.
p: |
  two
  lines
"""


def refusal(raw: str | bytes) -> str:
    with pytest.raises(ExperimentError) as caught:
        plain_yaml.read(raw)
    return str(caught.value)


def test_plain_data_are_those_that_pyyaml_reads() -> None:
    expected = yaml.safe_load(PLAIN)
    expected["a"] = 0.001  # YAML 1.1 wants a dot
    assert plain_yaml.read(PLAIN) == expected
    assert math.isnan(plain_yaml.read("a: .nan")["a"])


TEXTS = ["59:59", "1:30:45", "190:20:30.15", "2026-13-45", "2026-01-31", "2001-12-14t21:59:43.10-05:00", "0x_", "0b_"]
TEXTS += ["0_", "_1", "+", ".", "=", "1e", "0o17", "1__2x", "0x1G", "2026-01-31 10:00:00"]


@pytest.mark.parametrize("text", TEXTS)
def test_a_date_a_time_and_what_only_looks_like_a_number_stay_the_text_that_was_written(text: str) -> None:
    assert plain_yaml.read(f"a: {text}") == {"a": text}


@pytest.mark.parametrize("seed", ["59:59", "2026-13-45", "0x_", "1:2:3:4"])
def test_as_a_seed_such_a_text_is_refused_by_the_form(seed: str) -> None:
    with pytest.raises(ExperimentError) as caught:
        Experiment.from_yaml_text(
            f"dataset: {{name: iris}}\nnetwork: [Output]\ntraining: {{optimizer: Adam}}\nseed: {seed}"
        )
    assert str(caught.value).startswith("seed: must be a whole number")
    assert repr(seed) in str(caught.value)


NOT_PLAIN: list[tuple[str | bytes, int, str]] = [
    ("a: 1\nb: !!bool maybe", 2, "tags"),
    ("a: !!float x", 1, "tags"),
    ("a: !!int 0x_", 1, "tags"),
    ("a: !!timestamp x", 1, "tags"),
    ("a: !!binary '%'", 1, "tags"),
    ("a: !!set {x, y}", 1, "tags"),
    ("a: !!omap [1]", 1, "tags"),
    ("a: !!pairs [1]", 1, "tags"),
    ("a: !!null x", 1, "tags"),
    ("a: !!str x", 1, "tags"),
    ("a: ! x", 1, "tags"),
    ("!!python/name:os.system", 1, "tags"),
    ("a: &x 1", 1, "anchors and aliases"),
    ("a: &x [*x]", 1, "anchors and aliases"),
    ("a: 1\nb: *x", 2, "anchors and aliases"),
    ("a: {<<: {b: 1}}", 1, "merges"),
    ("a: 1\nb: 2\na: 3", 3, "a stands there twice, first in line 1"),
    ("x:\n  - {layer: ReLU, layer: Tanh}", 2, "layer stands there twice"),
    ("1: a\n1.0: b", 2, "twice"),
    ("seed: 1" + "0" * 5000, 1, "a number of 5,001 digits"),
    ("seed: 0x" + "f" * 5000, 1, "a number of"),
    ("seed: 1." + "0" * 5000, 1, "a number of"),
    ("? [a]\n: b", 1, "a name must stand before the colon"),
    ("? {a: b}\n: c", 1, "a name must stand before the colon"),
    ("a: 1\n---\nb: 2", 2, "a second document"),
    ("a:\n\t- b", 2, "not with a tab"),
    ("a: b\n\tc: d", 2, "not with a tab"),
    ("a: 1\nb: \x00", 2, "U+0000"),
    ("a: \x07", 1, "U+0007"),
    ("a: \ud800", 1, "U+D800"),
    ("a: \uffff", 1, "U+FFFF"),
    ("%YAML 3.0\n---\na: 1", 1, "incompatible"),
    ("a: b: c", 1, "mapping values"),
    ("a: [1, 2", 2, "did not find expected"),
    ("[" * 5000, 1, "too deep"),
    ("- " * 5000, 1, "too deep"),
    ("[" + "a," * 60_000 + "]", 1, "more than 50,000 values"),
    ("a: Größe".encode("latin-1"), 1, "UTF-8"),
    ("a: 1".encode("utf-32"), 1, "U+0000"),
    (b"\xff\xfe\x00", 1, "UTF-8"),
]


@pytest.mark.parametrize(("raw", "line", "words"), NOT_PLAIN, ids=lambda each: repr(each)[:30])
def test_what_is_not_plain_yaml_gets_one_sentence_with_the_line(raw: str | bytes, line: int, words: str) -> None:
    said = refusal(raw)
    assert said.startswith(f"Line {line} is not plain YAML: ")
    assert words in said
    assert "\n" not in said
    assert len(said) < 250
    with language("zh_CN"):
        assert f"第 {line} 行" in refusal(raw)


def test_a_byte_order_mark_and_utf_16_are_read() -> None:
    assert plain_yaml.read("\ufeffa: 1") == {"a": 1}
    for encoding in ("utf-8-sig", "utf-16"):
        assert plain_yaml.read("a: Größe 中".encode(encoding)) == {"a": "Größe 中"}


def test_where_pyyaml_was_built_without_libyaml_the_same_is_read_and_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = plain_yaml.read(PLAIN)
    monkeypatch.setattr(plain_yaml, "_LOADER", yaml.SafeLoader)
    assert plain_yaml.read(PLAIN) == expected
    for raw, _line, _words in NOT_PLAIN:
        assert "not plain YAML: " in refusal(raw)


def test_the_limit_is_of_bytes_whatever_a_letter_takes() -> None:
    assert "at most 1,000,000 bytes" in refusal("a: " + "中" * 400_000)
    assert plain_yaml.read("a: " + "中" * 300_000)["a"] == "中" * 300_000


# Fuzzing: only ExperimentError ever comes out

SCALARS = ["", "~", "1", "-1", "1e-3", "0x_", "0x1F", "017", "59:59", "2026-13-45", "9" * 450, ".nan", "-.inf", "yes"]
SCALARS += ["'a'", '"\\x41"', '"\\ud800"', "a b", "<<", "=", "!!int x", "!x y", "&a b", "*a", "|\n  x\n", ">\n x", "\t"]
SCALARS += [
    "digits",
    "Linear",
    "Output",
    "Adam",
    "CrossEntropyLoss",
    "{}",
    "[]",
    "[",
    "}",
    "# x",
    "\x00",
    "\ufeff",
    "😀",
]
KEYS = ["dataset", "name", "network", "layer", "training", "optimizer", "loss", "seed", "split", "test", "lr", "start"]
KEYS += ["augmentation", "schedule", "epochs", "<<", "? a", "1", "null", "x" * 1100, "units", "batch_size", "method"]

scalars = st.one_of(st.sampled_from(SCALARS), st.text(max_size=8))
keys = st.one_of(st.sampled_from(KEYS), st.sampled_from(SCALARS))


def flow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    lists = st.lists(inner, max_size=4).map(lambda each: f"[{', '.join(each)}]")
    maps = st.lists(st.tuples(keys, inner), max_size=4).map(
        lambda each: "{" + ", ".join(f"{key}: {value}" for key, value in each) + "}"
    )
    return st.one_of(lists, maps)


values = st.recursive(scalars, flow, max_leaves=12)
starts = st.sampled_from(["", " ", "  ", "- ", "? ", "---\n", "\t"])
documents = st.lists(st.tuples(starts, keys, values), max_size=6).map(
    lambda lines: "\n".join(f"{start}{key}: {value}" for start, key, value in lines)
)
raw_texts = st.one_of(
    st.text(max_size=300),
    st.text(alphabet="ab01:-?{}[]&*!|>'\"%@`#,\n\t .<~_xe", max_size=300),
    st.binary(max_size=300),
)


@settings(max_examples=examples(600), deadline=None)
@given(st.one_of(documents, values, raw_texts))
def test_whatever_text_comes_an_experiment_or_an_experiment_error_comes_out(raw: str | bytes) -> None:
    said = "an experiment"
    with suppress(ExperimentError):
        try:
            Experiment.from_yaml_text(raw)
        except ExperimentError as error:
            said = str(error)
            raise
    assert 0 < len(said) < 3000


whole = st.integers(-(10**30), 10**30)
plain_data = st.recursive(
    st.one_of(st.none(), st.booleans(), whole, st.floats(allow_nan=False), scalars, st.text(max_size=20)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=10,
)


@settings(max_examples=examples(400), deadline=None)
@given(st.dictionaries(st.text(max_size=8), plain_data, max_size=3))
def test_what_is_written_is_read_as_the_same(plain: dict[str, Any]) -> None:
    try:
        written = plain_yaml.write(plain)
        written.encode()
    except (UnicodeEncodeError, yaml.YAMLError):
        return
    assert plain_yaml.read(written) == plain


# Time and memory: each text in a process of its own, with a small experiment read before

LARGEST = plain_yaml.MAX_BYTES
HOSTILE = {
    "sexagesimals": "a: " + "59:" * (LARGEST // 3 - 2) + "59",
    "digits": "seed: " + "9" * (LARGEST - 10),
    "a long list": "- a\n" * (LARGEST // 4),
    "a long list on one line": "[" + "a," * (LARGEST // 2 - 2) + "]",
    "a deep list": "[" * LARGEST,
    "deep entries": "- " * (LARGEST // 2),
    "many names": "".join(f"k{number}: 1\n" for number in range(80_000)),
    "unknown settings": "dataset: {name: iris}\nnetwork: [Output]\ntraining: {"
    + ",".join(f"k{number}: 1" for number in range(24_000))
    + "}",
    "an unknown layer": "dataset: {name: iris}\ntraining: {optimizer: Adam}\nnetwork: [" + "x" * (LARGEST - 100) + "]",
    "a quoted text": '"' + "\\n" * (LARGEST // 2 - 2) + '"',
    "a folded text": '"' + "a\n" * (LARGEST // 2 - 2) + '"',
    "blank lines": "\n" * (LARGEST - 4) + "a: *",
    "comments": "#\n" * (LARGEST // 2),
    "open mappings": "{a: " * (LARGEST // 4),
    "letters of four bytes": "[" + "😀," * (LARGEST // 5 - 2) + "]",
    "wide seeds": "dataset: {name: iris}\nnetwork: [Output]\ntraining: {optimizer: Adam}\nseed: ["
    + "1," * 49_000
    + "]",
}
MEASURE = """
import json, os, resource, sys, time
from pathlib import Path
from dlcore.errors import ExperimentError
from dlcore.experiment import Experiment

def read(text):
    try:
        Experiment.from_yaml_text(text)
    except ExperimentError as error:
        assert len(str(error)) < 3000

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

read(b"dataset: {name: iris}\\nnetwork: [Output, {layer: x}]\\ntraining: {optimizer: Adam}")  # loads what is registered
for path in sorted(Path(sys.argv[1]).iterdir()):
    if os.fork() == 0:
        text = path.read_bytes()
        before, began = peak(), time.process_time()
        read(text)
        print(json.dumps([path.name, time.process_time() - began, peak() - before]), flush=True)
        os._exit(0)
    assert os.wait()[1] == 0, path.name
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes as POSIX has them")
def test_a_text_of_the_largest_size_takes_less_than_a_second_and_fifty_mebibytes(tmp_path: Path) -> None:
    for kind, text in HOSTILE.items():
        (tmp_path / kind).write_text(text[:LARGEST], "utf-8")
    done = subprocess.run([sys.executable, "-c", MEASURE, tmp_path], capture_output=True, text=True, check=True)
    measured = [json.loads(line) for line in done.stdout.splitlines()]
    assert [kind for kind, _, _ in measured] == sorted(HOSTILE)
    assert [each for each in measured if each[1] > 1 or each[2] > 50] == []


def test_every_yaml_that_comes_in_is_read_here() -> None:
    """PyYAML's own readers stand nowhere else in the library or the pages."""
    root = Path(__file__).parents[1]
    sources = [path for folder in ("dlcore", "pages") for path in (root / folder).rglob("*.py")]
    readers = ("yaml.load", "yaml.safe_load", "yaml.full_load", "yaml.parse", "yaml.compose", "from yaml")
    found = {path.name for path in sources if any(reader in path.read_text("utf-8") for reader in readers)}
    assert found == {"plain_yaml.py"}
