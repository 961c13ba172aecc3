"""Lesson 16, sequences: a state carried from character to character, or attention that looks back; and temperature."""

# More than 150 lines: the board shows the lesson's own model and any that the learner trained, and writes with both.

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils import parameters_to_vector

from dlcore.experiment import Experiment
from dlcore.i18n import N_
from dlcore.lessons import character_models, sequence_board
from dlcore.lessons.board.board import Board
from dlcore.lessons.character_models import BATCH, HEADS, LENGTH, LETTERS, PASSAGES, RATE, READ, UNITS, WIDTH, Seen
from dlcore.lessons.lesson import Action, Block, Blocks, Choice, Lesson, Question, See
from dlcore.lessons.now import Now, Trained
from dlcore.lessons.tasks import Task, TrainingTask, TypedTask

KINDS = {"RNN": "RNN", "GRU": "GRU", "LSTM": "LSTM", "MultiheadAttention": N_("Attention")}
SURE, GOAL = 0.9, 2.3
FORMULAS = {
    "RNN": r"h_t = \tanh(W x_t + U h_{t-1} + b)",
    "GRU": r"h_t = (1 - z) \odot n + z \odot h_{t-1}",
    "LSTM": r"c_t = f \odot c_{t-1} + i \odot g,\quad h_t = o \odot \tanh(c_t)",
    "MultiheadAttention": r"\mathrm{softmax}\!\Big(\tfrac{QK^\top}{\sqrt{d_k}}\Big)_{t,s}",
}


def seen_of(now: Now) -> Seen:
    """What the model that is chosen made of the passage that is chosen."""
    if now.trained is not None and attends(now):
        return character_models.seen_by(now.trained, now.options["passage"])
    return character_models.seen(now.options["kind"], now.options["steps"], now.options["passage"])


def attends(now: Now) -> bool:
    """Whether it is attention that is looked at."""
    return bool(now.options["kind"] == "MultiheadAttention")


def sure(now: Now) -> bool:
    """The task of the hand: a place and a temperature at which the model is sure, and right."""
    return bool(now.moved) and now.by_hand and Sequences().numbers(now)["right"] >= SURE


def times(_now: Now) -> float:
    """How many times as many weights as an RNN an LSTM has, by torch's count."""
    one, other = (parameters_to_vector(each(WIDTH, UNITS).parameters()).numel() for each in (nn.LSTM, nn.RNN))
    return one / other


def write(now: Now) -> Now:
    """Let the lesson's model write on from the passage."""
    options = now.options
    text = character_models.written(options["kind"], options["steps"], options["passage"], now.values["T"])
    return replace(now, left={"text": text})


class Sequences(Lesson):
    """What was read before counts."""

    choices = (
        Choice("kind", N_("Reader"), KINDS, "LSTM"),
        Choice("passage", N_("Passage"), {name: text.strip() + "…" for name, text in PASSAGES.items()}, "statement"),
        Choice("steps", N_("Steps trained"), {steps: str(steps) for steps in (0, 60, 150)}, 60, True),
    )
    actions = (Action("write", N_("Write on"), write, "edit"),)
    questions = (Question("predict", 1, See(N_("Set it to 0.2"), values={"T": 0.2})),)
    tasks = (Task("sure", sure), TypedTask("times", times), TrainingTask("train", {"manual": ("loss", GOAL)}))
    grid = (7.0, 0.4, 3.0)

    def suits(self, experiment: Experiment) -> bool:
        return character_models.can_be_seen(experiment)

    def with_trained(self, now: Now, trained: Trained | None) -> Now:
        stands = now if attends(now) else self.fresh({**now.options, "kind": "MultiheadAttention"})
        return replace(stands, trained=trained)

    def start(self, options: Mapping[str, Any]) -> dict[str, float]:
        inside = {"back": 3.0, "head": 1.0} if options["kind"] == "MultiheadAttention" else {"unit": 2.0}
        return {"t": 5.0, "T": 1.0, **inside}

    def truth(self, now: Now, at: Mapping[str, Tensor]) -> dict[str, Tensor]:
        return sequence_board.truth(seen_of(now), now.options["kind"], at)

    def numbers(self, now: Now) -> dict[str, float]:
        truth = self.truth(now, {name: torch.tensor(value, dtype=torch.float64) for name, value in now.values.items()})
        return {name: truth[name].item() for name in (("right", "weight") if attends(now) else ("right", "h"))}

    def board(self, now: Now) -> Board:
        return sequence_board.board(seen_of(now), now.options["kind"], self.numbers(now))

    def blocks(self, now: Now) -> tuple[Blocks, Blocks]:
        numbers, temperature = self.numbers(now), f"{now.values['T']:.2f}"
        inside = f"{FORMULAS[now.options['kind']]} = {numbers['weight' if attends(now) else 'h']:.3f}"
        below = rf"\sum_v e^{{z_v/{temperature}}}"
        share = rf"p = \frac{{e^{{z/{temperature}}}}}{{{below}}} = {numbers['right']:.3f}"
        text = (Block("markdown", f"```text\n{now.left['text']}\n```"),) if "text" in now.left else ()
        return (Block("latex", inside), *text), (Block("latex", share),)

    def snippet(self, now: Now) -> str:
        if now.trained is not None and attends(now):
            return of_own(seen_of(now), now)
        kind, text, t = now.options["kind"], PASSAGES[now.options["passage"]], int(now.values["t"])
        ids = [LETTERS.index(each) for each in text]
        return "\n".join([
            "import torch", "from pydoc_data.topics import topics", "from torch import nn", "",
            f"text, letters = \"\\n\".join(topics[name] for name in sorted(topics)).lower(), {LETTERS!r}",
            f"ids = torch.tensor([letters.index(each) for each in text[:{READ}] if each in letters])",
            "torch.manual_seed(0)", *(ATTENTION if attends(now) else RECURRENT.format(kind=kind)).splitlines(),
            f"optimizer = torch.optim.Adam(layers.parameters(), {RATE})", f"for step in range({now.options['steps']}):",
            f"    batch = ids[torch.randint(len(ids) - {LENGTH}, ({BATCH}, 1)) + torch.arange({LENGTH + 1})]",
            "    loss = nn.functional.cross_entropy(model(batch[:, :-1])[0].transpose(1, 2), batch[:, 1:])",
            "    optimizer.zero_grad(), loss.backward(), optimizer.step()",
            f"logits, inside = model(torch.tensor([{ids[:-1]}]))",
            f"print(torch.softmax(logits[0, {t}] / {now.values['T']!r}, 0)[{ids[t + 1]}].item(),"
            f' inside[0, {self.place(now)}].item(), sep="\\n")',
        ])  # fmt: skip

    def place(self, now: Now) -> str:
        """Where in the states, or in the attention, the board looks."""
        v = {name: int(value) for name, value in now.values.items()}
        return f"{min(v['head'], HEADS) - 1}, {v['t']}, {v['back']}" if attends(now) else f"{v['t']}, {v['unit']}"

    def experiment(self, now: Now) -> Experiment:
        kind = now.options["kind"]
        reader: list[dict[str, Any]] = [{"layer": kind, "hidden_size": 64, "every_step": True}]
        if attends(now):
            reader = [{"layer": "LearnedPositionalEncoding"},
                      {"layer": "TransformerEncoderLayer", "nhead": 2, "dim_feedforward": 64, "causal": True,
                       "dropout": 0.0}]  # fmt: skip
        return Experiment.from_dict({
            "dataset": {"name": "manual", "characters": 60000, "length": 48},
            "network": [{"layer": "Embedding", "embedding_dim": 32}, *reader, {"layer": "Output"}],
            "training": {"optimizer": {"name": "AdamW", "lr": 0.005}, "batch_size": 32, "epochs": 8},
        })  # fmt: skip


RECURRENT = f"""embed, read = nn.Embedding({len(LETTERS)}, {WIDTH}), nn.{{kind}}({WIDTH}, {UNITS}, batch_first=True)
out = nn.Linear({UNITS}, {len(LETTERS)})
model = lambda x: (out(states := read(embed(x))[0]), states)
layers = nn.ModuleList([embed, read, out])"""
ATTENTION = f"""embed, place = nn.Embedding({len(LETTERS)}, {WIDTH}), nn.Embedding({LENGTH}, {WIDTH})
read, out = nn.MultiheadAttention({WIDTH}, {HEADS}, batch_first=True), nn.Linear({WIDTH}, {len(LETTERS)})
layers, later = nn.ModuleList([embed, place, read, out]), torch.ones({LENGTH}, {LENGTH}).triu(1).bool()
def model(x):
    v = embed(x) + place.weight
    made, weights = read(v, v, v, attn_mask=later, average_attn_weights=False)
    return out(v + made), weights"""


def of_own(seen: Seen, now: Now) -> str:
    """The numbers of a network whose weights are not in the program."""
    t, back = int(now.values["t"]), int(now.values["back"])
    at = {name: torch.tensor(value) for name, value in now.values.items()}
    row = sequence_board.head_of(seen, at)[t]
    return "\n".join([
        "import torch", "", f"logits = torch.tensor({seen.logits[t].tolist()})",
        f"share = torch.softmax(logits / {now.values['T']!r}, 0)",
        f"print(share[{seen.letters.index(seen.text[t + 1])}].item())",
        f"attention = torch.tensor({row.tolist()})  # adds up to 1", f"print(attention[{back}].item())",
    ])  # fmt: skip
