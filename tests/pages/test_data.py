"""The page Data through Streamlit's own test harness: every data set opens, choices and steps can be undone."""

from __future__ import annotations

import ast
import io
import json
import re
import tomllib
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dlcore.access import ME, student
from dlcore.data import download
from dlcore.data.uploads.day_order import spoken
from dlcore.data.uploads.description import Reading, Table
from dlcore.experiment import Experiment
from dlcore.runs import Runs
from dlcore.runs.uploads import Upload
from pages.components.shared import keys
from pages.components.shared.uploading import Kept, named

ROOT = Path(__file__).parents[2]
NAVIGATION = ROOT / "pages" / "navigation.py"
EVIL = "<img src=x onerror=alert(1)> **b** $x$"


@pytest.fixture
def flowers(store: Runs, tmp_path: Path) -> Upload:
    """A table with gaps, an outlier, and names that look like markup."""
    rows = [f"length,{EVIL},kind"]
    rows += [
        f"{'' if n % 6 == 0 else n % 5},{900 if n == 7 else n % 4},{'<b>x</b>' if n % 2 else 'y'}" for n in range(40)
    ]
    file = tmp_path / "flowers.csv"
    file.write_text("\n".join(rows))
    return store.upload(file, ME)


def opened(name: str | None = None) -> AppTest:
    page = AppTest.from_file(str(NAVIGATION), default_timeout=60)
    if name is not None:
        page.query_params["data"] = name
    page.switch_page("data.py").run()
    assert not page.exception
    return page


def said(page: AppTest) -> str:
    return "\n".join(str(each.value) for each in (*page.markdown, *page.caption, *page.error, *page.subheader))


def add(page: AppTest, dataset: str, step: str) -> None:
    page.selectbox(key=f"next.{dataset}").select(step).run()
    page.button(key=f"add.{dataset}").click().run()
    assert not page.exception


def steps(store: Runs, dataset: str) -> list[str]:
    return [each["step"] for each in store.preference(ME, dataset).get("recipe", [])]


def test_all_data_sets_are_listed_with_source_and_licence_and_open(store: Runs, flowers: Upload) -> None:
    page = opened()
    assert "CC BY 4.0" in said(page)
    page.button(key="open.iris").click().run()
    assert not page.exception
    assert page.query_params["data"] in ("iris", ["iris"])
    assert "150 rows of 4 numbers" in said(page)
    assert page.dataframe
    page.button(key="all_data").click().run()
    page.button(key=f"open.{flowers.dataset}").click().run()
    assert "40 rows, 3 columns" in said(page)


def test_data_that_are_not_here_are_offered_and_not_fetched_unasked(
    store: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fetch(*_given: object) -> None:
        raise AssertionError("nobody asked for it")

    monkeypatch.setattr(download, "fetch", fetch)
    page = opened("mnist")
    assert page.button(key=keys.FETCH).label == "Download 11.6 MB"
    assert "put the files" in said(page)


@pytest.mark.parametrize("name", ["iris", "diabetes", "moons"])
def test_a_table_that_is_there_for_all_gets_every_look_that_ones_own_gets(store: Runs, name: str) -> None:
    page = opened(name)
    views = ["columns", "values", "missing", "correlation", "pair", *(["balance"] if name != "diabetes" else [])]
    for view in views:
        page.session_state[f"{keys.DATA_VIEW}.{name}"] = view
        page.run()
        assert not page.exception
        shown = {"columns": page.dataframe, "missing": page.success}.get(view, page.get("plotly_chart"))
        assert len(shown) == 1


def test_two_columns_are_chosen_and_drawn_in_the_colours_of_what_is_to_be_predicted(
    store: Runs, flowers: Upload
) -> None:
    page = opened(flowers.dataset)
    page.session_state[f"{keys.DATA_VIEW}.{flowers.dataset}"] = "pair"
    page.run()
    page.selectbox(key=f"pair_x.{flowers.dataset}").select(EVIL).run()
    page.selectbox(key=f"pair_y.{flowers.dataset}").select("length").run()
    (chart,) = page.get("plotly_chart")
    traces = json.loads(chart.proto.spec)["data"]
    assert [each["name"] for each in traces] == ["&lt;b&gt;x&lt;/b&gt;", "y"]
    assert "33 points for 33 rows; 7 rows without" in said(page)


def test_steps_say_what_they_change_and_can_be_moved_removed_undone_and_done_again(
    store: Runs, flowers: Upload
) -> None:
    name = flowers.dataset
    page = opened(name)
    add(page, name, "DropMissing")
    assert "rows 40 → **33** · gaps 7 → **0**" in said(page)
    add(page, name, "Outliers")
    assert "values changed: **1**" in said(page)
    page.button(key=f"arrow_upward.{name}.1").click().run()
    assert steps(store, name) == ["Outliers", "DropMissing"]
    page.button(key=f"delete.{name}.0").click().run()
    assert steps(store, name) == ["DropMissing"]
    page.button(key=f"undo.{name}").click().run()
    page.button(key=f"undo.{name}").click().run()
    assert steps(store, name) == ["DropMissing", "Outliers"]
    page.button(key=f"redo.{name}").click().run()
    assert steps(store, name) == ["Outliers", "DropMissing"]


def test_a_choice_that_cannot_be_is_refused_beside_it_and_changes_nothing(store: Runs, flowers: Upload) -> None:
    page = opened(flowers.dataset)
    page.selectbox(key=f"choose.{flowers.dataset}.task").select("regression").run()
    assert "regression needs a column of numbers" in said(page)
    assert store.preference(ME, flowers.dataset) is None
    page.multiselect(key=f"choose.{flowers.dataset}.target").set_value(["kind", "length"]).run()  # no labels of 0 and 1
    assert not page.error
    assert store.preference(ME, flowers.dataset)["target"] == "length"


def test_it_opens_in_the_studio_as_it_was_chosen_and_finished_runs_stay_as_they_are(
    store: Runs, flowers: Upload
) -> None:
    page = opened(flowers.dataset)
    add(page, flowers.dataset, "FillMissing")
    page.button(key="to_studio").click().run()
    assert not page.exception
    experiment = Experiment.from_dict(store.draft(ME)["experiment"])
    assert [step.name for step in experiment.dataset.source.recipe] == ["FillMissing"]
    assert experiment.training.loss.name == "BCEWithLogitsLoss"
    run = store.submit(experiment, ME)
    page = opened(flowers.dataset)
    add(page, flowers.dataset, "DropDuplicates")
    assert store.experiment(run, ME) == experiment


@pytest.mark.parametrize("which", ["one", "all"])
def test_numbers_that_may_say_missing_are_pointed_out_and_one_click_makes_them_missing(store: Runs, which: str) -> None:
    rows = [f"{-999 if n % 5 == 0 else n / 4},{-1 if n % 4 == 0 else n},{n % 2}" for n in range(40)]
    content = "\n".join(["warm,days,y", *rows]).encode()
    first = store.upload(named("own.csv", content), ME)
    page = opened(first.dataset)
    assert re.search(r"Column warm.*999 stands in 8 cells .*kept as a number", said(page))
    assert not [each for each in page.button if each.key and each.key.startswith("sentinels.")]  # no file at hand
    assert "choose their column" in said(page)
    page.session_state[keys.DATA_SENT] = (first.id, Kept("own.csv", io.BytesIO(content)))
    page.run()
    page.button(key=f"sentinels.{first.id}.{'1' if which == 'one' else '2'}.warm").click().run()
    assert not page.exception
    (found,) = store.uploads(ME)
    assert isinstance(found.description, Table)
    missing = {each.name: each.missing for each in found.description.columns}
    assert missing == {"warm": 8, "days": 0 if which == "one" else 10, "y": 0}
    assert ("Column warm" in said(page), "Column days" in said(page)) == (False, which == "one")


def test_a_file_that_was_read_wrongly_is_read_otherwise_without_being_brought_again(store: Runs) -> None:
    content = "甲;1,5\n乙;2,5\n甲;3,5\n乙;1,0\n".encode("gbk")
    first = store.upload(named("own.csv", content), ME, reading=Reading(delimiter=",", header=0))
    page = opened(first.dataset)
    page.session_state[keys.DATA_SENT] = (first.id, Kept("own.csv", io.BytesIO(content)))
    page.run()
    page.selectbox(key=f"read.{first.id}.delimiter").select(";")
    page.selectbox(key=f"read.{first.id}.decimal").select(",")
    page.button(key=f"read.{first.id}.go").click().run()
    assert not page.exception
    (found,) = store.uploads(ME)
    assert page.query_params["data"] == found.dataset
    assert isinstance(found.description, Table)
    assert [(each.name, each.kind) for each in found.description.columns] == [
        ("column 1", "categorical"),
        ("column 2", "numeric"),
    ]
    page.selectbox(key=f"read.{found.id}.encoding").select("utf-8")
    page.button(key=f"read.{found.id}.go").click().run()
    assert "own.csv is not written in utf-8" in said(page)
    assert store.uploads(ME) == [found]


def test_what_was_mended_is_told_and_days_are_read_in_the_other_order(store: Runs) -> None:
    rows = [f"0{1 + n % 9}/0{1 + n % 7}/2023,{n},{n / 7:.2f}" for n in range(30)]
    content = "\n".join(["when,a,b", *rows[:3], rows[3].rpartition(",")[0], *rows[4:]]).encode()
    first = store.upload(named("own.csv", content), ME)
    assert isinstance(first.description, Table)
    before = first.description.reading.columns["when"].day
    other = {"%d/%m/%Y": ("mdy", "%m/%d/%Y"), "%m/%d/%Y": ("dmy", "%d/%m/%Y")}[str(before)]
    page = opened(first.dataset)
    page.session_state[keys.DATA_SENT] = (first.id, Kept("own.csv", io.BytesIO(content)))
    page.run()
    assert "what they lack is missing: 1 (row 5)" in said(page).replace("\\", "")
    assert spoken(str(before)) in said(page)
    page.selectbox(key=f"read.{first.id}.column").select("when").run()
    page.selectbox(key=f"read.{first.id}.when.day").select(other[0]).run()
    page.button(key=f"read.{first.id}.go").click().run()
    assert not page.exception
    (found,) = store.uploads(ME)
    assert isinstance(found.description, Table)
    assert found.description.reading.columns["when"].day == other[1]
    page.session_state[f"{keys.DATA_VIEW}.{found.dataset}"] = "columns"
    page.run()
    assert not page.exception
    shown = next(each.value for each in page.dataframe if "lowest" in each.value)
    assert shown["lowest"].tolist()[0] == "2023-01-01"


def test_kind_missing_marks_and_rows_of_names_are_corrected_and_columns_that_are_no_input_are_named(
    store: Runs,
) -> None:
    rows = [f"{n},{'-999' if n % 5 == 0 else n},a note of {n} words that say nothing at all,{n % 3}" for n in range(30)]
    content = "\n".join(["n,size,note,class", *rows]).encode()
    first = store.upload(named("own.csv", content), ME)
    page = opened(first.dataset)
    assert re.search(r"Neither numbers.*note", said(page))
    page.session_state[keys.DATA_SENT] = (first.id, Kept("own.csv", io.BytesIO(content)))
    page.run()
    page.multiselect(key=f"read.{first.id}.missing").set_value(["-999"]).run()
    page.selectbox(key=f"read.{first.id}.column").select("class").run()
    page.selectbox(key=f"read.{first.id}.class.kind").select("categorical").run()
    page.button(key=f"read.{first.id}.go").click().run()
    assert not page.exception
    (found,) = store.uploads(ME)
    assert isinstance(found.description, Table)
    columns = {each.name: each for each in found.description.columns}
    assert columns["size"].missing == 6
    assert columns["class"].kind == "categorical"
    page = opened(found.dataset)
    page.session_state[keys.DATA_SENT] = (found.id, Kept("own.csv", io.BytesIO(content)))
    page.run()
    assert page.multiselect(key=f"read.{found.id}.missing").value == ["-999"]
    page.selectbox(key=f"read.{found.id}.header").select(0).run()
    page.button(key=f"read.{found.id}.go").click().run()
    assert not page.exception
    (last,) = store.uploads(ME)
    assert isinstance(last.description, Table)
    assert last.description.rows == 31
    assert last.description.reading.missing == ("-999",)


def test_a_step_shows_the_settings_that_matter_to_it_now(store: Runs, flowers: Upload) -> None:
    page = opened(flowers.dataset)
    add(page, flowers.dataset, "FillMissing")
    add(page, flowers.dataset, "Outliers")

    def labels() -> set[str]:
        return {each.label for kind in ("number_input", "text_input") for each in page.get(kind)}

    assert "Own value" not in labels()
    assert "Limit" in labels()
    assert not {"Lowest", "Highest"} & labels()
    next(each for each in page.selectbox if each.label == "Fill with").select("constant").run()
    next(each for each in page.selectbox if each.label == "How far is measured").select("range").run()
    assert not page.exception
    assert {"Own value", "Lowest", "Highest"} <= labels()
    assert "Limit" not in labels()


def test_a_cell_that_keeps_a_column_from_being_numbers_is_named(store: Runs, tmp_path: Path) -> None:
    file = tmp_path / "ages.csv"
    file.write_text("age,kind\n" + "".join(f"{'<b>' if n == 5 else n},{'ab'[n % 2]}\n" for n in range(40)))
    page = opened(store.upload(file, ME).dataset)
    (warning,) = page.warning
    assert "in row 7 stands «\\<b\\>»" in warning.value
    assert "1 of 40 cells" in warning.value


def test_names_that_look_like_markup_are_shown_as_text(store: Runs, flowers: Upload) -> None:
    store.rename_upload(flowers.id, EVIL, ME)
    page = opened()
    labels = [each.label for each in page.button if each.key == f"open.{flowers.dataset}"]
    assert labels == [r"**\<img src=x onerror=alert(1)\> \*\*b\*\* \$x\$**"]
    page = opened(flowers.dataset)
    for view in ("values", "balance", "correlation"):
        page.session_state[f"{keys.DATA_VIEW}.{flowers.dataset}"] = view
        page.run()
        assert not page.exception
        for chart in page.get("plotly_chart"):
            assert "<img" not in chart.proto.spec
            assert "<b>x" not in chart.proto.spec
    assert EVIL not in said(page)


def test_somebody_elses_data_set_is_answered_as_none(store: Runs, tmp_path: Path) -> None:
    file = tmp_path / "theirs.csv"
    file.write_text("secret_column,b\n1,2\n3,4\n")
    theirs = store.upload(file, student("somebody"))
    page = opened(theirs.dataset)
    assert "deleted, or is somebody else" in said(page)
    assert "secret_column" not in said(page)


def test_the_server_lets_through_what_a_page_promises_and_every_page_names_its_limit() -> None:
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
    calls = [
        (path, call)
        for path in sorted((ROOT / "pages").rglob("*.py"))
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call) and ast.unparse(call.func).rpartition(".")[2] == "file_uploader"
    ]
    assert calls
    for path, call in calls:
        limit = "max_upload_size" if path.name == "uploading.py" else "megabytes"
        assert limit in {each.arg for each in call.keywords}, f"{path}:{call.lineno}"
        assert isinstance(call.func, ast.Attribute) == (path.name == "uploading.py"), "only there Streamlit's own"
    promised = [
        int(number)
        for path, _call in calls
        for number in re.findall(r"(?:megabytes=|^MOST_MEGABYTES = )(\d+)", path.read_text("utf-8"), re.MULTILINE)
    ]
    assert max(promised) == 500 == config["server"]["maxUploadSize"]


def test_two_columns_begin_with_some_that_tell_something(store: Runs, tmp_path: Path) -> None:
    file = tmp_path / "cats.csv"
    rows = [f"{n + 1},9,{n % 7}.5,{n % 5}.25,{'ab'[n % 2]}" for n in range(40)]
    file.write_text("\n".join(["id,paws,length,weight,kind", *rows]))
    brought = store.upload(file, ME).dataset
    page = opened(brought)
    page.session_state[f"{keys.DATA_VIEW}.{brought}"] = "pair"
    page.run()
    chosen = {each.label: each.value for each in page.selectbox}
    assert (chosen["Across"], chosen["Upwards"]) == ("length", "weight")
