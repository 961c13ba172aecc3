"""`Runs`: everything that a page, a notebook or the command line does with runs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import dlcore
from dlcore.access import OPERATOR, WELCOME, Viewer, own_name, student
from dlcore.access.quotas import Quota, check_parameters
from dlcore.data.uploads import upload_access
from dlcore.errors import RunError, RunNotFound, UploadError
from dlcore.experiment import Experiment, Start
from dlcore.i18n import N_, Text, current_language, on_one_line
from dlcore.inference import file_names
from dlcore.probes.frame import WEIGHTS
from dlcore.runs import disk_reserve, exports, film, import_link, secret, weights
from dlcore.runs.artifacts import Artifacts
from dlcore.runs.belongings import Belongings
from dlcore.runs.embedded import EmbeddedDispatcher
from dlcore.runs.exports import Exported
from dlcore.runs.home import open_home
from dlcore.runs.resident import residents
from dlcore.runs.settings import Settings
from dlcore.runs.status import ENDED, EventList, Status
from dlcore.runs.store.census import Census, Footprint, census, footprint
from dlcore.runs.store.engine import connect, give_back, probe
from dlcore.runs.store.work import RECORDED
from dlcore.runs.study_records import StudyRecords
from dlcore.runs.welcome import welcome_runs, welcome_study
from dlcore.training.events import Changed, Recorded, Scores, from_json

if TYPE_CHECKING:
    from torch import Tensor

    from dlcore.inference.question import Question
    from dlcore.inference.trained import Trained
    from dlcore.training.speed import Speed

Epoch = Literal["best", "last"]
WeightsFormat = Literal["safetensors", "pt"]


class Runs(Belongings, StudyRecords):
    """The runs of one installation, and the data sets that learners brought.

    Safe to share between threads; `close` when done with it.
    """

    def __init__(self, settings: Settings, *, dispatcher: bool = False) -> None:
        open_home(settings)
        self.settings = settings
        self._secret = secret.read_secret(settings.home)
        self._artifacts = Artifacts(settings)
        super().__init__(connect(settings))
        self._dispatcher = EmbeddedDispatcher(settings) if dispatcher else None

    def close(self) -> None:
        """End the dispatcher that this process started, and give back the database connections."""
        if self._dispatcher is not None:
            self._dispatcher.close()
        self._engine.dispose()

    def probe(self) -> None:
        """Raises RunError where the database is gone, damaged, or does not answer within seconds."""
        probe(self._engine, self.settings.home)

    def census(self) -> Census:
        """How many runs there are in each state, whoever's they are. Raises Unreachable."""
        return census(self._engine)

    def footprint(self) -> Footprint:
        """What everything takes, whoever's it is. Raises Unreachable."""
        return footprint(self._engine)

    def __enter__(self) -> Runs:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def submit(
        self,
        experiment: Experiment,
        viewer: Viewer,
        name: str | None = None,
        group: str | None = None,
        assignment: str | None = None,
    ) -> str:
        """Put a run into the queue and return its id at once. `assignment`: the task of a class for which it is.

        Raises NetworkError or ExperimentError for what cannot work, RunError for what the task does not allow, before
        anything is queued.
        """
        owner = own_name(viewer)
        with upload_access.using(self.upload_access(viewer)), upload_access.no_files():
            self.check(experiment, viewer)
            if experiment.start is not None:
                weights.kept(self._artifacts, owner, experiment.start)
            if assignment is not None:
                self.check_assignment(assignment, [experiment], viewer)
        return self._submit(experiment.to_dict(), owner, name, group, self._parent(experiment, viewer), assignment)

    def _parent(self, experiment: Experiment, viewer: Viewer) -> tuple[str, int] | None:
        """The run whose way this one leaves, and at which epoch; None where it is not here, or somebody else's."""
        start = experiment.start
        if start is None or start.run is None or start.epoch is None:
            return None
        try:
            return self.status(start.run, viewer).id, start.epoch
        except RunNotFound:
            return None

    def fork(self, run_id: str, epoch: int, viewer: Viewer) -> Experiment:
        """The experiment of a run as it was at a recorded epoch, to go on from there on a way of its own.

        With the weights of that epoch, the settings that held then, and an optimizer that begins anew. The run stays
        as it is. Raises RunError where the weights of that epoch were not kept.
        """
        content, status = self.recorded_weights(run_id, epoch, viewer), self.status(run_id, viewer)
        kept = weights.keep(self._artifacts, viewer.name, content)
        start = Start(
            weights=kept, origin=on_one_line(f"{status.title}, epoch {epoch}")[-120:], run=run_id, epoch=epoch
        )
        return _as_it_was(self.experiment(run_id, viewer), epoch, self._changes(run_id, viewer)).model_copy(
            update={"start": start}
        )

    def _changes(self, run_id: str, viewer: Viewer) -> list[Changed]:
        """What was changed while it trained, in its order."""
        told = (from_json(body) for body in self._bodies_of_kind(run_id, Changed.__name__, viewer))
        return [each for each in told if isinstance(each, Changed)]

    def welcome(self) -> list[str]:
        """Where nothing was ever trained: queue a study for everybody to look at. Returns the ids of its runs."""
        if not self.is_empty():
            return []
        study = welcome_study()
        study_id = self._submit_study(study.to_json(), WELCOME, study.name, list(welcome_runs(study)))
        return [status.id for _arm, _seed, status in self.study_statuses(study_id, OPERATOR)]

    def check(self, experiment: Experiment, viewer: Viewer) -> None:
        """Raise what keeps an experiment from being trained, before anything is queued."""
        self._check(experiment, viewer, self.quota(viewer))

    def _check(self, experiment: Experiment, viewer: Viewer, quota: Quota) -> None:
        """The same by a quota that is known."""
        from dlcore.network import parameters_of
        from dlcore.training.check import check  # loads torch: when a run is submitted, not when runs are listed

        check(experiment, memory_limit=self.settings.run_memory_bytes)
        if quota.parameters is not None:
            check_parameters(quota, parameters_of(experiment))
        weights.check(self._artifacts, viewer.name, experiment)

    def begin_with_file(self, experiment: Experiment, raw: bytes, filename: str, viewer: Viewer) -> Experiment:
        """The experiment with the weights of a file to begin with. Raises WeightsError: a sentence a mismatch."""
        from dlcore.export.weights import fitting

        return self._begin(experiment, fitting(raw, filename, weights.bare(experiment)), filename, viewer)

    def _begin(self, experiment: Experiment, content: bytes, filename: str, viewer: Viewer) -> Experiment:
        origin = on_one_line(filename)[-120:]
        start = Start(weights=weights.keep(self._artifacts, viewer.name, content), origin=origin)
        return experiment.model_copy(update={"start": start})

    def first_weights(self, experiment: Experiment, viewer: Viewer) -> dict[str, Tensor]:
        """The weights that an experiment names to begin with. Raises WeightsError where they are not here or misfit."""
        import safetensors.torch

        assert experiment.start is not None
        weights.check(self._artifacts, viewer.name, experiment)
        return safetensors.torch.load(weights.kept(self._artifacts, viewer.name, experiment.start))

    def import_bundle(self, raw: bytes, filename: str, viewer: Viewer) -> Experiment:
        """The experiment of a bundle, to begin with the bundle's weights. Raises DlcoreError with what is wrong in it.

        Nothing is unpacked to disk and no number is read; what is stored already is not touched. A learner's own data
        do not travel as they were brought: where they are not here, others may stand in for them, and then it is asked
        whether the weights fit.
        """
        from dlcore.export.bundle.reading import read_bundle
        from dlcore.export.weights import whole

        bundle = read_bundle(raw, filename)
        experiment = bundle.experiment().model_copy(update={"start": None})
        content, called = bundle.files["weights.safetensors"], f"{Path(filename).stem}.safetensors"
        try:
            return self.begin_with_file(experiment, content, called, viewer)
        except UploadError:
            return self._begin(experiment, whole(content, called), called, viewer)

    def import_link(self, experiment: Experiment, viewer: Viewer) -> str:
        """A code by which a browser of this installation takes an experiment over, and the weights it begins with."""
        return import_link.seal(self._secret, experiment, viewer.name)

    def open_import_link(self, code: str, viewer: Viewer) -> Experiment:
        """The experiment of such a code; its weights are then this viewer's, too. Raises RunError, WeightsError."""
        experiment, giver = import_link.unseal(self._secret, code)
        if experiment.start is not None:
            weights.hand_over(self._artifacts, giver, viewer.name, experiment.start)
        return experiment

    def continued(self, run_id: str, epoch: Epoch, viewer: Viewer, experiment: Experiment | None = None) -> Experiment:
        """A run's experiment, to go on with what it knew at its best or last epoch; or another, to begin with that.

        The weights are kept by their fingerprint: deleting the run they are from changes nothing.
        Raises WeightsError where they do not fit the other experiment.
        """
        from dlcore.export.weights import fitting

        content, number, name = self._weights(run_id, epoch, viewer)
        experiment = experiment or self.experiment(run_id, viewer)
        fitting(content, f"{name}.safetensors", weights.bare(experiment))
        kept = weights.keep(self._artifacts, viewer.name, content)
        start = Start(weights=kept, origin=f"{name}, epoch {number} ({epoch})")
        return experiment.model_copy(update={"start": start})

    def experiment(self, run_id: str, viewer: Viewer) -> Experiment:
        """The experiment that a run trains."""
        return Experiment.from_stored(self._experiment(run_id, viewer))

    def events(self, run_id: str, viewer: Viewer, after: int = 0) -> EventList:
        """What happened since the cursor `after`, in order; all of it from 0."""
        found = self._event_rows(run_id, after, viewer)
        return EventList((from_json(body) for _, body in found), found[-1][0] if found else after)

    def delete(self, run_id: str, viewer: Viewer) -> None:
        """Forget a run and its files; one that trains notices and ends."""
        forget, piecemeal = partial(self._delete, run_id, viewer), partial(self._forget_by_pieces, run_id, viewer)
        disk_reserve.forgetting(self.settings.home, forget, lambda _: self._remove_files(run_id), piecemeal)
        give_back(self._engine)

    def _forget_by_pieces(self, run_id: str, viewer: Viewer) -> None:
        """For a full disk: its files go first, for the room they take; the rows that name them follow."""
        self._check_allowed(run_id, viewer, "change")
        self._remove_files(run_id)
        self._delete_piecemeal(run_id, viewer)

    def _remove_files(self, run_id: str) -> None:
        self._artifacts.remove_run(run_id)
        residents.end(self.settings, run_id)
        exports.remove(self.settings, run_id)

    def weights(self, run_id: str, viewer: Viewer, epoch: Epoch | int = "best") -> dict[str, Tensor]:
        """The state_dict of the best, the last, or a recorded epoch. Raises RunError where none was kept (yet)."""
        import safetensors.torch

        content = self.recorded_weights(run_id, epoch, viewer) if isinstance(epoch, int) else None
        return safetensors.torch.load(content or self._weights(run_id, epoch, viewer)[0])  # type: ignore[arg-type]  # no number

    def recorded_weights(self, run_id: str, epoch: int, viewer: Viewer) -> bytes:
        """The weights of a recorded epoch, as a safetensors file. Raises RunError where they were not kept."""
        frames = self.film(run_id, viewer)
        frame = frames.get(epoch)
        if frame is None or WEIGHTS not in frame.parts:
            kept = sorted(number for number, each in frames.items() if WEIGHTS in each.parts)
            raise RunError(
                Text(N_("The weights of epoch {epoch} were not kept; those of these epochs were: {kept}."),
                     epoch=epoch, kept=", ".join(map(str, kept)) or "–")
            )  # fmt: skip
        return film.read_part(self._artifacts, run_id, frame.file, *frame.parts[WEIGHTS])

    def film(self, run_id: str, viewer: Viewer) -> dict[int, Recorded]:
        """By their epochs, where the frames of a run's film are. Raises RunNotFound."""
        told = [from_json(body) for body in self._bodies_of_kind(run_id, RECORDED, viewer)]
        return {each.epoch: each for each in told if isinstance(each, Recorded)}

    def film_part(self, run_id: str, file: str, first: int, length: int, viewer: Viewer) -> bytes:
        """A part of a film, as it was compressed, for who has shown the run's token. Raises RunError if it is gone."""
        self._check_allowed(run_id, viewer, "see")
        return film.read_part(self._artifacts, run_id, file, first, length)

    def seen(self, run_id: str, viewer: Viewer, epoch: int | None = None) -> dict[str, Any]:
        """By their names, what the probes saw at an epoch: each at the nearest it recorded, which `epoch` in it says.

        The newest without an epoch. The docstring of each probe says the shapes and units of its arrays.
        """
        return film.seen(self._artifacts, run_id, self.film(run_id, viewer), epoch)

    def weights_file(
        self, run_id: str, viewer: Viewer, epoch: Epoch = "best", format: WeightsFormat = "safetensors"
    ) -> tuple[str, bytes]:
        """(file name, content) for a download: `digits-mlp_best-epoch-7_accuracy-0.971.safetensors`."""
        if format == "pt":  # another process unpacks the numbers and packs them anew
            made = self.export(run_id, "pt", viewer, epoch)
            return made.name, made.path.read_bytes()
        content, number, name = self._weights(run_id, epoch, viewer)
        scores = _scores_of(self.status(run_id, viewer), epoch, number)
        return f"{file_names.stem(name, epoch, number, scores)}.{format}", content

    def trained(self, run_id: str, viewer: Viewer, epoch: Epoch = "best") -> Trained:
        """A run's network with the weights of its best or last epoch, and how it came to them."""
        import safetensors.torch

        from dlcore.inference.trained import Trained  # with torch

        content, number, name = self._weights(run_id, epoch, viewer)
        experiment, status = self.experiment(run_id, viewer), self.status(run_id, viewer)
        start = None if experiment.start is None else self.first_weights(experiment, student(status.owner))
        return Trained(
            experiment, safetensors.torch.load(content), epoch, number,
            _scores_of(status, epoch, number), self.events(run_id, viewer), name, run_id, start,
        )  # fmt: skip

    def export(self, run_id: str, kind: exports.Kind, viewer: Viewer, epoch: Epoch = "best") -> Exported:
        """What a run is taken away as: written by another process, and held against the app before it is told of.

        Texts in it are in the current language. Raises ExportError where it cannot be written so.
        """
        return exports.make(self.settings, self._export_request(run_id, kind, epoch, viewer))

    def find_export(self, run_id: str, kind: exports.Kind, viewer: Viewer, epoch: Epoch = "best") -> Exported | None:
        """The same where it was written before; None where it was not, or would be another by now."""
        return exports.find(self.settings, self._export_request(run_id, kind, epoch, viewer))

    def ask(self, run_id: str, question: Question, viewer: Viewer, epoch: Epoch = "best") -> dict[str, Any]:
        """What the network of a run answers, as `dlcore.inference.predict` tells it: another process asks it.

        The same question again costs a read. Raises ExportError with one sentence for what cannot be read.
        """
        form = self.export(run_id, "form", viewer, epoch).path.read_bytes()
        given = {exports.QUESTION: question.to_bytes(), exports.FORM: form}
        made = exports.make(self.settings, self._export_request(run_id, "answers", epoch, viewer, given))
        answers: dict[str, Any] = json.loads(made.path.read_bytes())
        return answers

    def analyse(self, run_id: str, name: str, asked: Mapping[str, Any], viewer: Viewer) -> bytes:
        """What the analysis of this name answers about a run's film: arrays as `dlcore.probes.arrays.read` reads them.

        Another process computes it; the same again costs a read. Raises ExportError with one sentence where it cannot.
        """
        if self._is_resident(name):
            self._check_allowed(run_id, viewer, "see")
            return residents.ask(self.settings, run_id, {**asked, "analysis": name, "language": current_language()})
        return exports.make(self.settings, self._analysis_request(run_id, name, asked, viewer)).path.read_bytes()

    def analysis_progress(self, run_id: str, name: str, asked: Mapping[str, Any], viewer: Viewer) -> float | None:
        """How much of it is done, 0 to 1, while it is computed and says so."""
        return exports.progress(self.settings, self._analysis_request(run_id, name, asked, viewer))

    @staticmethod
    def _is_resident(name: str) -> bool:
        from dlcore.analyses.base import ANALYSES  # with torch

        return name in ANALYSES and ANALYSES[name].resident

    def _analysis_request(
        self, run_id: str, name: str, asked: Mapping[str, Any], viewer: Viewer
    ) -> exports.ExportRequest:
        topic = hashlib.sha256(name.encode()).hexdigest()[:12]  # a name from an address is none of a folder
        question = json.dumps({**asked, "analysis": name}, sort_keys=True).encode()
        kept: list[Any] = sorted(epoch for epoch, frame in self.film(run_id, viewer).items() if WEIGHTS in frame.parts)
        given = {exports.ANALYSIS: question}
        kept += [self.status(run_id, viewer).epoch, current_language()]  # texts may be among what is found
        return exports.ExportRequest.of(run_id, "analysis", "last", kept, dlcore.__version__, given=given, topic=topic)

    def _export_request(
        self, run_id: str, kind: str, epoch: Epoch, viewer: Viewer, given: Mapping[str, bytes] | None = None
    ) -> exports.ExportRequest:
        found = self._artifact(run_id, _kept(epoch), viewer)
        if found is None:
            raise RunError(Text(N_("This run has not kept any weights yet.")))
        artifact, number, name = found
        return exports.ExportRequest.of(
            run_id, kind, epoch, artifact.sha256, number, name, dlcore.__version__, given=given
        )

    def _weights(self, run_id: str, epoch: Epoch, viewer: Viewer) -> tuple[bytes, int, str]:
        epoch = _kept(epoch)
        for _attempt in range(2):  # a run that trains may replace the file between the two reads
            found = self._artifact(run_id, epoch, viewer)
            if found is None:
                raise RunError(Text(N_("This run has not kept any weights yet.")))
            artifact, number, name = found
            try:
                return self._artifacts.read(artifact), number, name
            except RunError:
                if self._artifact(run_id, epoch, viewer) == found:
                    raise
        return self._artifacts.read(artifact), number, name

    def speed(self, device: str = "auto") -> Speed | None:
        """How fast workers train on a device, as they measured it; None where they have not done so yet."""
        from dlcore.training.speed import Speed  # with torch

        kinds = ("cuda", "mps", "cpu") if device == "auto" else (device,)
        body = next((body for kind in kinds if (body := self._speed(kind)) is not None), None)
        return None if body is None else Speed.kept(body)

    def token(self, run_id: str, viewer: Viewer) -> str:
        """What lets a browser follow this run through a route beside the pages."""
        self._check_allowed(run_id, viewer, "see")
        return secret.sign(self._secret, _named(run_id, self._shown_to(run_id, viewer)))

    def check_token(self, run_id: str, token: str) -> bool:
        """Whether `token` was made here for this run; one that was made while it was shown is good only that long."""
        if secret.is_signed(self._secret, _named(run_id), token):
            return True
        return any(secret.is_signed(self._secret, _named(run_id, since), token) for since in self._shows(run_id))

    def wait(self, run_id: str, viewer: Viewer, timeout: float | None = None) -> Status:
        """Block until a run has ended or rests, for notebooks and scripts. Raises TimeoutError."""
        import time

        deadline = None if timeout is None else time.monotonic() + timeout
        while True:
            status = self.status(run_id, viewer)
            if status.state in (*ENDED, "paused"):
                return status
            if deadline is not None and time.monotonic() > deadline:
                raise TimeoutError(f"run {run_id} is still {status.state}")
            time.sleep(0.1)


def _named(run_id: str, since: float | None = None) -> str:
    """What the token of a run is made of; of one that is only shown, since when."""
    return f"run:{run_id}" if since is None else f"run:{run_id}:shown:{since!r}"


def _as_it_was(experiment: Experiment, epoch: int, changes: list[Changed]) -> Experiment:
    """The experiment with the settings that held at an epoch as its own, and no changes to come."""
    plain = experiment.to_dict()
    plain["training"].pop("changes", None)
    for change in changes:
        if change.at <= epoch:
            for name, value in change.set.items():
                _put(plain, name, value)
    return Experiment.from_stored(plain)


def _put(plain: dict[str, Any], name: str, value: Any) -> None:
    """Give a setting that can be changed while training (`dlcore.experiment.changes`) a value in plain data."""
    group, _, rest = name.partition(".")
    if group == "network":
        place, _, setting = rest.partition(".")
        plain["network"][int(place)][setting] = value
    elif group == "loss":
        loss = plain["training"].get("loss", {})
        named = {"name": loss} if isinstance(loss, str) else dict(loss)
        plain["training"]["loss"] = {**named, rest: value}
    elif group == "optimizer":
        plain["training"]["optimizer"][rest] = value
    elif name != "epochs":
        plain["training"][name] = value


def _kept(epoch: Epoch) -> Epoch:
    """Raises RunError for an epoch whose weights are not kept."""
    if epoch not in ("best", "last"):
        raise RunError(
            Text(N_("Weights are kept of the best and of the last epoch, not of {received}."), received=repr(epoch))
        )
    return epoch


def _scores_of(status: Status, epoch: Epoch, number: int) -> Scores | None:
    """The scores of the epoch that weights are of; None where the run has gone on since they were written."""
    if epoch == "best":
        return status.best if status.best_epoch == number else None
    return status.last if status.epoch == number else None
