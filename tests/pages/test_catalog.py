"""Tables with a card on the pages: chosen, cleaned and trained on as one's own, and no bad card takes a page down."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dlcore.access import ME
from dlcore.experiment import Experiment
from dlcore.runs import Runs
from pages.components.shared import draft, keys

NAVIGATION = Path(__file__).parents[2] / "pages" / "navigation.py"
CARD = "title: <b>Rivers</b>\ndescription: Of a class.\nsource: Us.\nlicence: CC0.\ntarget: depth\nflaws: [Too few.]\n"


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a teacher with a good card, one that is no card, and one that speaks of another file."""
    monkeypatch.setenv("DLCORE_DATASETS", str(tmp_path))
    for name in ("rivers", "lakes"):
        rows = "".join(f"{n},{'' if n == 3 else n * 2},{n / 2}\n" for n in range(1, 41))
        (tmp_path / f"{name}.csv").write_text("km,width,depth\n" + rows)
    (tmp_path / "rivers.yaml").write_text(CARD)
    (tmp_path / "lakes.yaml").write_text(CARD.replace("depth", "deep"))
    (tmp_path / "seas.yaml").write_text("title: Seas\n")
    return tmp_path


def opened(page: str = "data.py", data: str | None = None) -> AppTest:
    app = AppTest.from_file(str(NAVIGATION), default_timeout=120)
    if data is not None:
        app.query_params["data"] = data
    app.switch_page(page).run()
    assert not app.exception
    return app


def said(page: AppTest) -> str:
    kinds = (page.markdown, page.caption, page.error, page.warning, page.subheader)
    return "\n".join(str(each.value) for kind in kinds for each in kind)


def present(page: AppTest) -> Experiment:
    return draft.experiment_of(page.session_state[keys.DRAFT]["present"])


def test_cards_of_a_teacher_are_listed_and_bad_ones_told_of(store: Runs, shelf: Path) -> None:
    page = opened()
    assert "description\\: is missing" in page.warning[0].value
    (error,) = page.error
    assert "lakes.yaml" in error.value
    assert "Unknown column 'deep'. Did you mean depth? Allowed\\: km, width, depth." in error.value
    page.button(key="open.rivers").click().run()
    assert not page.exception
    assert "Of a class." in said(page)
    assert "Too few." in said(page)
    assert "rivers.csv · 40 rows, 3 columns" in said(page)
    opened(data="lakes")
    assert "Unknown data set 'seas'" in opened(data="seas").error[0].value


def test_a_recipe_is_made_kept_and_taken_to_the_studio(store: Runs, shelf: Path) -> None:
    page = opened(data="rivers")
    for step in ("DropDuplicates", "FillMissing"):
        page.selectbox(key="next.rivers").select(step).run()
        page.button(key="add.rivers").click().run()
        assert not page.exception
    assert "gaps 1 → **0**" in said(page)
    page.button(key="undo.rivers").click().run()
    assert [each["step"] for each in store.preference(ME, "dataset:rivers")["recipe"]] == ["DropDuplicates"]
    page.button(key="redo.rivers").click().run()

    again = opened(data="rivers")
    again.button(key="to_studio").click().run()
    assert not again.exception
    chosen = present(again).dataset
    assert [each["step"] for each in chosen.to_dict()["recipe"]] == ["DropDuplicates", "FillMissing"]
    assert not again.button(key=keys.TRAIN).disabled


def test_another_target_may_be_chosen_and_the_rows_follow_a_changed_file(store: Runs, shelf: Path) -> None:
    page = opened(data="rivers")
    key = next(each.key for each in page.multiselect if "choose.rivers.target" in str(each.key))
    page.multiselect(key=key).set_value(["width"]).run()
    assert not page.exception
    assert "39 rows of 2 numbers" in said(page)
    (shelf / "rivers.csv").write_text("km,width,depth\n" + "".join(f"{n},{n},{n}\n" for n in range(50)))
    assert "50 rows of 2 numbers" in said(page.run())


def test_the_studio_takes_up_the_split_that_a_card_suggests_and_leaves_it_with_the_data(store: Runs) -> None:
    page = opened("studio.py")
    page.selectbox(key=keys.DATASET).set_value("sunspots").run()
    assert not page.exception
    assert present(page).dataset.split.method == "time"
    assert any(":orange[validation" in each.value for each in page.markdown)
    page.selectbox(key=keys.DATASET).set_value("penguins").run()
    assert present(page).dataset.split.method == "holdout"
    assert not page.button(key=keys.TRAIN).disabled


@pytest.mark.parametrize("spoiled", ["no card", "bad card", "another file", "no file"])
def test_a_data_set_that_is_taken_away_takes_no_page_down(store: Runs, shelf: Path, spoiled: str) -> None:
    page = opened("studio.py")
    page.selectbox(key=keys.DATASET).set_value("rivers").run()
    store.submit(present(page), ME)
    if spoiled == "bad card":
        (shelf / "rivers.yaml").write_text("title: [\n")
    elif spoiled == "another file":
        (shelf / "rivers.csv").write_text("a,b\n1,2\n3,4\n")
    else:
        (shelf / f"rivers.{'yaml' if spoiled == 'no card' else 'csv'}").unlink()

    fresh = opened("studio.py")
    assert all(each.disabled for each in fresh.button if each.key == keys.TRAIN)
    reasons = {"another file": "Unknown column 'depth'", "no file": "rivers.csv"}
    assert reasons.get(spoiled, "There is no data set rivers here any more") in said(fresh)
    for name in ("runs.py", "compare.py", "data.py"):
        opened(name)
    fresh.selectbox(key=keys.DATASET).set_value("iris").run()
    assert not fresh.exception
    assert present(fresh).dataset.to_dict()["name"] == "iris"
