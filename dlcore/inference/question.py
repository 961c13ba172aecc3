"""What a learner asks of a trained network: rows, a text, a picture or a file, as plain bytes, within bounds."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Literal

from dlcore.errors import ExportError
from dlcore.i18n import N_, Text

Kind = Literal["rows", "table", "text", "picture"]

MOST_BYTES: dict[str, int] = {"rows": 1_000_000, "table": 10_000_000, "text": 40_000, "picture": 32_000_000}
MOST_ROWS = 10_000  # that one question may hold
MOST_MORE = 1000  # tokens that a text is continued by
HOTTEST = 5.0


@dataclass(frozen=True)
class Question:
    """`content` is a JSON list of rows {column: cell}; the bytes of a .csv or .txt; a text; or a picture's file."""

    kind: Kind
    content: bytes
    name: str = ""  # of the file, for sentences
    invert: bool = False  # the picture's ink is dark on light
    more: int = 0  # how many tokens to continue a text by
    temperature: float = 1.0
    seed: int = 0
    top_k: int = 0  # of how many likeliest tokens one is drawn; 0: of all

    def __post_init__(self) -> None:
        limit = MOST_BYTES[self.kind]
        if len(self.content) > limit:
            raise ExportError(
                Text(N_("{file} has {size} bytes; at most {limit} can be asked about at once."),
                     file=self.name or Text(N_("What you typed")), size=f"{len(self.content):,}", limit=f"{limit:,}")
            )  # fmt: skip
        if not (0 <= self.more <= MOST_MORE and 0 <= self.temperature <= HOTTEST):
            raise ExportError(
                Text(N_("A text is continued by at most {most} tokens, at a temperature from 0 to {hottest}."),
                     most=MOST_MORE, hottest=HOTTEST)
            )  # fmt: skip
        if self.top_k < 0:
            raise ExportError(Text(N_("A token is drawn among all (0), or among the so many likeliest.")))

    @classmethod
    def of_row(cls, cells: dict[str, str]) -> Question:
        """A single row, typed."""
        return cls("rows", json.dumps([cells], ensure_ascii=False).encode())

    def to_bytes(self) -> bytes:
        """What `from_bytes` turns into an equal question."""
        return json.dumps(vars(self) | {"content": base64.b64encode(self.content).decode()}).encode()

    @classmethod
    def from_bytes(cls, raw: bytes) -> Question:
        """The question that `to_bytes` wrote."""
        said = json.loads(raw)
        return cls(**said | {"content": base64.b64decode(said["content"])})
