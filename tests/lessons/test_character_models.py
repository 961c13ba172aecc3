"""The models of lesson 16: what is shown of them is what torch computes, in the lesson's own and in the learner's."""

from __future__ import annotations

import pytest
import torch

from dlcore import network
from dlcore.data.catalog.docs_text import ALPHABET
from dlcore.lessons.character_models import LETTERS, PASSAGES, seen, trained, written
from dlcore.lessons.course import lesson
from dlcore.lessons.now import Trained


@pytest.fixture(scope="module")
def own() -> Trained:
    """A transformer as the lesson's own experiment has it, untrained."""
    sequences = lesson("sequences")
    experiment = sequences.experiment(sequences.fresh({"kind": "MultiheadAttention"}))
    return Trained("run", experiment, 0, network.build(experiment).state_dict())


def test_attention_looks_back_only_and_its_rows_add_up_to_one() -> None:
    attention = seen("MultiheadAttention", 20, "statement").attention
    assert attention is not None
    assert torch.allclose(attention.sum(-1), torch.ones(()).double())
    assert attention.triu(1).abs().max() == 0


def test_training_makes_the_text_likelier() -> None:
    losses = []
    for steps in (0, 20):
        made = seen("GRU", steps, "class")
        targets = torch.tensor([made.letters.index(each) for each in made.text[1:]])
        losses.append(torch.nn.functional.cross_entropy(made.logits, targets).item())
    assert losses[1] < losses[0]


def test_a_cold_model_writes_the_likeliest_character() -> None:
    text = PASSAGES["object"]
    model = trained("GRU", 20)
    with torch.no_grad():
        scores = model(torch.tensor([[LETTERS.index(each) for each in text[-24:]]]))[0][0, -1]
    cold = [written("GRU", 20, "object", 1e-6, 1, seed=seed) for seed in (0, 9)]
    assert cold == [text + LETTERS[int(scores.argmax())]] * 2


def test_a_transformer_of_ones_own_is_shown_as_it_is(own: Trained, capsys: pytest.CaptureFixture[str]) -> None:
    sequences = lesson("sequences")
    assert sequences.suits(own.experiment)
    now = sequences.with_trained(sequences.fresh(), own)
    text = PASSAGES["statement"]
    x = torch.tensor([[ALPHABET.index(each) for each in text[:-1]]])
    with torch.no_grad():
        logits = network.build(own.experiment).eval()(x)[0]
    logits = logits if logits.shape[0] == len(text) - 1 else logits.T
    share = torch.softmax(logits[5], 0)[ALPHABET.index(text[6])].item()
    numbers = sequences.numbers(now)
    assert numbers["right"] == pytest.approx(share, rel=1e-4)
    assert sequences.board(now).unknown_names(now.values) == set()
    exec(compile(sequences.snippet(now), "snippet.py", "exec"), {})
    printed = [float(line) for line in capsys.readouterr().out.split()]
    assert printed == pytest.approx(list(numbers.values()), rel=1e-4)
