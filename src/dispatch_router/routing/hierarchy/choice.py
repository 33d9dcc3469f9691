"""Which of the two searches to ask.

Both times are estimated, in nanoseconds, by what was measured on graphs of 2,600 to 1,100,000
states with 10 to 5,000 units and k from 1 to 50. Only how they compare matters, and that is much
the same on every machine. See docs/algorithm.md.
"""

from __future__ import annotations

from functools import lru_cache
from math import isqrt

REMEMBERED = 1024
"""Answers kept: to work one out takes a tenth of a search."""

LEAST_STATE_NS = 10
"""For graphs far smaller than those that were measured."""


@lru_cache(maxsize=REMEMBERED)
def labels_are_faster(unit_count: int, k: int, state_count: int) -> bool:
    """Say whether the hierarchy is expected to answer before the bounded search.

    Whole numbers, so that all replicas ask the same search.

    Args:
        unit_count: 1 or more.
        k: how many units are asked for.
        state_count: of the graph.
    """
    return _by_labels_ns(unit_count, k, state_count) < _bounded_ns(unit_count, k, state_count)


def _by_labels_ns(unit_count: int, k: int, state_count: int) -> int:
    """One climb, a little longer with every doubling of the graph, and a look at some units."""
    doublings = state_count.bit_length()
    looked_at = isqrt(unit_count * k * isqrt(k))
    return 3_100 * doublings - 24_000 + (9 * doublings - 44) * looked_at


def _bounded_ns(unit_count: int, k: int, state_count: int) -> int:
    """About ``k`` times as many states as there are for each unit, and a leg for each found."""
    state_ns = max(LEAST_STATE_NS, 9 * state_count.bit_length() - 71)
    settled = k * state_count // max(1, unit_count)
    return 10_000 + 500 * k + unit_count // 2 + state_ns * settled
