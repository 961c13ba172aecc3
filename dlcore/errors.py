"""Everything that this library refuses, as one tree.

    DlcoreError
    ├── ExperimentError      a setting is unknown or out of bounds        .field
    ├── NetworkError         these layers cannot work one after another   .path, .repair
    ├── NotInKeras           Keras has nothing that does the same
    ├── DataError            a data set cannot be read, split or scaled
    │   └── UploadError      a file from outside is not what it says, or too large
    ├── WeightsError         a weights file does not fit the network, or is not only weights
    ├── ExportError          what was trained cannot be written in a form, or would compute something else there
    ├── ClassError           a class cannot be made, joined or changed so
    │   └── ClassNotFound    no such class or student for this viewer
    ├── SignInError          an identity provider does not say who somebody is
    └── RunError             a run does not exist, or cannot do what was asked
        └── RunNotFound      no such run for this viewer

Each carries one sentence for the learner (`Text`), shown in the language of whoever reads it. A programming
mistake is not in this tree: it stays a Python error, goes to the log, and never reaches a page.
"""

from __future__ import annotations

import difflib
import errno
from collections.abc import Iterable

from dlcore.foreign_names import pointer
from dlcore.i18n import N_, Text, _

SHOWN = 60  # letters of what came that a sentence repeats


class DlcoreError(Exception):
    """Something the learner can put right; `str(error)` says what, in the current language."""

    def __init__(self, text: Text) -> None:
        super().__init__(text)
        self.text = text

    def __str__(self) -> str:
        return str(self.text)


class ExperimentError(DlcoreError):
    """A setting is unknown or out of bounds. `field` is its dotted path, as in `training.optimizer.lr`."""

    def __init__(self, text: Text, field: str = "") -> None:
        super().__init__(text)
        self.field = field

    def __str__(self) -> str:
        """«network, layer 3, out_features: must be …»: the field as a learner counts it, then the sentence."""
        text = str(self.text)
        return f"{spoken(self.field)}: {text}" if self.field else text


# What an entry is called of the list that stands under this name in an experiment; of any other, a layer.
ENTRIES = {
    "": N_("layer {number}"),
    "network": N_("layer {number}"),
    "recipe": N_("step {number}"),
    "changes": N_("change {number}"),
    "augmentation": N_("change {number}"),
    "flaws": N_("flaw {number}"),
}


def spoken(field: str) -> str:
    """A dotted path as people count: «recipe, step 2, limit»."""
    parts = field.split(".")
    said, called = [], ENTRIES[""]
    for part in parts:
        called = ENTRIES.get(part, called)
        said.append(_(called, number=int(part) + 1) if part.isdigit() else part)
    return ", ".join(said) if any(part.isdigit() for part in parts) else field


class NetworkError(DlcoreError):
    """The layers cannot work one after another.

    `path` finds the layer: `(3,)` is the fourth of the stack, `(3, 0, 1)` lies inside a block.
    `repair` names what one click could do, e.g. `insert:Flatten`, as `apply_repair` takes it; None where there is no
    such thing.
    """

    def __init__(self, text: Text, path: tuple[int, ...] = (), repair: str | None = None) -> None:
        super().__init__(text)
        self.path = path
        self.repair = repair


class NotInKeras(DlcoreError):  # noqa: N818 (a sentence reads better so)
    """Keras has nothing that computes the same."""


class DataError(DlcoreError):
    """A data set cannot be read, split or scaled."""


class UploadError(DataError):
    """A file from outside is not what it says, is malformed, or is over a limit."""


class WeightsError(DlcoreError):
    """A weights file does not fit the network, or holds more than weights."""


class ExportError(DlcoreError):
    """What was trained cannot be written in a form so that it computes the same."""


class SignInError(DlcoreError):
    """An identity provider does not say who somebody is, or what it says is not to be trusted."""


class RunError(DlcoreError):
    """A run cannot do what was asked of it."""


class ClassError(DlcoreError):
    """A class cannot be made, joined or changed so."""


class ClassNotFound(ClassError):  # noqa: N818
    """There is no such class, or nobody of that name in it, for whoever asks."""


class RunNotFound(RunError):  # noqa: N818 (a sentence reads better so)
    """There is no such run for this viewer. Somebody else's run is answered just so."""


def run_not_found(run_id: str) -> RunNotFound:
    """Somebody else's run is answered as one that does not exist."""
    return RunNotFound(Text(N_("There is no run {id}."), id=run_id[:40]))


def study_not_found(study_id: str) -> RunNotFound:
    """Somebody else's study is answered as one that does not exist."""
    return RunNotFound(Text(N_("There is no study {id}."), id=study_id[:40]))


def no_room(error: BaseException) -> bool:
    """Whether a disk is full, or the share of it that one may use."""
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)


def nearest(name: str, allowed: Iterable[str]) -> str | None:
    """The allowed name that begins with the one given, or looks most like it, whatever its case; None if none does."""
    given, by_lower = str(name).lower(), {each.lower(): each for each in allowed}
    longer = [each for each in by_lower if each.startswith(given)] if len(given) > 2 else []
    match = sorted(longer, key=len) or difflib.get_close_matches(given, by_lower, n=1, cutoff=0.5)
    return by_lower[match[0]] if match else None


def unknown(kind: str | Text, name: object, allowed: Iterable[str], value: object = None) -> Text:
    """«Unknown layer 'Linar'. Did you mean Linear? Allowed: …»: the sentence for a name nobody registered.

    A name from elsewhere gets its pointer, and one that differs in case alone its match, without the list.
    `value` is what came with it.
    """
    allowed, text = list(allowed), _shortened(str(name))
    meant = pointer(kind.msgid if isinstance(kind, Text) else kind, text, allowed, value)
    if meant is not None:
        return Text(N_("Unknown {kind} {name}. {pointer}"), kind=kind, name=repr(text), pointer=meant)
    match = nearest(text, allowed)
    shown = repr(text) if isinstance(name, str) or len(text) == SHOWN else repr(name)
    if match is None:
        return Text(N_("Unknown {kind} {name}. Allowed: {allowed}."), kind=kind, name=shown, allowed=", ".join(allowed))
    if match.lower() == text.lower():
        return Text(N_("Unknown {kind} {name}. Did you mean {match}?"), kind=kind, name=shown, match=match)
    return Text(
        N_("Unknown {kind} {name}. Did you mean {match}? Allowed: {allowed}."),
        kind=kind,
        name=shown,
        match=match,
        allowed=", ".join(allowed),
    )


def _shortened(name: str) -> str:
    return name if len(name) <= SHOWN else name[: SHOWN - 1] + "…"
