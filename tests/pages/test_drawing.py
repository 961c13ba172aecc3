"""What a browser says was drawn is taken only where it can be a picture."""

from __future__ import annotations

import base64

import pytest

from pages.components.web.drawing_pad import MOST_CHARACTERS, PREFIX, _png


def test_the_bytes_of_a_picture_come_through() -> None:
    assert _png(PREFIX + base64.b64encode(b"\x89PNG").decode()) == b"\x89PNG"


LONG = PREFIX + "A" * MOST_CHARACTERS


@pytest.mark.parametrize("said", ["", None, 7, {"drawing": 1}, "data:text/html;base64,AAAA", PREFIX + "!", LONG])
def test_whatever_else_a_browser_says_is_an_empty_pad(said: object) -> None:
    assert _png(said) is None
