"""`make messages`: brings every text of the source into the catalogues, keeps what is translated, drops what is gone.

A text is the first argument of `_`, `N_` or `Text`; the first paragraph of a registered declaration's docstring,
which learners read; or what a preset is called, does and teaches. Each catalogue gathers the texts of one area of the
source; a text that two areas use stands in the first.
"""

from __future__ import annotations

import ast
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from dlcore.i18n import LANGUAGES, LOCALE_DIR, LocalizedText

ROOT = Path(__file__).parents[1]
HEADER = """# Texts of {area}. `make messages` keeps this file complete; write the translations here.
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Language: {language}\\n"

"""
MARKERS = {"_", "N_", "Text"}

Places = Mapping[str, list[tuple[str, int]]]  # msgid -> the files and lines that use it

# (catalogue, where its texts stand): the first place that fits a file names its catalogue
AREAS = (
    ("layers", "dlcore/layers"),
    ("data", "dlcore/data"),
    ("presets", "dlcore/presets"),
    ("training", "dlcore/training"),
    ("coach", "dlcore/coach"),
    ("runs", "dlcore/runs"),
    ("figures", "dlcore/figures"),
    ("studies", "dlcore/studies"),
    ("studies", "dlcore/baselines"),
    ("codegen", "dlcore/codegen"),
    ("codegen", "dlcore/export"),
    ("codegen", "dlcore/inference"),
    ("pages", "dlcore/serving"),
    ("pages", "dlcore/number_format.py"),
    ("cli", "dlcore/cli"),
    ("lessons", "dlcore/lessons"),
    ("core", "dlcore"),
    ("lessons", "pages/components/lessons"),
    ("live", "pages/components/web/live_view"),
    ("compare", "pages/compare.py"),
    ("compare", "pages/components/studio/fold_form.py"),
    ("studio", "pages/studio.py"),
    ("studio", "pages/components/studio"),
    ("studio", "pages/components/shared/data_preview.py"),
    ("studio", "pages/components/shared/forms.py"),
    ("studio", "pages/components/web/layer_stack"),
    ("studio", "pages/components/web/gallery"),
    ("pages", "pages"),
)


def area_of(path: Path) -> str:
    """The catalogue that gathers the texts of a source file."""
    relative = path.relative_to(ROOT)
    return next(area for area, place in AREAS if relative.is_relative_to(place))


def texts() -> dict[str, dict[str, list[tuple[str, int]]]]:
    """Every text of the source: catalogue -> msgid -> the places that use it."""
    found: dict[str, dict[str, list[tuple[str, int]]]] = {area: {} for area, _ in AREAS}
    home: dict[str, str] = {}
    for area, msgid, place in _everything():
        area = home.setdefault(msgid, area)
        found[area].setdefault(msgid, []).append(place)
    return found


def _everything() -> Iterator[tuple[str, str, tuple[str, int]]]:
    order = [area for area, _ in AREAS]
    files = [*ROOT.glob("dlcore/**/*.py"), *ROOT.glob("pages/**/*.py"), ROOT / "app.py"]
    for path in sorted(files, key=lambda path: (order.index(_area(path)), path)):
        where = str(path.relative_to(ROOT))
        for line, msgid in marked(path.read_text("utf-8")):
            yield _area(path), msgid, (where, line)
    yield from _declared()
    yield from _presets()


def marked(source: str) -> Iterator[tuple[int, str]]:
    """(line, text) of every text that is marked in a Python source, in its order; inside f-strings, too."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call) and node.args]
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        match call:
            case ast.Call(ast.Name(name), [ast.Constant(str(text)), *_]) if name in MARKERS and text:
                yield call.lineno, text


def _area(path: Path) -> str:
    return "pages" if path == ROOT / "app.py" else area_of(path)


def _declared() -> Iterator[tuple[str, str, tuple[str, int]]]:
    import inspect

    from dlcore import registry
    from dlcore.baselines import BASELINES
    from dlcore.studies import STUDIES
    from dlcore.studies.overfitting import REMEDIES

    kinds: list[Any] = [each for each in vars(registry).values() if isinstance(each, registry.Registry)]
    kinds += [STUDIES, REMEDIES, BASELINES]
    for declared in [declaration for kind in kinds for declaration in kind.values()]:
        if isinstance(declared.summary(), LocalizedText):  # of a card, which is translated in itself
            continue
        path = Path(inspect.getfile(declared))
        yield area_of(path), declared.summary(), (str(path.relative_to(ROOT)), inspect.getsourcelines(declared)[1])


def _presets() -> Iterator[tuple[str, str, tuple[str, int]]]:
    for path in sorted((ROOT / "dlcore/presets").glob("*.yaml")):
        plain = yaml.safe_load(path.read_text("utf-8"))
        for key in ("title", "summary", "teaches"):
            yield "presets", plain[key], (str(path.relative_to(ROOT)), 1)


def catalogue_path(language: str, area: str) -> Path:
    """Where a catalogue lies."""
    return LOCALE_DIR / language / "LC_MESSAGES" / f"{area}.po"


def translated(language: str) -> dict[str, str]:
    """Every msgid that any catalogue of a language holds, and its text (empty where nobody wrote one yet)."""
    known: dict[str, str] = {}
    for path in sorted((LOCALE_DIR / language / "LC_MESSAGES").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id:
                    known[str(message.id)] = known.get(str(message.id)) or str(message.string or "")
    return known


def update(language: str) -> tuple[int, int]:
    """Rewrite the catalogues of a language. -> how many texts there are, and how many want a translation."""
    known, found = translated(language), texts()
    for path in (LOCALE_DIR / language / "LC_MESSAGES").glob("*.po"):
        if not found.get(path.stem):
            path.unlink()
    for area, messages in found.items():
        if messages:
            path = catalogue_path(language, area)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(_written(language, area, messages, known))
    wanted = [msgid for messages in found.values() for msgid in messages]
    return len(wanted), sum(not known.get(msgid) for msgid in wanted)


def _written(
    language: str, area: str, messages: Mapping[str, list[tuple[str, int]]], known: Mapping[str, str]
) -> bytes:
    """A catalogue file: no dates and no line numbers, so that it changes only where a text does."""
    catalogue = Catalog(locale=language)
    for msgid, places in messages.items():
        catalogue.add(msgid, known.get(msgid, ""), locations=sorted({(file, 0) for file, _line in places}))
    body = io.BytesIO()
    write_po(body, catalogue, width=120, omit_header=True, include_lineno=False)
    return HEADER.format(area=area, language=language).encode() + body.getvalue()


def main() -> None:
    """Update every language and say what is left to translate."""
    for language in LANGUAGES:
        if language != "en":
            count, missing = update(language)
            print(f"{language}: {count} texts, {missing} without a translation")


if __name__ == "__main__":
    main()
