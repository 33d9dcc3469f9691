"""One question, one compiled call: search, then follow the best units to the person."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dispatch_router.routing.graph import Int32, Int64
from dispatch_router.routing.jit import kernel
from dispatch_router.routing.kernels.arrays import (
    NO_TOTAL,
    NOTHING,
    ONWARD,
    Accesses,
    Entries,
    Roads,
    Starts,
    Totals,
    Workspace,
)
from dispatch_router.routing.kernels.settle import (
    access_of,
    arc_of,
    enter_call,
    enter_junctions,
    meet_on_the_same_edge,
    settle_backward,
)

BASE_STEP = 1 << 32
"""More than any label: ``TOO_FAR_MS`` is an eighth of it."""


class Legs(NamedTuple):
    """The units that are certain, by total, then by unit.

    Attributes:
        unit: shape (legs,).
        start: shape (legs,), where each sets off.
        access: shape (legs,), where each reaches the call.
        total_ms: shape (legs,).
        stays_on_edge: shape (legs,), whether the unit meets the call on the edge it stands on.
        distance_mm: shape (legs,), driven on roads.
        certain_to_ms: shape (1,), every unit with at most this total is here.
        bound_ms: shape (units,), a total that each unit can reach, or ``NO_TOTAL`` where the search
            did not come by it.
        exhausted: shape (1,), whether the search ran dry: then no bound means no way.
    """

    unit: Int64
    start: Int32
    access: Int32
    total_ms: Int64
    stays_on_edge: npt.NDArray[np.bool_]
    distance_mm: Int64
    certain_to_ms: Int64
    bound_ms: Int64
    exhausted: npt.NDArray[np.bool_]


@kernel
def nearest(
    roads: Roads,
    starts: Starts,
    accesses: Accesses,
    entries: Entries,
    offset_ms: Int64,
    k: int,
    band_ms: int,
    workspace: Workspace,
) -> Legs:
    """Find the k units with the least totals, and every unit within ``band_ms`` of the k-th.

    Args:
        roads: the graph.
        starts: the fleet.
        accesses: the call.
        entries: junctions to walk on from instead; then there are no accesses.
        offset_ms: shape (units,), what each unit needs beside drive and walk, or ``NOT_ASKED``.
        k: 1 or more.
        band_ms: not negative.
        workspace: of this thread; its base is moved on.
    """
    unit_count = len(offset_ms)
    totals = Totals(
        top_ms=np.full(k, NO_TOTAL, dtype=np.int64),
        best_ms=np.full(unit_count, NO_TOTAL, dtype=np.int64),
        best_start=np.full(unit_count, NOTHING, dtype=np.int32),
        met_at=np.full(unit_count, NOTHING, dtype=np.int32),
    )
    certain_to_ms = NO_TOTAL
    if unit_count > 0:
        move_base(workspace)
        meet_on_the_same_edge(roads, accesses, starts, offset_ms, totals)
        heap_size = enter_call(roads, accesses, workspace)
        heap_size = enter_junctions(entries, workspace, heap_size)
        least_ms = least_offset_ms(offset_ms)
        certain_to_ms = settle_backward(
            roads, starts, offset_ms, least_ms, band_ms, workspace, heap_size, totals
        )
    exhausted = certain_to_ms == NO_TOTAL
    # The search may have run dry before the bound was reached: the answer is bounded all the same.
    if totals.top_ms[k - 1] != NO_TOTAL:
        certain_to_ms = min(certain_to_ms, totals.top_ms[k - 1] + band_ms)
    return legs(roads, starts, accesses, totals, certain_to_ms, exhausted, workspace)


@kernel
def least_offset_ms(offset_ms: Int64) -> int:
    """Least offset of the units asked for."""
    least_ms = NO_TOTAL
    for unit in range(len(offset_ms)):
        if offset_ms[unit] >= 0:
            least_ms = min(least_ms, offset_ms[unit])
    return least_ms


@kernel
def move_base(workspace: Workspace) -> None:
    """Start a new search: everything that an earlier one wrote becomes "not reached"."""
    if workspace.base[0] <= BASE_STEP:
        workspace.labels[:, 0] = NO_TOTAL
        workspace.base[0] = NO_TOTAL
    workspace.base[0] -= BASE_STEP


@kernel
def legs(
    roads: Roads,
    starts: Starts,
    accesses: Accesses,
    totals: Totals,
    certain_to_ms: int,
    exhausted: bool,  # noqa: FBT001 - compiled code takes no keywords
    workspace: Workspace,
) -> Legs:
    """Follow every certain unit to the call."""
    certain = np.flatnonzero(totals.best_ms <= min(certain_to_ms, NO_TOTAL - 1))
    # Stable: equal totals stay in order of the units.
    order = np.argsort(totals.best_ms[certain], kind="mergesort")
    unit = certain[order]
    count = len(unit)
    access = np.empty(count, dtype=np.int32)
    distance_mm = np.empty(count, dtype=np.int64)
    for leg in range(count):
        start = totals.best_start[unit[leg]]
        edge = starts.edge[start]
        met_at = totals.met_at[unit[leg]]
        if met_at != NOTHING:
            access[leg] = met_at
            distance_mm[leg] = accesses.along_mm[met_at] - starts.along_mm[start]
        else:
            rest_mm = roads.length_mm[edge >> 1] - starts.along_mm[start]
            access[leg], driven_mm = follow_to_call(roads, roads.head_state[edge], workspace)
            distance_mm[leg] = rest_mm + driven_mm
            if len(accesses.edge) > 0:
                distance_mm[leg] += accesses.along_mm[access[leg]]
    return Legs(
        unit=unit,
        start=totals.best_start[unit],
        access=access,
        total_ms=totals.best_ms[unit],
        stays_on_edge=totals.met_at[unit] != NOTHING,
        distance_mm=distance_mm,
        certain_to_ms=np.full(1, certain_to_ms, dtype=np.int64),
        bound_ms=totals.best_ms,
        exhausted=np.full(1, exhausted, dtype=np.bool_),
    )


@kernel
def follow_to_call(roads: Roads, state: int, workspace: Workspace) -> tuple[int, int]:
    """Walk down the arcs from a settled state; return the access reached and the millimetres."""
    distance_mm = 0
    onward = workspace.labels[state, ONWARD]
    while onward >= 0:
        distance_mm += roads.length_mm[roads.directed_edge[onward] >> 1]
        onward = workspace.labels[roads.arc_head[onward], ONWARD]
    return access_of(onward), distance_mm


@kernel
def arcs_to_call(roads: Roads, state: int, workspace: Workspace, driven: Int32) -> int:
    """Write the arcs driven from a settled state, the one into the call's edge last.

    Returns:
        How many there are; more than ``driven`` has room for are counted and not written.
    """
    count = 0
    onward = workspace.labels[state, ONWARD]
    while True:
        arc = onward if onward >= 0 else arc_of(onward)
        if arc != NOTHING:
            if count < len(driven):
                driven[count] = arc
            count += 1
        if onward < 0:
            return count
        onward = workspace.labels[roads.arc_head[onward], ONWARD]
