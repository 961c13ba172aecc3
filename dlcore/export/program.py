"""`torch.export`: the network as one file (`.pt2`) that torch runs without the code that made it."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping

import torch
from torch import Tensor, nn

from dlcore.errors import ExportError
from dlcore.export.quiet import quiet
from dlcore.i18n import N_, Text
from dlcore.inference.trained import allowed, difference, outputs

METADATA = "about.json"  # the name under which a file says what it is


def to_program(model: nn.Module, x: Tensor, metadata: Mapping[str, str] | None = None) -> tuple[bytes, float]:
    """The bytes of a `.pt2` file for any number of examples, and the largest difference from the network over `x`.

    x: (N, *shape). `torch.export.load(file).module()` is what runs.
    Raises ExportError where the network does not hold still for it.
    """
    expected, buffer = outputs(model, x), io.BytesIO()
    try:
        with quiet():
            program = torch.export.export(model, (x[:2],), dynamic_shapes=({0: torch.export.Dim("batch")},))
            torch.export.save(program, buffer, extra_files={METADATA: json.dumps(dict(metadata or {}))})
            ran = program.module()
        with torch.inference_mode():
            found = max(difference(ran(x[:count]), expected[:count]) for count in (len(x), 1))
    except Exception as error:  # of many kinds; all mean that it cannot
        reason = str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
        raise ExportError(Text(N_("This network cannot be written by torch.export: {reason}"), reason=reason)) from None
    if not found <= allowed(expected):
        raise ExportError(
            Text(
                N_("Written by torch.export, this network computes something else, {size} apart."), size=f"{found:.1e}"
            )
        )
    return buffer.getvalue(), found
