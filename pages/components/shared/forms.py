"""Forms drawn from declarations: every setting becomes the widget that fits its type and bounds.

The value that counts is the draft's, not the widget's: before a widget is drawn, it is set to the draft's value,
so that undo, presets and other tabs show. What comes back is checked again by whoever takes it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dlcore.declaration import Declaration, Setting
from dlcore.errors import DlcoreError
from dlcore.i18n import _, translate
from dlcore.number_format import brief
from pages.components.shared import keys

_locked: ContextVar[bool] = ContextVar("locked", default=False)

Change = Callable[[str, Any], None]  # setting's name, new value

NARROW = 2.0  # a number whose bounds lie no further apart is set with a slider where the form allows sliders
SMALLEST = 1e-6  # how far a widget stays away from a bound that is itself excluded
LOWEST_LOG, HIGHEST_LOG = 1e-5, 1.0  # of the choices offered for a setting that multiplies


@contextmanager
def locked(on: bool) -> Iterator[None]:
    """While this lasts, every widget that is drawn here is greyed out: a teacher has locked it."""
    before = _locked.set(on)
    try:
        yield
    finally:
        _locked.reset(before)


def draw(
    settings: Iterable[Setting],
    values: Mapping[str, Any],
    owner: str,
    change: Change,
    *,
    columns: int = 3,
    labels: Mapping[str, str] | None = None,
    sliders: bool = False,
) -> list[DeltaGenerator]:
    """Draw a form in columns; the places that stayed free in the last row.

    owner: whose settings these are, for the widgets' keys.
    change: called with the name and the new value when somebody changes one, before the next script run; the
        sentence of a DlcoreError that it raises is shown under the widget.
    labels: msgids to show in place of torch's own names.
    """
    free: list[DeltaGenerator] = []
    for setting in filter(_is_drawable, settings):
        free = free or list(st.columns(columns, vertical_alignment="bottom"))
        label = translate((labels or {}).get(setting.name, setting.name))
        one(free.pop(0), setting, values[setting.name], owner, change, label=label, slider=sliders)
    return free


def draw_with_more(declaration: Declaration, owner: str, change: Change, *, columns: int = 4) -> None:
    """Draw the settings of a layer or an optimizer: the usual ones in the open, the rare ones behind a button."""
    values, declared = declaration.model_dump(), declaration.settings().values()
    free = draw([each for each in declared if not each.advanced], values, owner, change, columns=columns)
    rare = [each for each in declared if each.advanced and _is_drawable(each)]
    if rare:
        place = free[0] if free else st.container()
        with place.popover(_("More settings"), key=f"more.{owner}", type="tertiary"):
            draw(rare, values, owner, change, columns=2)


def one(
    place: DeltaGenerator,
    setting: Setting,
    value: Any,
    owner: str,
    change: Change,
    *,
    label: str,
    slider: bool = False,
) -> None:
    """Draw the widget of one setting; under it, why the value that was just given is not allowed."""
    key = keys.setting(owner, setting.name)
    if setting.choices:
        key = keys.in_language(key)
    value = _in_a_row(value) if setting.type is tuple else value
    kind = _kind(setting, slider)
    hold(key, value, every_time=kind not in TYPED)
    common = {
        "key": key,
        "disabled": _locked.get(),
        "help": translate(setting.help),
        "on_change": _changed,
        "args": (key, setting, change),
    }
    with place.container(gap=None):
        _widget(kind, setting, value, label, common)
        said = st.session_state.get(keys.PROBLEM)
        if said is not None and said[0] == key:
            st.markdown(f":small[:red[{escape(str(said[1]))}]]")


def hold(key: str, value: Any, every_time: bool = True) -> None:
    """Give a widget its value, before it is drawn.

    In every script run: a browser that missed the one in which the value was new would show its default, the first
    choice, and send that as the learner's. Not where an answer that comes late would undo what is being typed or
    picked one after another: such a widget has its value as its default too.
    """
    if every_time or st.session_state.get(key, _UNSET) != value:
        st.session_state[key] = value


def _kind(setting: Setting, slider: bool) -> str:
    """Which widget holds a setting."""
    if setting.choices:
        return "choice"
    if setting.type is bool:
        return "check"
    if setting.type is tuple:
        return "text"
    if setting.log:
        return "log"
    return "slider" if slider and setting.type is float and _is_short(setting) else "number"


def _widget(kind: str, setting: Setting, value: Any, label: str, common: dict[str, Any]) -> None:
    if kind == "choice":
        st.selectbox(label, setting.choices, format_func=_choice, **common)
    elif kind == "check":
        st.checkbox(label, **common)
    elif kind == "text":
        st.text_input(label, value, **common)
    elif kind == "log":
        st.selectbox(label, log_choices(setting, value), format_func=_choice, accept_new_options=True,
                     placeholder=_("Choose or type a number"), **common)  # fmt: skip
    elif kind == "slider":
        low, high = bounds(setting)
        st.slider(label, min_value=low, max_value=high, step=0.01, format="%g", **common)
    else:
        low, high = bounds(setting)
        kind = {"step": step_of(setting), "format": "%d" if setting.type is int else "%g"}
        # an emptied field that must hold a number takes its default again: what it held before
        empty = {"placeholder": _("none"), "value": None} if setting.optional else {"required": True, "value": value}
        st.number_input(label, min_value=low, max_value=high, **kind, **empty, **common)


def choose(
    place: DeltaGenerator,
    label: str,
    options: list[str],
    value: str,
    key: str,
    change: Callable[[str], None],
    format_func: Callable[[str], str] = str,
) -> None:
    """Draw a choice among names; the draft's value is the one that shows. `change` is called with a new one."""
    key = keys.in_language(key)
    hold(key, value)
    place.selectbox(label, options, format_func=format_func, key=key, on_change=_chosen, args=(key, change),
                    disabled=_locked.get())  # fmt: skip


def _chosen(key: str, change: Callable[[str], None]) -> None:
    change(st.session_state[key])


def escape(text: str) -> str:
    """A sentence as Streamlit's Markdown shows it unchanged.

    >>> escape("a*b $5$")
    'a\\\\*b \\\\$5\\\\$'
    """
    return _MARKDOWN.sub(r"\\\g<0>", text)


_MARKDOWN = re.compile(r"[\\`*_{}\[\]<>#$|~:]")
_UNSET = object()
TYPED = ("text", "number")  # kinds of widgets


def _changed(key: str, setting: Setting, change: Change) -> None:
    """A widget's callback: hand on what it holds, as the type that is declared; keep why it was refused."""
    st.session_state[keys.PROBLEM] = None
    try:
        change(setting.name, as_declared(setting, st.session_state.get(key)))
    except DlcoreError as error:
        st.session_state[keys.PROBLEM] = (key, error.text)


def as_declared(setting: Setting, value: Any) -> Any:
    """A widget's value as the declared type: a typed «0.02» becomes the number; what is none stays for the check."""
    if setting.choices or setting.type is bool or value is None:
        return value
    try:
        if setting.type is tuple:
            return [int(each) for each in re.findall(r"[^\s,×()\[\]]+", value)]
        return setting.type(value)
    except (TypeError, ValueError, OverflowError):
        return value


def _is_drawable(setting: Setting) -> bool:
    return bool(setting.choices) or setting.type in (bool, int, float, tuple)


def _in_a_row(sizes: Iterable[int]) -> str:
    """A list of sizes as it is typed: `3, 8, 8`."""
    return ", ".join(map(str, sizes))


def _choice(value: Any) -> str:
    return brief(value) if isinstance(value, float) else translate(str(value))


def _is_short(setting: Setting) -> bool:
    """Whether both bounds are allowed values that lie close to each other."""
    return setting.ge is not None and setting.le is not None and setting.le - setting.ge <= NARROW


def bounds(setting: Setting) -> tuple[Any, Any]:
    """The lowest and highest value a widget may hold; `SMALLEST` inside a bound that is excluded."""
    inside = 1 if setting.type is int else SMALLEST
    low = setting.ge if setting.gt is None else setting.gt + inside
    high = setting.le if setting.lt is None else setting.lt - inside
    convert = setting.type
    return (None if low is None else convert(low)), (None if high is None else convert(high))


def step_of(setting: Setting) -> Any:
    """How far one press on + goes: about a tenth of the usual value, and a round number."""
    usual = setting.default if isinstance(setting.default, int | float) else 0
    if setting.type is int:
        return 1 if usual < 32 else 8 if usual < 200 else 50
    low, high = bounds(setting)
    if low is not None and high is not None and high - low <= NARROW:
        return 0.05
    return 0.001 if usual == 0 else 10.0 ** (math.floor(math.log10(abs(usual))) - 1)


def log_choices(setting: Setting, value: float) -> list[float]:
    """1, 3, 10, 30, … within the bounds, and the value itself: what a setting that multiplies is chosen from."""
    decades = range(round(math.log10(LOWEST_LOG)), round(math.log10(HIGHEST_LOG)) + 1)
    round_ones = [float(f"{digit}e{power}") for power in decades for digit in (1, 3)]
    low, high = setting.gt or setting.ge or 0, setting.le or setting.lt or math.inf
    offered = {each for each in round_ones if low <= each <= min(high, HIGHEST_LOG)} | {value}
    return sorted(offered)
