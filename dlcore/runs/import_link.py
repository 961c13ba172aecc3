"""From the command line to a browser: an address that opens an experiment, with the weights it begins with.

A browser's runs belong to its cookie, those of a terminal to «me». Whoever holds the address may take the weights over:
it is signed with the secret of this installation, so that it cannot be made up, and opens nothing elsewhere.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from typing import Any

from dlcore.errors import DlcoreError, RunError
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text
from dlcore.runs import secret as signing

PARAMETER = "import"  # of the address
MOST_CHARACTERS = 16_000
MOST_BYTES = 1_000_000  # unpacked


def seal(secret: bytes, experiment: Experiment, owner: str) -> str:
    """The code that `opened` reads. Raises RunError where the experiment is too large for an address."""
    packed = zlib.compress(json.dumps({"e": experiment.to_dict(), "o": owner}).encode(), 9)
    body = base64.urlsafe_b64encode(packed).decode().rstrip("=")
    if len(body) > MOST_CHARACTERS:
        raise RunError(Text(N_("This experiment is too large for a link; share its file instead.")))
    return f"{body}.{signing.sign(secret, _signed(body))}"


def unseal(secret: bytes, code: str) -> tuple[Experiment, str]:
    """(the experiment, whose weights it begins with). Raises RunError for a code that was not made here."""
    body, _dot, token = code.partition(".")
    if len(body) > MOST_CHARACTERS or not signing.is_signed(secret, _signed(body), token):
        raise RunError(Text(N_("This link was not made by this installation, or it is not whole.")))
    try:
        said = _unpacked(body)
        return Experiment.from_dict(said["e"]), str(said["o"])
    except (binascii.Error, zlib.error, ValueError, KeyError, TypeError, DlcoreError):
        raise RunError(Text(N_("This link was made by another version of the app: import the bundle again."))) from None


def _unpacked(body: str) -> Any:
    packed = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
    return json.loads(zlib.decompressobj().decompress(packed, MOST_BYTES))


def _signed(body: str) -> str:
    return f"{PARAMETER}:{body}"
