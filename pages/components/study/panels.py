"""Which panels the page of a study shows, by its kind: this file alone is to be changed for a new kind or a new panel.

A panel is a function of one value, `StudyView` (pages/components/study/view.py): the study, the results of its runs,
and its judged lines, of one moment. It draws with Streamlit what it has to say, and nothing where it has nothing yet.
Panels are drawn from top to bottom by a fragment that runs every second while runs go on, so a panel

* gives every widget and figure a key by `view.key("name of the panel")`, and draws a chart whose numbers change by
  `pages.components.web.figure.draw_figure`, which does so in place;
* keeps labels of choices free of what changes while runs go on;
* reads no more than it must: what belongs to a run that has ended is worth a cache.

A kind that is not named here shows `PAIRED` where its arms are judged against the first one, else `ALONE`.
"""

from __future__ import annotations

from collections.abc import Callable

from pages.components.study import (
    at_epoch,
    baselines,
    curves,
    grid,
    opening,
    overfitting,
    race,
    scores,
    search,
    sweep,
    take_away,
    variance,
    verdicts,
)
from pages.components.study.view import StudyView

Panel = Callable[[StudyView], None]

PAIRED: tuple[Panel, ...] = (
    verdicts.every_seed,
    verdicts.table,
    curves.curves,
    at_epoch.at_epoch,
    opening.choose_run,
    take_away.take_away,
)
ALONE: tuple[Panel, ...] = (scores.table, curves.curves, opening.choose_run, take_away.take_away)

PANELS: dict[str, tuple[Panel, ...]] = {  # by the name of the kind
    "remedies": (overfitting.of_base, *PAIRED),
    "dropout_sweep": (sweep.dropout, *PAIRED),
    "race": (race.track, race.slope, verdicts.every_seed, verdicts.table, opening.choose_run, take_away.take_away),
    "variance": (variance.bar, *ALONE),
    "baselines": (baselines.models, curves.curves, opening.choose_run, take_away.take_away),
    "grid": (grid.errors, *ALONE),
    "search": (
        search.found,
        search.trials,
        search.parallel,
        search.table,
        curves.curves,
        opening.choose_run,
        take_away.take_away,
    ),
}


def panels_of(view: StudyView) -> tuple[Panel, ...]:
    """The panels of this study, from top to bottom."""
    return PANELS.get(view.study.kind.name, PAIRED if view.study.kind.paired else ALONE)
