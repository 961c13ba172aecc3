"""The course page through Streamlit's own test harness: every lesson, what is done, and what to take next."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from streamlit.testing.v1 import AppTest

from dlcore.access import ME, student
from dlcore.i18n import language as speaking
from dlcore.lessons.course import NAMES
from dlcore.serving.store import runs
from pages.components.lessons import course_cards, progress, texts
from tests.pages.test_lesson import NAVIGATION


@pytest.fixture(autouse=True)
def _newcomer() -> None:
    """Nothing has been done in any lesson."""
    for key in runs().preferences(ME, "lesson"):
        runs().save_preference(ME, key, {})


def opened(language: str = "en") -> AppTest:
    page = AppTest.from_file(str(NAVIGATION), default_timeout=60)
    page.query_params["lang"] = language
    with speaking(language):  # Streamlit's harness formats choices in this thread
        page.switch_page("course.py").run()
    assert not page.exception
    return page


def written(page: AppTest) -> str:
    return "".join(each.proto.body for each in page.get("html"))


def ways(page: AppTest) -> list[tuple[str, str]]:
    """(what is said, name of the lesson) of each link at the top."""
    return re.findall(r'course-go[^"]*" href="lesson-([\w-]+)"><b>([^<]+)', written(page))


@pytest.mark.parametrize("code", ["en", "zh_CN"])
def test_every_lesson_has_a_card_with_its_title_in_its_order(code: str) -> None:
    page = written(opened(code))
    with speaking(code):
        wanted = [(each.name, str(each.number)) for each in texts.lessons()]
        titles = [each.title for each in texts.lessons()]
    assert re.findall(r'course-card" href="lesson-([\w-]+)".*?<b>(\d+)</b>', page) == wanted
    assert all(title in page for title in titles)


def test_a_newcomer_is_led_to_the_first_lesson() -> None:
    first = texts.lessons()[0]
    assert ways(opened()) == [(first.name, "Begin here")]


def test_who_began_a_lesson_can_resume_it_and_sees_the_next_step() -> None:
    first, _second, third = texts.lessons()[:3]
    for section in texts.asked(first.name):
        runs().save_preference(ME, f"lesson.{first.name}", {
            **progress_of(first.name), section: {"attempts": 1, "done_at": 5.0, "last_at": 5.0},
        })  # fmt: skip
    runs().save_preference(ME, f"lesson.{third.name}", {texts.asked(third.name)[0]: {"attempts": 2, "last_at": 9.0}})
    page = opened()
    found = dict(ways(page))
    assert found[third.name] == "Resume"
    assert "Next step" in found.values()
    assert first.name not in found
    assert f"1 of {len(NAMES)} lessons done" in written(page)
    assert "✓ done" in written(page)


def progress_of(name: str) -> dict[str, object]:
    found: dict[str, object] = runs().preference(ME, f"lesson.{name}", {})
    return found


def test_what_a_version_before_kept_counts() -> None:
    runs().save_preference(ME, "lesson.neuron.hand.done", True)
    page = opened()
    assert "1 of 3 done" in written(page)


def test_lessons_are_read_in_one_query_and_as_one_by_one() -> None:
    runs().save_preference(ME, "lesson.loss", {"predict": {"attempts": 1, "done_at": 1.0}})
    runs().save_preference(ME, "lessons", {"predict": {}})
    found = {key: value for key, value in runs().preferences(ME, "lesson.").items() if value}
    assert found == {"lesson.loss": {"predict": {"attempts": 1, "done_at": 1.0}}}
    assert runs().preferences(student("somebody-else"), "lesson.") == {}
    assert runs().preferences(ME, "lesson_") == {}, "no sign stands for any other"


def test_the_cards_load_no_torch() -> None:
    """Who looks at the course should not wait for it."""
    source = "import sys; import pages.components.lessons.course_cards; print('torch' in sys.modules)"
    printed = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == "False"


def test_a_lesson_leads_to_its_neighbours() -> None:
    first, second = texts.lessons()[:2]
    assert f"lesson-{second.name}" in course_cards.neighbours(first.name)
    assert f"lesson-{first.name}" in course_cards.neighbours(second.name)
    assert progress.is_done({"a": {"done_at": 0.0}}, "a")
