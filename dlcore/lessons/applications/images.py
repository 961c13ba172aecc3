"""Image classification: which digit did somebody write?"""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor, nn

from dlcore.i18n import N_, _
from dlcore.lessons.applications.application import Classification, Facts, Learned, bars
from dlcore.lessons.board.rasters import Raster, Rasters
from dlcore.lessons.board.stages import Bars
from dlcore.lessons.digits import digits


class Images(Classification):
    """Handwritten digits of scikit-learn, by a small CNN."""

    title = N_("Image classification")
    right_is = N_("share of the digit that it is")
    preset = "digits-cnn"
    goal = ("accuracy", 0.95)
    facts = Facts(
        enters=N_("a picture: channels, rows, columns"),
        leaves=N_("a share for each of ten digits"),
        layers=N_("convolution, max pooling, dense"),
        loss=N_("cross entropy"),
        score=N_("accuracy: the share of digits that it recognizes; guessing gives 0.1"),
        fails=N_("sloppy writing; and whatever it never saw: it knows no answer but the ten, not even for a letter"),
    )

    def examples(self) -> tuple[Tensor, Tensor]:
        x, y = digits()
        return x.reshape(-1, 1, 8, 8), y

    def network(self) -> nn.Module:
        return nn.Sequential(
            nn.Conv2d(1, 8, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(72, 10)
        ).double()  # fmt: skip

    def columns(self, learned: Learned, n: int) -> Mapping[str, Tensor]:
        return {"pixels": learned.x[n]}

    def stages(self, learned: Learned, n: int) -> tuple[tuple[Rasters], Bars]:
        digit = int(learned.y[n])
        picture = Raster(_("8 × 8 pixels"), ("pixels",), 8, 8, width=240)
        said = _("Somebody wrote a {digit}.", digit=digit)
        return (Rasters(_("A digit goes in"), (picture,), said),), bars(
            _("A share for each digit comes out"), [str(each) for each in range(10)], right=digit
        )

    def program(self) -> tuple[list[str], list[str], str]:
        net = "nn.Conv2d(1, 8, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(72, 10)"
        return (
            ["from sklearn.datasets import load_digits", "", "data = load_digits()",
             "x, y = torch.tensor(data.images)[:, None] / 16, torch.tensor(data.target)"],
            [f"net = nn.Sequential({net}).double()"], "cross_entropy(net(x[rows]), y[rows])",
        )  # fmt: skip
