"""The live view in a real browser: it follows, it comes back, it keeps what the learner was looking at."""

from __future__ import annotations

import hashlib
import re
import signal
from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from playwright.sync_api import Page, Route

from dlcore.access import OPERATOR, student
from dlcore.experiment import Experiment
from dlcore.figures import curves
from dlcore.figures.bindings import fill
from dlcore.presets import PRESETS
from dlcore.runs import Runs, Settings
from dlcore.serving.empty_charts import scores_of_guessing
from dlcore.serving.identity import COOKIE
from dlcore.training.arrays import arrays_of
from dlcore.training.history import History
from tests.browser.conftest import Served
from tests.browser.conversation import settled
from tests.browser.expecting import expect
from tests.runs.living import digits, until_epoch, until_state, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Visit = Callable[..., Page]
LOSS = ".live-chart:has(h4:has-text('Loss'))"


def endless() -> Experiment:
    """Long enough to be watched, stopped by the test; epochs take so long that drawing them is no work."""
    plain = digits(5_000).to_dict()
    convolution = {"layer": "Conv2d", "out_channels": 32, "kernel_size": 3, "padding": 1}
    layers = [convolution, {"layer": "ReLU"}, convolution, {"layer": "ReLU"}, {"layer": "Flatten"}, {"layer": "Output"}]
    return Experiment.from_dict({**plain, "dataset": {"name": "digits"}, "network": layers})


def owner_of(page: Page) -> str:
    """The name under which the app keeps this browser's runs."""
    cookie = next(each for each in page.context.cookies() if each["name"] == COOKIE)
    return hashlib.sha256(cookie["value"].encode()).hexdigest()[:32]


def watch(page: Page, runs: Runs, experiment: Experiment, name: str = "a run") -> str:
    """Train for the visitor of this page, and open the Studio on that run."""
    page.locator(".row").first.wait_for()
    run_id = runs.submit(experiment, student(owner_of(page)), name=name)
    page.reload()
    expect(page.locator(".live-name")).to_have_text(name)
    return run_id


def traces(page: Page, chart: str = LOSS) -> list[dict[str, Any]]:
    """What a chart holds now, as plotly keeps it: numbers only."""
    script = """picture => picture.data.map(
        ({ meta, x, y }) => ({ meta, x: Array.from(x ?? []), y: Array.from(y ?? []) }))"""
    found: list[dict[str, Any]] = page.locator(f"{chart} .live-picture").evaluate(script)
    return found


def epochs(page: Page) -> int:
    """How many epochs the validation line of the loss has."""
    return next(len(trace["x"]) for trace in traces(page) if trace["meta"]["series"] == "validation")


def until_epochs(page: Page, more_than: int) -> int:
    """How many epochs are drawn, once they are more than this."""
    page.wait_for_function(
        """([chart, count]) => {
            const picture = document.querySelector(chart + ' .live-picture');
            return picture?.data?.some(({ meta, x }) => meta.series === 'validation' && x?.length > count);
        }""",
        arg=[".live-chart", more_than],
    )
    return epochs(page)


def until_same(one: Page, other: Page) -> None:
    """Both pages show the same curve; a page in the background draws a little later."""
    wait_until(lambda: traces(one) == traces(other), "the same curve on both pages")


def state(page: Page, name: str) -> None:
    expect(page.locator(".live-pill")).to_have_attribute("data-state", name)


@pytest.fixture(scope="module")
def runs(served: Served) -> Iterator[Runs]:
    """The runs that the served app keeps."""
    with Runs(Settings(home=served.home)) as found:
        yield found


def stop(runs: Runs, *run_ids: str) -> None:
    for run_id in run_ids:
        runs.stop(run_id, OPERATOR)


def test_the_curve_grows_and_pause_resume_and_stop_are_obeyed(visitor: Visit, served: Served, runs: Runs) -> None:
    page = visitor()
    run_id = watch(page, runs, endless())
    seen = until_epochs(page, 2)
    until_epochs(page, seen)
    page.get_by_role("button", name="Pause").click()
    state(page, "paused")
    assert runs.status(run_id, OPERATOR).resting  # at hand in its worker
    rested = epochs(page)
    page.get_by_role("button", name="Resume").click()
    until_epochs(page, rested)
    page.get_by_role("button", name="Stop").click()
    state(page, "stopped")
    expect(page.get_by_role("button", name="Stop")).to_be_hidden()
    assert runs.status(run_id, OPERATOR).state == "stopped"


def test_a_reload_and_a_second_tab_show_the_same_run_still_live(visitor: Visit, served: Served, runs: Runs) -> None:
    page = visitor()
    run_id = watch(page, runs, endless())
    seen = until_epochs(page, 2)
    page.reload()
    seen = until_epochs(page, seen)
    second = page.context.new_page()
    second.goto(page.url)
    until_epochs(second, seen)
    stop(runs, run_id)
    for each in (page, second):
        state(each, "stopped")
    until_same(page, second)


def test_seven_windows_that_watch_a_run_leave_room_for_an_eighth(visitor: Visit, served: Served, runs: Runs) -> None:
    page = visitor()
    run_id = watch(page, runs, endless())
    until_epochs(page, 2)
    runs.pause(run_id, OPERATOR)  # while windows open, it trains and draws for nobody
    state(page, "paused")
    windows = [page]
    for _window in range(7):  # more than the six connections that a browser opens to one server
        windows.append(page.context.new_page())
        windows[-1].goto(page.url)
    for each in windows:
        state(each, "paused")
    rested = epochs(page)
    runs.resume(run_id, OPERATOR)
    for each in windows:
        until_epochs(each, rested)
    stop(runs, run_id)
    for each in windows:
        state(each, "stopped")


def test_a_regression_shows_its_answers_beside_the_truth(visitor: Visit, served: Served, runs: Runs) -> None:
    page = visitor(reduced_motion="reduce")
    run_id = watch(page, runs, PRESETS["diabetes-linear"].experiment)
    state(page, "finished")
    page.get_by_role("tab", name="Predicted and true").click()
    chart = ".live-chart:has(h4:has-text('Predicted against true'))"
    expect(page.locator(f"{chart} .main-svg").first).to_be_visible()
    line, dots = traces(page, chart)
    seen = runs.seen(run_id, OPERATOR)["predictions"]
    assert (dots["x"], dots["y"]) == (seen["truth"].tolist(), seen["answers"].tolist())
    assert line["x"] == line["y"] == [min(dots["x"] + dots["y"]), max(dots["x"] + dots["y"])]


def percent(part: int, whole: int) -> str:
    """As a browser rounds it."""
    return f"{(Decimal(100 * part) / whole).quantize(Decimal('0.1'), ROUND_HALF_UP)}%"


def test_several_labels_are_told_label_by_label(visitor: Visit, served: Served, runs: Runs) -> None:
    page = visitor(reduced_motion="reduce")
    plain = PRESETS["scenes"].experiment.to_dict()
    short = Experiment.from_dict({**plain, "training": {**plain["training"], "epochs": 2}})
    run_id = watch(page, runs, short)
    state(page, "finished")
    page.get_by_role("tab", name="Label by label").click()
    rows = page.locator(".live-classes tbody tr")
    for row, counts in zip(range(4), runs.seen(run_id, OPERATOR)["labels"]["counts"].tolist(), strict=True):
        examples, said, right = counts
        shares = [percent(right, whole) if whole else "–" for whole in (examples, said)]
        shares.append(percent(2 * right, examples + said) if examples + said else "–")
        expect(rows.nth(row).locator("td")).to_have_text([re.compile(r"\w+"), str(examples), *shares])


@pytest.mark.parametrize("end", [pytest.param("SIGTERM", marks=pytest.mark.long), "SIGKILL"])
def test_the_view_survives_a_restart_of_the_server(visitor: Visit, served: Served, runs: Runs, end: str) -> None:
    page = visitor()
    run_id = watch(page, runs, endless())
    until_epochs(page, 2)
    assert served.process is not None
    served.process.send_signal(getattr(signal, end))
    served.process.wait(30)
    expect(page.locator(".live-connection")).to_be_visible()
    served.start()
    expect(page.locator(".live-connection")).to_be_hidden()
    until_epochs(page, epochs(page))
    stop(runs, run_id)
    state(page, "stopped")
    drawn = next(trace for trace in traces(page) if trace["meta"]["series"] == "validation")
    assert drawn["x"] == sorted(set(drawn["x"]))


def test_an_open_view_does_not_keep_the_server_from_ending(visitor: Visit, served: Served, runs: Runs) -> None:
    page = visitor()
    watch(page, runs, endless())
    until_epochs(page, 1)
    served.stop()  # raises where it does not end
    served.start()
    state(page, "running")
    page.get_by_role("button", name="Stop").click()
    state(page, "stopped")


def test_a_zoom_survives_new_points(visitor: Visit, served: Served, runs: Runs) -> None:
    page = visitor()
    run_id = watch(page, runs, endless())
    until_epochs(page, 3)
    box = page.locator(f"{LOSS} .nsewdrag").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + box["height"] * 0.2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.7, steps=5)
    page.mouse.up()
    ranges = "picture => [picture.layout.xaxis.range, picture.layout.yaxis.range]"
    page.wait_for_function(
        "chart => document.querySelector(chart + ' .live-picture').layout.xaxis.autorange === false", arg=".live-chart"
    )
    zoomed = page.locator(f"{LOSS} .live-picture").evaluate(ranges)
    until_epochs(page, epochs(page) + 1)
    assert page.locator(f"{LOSS} .live-picture").evaluate(ranges) == zoomed
    stop(runs, run_id)


def test_live_and_finished_charts_hold_the_same_numbers(visitor: Visit, served: Served, runs: Runs) -> None:
    page = visitor()
    run_id = watch(page, runs, digits(4))
    state(page, "finished")
    expect(page.locator(f"{LOSS} .main-svg").first).to_be_visible()
    until_epochs(page, 4)
    live = traces(page)
    page.reload()
    until_epochs(page, 4)
    assert traces(page) == live
    guessing = scores_of_guessing(digits(4))["loss"]
    finished = fill(
        curves.curves("loss", run_id, guessing), {run_id: arrays_of(History.of(runs.events(run_id, OPERATOR)))}
    )
    for drawn, filled in zip(live, finished.data, strict=True):
        assert drawn["meta"] == filled.meta
        assert drawn["x"] == pytest.approx(list(filled.x), rel=1e-4)
        assert drawn["y"] == pytest.approx(list(filled.y), rel=1e-4)


def test_names_are_shown_and_never_run(visitor: Visit, served: Served, runs: Runs) -> None:
    page = visitor()
    page.on("dialog", lambda dialog: pytest.fail(f"a name ran: {dialog.message}"))
    name = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    run_id = watch(page, runs, digits(1), name=name)
    state(page, "finished")
    other = runs.submit(digits(1, seed=1), student(owner_of(page)), name=name)
    until_state(runs, other, "finished")
    page.goto(f"{served.address}/compare?runs={run_id},{other}")
    expect(page.locator(".live-comparison th[scope=row]").first).to_have_text(name)
    expect(page.locator(".live-legend button").first).to_have_text(name)
    assert page.locator("img[src=x]").count() == 0


def test_every_control_is_reached_by_keyboard(visitor: Visit, served: Served, runs: Runs) -> None:
    page = visitor()
    watch(page, runs, digits(2))
    state(page, "finished")
    tab = page.get_by_role("tab", name="Confusion matrix")
    tab.focus()
    page.keyboard.press("End")
    expect(page.get_by_role("tab", name="Log")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("tabpanel")).to_contain_text("Started on CPU")
    page.keyboard.press("Home")
    expect(tab).to_be_focused()
    switch = page.locator(f"{LOSS} .live-legend button").first
    switch.focus()
    page.keyboard.press("Enter")
    expect(switch).to_have_attribute("aria-pressed", "false")
    expect(switch).to_be_focused()


def test_on_a_phone_nothing_is_wider_than_the_screen(visitor: Visit, served: Served, runs: Runs) -> None:
    page = visitor(viewport={"width": 390, "height": 844})
    watch(page, runs, digits(2))
    state(page, "finished")
    expect(page.locator(".live-chart .main-svg").first).to_be_visible()
    widths = page.locator(".live *:visible").evaluate_all(
        """all => all.filter(each => !each.closest('.live-scroll, .live-tablist, .live-unseen'))
            .map(each => each.getBoundingClientRect().right)"""
    )
    assert max(widths) <= 390


def test_no_chart_offers_to_upload_itself(visitor: Visit, served: Served, runs: Runs) -> None:
    page = visitor()
    elsewhere: list[str] = []
    page.on("request", lambda request: elsewhere.append(request.url))
    watch(page, runs, digits(1))
    state(page, "finished")
    buttons = page.locator(f"{LOSS} .modebar-btn")
    expect(buttons).to_have_count(4)
    assert not [title for title in buttons.evaluate_all("all => all.map(e => e.dataset.title)") if "hare" in title]
    assert all(url.startswith((served.address, "blob:", "data:")) for url in elsewhere)


def test_charts_follow_the_theme(visitor: Visit, served: Served, runs: Runs) -> None:
    page = visitor(color_scheme="dark")
    watch(page, runs, digits(2))
    state(page, "finished")
    expect(page.locator(".live-chart .main-svg").first).to_be_visible()
    assert page.locator(f"{LOSS} .live-picture").evaluate("picture => picture.layout.font.color") == "#e4e8ef"


def test_twins_are_trained_and_compared_live(visitor: Visit, served: Served, runs: Runs) -> None:
    page = visitor("compare")
    first = page.locator(".live-comparison th[scope=row]").first
    expect(first).to_have_text("Digits, with dropout")  # the welcome twins
    page.get_by_role("button", name="Train both").click()
    expect(first).to_have_text("digits, with dropout")
    expect(page.locator(".live-comparison tbody tr")).to_have_count(2)
    expect(page.locator(".live")).to_have_attribute("data-connection", "ended", timeout=180_000)
    expect(page.locator(".live-reading")).to_contain_text("validation examples")
    run_ids = page.url.partition("runs=")[2].replace("%2C", ",").split(",")
    last = [runs.status(run_id, OPERATOR).last for run_id in run_ids]
    cells = page.locator(".live-comparison tbody tr td:nth-child(4)").all_inner_texts()
    assert cells == [f"{scores.accuracy:.1%}" for scores in last if scores is not None and scores.accuracy is not None]
    shown = page.locator(".live-chart .live-picture").first.evaluate("picture => picture.data.map(each => each.fill)")
    assert shown.count("tonexty") == 2
    page.reload()
    expect(page.locator(".live-comparison tbody tr")).to_have_count(2)


def test_a_closed_tab_does_not_stop_its_run(visitor: Visit, served: Served, runs: Runs) -> None:
    page = visitor()
    run_id = watch(page, runs, endless())
    until_epochs(page, 1)
    page.close()
    reached = runs.status(run_id, OPERATOR).epoch
    until_epoch(runs, run_id, reached + 2)
    stop(runs, run_id)


def test_a_comparison_that_is_drawn_again_before_its_files_have_come_is_live(visitor: Visit) -> None:
    files = re.compile(r"/comparison\.js")
    held: list[Route] = []
    page = visitor("compare", prepare=lambda context: context.route(files, lambda route: held.append(route)))
    with page.expect_request(files):
        page.get_by_role("button", name="Train both").click()
    page.wait_for_url(re.compile("runs="))
    chosen = page.get_by_test_id("stSelectbox").filter(has_text="Experiment")
    chosen.locator("input").click()
    page.get_by_role("option", name="with dropout").first.click()
    settled(page)
    for route in held:
        route.continue_()
    expect(page.locator(".live-comparison tbody tr")).to_contain_text(["Finished", "Finished"])


def test_runs_that_are_compared_stay_chosen_while_they_train_and_finish(visitor: Visit) -> None:
    page = visitor("compare")
    page.get_by_role("button", name="Train both").click()
    page.wait_for_url(re.compile("runs="))
    rows = page.locator(".live-comparison tbody tr")
    chosen = page.get_by_test_id("stSelectbox").filter(has_text="Experiment")
    for experiment in ("with dropout", "without dropout"):  # each choice tells the server again what is compared
        expect(rows).to_have_count(2)
        chosen.locator("input").click()
        page.get_by_role("option", name=f"digits, {experiment}", exact=True).click()
        settled(page)
        expect(rows).to_contain_text(["Finished", "Finished"])
    page.reload()
    expect(rows).to_contain_text(["Finished", "Finished"])
