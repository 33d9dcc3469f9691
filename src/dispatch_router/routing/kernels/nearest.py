"""One question, one compiled call: search, then follow the best units to the person."""

from __future__ import annotations

from dispatch_router.routing.graph import Int32, Int64
from dispatch_router.routing.jit import inner_kernel, kernel
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
    roads_in,
    starts_in,
    workspace_in,
)
from dispatch_router.routing.kernels.bundle import Handle
from dispatch_router.routing.kernels.legs import (
    ACCESS,
    DISTANCE_MM,
    START,
    STAYS_ON_EDGE,
    TOTAL_MS,
    UNIT,
    certain_units,
)
from dispatch_router.routing.kernels.settle import (
    Meets,
    access_of,
    arc_of,
    enter_call,
    enter_junctions,
    meet_on_the_same_edge,
    no_totals,
    settle_backward,
)

BASE_STEP = 1 << 32
"""More than any label: ``TOO_FAR_MS`` is an eighth of it."""


@kernel
def nearest(
    roads_handle: Handle,
    view_handle: Handle,
    workspace_handle: Handle,
    edge: Int32,
    along_mm: Int64,
    access_ms: Int64,
    walk_ms: Int64,
    entry_state: Int32,
    entry_rest_ms: Int64,
    offset_ms: Int64,
    k: int,
    band_ms: int,
    columns: Int64,
    bound_ms: Int64,
) -> tuple[int, int, bool]:
    """Find the k units with the least totals, and every unit within ``band_ms`` of the k-th.

    Args:
        roads_handle: a bundle that begins with the roads.
        view_handle: a bundle that begins with the starts of the fleet.
        workspace_handle: of this thread; its base is moved on.
        edge: of the call, as the three that follow; see ``Accesses``. To hand them over one by one
            is quicker than in a tuple.
        along_mm: see there.
        access_ms: see there, ``ms``.
        walk_ms: see there.
        entry_state: of junctions to walk on from instead; then there are no accesses.
        entry_rest_ms: of these, see ``Entries``.
        offset_ms: shape (units,), what each unit needs beside drive and walk, or ``NOT_ASKED``.
        k: 1 or more.
        band_ms: not negative.
        columns: shape (6, room), see ``legs``; written as far as there is room.
        bound_ms: shape (units,), see ``Legs``; written.

    Returns:
        How many legs there are, ``Legs.certain_to_ms`` and ``Legs.exhausted``.
    """
    roads, starts = roads_in(roads_handle), starts_in(view_handle)
    workspace = workspace_in(workspace_handle)
    accesses = Accesses(edge, along_mm, access_ms, walk_ms)
    totals = no_totals(bound_ms, k)
    meets = meet_on_the_same_edge(roads, accesses, starts, offset_ms, totals)
    certain_to_ms = NO_TOTAL
    if len(offset_ms) > 0:
        move_base(workspace)
        heap_size = enter_call(roads, accesses, workspace)
        heap_size = enter_junctions(Entries(entry_state, entry_rest_ms), workspace, heap_size)
        least_ms = least_offset_ms(offset_ms)
        certain_to_ms = settle_backward(
            roads, starts, offset_ms, least_ms, band_ms, workspace, heap_size, totals
        )
    exhausted = certain_to_ms == NO_TOTAL
    # The search may have run dry before the bound was reached: the answer is bounded all the same.
    if totals.top_ms[k - 1] != NO_TOTAL:
        certain_to_ms = min(certain_to_ms, totals.top_ms[k - 1] + band_ms)
    units = certain_units(totals, certain_to_ms)
    write_legs(roads, starts, accesses, totals, units, meets, workspace, columns)
    return len(units), certain_to_ms, exhausted


@inner_kernel
def least_offset_ms(offset_ms: Int64) -> int:
    """Least offset of the units asked for."""
    least_ms = NO_TOTAL
    for unit in range(len(offset_ms)):
        asked_ms = offset_ms[unit] if offset_ms[unit] >= 0 else NO_TOTAL
        least_ms = min(least_ms, asked_ms)
    return least_ms


@inner_kernel
def move_base(workspace: Workspace) -> None:
    """Start a new search: everything that an earlier one wrote becomes "not reached"."""
    if workspace.base[0] <= BASE_STEP:
        workspace.labels[:, 0] = NO_TOTAL
        workspace.base[0] = NO_TOTAL
    workspace.base[0] -= BASE_STEP


@inner_kernel
def write_legs(
    roads: Roads,
    starts: Starts,
    accesses: Accesses,
    totals: Totals,
    units: Int32,
    meets: Meets,
    workspace: Workspace,
    columns: Int64,
) -> None:
    """Follow every certain unit to the call."""
    for leg in range(min(len(units), columns.shape[1])):
        unit = units[leg]
        start = int(totals.best_start[unit])
        columns[STAYS_ON_EDGE, leg] = start == NOTHING
        if start == NOTHING:
            start, access = int(meets.start[unit]), int(meets.access[unit])
            distance_mm = int(accesses.along_mm[access] - starts.along_mm[start])
        else:
            edge = starts.edge[start]
            access, distance_mm = follow_to_call(roads, roads.head_state[edge], workspace)
            distance_mm += roads.length_mm[edge >> 1] - starts.along_mm[start]
            if len(accesses.edge) > 0:
                distance_mm += accesses.along_mm[access]
        columns[UNIT, leg] = unit
        columns[START, leg] = start
        columns[ACCESS, leg] = access
        columns[TOTAL_MS, leg] = totals.best_ms[unit]
        columns[DISTANCE_MM, leg] = distance_mm


@inner_kernel
def follow_to_call(roads: Roads, state: int, workspace: Workspace) -> tuple[int, int]:
    """Walk down the arcs from a settled state; return the access reached and the millimetres."""
    distance_mm = 0
    onward = workspace.labels[state, ONWARD]
    while onward >= 0:
        distance_mm += roads.length_mm[roads.directed_edge[onward] >> 1]
        onward = workspace.labels[roads.arc_head[onward], ONWARD]
    return access_of(onward), distance_mm


@kernel
def arcs_to_call(roads_handle: Handle, state: int, workspace_handle: Handle, driven: Int32) -> int:
    """Write the arcs driven from a settled state, the one into the call's edge last.

    Returns:
        How many there are; more than ``driven`` has room for are counted and not written.
    """
    roads, workspace = roads_in(roads_handle), workspace_in(workspace_handle)
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
