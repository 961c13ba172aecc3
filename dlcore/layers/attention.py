"""Layers in which every position of a sequence looks at the others and takes what it needs."""

from __future__ import annotations

from typing import ClassVar, Literal

from dlcore.declaration import Call, Shape, setting
from dlcore.i18n import N_, Text
from dlcore.layers.base import MODULES, Layer, hinted
from dlcore.layers.dense import write_dense
from dlcore.layers.keras import KerasCode, written

CAUSAL = N_("Whether each position sees only itself and what came before, as for writing the next word.")
HEADS = N_("How many ways of looking run side by side; must divide the length of the vectors evenly.")
DROPOUT = N_("Share of values dropped while training.")


class Attention(Layer):
    """softmax(Q·Kᵀ/√d)·V, several times side by side. Shapes: (N, L, F) -> (N, L, F)."""

    abstract: ClassVar[bool] = True
    kind = "attention"
    axes = ("LF",)
    example = Shape((5, 16), axes="LF")

    def check_heads(self, received: Shape, setting_name: str) -> None:
        """Refuse heads that do not divide the vectors evenly, naming the nearest number that would.

        Raises NetworkError.
        """
        heads, features = getattr(self, setting_name), received[-1]
        if features % heads == 0:
            return
        fits = max(each for each in range(1, heads) if features % each == 0)
        problem = Text(
            N_("{layer} divides vectors of {features} values among {heads} heads, which does not come out even."),
            layer="",
            features=features,
            heads=heads,
        )
        hint = Text(N_("Set {setting} to {fits}, for example."), setting=setting_name, fits=fits)
        raise hinted(problem, hint, f"set:{setting_name}={fits}")

    def write_attention(self, code: KerasCode, heads: int, features: int, causal: bool, dropout: float) -> None:
        """`x` looking at itself, with the weights that stand under this prefix in torch's state_dict."""
        code.help("_heads", HEADS_IN_KERAS)
        name = code.name_weights("Attention", [f'*_heads(state, "{code.prefix}", {heads})'])
        settings = {**({"dropout": dropout} if dropout else {}), "name": name}
        made = written("MultiHeadAttention", heads, features // heads, **settings)
        code.line(f"x = {made}(x, x{', use_causal_mask=True' if causal else ''})")


class MultiheadAttention(Attention):
    """Lets every position of a sequence look at all others and mix in what fits: softmax(Q·Kᵀ/√d)·V, head by head.

    Queries, keys and values are all made of the same sequence (self-attention).
    Shapes: (N, L, F) -> (N, L, F). Source: torch.nn.MultiheadAttention; Vaswani et al., 2017.
    """

    num_heads: int = setting(4, ge=1, le=64, main=True, help=HEADS)
    causal: bool = setting(False, help=CAUSAL)
    dropout: float = setting(0.0, ge=0, lt=1, advanced=True, help=DROPOUT)

    def call(self, received: Shape) -> Call:
        return Call("SelfAttention", received[-1], self.num_heads, **self.changed("num_heads"), module=MODULES)

    def keras(self, code: KerasCode, received: Shape, made: Shape) -> None:
        with code.within("attention."):
            self.write_attention(code, self.num_heads, received[-1], self.causal, self.dropout)

    def check(self, received: Shape) -> None:
        super().check(received)
        self.check_heads(received, "num_heads")


class TransformerEncoderLayer(Attention):
    """One block of a transformer: attention, then two Linear layers, each with a skip around it and a LayerNorm.

    With causal it is a block of GPT. Shapes: (N, L, F) -> (N, L, F).
    Source: torch.nn.TransformerEncoderLayer; Vaswani et al., 2017.
    """

    nhead: int = setting(4, ge=1, le=64, main=True, help=HEADS)
    dim_feedforward: int = setting(
        128, ge=1, le=16_384, help=N_("Neurons in the first of the two Linear layers; often four times the vector.")
    )
    causal: bool = setting(False, help=CAUSAL)
    dropout: float = setting(0.1, ge=0, lt=1, help=DROPOUT)
    activation: Literal["relu", "gelu"] = setting(
        "relu", advanced=True, help=N_("The activation between the two Linear layers.")
    )
    norm_first: bool = setting(
        False,
        advanced=True,
        help=N_("Whether LayerNorm comes first in each part; deep stacks learn better so."),
    )

    def call(self, received: Shape) -> Call:
        name, module = (
            ("CausalTransformerEncoderLayer", MODULES) if self.causal else ("TransformerEncoderLayer", "torch.nn")
        )
        settings = {"dim_feedforward": self.dim_feedforward, **self.changed("nhead", "dim_feedforward", "causal")}
        return Call(name, received[-1], self.nhead, module=module, **settings, batch_first=True)

    def keras(self, code: KerasCode, received: Shape, made: Shape) -> None:
        skip = code.variable("skip")
        for norm, part in (("norm1.", self._attend), ("norm2.", self._feed_forward)):
            code.line(f"{skip} = x")
            if self.norm_first:
                self._write_norm(code, norm)
            part(code, received[-1])
            if self.dropout:
                code.apply("Dropout", self.dropout)
            code.line(f"x = layers.Add()([{skip}, x])")
            if not self.norm_first:
                self._write_norm(code, norm)

    def _attend(self, code: KerasCode, features: int) -> None:
        with code.within("self_attn."):
            self.write_attention(code, self.nhead, features, self.causal, self.dropout)

    def _feed_forward(self, code: KerasCode, features: int) -> None:
        with code.within("linear1."):
            write_dense(code, self.dim_feedforward, activation=self.activation)
        if self.dropout:
            code.apply("Dropout", self.dropout)
        with code.within("linear2."):
            write_dense(code, features)

    def _write_norm(self, code: KerasCode, norm: str) -> None:
        with code.within(norm):
            weights = [code.state("weight"), code.state("bias")]
            code.apply("LayerNormalization", epsilon=1e-5, weights=weights)

    def check(self, received: Shape) -> None:
        super().check(received)
        self.check_heads(received, "nhead")


HEADS_IN_KERAS = '''
def _heads(state, prefix, heads):
    """Queries, keys, values and output, head by head, as Keras keeps them."""
    weights = np.split(state[prefix + "in_proj_weight"], 3)  # each (F, F)
    biases = np.split(state[prefix + "in_proj_bias"], 3)
    turned = [
        part
        for weight, bias in zip(weights, biases)
        for part in (weight.T.reshape(len(weight), heads, -1), bias.reshape(heads, -1))
    ]
    out = state[prefix + "out_proj.weight"].T
    return [*turned, out.reshape(heads, -1, len(out)), state[prefix + "out_proj.bias"]]
'''
