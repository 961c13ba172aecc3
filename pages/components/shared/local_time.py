"""Times as this visitor's clock shows them; what is stored is UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import streamlit as st

MINUTES = "%Y-%m-%d %H:%M"


def zone() -> ZoneInfo:
    """The time zone of the browser; UTC where it does not say one that is known here."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ValueError, OSError, KeyError):  # no name of a zone, or one of a newer list
        return ZoneInfo("UTC")


def shown(moment: datetime) -> str:
    """«2026-12-03 23:59», by the visitor's clock."""
    return moment.astimezone(zone()).strftime(MINUTES)


def shown_with_zone(moment: datetime) -> str:
    """«2026-12-03 23:59 (Asia/Shanghai)»: where it matters whose clock it is."""
    return f"{shown(moment)} ({zone().key.replace('_', ' ')})"


def moment_of(day: date, hour: time) -> datetime:
    """The moment in UTC at which the visitor's clock shows this."""
    return datetime.combine(day, hour, zone()).astimezone(UTC)
