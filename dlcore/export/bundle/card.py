"""`README.md`: the model card. What was learned from what, how well, and where it must not be trusted."""

from __future__ import annotations

import html
import platform
from importlib.metadata import version
from typing import Any

import dlcore
from dlcore import network
from dlcore.data.base import Data
from dlcore.i18n import N_, _, translate
from dlcore.inference.trained import Trained

LIMITS = {
    "multiclass": N_("It always names one of its classes, also for what belongs to none of them."),
    "binary": N_("It always answers yes or no, also to what it has never seen the like of."),
    "multilabel": N_("It judges each label by itself, and knows only these labels."),
    "regression": N_("Beyond the range of its training part its numbers mean little."),
    "next-token": N_("It continues text by what it has read; what it says need not be true."),
}


def card(trained: Trained, data: Data) -> str:
    """The model card as Markdown, in the current language."""
    parts = [
        f"# {_plain(trained.name)}",
        _summary(trained),
        *_section(_("Use it"), _use()),
        *_section(_("Data"), _data(trained, data)),
        *_section(_("Network"), _network(trained)),
        *_section(_("Training"), f"```yaml\n{trained.experiment.to_yaml()}```"),
        *_section(_("Scores"), _scores(trained)),
        *_section(_("Limits"), _limits(data)),
        *_section(_("How to cite"), _cite(trained)),
        *_section(_("Versions"), _versions()),
    ]
    return "\n\n".join(parts) + "\n"


def _section(title: str, text: str) -> list[str]:
    return [f"## {title}", text]


def _plain(text: str) -> str:
    """A name that somebody gave, with nothing in it that Markdown or HTML would take for its own."""
    kept = "".join(f"\\{each}" if each in "\\`*_{}[]#|!" else each for each in html.escape(text, quote=False))
    return " ".join(kept.split())


def _summary(trained: Trained) -> str:
    said = _("the best epoch") if trained.which == "best" else _("the last epoch")
    return _(
        "Trained with Layer by Layer. These are the weights of epoch {epoch}, {which}.", epoch=trained.epoch, which=said
    )


def _use() -> str:
    return "\n".join(
        [
            "```",
            "pip install -r requirements.txt",
            "python verify.py            # " + _("the same answers as the app's?"),
            "python predict.py rows.csv  # " + _("labels and probabilities for new rows; also for pictures and text"),
            "python train.py             # " + _("train it again from the start, epoch by epoch the same losses"),
            "```",
        ]
    )


def _data(trained: Trained, data: Data) -> str:
    source: Any = trained.experiment.dataset.source
    split = trained.experiment.dataset.split
    seed = trained.experiment.seed_of("split")
    counts = {_("training"): data.train, _("validation"): data.validation, _("test"): data.test}
    lines = [
        f"**{_plain(translate(source.title) or source.name)}.** {translate(type(source).summary())} "
        f"{translate(source.card)}",
        "",
        f"| {_('part')} | {_('examples')} |",
        "|---|--:|",
        *(f"| {name} | {len(part):,} |" for name, part in counts.items()),
        "",
        _("Divided with the seed {seed} ({method}).", seed=seed, method=split.method) + " "
        + _("Scaling: {scale}, learned from the training part alone.", scale=trained.experiment.dataset.scale),
    ]  # fmt: skip
    if trained.experiment.dataset.label_noise:
        share = f"{trained.experiment.dataset.label_noise:.0%}"
        lines += ["", _("{share} of the training labels were replaced by wrong ones, by chance and on purpose.",
                        share=share)]  # fmt: skip
    if data.about.classes and data.about.task != "next-token":
        lines += ["", _("Classes: {names}.", names=", ".join(map(_plain, data.about.classes)))]
    return "\n".join(lines)


def _network(trained: Trained) -> str:
    steps = network.trace(trained.experiment)
    rows = [f"| {n} | {step.layer} | {step.made} | {step.parameters:,} |" for n, step in enumerate(steps, start=1)]
    total = sum(step.parameters for step in steps)
    head = f"| | {_('layer')} | {_('makes')} | {_('parameters')} |\n|--:|---|---|--:|"
    return "\n".join([head, *rows, f"| | | | **{total:,}** |"])


def _scores(trained: Trained) -> str:
    scores = trained.scores
    if scores is None:
        return _("Nothing was measured.")
    rows = [
        f"| {name} | {value:.4f} |" for name, value in vars(scores).items() if name != "confusion" and value is not None
    ]
    judged = trained.experiment.dataset.split.validation > 0
    where = _("Measured on the validation part, which taught nothing.") if judged else _(
        "Measured on the training part itself, for there is no validation part: expect less of new data."
    )  # fmt: skip
    return "\n".join([f"| {_('score')} | |", "|---|--:|", *rows, "", where])


def _limits(data: Data) -> str:
    lines = [
        _("The best epoch was chosen by the validation part, so its score there is a little too good."),
        translate(LIMITS[data.about.task]),
        _("Made for learning. Do not let it decide about people."),
    ]
    if data.about.generated:
        lines.append(_("Its data was made by a formula: it has seen nothing of the world."))
    return "\n".join(f"- {line}" for line in lines)


def _cite(trained: Trained) -> str:
    return _(
        "«{name}», epoch {epoch}, run {run}, trained with Layer by Layer (dlcore {version}).",
        name=_plain(trained.name),
        epoch=trained.epoch,
        run=trained.run_id or "–",
        version=dlcore.__version__,
    )


def _versions() -> str:
    packages = ("torch", "numpy", "scikit-learn")
    known = [f"python {platform.python_version()}", *(f"{name} {version(name)}" for name in packages)]
    return ", ".join([*known, f"dlcore {dlcore.__version__}"])
