"""What `study` writes beside what it prints: the table of its runs, a script that repeats it, a report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from dlcore.cli.base import say
from dlcore.cli.writing import check_place, write
from dlcore.i18n import _
from dlcore.training.events import EpochEnded, Event, RunStarted

if TYPE_CHECKING:
    from dlcore.studies import Study
    from dlcore.studies.record import StudyRecord
    from dlcore.studies.results import Result
    from dlcore.studies.study import StudyRun


@dataclass
class Heard:
    """What the runs of a study have told, as `train_here` hands it over."""

    epochs: dict[tuple[int, int], list[EpochEnded]] = field(default_factory=dict)  # by arm and seed
    versions: dict[str, str] = field(default_factory=dict)
    began_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self, run: StudyRun, event: Event) -> None:
        """Keep what an export shows."""
        if isinstance(event, EpochEnded):
            self.epochs.setdefault((run.arm, run.seed), []).append(event)
        elif isinstance(event, RunStarted):
            self.versions = event.versions

    def record(self, study: Study, results: Sequence[Result]) -> StudyRecord:
        """The study with all that was told."""
        from dlcore.studies.record import StudyRecord

        return StudyRecord(study, results, self.epochs, self.versions, self.began_at)


def check_places(csv: Path | None, script: Path | None, report: Path | None) -> None:
    """Refuse, before anything trains, what could not be written. Raises DlcoreError."""
    for path, option, ending in ((csv, "--csv", ".csv"), (script, "--script", ".py"), (report, "--report", ".html")):
        if path is not None:
            check_place(path, option, ending)


def write_script(path: Path, study: Study, threads: int) -> None:
    """Raises what keeps an arm from being written as a script."""
    from dlcore.codegen.study_script import study_code

    write(path, study_code(study, threads).encode(), "--script")
    say(_("{file} repeats this study and prints its table.", file=path))


def write_csv(path: Path, record: StudyRecord) -> None:
    """A row for every run and epoch."""
    from dlcore.serving.study_csv import study_csv

    write(path, study_csv(record), "--csv")


def write_report(path: Path, record: StudyRecord) -> None:
    """The study with its charts in one file that opens offline."""
    from dlcore.serving.study_report import study_report

    write(path, study_report(record)[1].encode(), "--report")
