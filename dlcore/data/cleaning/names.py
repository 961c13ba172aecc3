"""One name or several, as a setting of columns takes them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator


def _plain(given: Any) -> Any:
    return tuple(given) if isinstance(given, list) else given


Names = Annotated[str | tuple[str, ...], BeforeValidator(_plain)]


def listed(names: str | tuple[str, ...] | None) -> tuple[str, ...] | None:
    """The names one after another; None where none was chosen."""
    return (names,) if isinstance(names, str) else names
