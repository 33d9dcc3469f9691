"""Tell "slower" from "no way" by the core, without searching the whole graph for it."""

from __future__ import annotations

import numpy as np

from dispatch_router.routing.graph import Int32, Int64, UInt8
from dispatch_router.routing.jit import inner_kernel, kernel
from dispatch_router.routing.kernels.arrays import NO_TOTAL, Roads, Starts
from dispatch_router.routing.kernels.moves import Slots
from dispatch_router.routing.reach import IN_CORE, REACHED_FROM_CORE, REACHES_CORE


@kernel
def units_without_way(
    roads: Roads,
    reach: UInt8,
    starts: Starts,
    slots: Slots,
    access_edge: Int32,
    offset_ms: Int64,
    bound_ms: Int64,
) -> tuple[bool, Int32]:
    """Say which of the units that a search did not see have no way to the call.

    Args:
        roads: the graph.
        reach: shape (states,), see ``reach.core_reach``.
        starts: of the fleet.
        slots: of the starts.
        access_edge: ``Accesses.edge``.
        offset_ms: shape (units,), ``NOT_ASKED`` for those that do not matter.
        bound_ms: shape (units,), ``Legs.bound_ms``.

    Returns:
        Whether the core decides it, and the units, ascending.
    """
    entries, some, every = entry_reach(roads, reach, access_edge)
    unseen = np.flatnonzero((offset_ms >= 0) & (bound_ms == NO_TOTAL)).astype(np.int32)
    if entries == 0:
        return True, unseen
    stranded = np.empty_like(unseen)
    count = 0
    for unit in unseen:
        if not reaches_core(roads, reach, starts, slots, unit):
            stranded[count] = unit
            count += 1
    everyone_comes = some & REACHED_FROM_CORE != 0 and count == 0
    return everyone_comes or every == IN_CORE, stranded[:count]


@kernel
def could_come(
    roads: Roads, reach: UInt8, starts: Starts, slots: Slots, access_edge: Int32, units: Int32
) -> Int32:
    """Keep those of some units that have a way to the call over the core."""
    _, some, _ = entry_reach(roads, reach, access_edge)
    kept = np.empty_like(units)
    count = 0
    for unit in units:
        if some & REACHED_FROM_CORE != 0 and reaches_core(roads, reach, starts, slots, unit):
            kept[count] = unit
            count += 1
    return kept[:count]


@inner_kernel
def reaches_core(
    roads: Roads, reach: UInt8, starts: Starts, slots: Slots, unit: int | np.int32
) -> bool:
    """Tell whether a unit can drive to the core from where it stands."""
    for start in range(slots.first[unit], slots.first[unit] + slots.size[unit]):
        if reach[roads.head_state[starts.edge[start]]] & REACHES_CORE != 0:
            return True
    return False


@inner_kernel
def entry_reach(roads: Roads, reach: UInt8, access_edge: Int32) -> tuple[int, int, int]:
    """Look at the states from which the call's edges are entered.

    Returns:
        How many there are, the bits that some have, and those that all have.
    """
    entries, some, every = 0, 0, IN_CORE
    for edge in access_edge:
        for copy in range(roads.first_arc[edge], roads.first_arc[edge + 1]):
            arc = roads.arc_of_edge[copy]
            if roads.weight_ms[arc] >= 0:
                bits = int(reach[roads.tail[arc]])
                entries += 1
                some |= bits
                every &= bits
    return entries, some, every
