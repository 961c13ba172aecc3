"""The course as HTML: a card a lesson, in parts. The cards are links, and work without a script and by keyboard."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from dlcore.i18n import _, translate
from dlcore.lessons.curriculum import BUILDS_ON, PARTS, Part, next_step, part_of
from dlcore.serving import thumbnails
from pages.components.lessons import progress, texts


@dataclass(frozen=True)
class Entry:
    """A lesson of the course, and how far this learner is in it."""

    lesson: texts.Lesson
    done: int
    asked: int
    last_at: float  # when something was last tried in it; 0 for never

    @property
    def is_whole(self) -> bool:
        """Whether everything that it asks is done."""
        return self.done >= self.asked > 0


def entries() -> list[Entry]:
    """Every lesson there is, in its order."""
    seen = progress.read_all()
    return [_entry(each, seen[each.name]) for each in texts.lessons()]


def _entry(lesson: texts.Lesson, seen: progress.Progress) -> Entry:
    asked = texts.asked(lesson.name)
    last_at = max((each.get("last_at", 0.0) for each in seen.values()), default=0.0)
    return Entry(lesson, sum(progress.is_done(seen, section) for section in asked), len(asked), last_at)


def neighbours(name: str) -> str:
    """Links from a lesson: to the one before, to the course, to the one after."""
    there = texts.lessons()
    place = [each.name for each in there].index(name)
    around = (("←", there[place - 1] if place else None), ("→", there[place + 1] if place + 1 < len(there) else None))
    before, after = (_neighbour(sign, each) for sign, each in around)
    course = f'<a class="course-go" href="course">{_("Course")}</a>'
    return f'<nav class="course-ways" aria-label="{_("Course")}">{before}{course}{after}</nav>'


def _neighbour(sign: str, lesson: texts.Lesson | None) -> str:
    if lesson is None:
        return ""
    name = html.escape(f"{lesson.number} · {lesson.title}")
    said = f"{sign} {name}" if sign == "←" else f"{name} {sign}"
    return f'<a class="course-go" href="{address(lesson.name)}">{said}</a>'


def address(name: str) -> str:
    """Where a lesson is, from any page."""
    return f"lesson-{name}"


def beginning(all_entries: Sequence[Entry]) -> str:
    """How far the learner is in all, where they left off, and what to take next."""
    whole = sum(each.is_whole for each in all_entries)
    done, asked = (sum(getattr(each, name) for each in all_entries) for name in ("done", "asked"))
    said = _("{whole} of {count} lessons done; {done} of {asked} questions and tasks.",
             whole=whole, count=len(all_entries), done=done, asked=asked)  # fmt: skip
    bar = f'<progress max="{asked}" value="{done}" aria-label="{html.escape(said)}"></progress>'
    return f'<div class="course-top"><p>{html.escape(said)}</p>{bar}<div>{"".join(ways_on(all_entries))}</div></div>'


def ways_on(all_entries: Sequence[Entry]) -> list[str]:
    """Links: the lesson that was begun last and is not done, and the one to take next."""
    by_number = {each.lesson.number: each for each in all_entries}
    begun = max((each for each in all_entries if each.last_at and not each.is_whole), key=_last, default=None)
    step = next_step(by_number, {number for number, each in by_number.items() if each.is_whole})
    found = [(_("Resume"), begun)] if begun else []
    if step is not None and by_number[step] is not begun:
        found.append((_("Next step") if any(each.done for each in all_entries) else _("Begin here"), by_number[step]))
    return [_way_on(said, entry, number == 0) for number, (said, entry) in enumerate(found) if entry is not None]


def _last(entry: Entry) -> float:
    return entry.last_at


def _way_on(said: str, entry: Entry, is_first: bool) -> str:
    kind = "course-go first" if is_first else "course-go"
    name = f"{entry.lesson.number} · {entry.lesson.title}"
    return f'<a class="{kind}" href="{address(entry.lesson.name)}"><b>{said}</b> {html.escape(name)}</a>'


def parts(all_entries: Sequence[Entry]) -> str:
    """All cards, part by part."""
    numbers = {each.lesson.number: each for each in all_entries}
    made = ((part, [each for each in all_entries if part_of(each.lesson.number) is part]) for part in PARTS)
    return "".join(_part(part, within, numbers) for part, within in made if within)


def _part(part: Part, within: Sequence[Entry], numbers: Mapping[int, Entry]) -> str:
    cards = "".join(f"<li>{_card(each, numbers)}</li>" for each in within)
    heading = f"<h2>{html.escape(translate(part.title))}</h2><p>{html.escape(translate(part.about))}</p>"
    return f'<section class="course-part">{heading}<ul class="course-cards">{cards}</ul></section>'


def _card(entry: Entry, numbers: Mapping[int, Entry]) -> str:
    lesson = entry.lesson
    return (
        f'<a class="course-card" href="{address(lesson.name)}">{_picture(lesson.name)}'
        f'<span class="name"><b>{lesson.number}</b> {html.escape(lesson.title)}</span>'
        f'<span class="idea">{html.escape(texts.summary(lesson.name))}</span>'
        f'<span class="foot"><span>{_("about {count} min", count=texts.minutes(lesson.name))}</span>'
        f"{_foundations(lesson.number, numbers)}{_state(entry)}</span></a>"
    )


def _picture(name: str) -> str:
    """The picture at rest; while a pointer rests on the card, or the focus is on it, the one that moves."""
    theme = st.context.theme.type
    found = {kind: thumbnails.address(kind, name, theme) for kind in (thumbnails.LESSON, thumbnails.MOVING)}
    look = 'alt="" loading="lazy" width="160" height="96"'
    images = "".join(f'<img class="{kind}" src="{each}" {look}>' for kind, each in found.items())
    return f'<span class="picture">{images}</span>'


def _foundations(number: int, numbers: Mapping[int, Entry]) -> str:
    """What the lesson builds on, as far as it exists."""
    there = [str(each) for each in BUILDS_ON.get(number, ()) if each in numbers]
    if not there:
        return ""
    titles = ", ".join(numbers[int(each)].lesson.title for each in there)
    return f'<span title="{html.escape(titles)}">{_("builds on {numbers}", numbers=", ".join(there))}</span>'


def _state(entry: Entry) -> str:
    if entry.is_whole:
        return f'<span class="whole">✓ {_("done")}</span>'
    begun = "begun" if entry.done else ""
    return f'<span class="{begun}">{_("{done} of {asked} done", done=entry.done, asked=entry.asked)}</span>'
