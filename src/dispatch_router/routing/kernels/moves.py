"""Units set off somewhere else: their starts are taken off the map and put on it again.

Every unit has a stretch of the arrays for its starts, with some room. Where a unit needs more, it
gets a stretch at the end, twice as long as the one before; what it leaves is never more than what
it has.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dispatch_router.routing.graph import NOT_PERMITTED, Int32, Int64
from dispatch_router.routing.jit import inner_kernel, kernel
from dispatch_router.routing.kernels.arrays import (
    ENTER,
    HAS_START,
    NOTHING,
    SKIP,
    STARTS_END,
    Roads,
    Starts,
    roads_in,
    starts_in,
)
from dispatch_router.routing.kernels.bundle import Handle, int32_at, int64_at
from dispatch_router.routing.kernels.settle import ms_along

LEAST_ROOM = 4
"""Both directions of two roads: hardly any unit stands at more."""


class Slots(NamedTuple):
    """Which starts are whose, and what is needed to change them.

    Attributes:
        first: shape (units,), where each unit's starts begin.
        size: shape (units,), how many it has.
        room: shape (units,), how many it may have.
        used: shape (1,), how much of the arrays of starts is given away.
        previous_at: shape (room,), the start before at the same state, or ``NOTHING``.
        ways_out: shape (states,), over how many starts' ways out of a dead end each state lies.
        node: shape (states,), see ``graph.States``.
        exits: shape (nodes,), see ``dead_ends``.
    """

    first: Int32
    size: Int32
    room: Int32
    used: Int64
    previous_at: Int32
    ways_out: Int32
    node: Int32
    exits: Int32


SLOTS_END = STARTS_END + len(Slots._fields)
"""Where the next part of a bundle is that begins with ``Starts`` and ``Slots``."""


@kernel
def slots_in(handle: Handle) -> Slots:
    """Read the slots that come after the starts in a bundle."""
    return Slots(
        int32_at(handle, STARTS_END),
        int32_at(handle, STARTS_END + 1),
        int32_at(handle, STARTS_END + 2),
        int64_at(handle, STARTS_END + 3),
        int32_at(handle, STARTS_END + 4),
        int32_at(handle, STARTS_END + 5),
        int32_at(handle, STARTS_END + 6),
        int32_at(handle, STARTS_END + 7),
    )


class Candidates(NamedTuple):
    """Roads that units stand beside; see ``SnappedPosition``.

    Attributes:
        first: shape (moves + 1,), which are whose.
        edge, along_mm, distance_mm: shape (candidates,).
    """

    first: Int32
    edge: Int32
    along_mm: Int64
    distance_mm: Int64


@kernel
def move_units(
    roads_handle: Handle,
    view_handle: Handle,
    units: Int32,
    candidates: Candidates,
    yard_speed_m_s: float,
    done: int,
) -> int:
    """Let units set off in both directions of every road that they may stand on.

    A unit that stands beside an open road takes none that is closed: it would drive on through the
    closure. One that stands on closed roads alone may leave them at either end.

    Args:
        roads_handle: a bundle that begins with ``Roads``.
        view_handle: a bundle that begins with ``Starts`` and ``Slots``; they are changed.
        units: shape (moves,), who moves.
        candidates: where to.
        yard_speed_m_s: from the unit to the road.
        done: how many of the moves have been made.

    Returns:
        How many have been made now; fewer than asked for where the arrays are full.
    """
    roads, starts, slots = roads_in(roads_handle), starts_in(view_handle), slots_in(view_handle)
    for move in range(done, len(units)):
        unit = units[move]
        first, last = candidates.first[move], candidates.first[move + 1]
        needed = 2 * (last - first)
        if needed > slots.room[unit]:
            room = max(LEAST_ROOM, needed, 2 * slots.room[unit])
            if slots.used[0] + room > len(starts.unit):
                return move
            take_off(roads, starts, slots, unit)
            slots.first[unit] = slots.used[0]
            slots.room[unit] = room
            slots.used[0] += room
        else:
            take_off(roads, starts, slots, unit)
        shut_in = stands_on_closed_roads_alone(roads, candidates, first, last)
        for candidate in range(first, last):
            edge = candidates.edge[candidate]
            along_mm = candidates.along_mm[candidate]
            yard_ms = int(np.rint(candidates.distance_mm[candidate] / yard_speed_m_s))
            rest_mm = roads.length_mm[edge] - along_mm
            put_on(roads, starts, slots, unit, 2 * edge, along_mm, yard_ms, shut_in)
            put_on(roads, starts, slots, unit, 2 * edge + 1, rest_mm, yard_ms, shut_in)
    return len(units)


@inner_kernel
def stands_on_closed_roads_alone(
    roads: Roads, candidates: Candidates, first: int, last: int
) -> bool:
    """Tell whether a unit is beside no road that is open in any direction."""
    for candidate in range(first, last):
        edge = candidates.edge[candidate]
        if roads.edge_ms[2 * edge] != NOT_PERMITTED or roads.edge_ms[2 * edge + 1] != NOT_PERMITTED:
            return False
    return True


@inner_kernel
def put_on(
    roads: Roads,
    starts: Starts,
    slots: Slots,
    unit: int,
    edge: int,
    along_mm: int,
    yard_ms: int,
    shut_in: bool,  # noqa: FBT001 - compiled code takes no keywords
) -> None:
    """Add one start, where the directed edge may be left at all."""
    if roads.leave_ms[edge] == NOT_PERMITTED:
        return
    if roads.edge_ms[edge] == NOT_PERMITTED and not shut_in:
        return
    start = slots.first[unit] + slots.size[unit]
    slots.size[unit] += 1
    state = roads.head_state[edge]
    starts.unit[start] = unit
    starts.edge[start] = edge
    starts.along_mm[start] = along_mm
    starts.yard_ms[start] = yard_ms
    starts.ms[start] = yard_ms + roads.leave_ms[edge] - ms_along(roads, edge, along_mm)
    after = starts.first_at[state]
    starts.next_at[start] = after
    slots.previous_at[start] = NOTHING
    if after != NOTHING:
        slots.previous_at[after] = start
    starts.first_at[state] = start
    mark_way_out(starts, slots, state, 1)


@inner_kernel
def take_off(roads: Roads, starts: Starts, slots: Slots, unit: int) -> None:
    """Remove all starts of a unit."""
    first = slots.first[unit]
    for start in range(first, first + slots.size[unit]):
        state = roads.head_state[starts.edge[start]]
        before, after = slots.previous_at[start], starts.next_at[start]
        if before == NOTHING:
            starts.first_at[state] = after
        else:
            starts.next_at[before] = after
        if after != NOTHING:
            slots.previous_at[after] = before
        mark_way_out(starts, slots, state, -1)
    slots.size[unit] = 0


@inner_kernel
def mark_way_out(starts: Starts, slots: Slots, state: int, change: int) -> None:
    """Count one start more or less on the way from a state out of its dead end."""
    junction = slots.node[state]
    while junction != NOTHING:
        slots.ways_out[junction] += change
        mark(starts, slots, junction)
        junction = slots.exits[junction]
    mark(starts, slots, state)


@inner_kernel
def mark(starts: Starts, slots: Slots, state: int) -> None:
    """Write what a search must do at a state.

    States beyond the first of a junction carry a turn rule and are always entered.
    """
    if starts.first_at[state] != NOTHING:
        starts.marks[state] = HAS_START
    elif state >= len(slots.exits) or slots.ways_out[state] > 0:
        starts.marks[state] = ENTER
    else:
        starts.marks[state] = SKIP
