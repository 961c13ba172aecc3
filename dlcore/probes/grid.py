"""At which epochs probes look: densely at first, then evenly thinner.

A function of the epoch's number alone: the wall clock has no say, so two runs of one experiment have the same film.
The thinner grid of two holds no epoch that the denser one does not.
"""

from __future__ import annotations

from collections.abc import Iterator

DENSE = 32  # about 60 epochs of 100, 110 of 1,000
DENSEST = 128  # 100 of 100, 330 of 1,000: what moves before one's eyes


def is_recorded(epoch: int, dense: int = DENSE) -> bool:
    """Whether a probe looks at this epoch: at each of the first `dense`, then at half as many a doubling.

    dense: a power of two from 2 on; 0 for no epoch at all.

    >>> [epoch for epoch in range(40) if is_recorded(epoch, 4)]
    [0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32]
    """
    return dense > 0 and epoch % stride_at(epoch, dense) == 0


def stride_at(epoch: int, dense: int = DENSE) -> int:
    """How many epochs lie between two that are recorded, around this one: a power of two."""
    return 1 << (epoch // dense).bit_length()


def recorded_epochs(last: int, dense: int = DENSE) -> Iterator[int]:
    """The recorded ones of the epochs 0 to `last`."""
    return (epoch for epoch in range(last + 1) if is_recorded(epoch, dense))


def count(last: int, dense: int = DENSE) -> int:
    """How many they are, without counting them one by one.

    >>> count(99, 32) == len(list(recorded_epochs(99, 32)))
    True
    """
    found, first = min(last + 1, dense), dense
    while 0 < first <= last:
        found += -(-(min(last + 1, 2 * first) - first) // stride_at(first, dense))
        first *= 2
    return found


def densest_for(size: int, last: int, room: int) -> int:
    """The densest grid on which records of so many bytes, up to epoch `last`, find room; 0 where not even two do."""
    dense = DENSE
    while dense and count(last, dense) * size > room:
        dense = dense // 2 if dense > 2 else 0  # a grid of 1 holds epoch 0 alone
    return dense
