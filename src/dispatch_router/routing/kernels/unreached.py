"""Tell "slower" from "no way" by the core, without searching the whole graph for it."""

from __future__ import annotations

import numpy as np

from dispatch_router.routing.graph import Int32, UInt8
from dispatch_router.routing.jit import inner_kernel, kernel, short_kernel
from dispatch_router.routing.kernels.arrays import Roads, Starts, roads_in, starts_in
from dispatch_router.routing.kernels.bundle import Handle
from dispatch_router.routing.kernels.flood import IS_REACHED, REACHES
from dispatch_router.routing.kernels.moves import Slots, slots_in

REACHES_CORE = REACHES
"""Bit: from here the core, the largest strongly connected part, can be reached."""
REACHED_FROM_CORE = IS_REACHED
"""Bit: the core leads here."""
IN_CORE = REACHES_CORE | REACHED_FROM_CORE


@kernel
def mark_stranded(
    roads_handle: Handle, view_handle: Handle, reach: UInt8, units: Int32, is_stranded: UInt8
) -> None:
    """Note of units whether they cannot drive to the core from where they stand.

    Args:
        roads_handle: a bundle that begins with ``Roads``.
        view_handle: a bundle that begins with ``Starts`` and ``Slots``.
        reach: shape (states,), see ``reach.core_reach``.
        units: who is looked at.
        is_stranded: shape (fleet,), 1 for who cannot; written for these units.
    """
    roads, starts, slots = roads_in(roads_handle), starts_in(view_handle), slots_in(view_handle)
    for unit in units:
        is_stranded[unit] = not reaches_core(roads, reach, starts, slots, unit)


@short_kernel
def entry_reach(roads_handle: Handle, reach: UInt8, access_edge: Int32) -> tuple[int, int, int]:
    """Look at the states from which the call's edges are entered.

    Args:
        roads_handle: a bundle that begins with ``Roads``.
        reach: shape (states,), see ``reach.core_reach``.
        access_edge: ``Accesses.edge``.

    Returns:
        How many there are, the bits that some have, and those that all have.
    """
    roads = roads_in(roads_handle)
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


@kernel
def could_come(
    roads_handle: Handle, view_handle: Handle, reach: UInt8, access_edge: Int32, units: Int32
) -> Int32:
    """Keep those of some units that have a way to the call over the core."""
    roads, starts, slots = roads_in(roads_handle), starts_in(view_handle), slots_in(view_handle)
    _, some, _ = entry_reach(roads_handle, reach, access_edge)
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
