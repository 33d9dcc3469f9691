"""The legs of an answer: what is certain, in order."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dispatch_router.routing.graph import Int32, Int64
from dispatch_router.routing.jit import inner_kernel
from dispatch_router.routing.kernels.arrays import NO_TOTAL, Totals

UNIT, START, ACCESS, TOTAL_MS, STAYS_ON_EDGE, DISTANCE_MM = range(6)
"""What a search writes of each leg, a row for each of these."""


class Legs(NamedTuple):
    """The units that are certain, by total, then by unit.

    Attributes:
        columns: shape (6, legs), what follows as properties.
        certain_to_ms: every unit with at most this total is here.
        bound_ms: shape (units,), a total that each unit can reach, or ``NO_TOTAL`` where the search
            did not come by it.
        exhausted: whether the search ran dry: then no bound means no way.
    """

    columns: Int64
    certain_to_ms: int
    bound_ms: Int64
    exhausted: bool

    @property
    def unit(self) -> Int64:
        """Shape (legs,), as all that follow."""
        column: Int64 = self.columns[UNIT]
        return column

    @property
    def start(self) -> Int64:
        """Where each sets off."""
        column: Int64 = self.columns[START]
        return column

    @property
    def access(self) -> Int64:
        """Where each reaches the call."""
        column: Int64 = self.columns[ACCESS]
        return column

    @property
    def total_ms(self) -> Int64:
        """Everything: what a unit needs anyway, drive and walk."""
        column: Int64 = self.columns[TOTAL_MS]
        return column

    @property
    def stays_on_edge(self) -> Int64:
        """1 where the unit meets the call on the edge it stands on."""
        column: Int64 = self.columns[STAYS_ON_EDGE]
        return column

    @property
    def distance_mm(self) -> Int64:
        """What is driven on roads."""
        column: Int64 = self.columns[DISTANCE_MM]
        return column


ROOM_FOR_TIES = 16
"""Legs beyond ``k`` for which a search is given room at first."""


@inner_kernel
def certain_units(totals: Totals, certain_to_ms: int) -> Int32:
    """List the units with at most this total, by total, then by unit."""
    best_ms, limit_ms = totals.best_ms, min(certain_to_ms, NO_TOTAL - 1)
    units = np.empty(totals.found[0], dtype=np.int32)
    count = 0
    for unit in totals.unit[: totals.found[0]]:
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
