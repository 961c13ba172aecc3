"""The panel of a study whose arms stand along an axis: the score as a curve with its band."""

from __future__ import annotations

from dlcore.figures.sweep import Point, sweep
from dlcore.i18n import _
from pages.components.study.opening import open_run
from pages.components.study.view import StudyView
from pages.components.web.figure import draw_figure


def dropout(view: StudyView) -> None:
    """The score against the share that is dropped; a click on a dot opens its run."""
    points = [
        Point(line.arm.at, str(line.arm.name), line.scores,
              {each.seed: each.run_id for each in view.results if each.arm == number})
        for number, line in enumerate(view.lines)
        if line.arm.at is not None and line.metric == view.study.metric
    ]  # fmt: skip
    chart = sweep(view.study.metric, _("p, the share of values that is dropped"), points)
    if clicked := draw_figure(chart, key=view.key("sweep")):
        open_run(view, clicked)
