"""How much one may use in a class, by role: one declaration, asked wherever something is submitted or brought."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from dlcore.errors import ClassError, RunError, UploadError, unknown
from dlcore.i18n import N_, Text


@dataclass(frozen=True)
class Quota:
    """What one owner may use; None is without a limit.

    running: runs that train at once. seconds: that one may train. waiting: runs that wait. parameters: of a network.
    bytes: of all data sets and weights together.
    """

    running: int | None = None
    seconds: int | None = None
    waiting: int | None = None
    parameters: int | None = None
    bytes: int | None = None


@dataclass(frozen=True)
class Usage:
    """What an owner uses now."""

    waiting: int
    bytes: int


UNLIMITED = Quota()  # of who is in no class: a learner alone

QUOTAS: Mapping[str, Quota] = {
    "student": Quota(running=2, seconds=1_800, waiting=100, parameters=5_000_000, bytes=2_000_000_000),
    "teacher": Quota(running=4, seconds=7_200, waiting=200, parameters=50_000_000, bytes=20_000_000_000),
}


def quota_of(stored: Mapping[str, Mapping[str, int | None]] | None, role: str) -> Quota:
    """What a class allows in a role: what is declared, but for what the class says otherwise."""
    declared, other = QUOTAS[role], (stored or {}).get(role, {})
    return Quota(**{each.name: other.get(each.name, getattr(declared, each.name)) for each in fields(Quota)})


def check_limits(role: str, limits: Mapping[str, int | None]) -> None:
    """Raises ClassError for a role or a limit that there is not, or one that is no number from 1 on."""
    if role not in QUOTAS:
        raise ClassError(unknown(Text(N_("role")), role, QUOTAS))
    for name, value in limits.items():
        if name not in (each.name for each in fields(Quota)):
            raise ClassError(unknown(Text(N_("limit")), name, [each.name for each in fields(Quota)]))
        if value is not None and value < 1:
            raise ClassError(Text(N_("{name} must be 1 or more, not {received}."), name=name, received=value))


def most_generous(quotas: list[Quota]) -> Quota:
    """Of somebody in several classes, the larger of each limit; no limit in no class."""
    if not quotas:
        return UNLIMITED
    values = {each.name: [getattr(quota, each.name) for quota in quotas] for each in fields(Quota)}
    return Quota(**{name: None if None in found else max(found) for name, found in values.items()})


def check_runs(quota: Quota, usage: Usage, new: int) -> None:
    """Raises RunError where so many new runs would be too many."""
    if quota.waiting is not None and usage.waiting + new > quota.waiting:
        text = N_("Here {most} runs of one person may wait; {waiting} of yours wait already, and {new} would be added.")
        raise RunError(Text(text, most=quota.waiting, waiting=usage.waiting, new=new))
    if quota.bytes is not None and usage.bytes >= quota.bytes:
        raise RunError(_too_much(quota.bytes, usage.bytes, 0))


def check_parameters(quota: Quota, parameters: int) -> None:
    """Raises RunError where a network has too many parameters."""
    if quota.parameters is not None and parameters > quota.parameters:
        text = N_("Here a network may have {most} parameters; this one has {parameters}.")
        raise RunError(Text(text, most=f"{quota.parameters:,}", parameters=f"{parameters:,}"))


def check_bytes(quota: Quota, usage: Usage, new: int) -> None:
    """Raises UploadError where there is no room for so many more bytes."""
    if quota.bytes is not None and usage.bytes + new > quota.bytes:
        raise UploadError(_too_much(quota.bytes, usage.bytes, new))


def _too_much(most: int, used: int, new: int) -> Text:
    text = N_("Here your runs and data may take {most} MB; they take {used} MB, and {new} MB would be added: "
              "delete what you do not need.")  # fmt: skip
    return Text(text, most=f"{most / 1e6:,.1f}", used=f"{used / 1e6:,.1f}", new=f"{new / 1e6:,.1f}")
