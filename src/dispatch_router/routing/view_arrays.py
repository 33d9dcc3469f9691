"""The arrays of a view: made empty, copied, made larger."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from dispatch_router.routing.graph import Int32
from dispatch_router.routing.hierarchy.labels import EntrySlots, Labels
from dispatch_router.routing.hierarchy.nearby import STEPS, Nearby
from dispatch_router.routing.jit import kernel
from dispatch_router.routing.kernels.arrays import ENTER, NOTHING, SKIP, Starts
from dispatch_router.routing.kernels.moves import Candidates, Slots
from dispatch_router.routing.snapping import SnappedPosition
from dispatch_router.routing.topology import Topology

Arrays = TypeVar("Arrays", Starts, Slots, Labels, EntrySlots, Nearby)


_ROADS_NOTED = 16
"""Hardly any unit stands beside more."""


def nobody(topology: Topology, unit_count: int, room: int) -> tuple[Starts, Slots]:
    """Units that stand nowhere yet, with room for so many starts."""
    marks = np.full(topology.state_count, SKIP, dtype=np.uint8)
    marks[len(topology.dead_end_exits) :] = ENTER
    starts = Starts(
        unit=np.zeros(room, dtype=np.int32),
        edge=np.zeros(room, dtype=np.int32),
        along_mm=np.zeros(room, dtype=np.int64),
        yard_ms=np.zeros(room, dtype=np.int64),
        ms=np.zeros(room, dtype=np.int64),
        first_at=np.full(topology.state_count, NOTHING, dtype=np.int32),
        next_at=np.full(room, NOTHING, dtype=np.int32),
        marks=marks,
    )
    slots = Slots(
        first=np.zeros(unit_count, dtype=np.int32),
        size=np.zeros(unit_count, dtype=np.int32),
        room=np.zeros(unit_count, dtype=np.int32),
        used=np.zeros(1, dtype=np.int64),
        previous_at=np.full(room, NOTHING, dtype=np.int32),
        ways_out=np.zeros(topology.state_count, dtype=np.int32),
        node=topology.node,
        exits=topology.dead_end_exits,
    )
    return starts, slots


def no_labels(unit_count: int, room: int, entries: int) -> Labels:
    """Labels of nobody, with room for so many of them and so many entries."""
    return Labels(
        first=np.zeros(unit_count, dtype=np.int32),
        size=np.zeros(unit_count, dtype=np.int32),
        vertex=np.zeros(room, dtype=np.int32),
        own_from=np.zeros(room, dtype=np.int32),
        offset=np.zeros(room, dtype=np.int64),
        weight=np.zeros(entries, dtype=np.int64),
        ms=np.zeros(entries, dtype=np.int32),
        start=np.zeros(entries, dtype=np.int32),
    )


def no_entries(unit_count: int) -> EntrySlots:
    """No room given to any unit yet."""
    return EntrySlots(
        first=np.zeros(unit_count, dtype=np.int64),
        room=np.zeros(unit_count, dtype=np.int64),
        used=np.zeros(1, dtype=np.int64),
    )


def nobody_nearby(room: int, step_bits: int) -> Nearby:
    """No labels in order yet, with room for so many."""
    return Nearby(
        key=np.zeros(room, dtype=np.int64),
        used=np.zeros(1, dtype=np.int64),
        least_ms=np.zeros(room * STEPS, dtype=np.int32),
        step_bits=np.full(1, step_bits, dtype=np.int64),
    )


class RoadsBeside:
    """The roads that each unit stands beside, so that those of many are compared at once.

    Attributes:
        edge: shape (units, 16), the nearest of them, and ``NOTHING`` where there are fewer.
        has_more: shape (units,), whether there are more than these.
    """

    __slots__ = ("edge", "has_more")

    def __init__(self, snapped: Sequence[SnappedPosition]) -> None:
        """Note down where units stand."""
        self.edge = np.full((len(snapped), _ROADS_NOTED), NOTHING, dtype=np.int32)
        self.has_more = np.zeros(len(snapped), dtype=np.bool_)
        for unit, position in enumerate(snapped):
            self.put(unit, position)

    def put(self, unit: int, position: SnappedPosition) -> None:
        """Note down where one unit stands now."""
        count = len(position.edge)
        row = self.edge[unit]
        row[:count] = position.edge[:_ROADS_NOTED]
        row[count:] = NOTHING
        self.has_more[unit] = count > _ROADS_NOTED

    def copy(self) -> RoadsBeside:
        """Copy it, to be changed apart from this."""
        other = object.__new__(RoadsBeside)
        other.edge, other.has_more = self.edge.copy(), self.has_more.copy()
        return other

    def beside_any(self, changed: Int32) -> Int32:
        """List the units that stand beside one of some edges, or may: those beside many more.

        Args:
            changed: edges, ascending.
        """
        if len(changed) == 0:
            return np.empty(0, dtype=np.int32)
        return standing_beside(self.edge, self.has_more, changed)


@kernel
def standing_beside(edge: Int32, has_more: np.ndarray, changed: Int32) -> Int32:
    """List the units beside one of some edges, ascending.

    Args:
        edge: shape (units, roads), see ``RoadsBeside``.
        has_more: shape (units,), see there.
        changed: edges, ascending.
    """
    units = np.empty(len(edge), dtype=np.int32)
    count = 0
    for unit in range(len(edge)):
        is_beside = bool(has_more[unit])
        for road in edge[unit]:
            if road == NOTHING:
                break
            place = np.searchsorted(changed, road)
            is_beside = is_beside or (place < len(changed) and changed[place] == road)
        if is_beside:
            units[count] = unit
            count += 1
    return units[:count].copy()


def flattened(snapped: Sequence[SnappedPosition]) -> Candidates:
    """Positions of several units, one after the other."""
    first = np.zeros(len(snapped) + 1, dtype=np.int32)
    if len(snapped) == 1:
        # Every move comes along here.
        only = snapped[0]
        first[1] = len(only)
        return Candidates(first, only.edge, only.along_mm, only.distance_mm)
    np.cumsum([len(each) for each in snapped], out=first[1:])
    nothing = SnappedPosition(
        np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    )
    each_and_nothing = [*snapped, nothing]
    return Candidates(
        first=first,
        edge=np.concatenate([each.edge for each in each_and_nothing]),
        along_mm=np.concatenate([each.along_mm for each in each_and_nothing]),
        distance_mm=np.concatenate([each.distance_mm for each in each_and_nothing]),
    )


def copied(arrays: Arrays) -> Arrays:
    """Copy arrays, so that they can be changed apart from these."""
    return copy.deepcopy(arrays)


def copied_labels(labels: Labels, used: int) -> Labels:
    """Copy labels, of the room for their entries just what is used."""
    few = labels._replace(weight=labels.weight[:0], ms=labels.ms[:0], start=labels.start[:0])
    return copied(few)._replace(
        weight=_with_room(labels.weight, used),
        ms=_with_room(labels.ms, used),
        start=_with_room(labels.start, used),
    )


def _with_room(array: np.ndarray, used: int) -> np.ndarray:
    copy_of = np.empty_like(array)
    copy_of[:used] = array[:used]
    return copy_of


def doubled(array: np.ndarray) -> np.ndarray:
    """Copy an array into one with twice the room."""
    return np.concatenate((array, np.zeros_like(array)))
