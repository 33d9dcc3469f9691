"""The legs of an answer: what is certain, in order."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from dispatch_router.routing.graph import Int32, Int64
from dispatch_router.routing.jit import inner_kernel
from dispatch_router.routing.kernels.arrays import NO_TOTAL

UNIT, START, ACCESS, TOTAL_MS, STAYS_ON_EDGE, DISTANCE_MM = range(6)
"""What a search writes of each leg, a row for each of these."""


class Legs(NamedTuple):
    """The units that are certain, by total, then by unit.

    Attributes:
        unit: shape (legs,).
        start: shape (legs,), where each sets off.
        access: shape (legs,), where each reaches the call.
        total_ms: shape (legs,).
        stays_on_edge: shape (legs,), 1 where the unit meets the call on the edge it stands on.
        distance_mm: shape (legs,), driven on roads.
        certain_to_ms: every unit with at most this total is here.
        bound_ms: shape (units,), a total that each unit can reach, or ``NO_TOTAL`` where the search
            did not come by it.
        exhausted: whether the search ran dry: then no bound means no way.
    """

    unit: Int64
    start: Int64
    access: Int64
    total_ms: Int64
    stays_on_edge: Int64
    distance_mm: Int64
    certain_to_ms: int
    bound_ms: Int64
    exhausted: bool


ROOM_FOR_TIES = 16

Write = Callable[[Int64, Int64], tuple[int, int, bool]]
"""A search that writes legs and bounds; returns the number of legs, and the two scalars."""


def written_legs(unit_count: int, k: int, write: Write) -> Legs:
    """Let a search write its legs.

    Args:
        unit_count: of the fleet.
        k: how many legs are asked for; there are more where totals are close to the last.
        write: is given shape (6, room) for the legs and shape (units,) for ``bound_ms``; asked once
            more where the first room was too small.
    """
    bound_ms = np.empty(unit_count, dtype=np.int64)
    room = min(unit_count, k + ROOM_FOR_TIES)
    while True:
        columns = np.empty((6, room), dtype=np.int64)
        count, certain_to_ms, exhausted = write(columns, bound_ms)
        if count <= room:
            break
        room = count
    unit, start, access, total_ms, stays_on_edge, distance_mm = columns[:, :count]
    return Legs(
        unit,
        start,
        access,
        total_ms,
        stays_on_edge,
        distance_mm,
        certain_to_ms,
        bound_ms,
        exhausted,
    )


@inner_kernel
def certain_units(best_ms: Int64, certain_to_ms: int) -> Int32:
    """List the units with at most this total, by total, then by unit."""
    limit_ms = min(certain_to_ms, NO_TOTAL - 1)
    units = np.empty(len(best_ms), dtype=np.int32)
    count = 0
    for unit in range(len(best_ms)):
        if best_ms[unit] <= limit_ms:
            units[count] = unit
            count += 1
    units = units[:count]
    # A heap with the last of all on top; it goes to the end, and the rest is a heap again.
    for place in range(count // 2 - 1, -1, -1):
        sink(units, best_ms, place, count)
    for end in range(count - 1, 0, -1):
        units[0], units[end] = units[end], units[0]
        sink(units, best_ms, 0, end)
    return units


@inner_kernel
def sink(units: Int32, best_ms: Int64, place: int, end: int) -> None:
    """Let the unit at a place of the heap go down to where it belongs."""
    while True:
        child = 2 * place + 1
        if child >= end:
            return
        if child + 1 < end and comes_before(best_ms, units[child], units[child + 1]):
            child += 1
        if not comes_before(best_ms, units[place], units[child]):
            return
        units[place], units[child] = units[child], units[place]
        place = child


@inner_kernel
def comes_before(best_ms: Int64, one: int, other: int) -> bool:
    """Compare two units by total, then by number."""
    if best_ms[one] != best_ms[other]:
        return bool(best_ms[one] < best_ms[other])
    return one < other
