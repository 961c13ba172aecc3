"""What a teacher can look at of a class: each section is a function of the class, in a file of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dlcore.i18n import N_
from dlcore.runs.store.classes import SchoolClass
from pages.components.classroom import lessons_done, limits, live, students, tasks


@dataclass(frozen=True)
class Section:
    """title: a msgid. draw: shows it, and is called only where it is chosen."""

    title: str
    icon: str
    draw: Callable[[SchoolClass], None]


# By their names in the address, in the order of the page.
SECTIONS: Mapping[str, Section] = {
    "now": Section(N_("Now"), ":material/monitoring:", live.section),
    "lessons": Section(N_("Lessons"), ":material/school:", lessons_done.section),
    "students": Section(N_("Students"), ":material/groups:", students.section),
    "tasks": Section(N_("Tasks"), ":material/assignment:", tasks.section),
    "limits": Section(N_("Quotas"), ":material/speed:", limits.section),
}
