"""The bounded backward search: from the call to the units, until the k-th best is certain.

Dijkstra's algorithm on the reversed graph (Dijkstra 1959), because the units are many and the
call is one. A unit's total is what it needs anyway (turn-out, searching) plus the way from where
it stands to the end of its edge plus the label there. A label never shrinks once it is settled,
so when the least label in the heap plus the least such need exceeds the k-th best total, no unit
that is still missing can come among the k.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dispatch_router.routing.graph import Int32, Int64
from dispatch_router.routing.jit import inner_kernel, kernel
from dispatch_router.routing.kernels.arrays import (
    HAS_START,
    LABEL,
    NO_TOTAL,
    NOTHING,
    ONWARD,
    SKIP,
    TOO_FAR_MS,
    Accesses,
    Entries,
    Roads,
    Starts,
    Totals,
    Workspace,
)
from dispatch_router.routing.kernels.heap import STATE_BITS, STATE_MASK, push, remove_least


@inner_kernel
def enter_call(roads: Roads, accesses: Accesses, workspace: Workspace) -> int:
    """Label every state from which an edge of the call is entered; return the heap's size.

    To enter by a turn that a rule forbids costs what its arc costs more than the edge.
    """
    size = 0
    for access in range(len(accesses.edge)):
        edge = accesses.edge[access]
        access_ms = accesses.ms[access] + accesses.walk_ms[access]
        for copy in range(roads.first_arc[edge], roads.first_arc[edge + 1]):
            arc = roads.arc_of_edge[copy]
            if roads.weight_ms[arc] >= 0:
                label_ms = access_ms + roads.weight_ms[arc] - roads.edge_ms[edge]
                last = last_step(access, arc)
                size = enter_state(workspace, size, roads.tail[arc], label_ms, last)
    return size


@inner_kernel
def enter_junctions(entries: Entries, workspace: Workspace, size: int) -> int:
    """Label every state from which the person is walked to; return the heap's size."""
    for entry in range(len(entries.state)):
        last = last_step(entry, NOTHING)
        size = enter_state(workspace, size, entries.state[entry], entries.rest_ms[entry], last)
    return size


@inner_kernel
def enter_state(workspace: Workspace, size: int, state: int, label_ms: int, last: int) -> int:
    """Let the search begin at a state, if that is better than before; return the heap's size."""
    labels, base = workspace.labels, workspace.base[0]
    if label_ms >= TOO_FAR_MS or base + label_ms >= labels[state, LABEL]:
        return size
    labels[state, LABEL] = base + label_ms
    labels[state, ONWARD] = last
    return push(workspace.heap, size, (label_ms << STATE_BITS) | state)


@inner_kernel
def last_step(access: int, arc: int) -> int:
    """Write an access (or entry) and the arc that enters its edge into one negative number."""
    return -1 - ((int(access) << STATE_BITS) | int(arc + 1))


@kernel
def access_of(last: int) -> int:
    """Read the access from ``last_step``."""
    return (-1 - last) >> STATE_BITS


@kernel
def arc_of(last: int) -> int:
    """Read the arc from ``last_step``, or ``NOTHING`` where no edge is entered."""
    return ((-1 - last) & STATE_MASK) - 1


class Meets(NamedTuple):
    """From where to where a unit drives straight to the call, on the edge that both are on.

    Attributes:
        start: shape (units,), for who does.
        access: shape (units,), for who does.
    """

    start: Int32
    access: Int32


@inner_kernel
def meet_on_the_same_edge(
    roads: Roads, accesses: Accesses, starts: Starts, offset_ms: Int64, totals: Totals
) -> Meets:
    """Let units that stand before the call on its own edge drive straight to it.

    Args:
        roads: the graph.
        accesses: the call.
        starts: the fleet.
        offset_ms: shape (units,), or ``NOT_ASKED``.
        totals: of nobody yet; improved.
    """
    meets = Meets(
        start=np.empty(len(offset_ms), dtype=np.int32),
        access=np.empty(len(offset_ms), dtype=np.int32),
    )
    for access in range(len(accesses.edge)):
        edge = accesses.edge[access]
        start = starts.first_at[roads.head_state[edge]]
        while start != NOTHING:
            unit = starts.unit[start]
            is_before = starts.along_mm[start] <= accesses.along_mm[access]
            if starts.edge[start] == edge and is_before and offset_ms[unit] >= 0:
                passed_ms = ms_along(roads, edge, starts.along_mm[start])
                drive_ms = starts.yard_ms[start] + accesses.ms[access] - passed_ms
                met_ms = offset_ms[unit] + drive_ms + accesses.walk_ms[access]
                old_ms = totals.best_ms[unit]
                # Of equal totals the start that comes first counts, in whatever order they are met.
                if met_ms < old_ms or (met_ms == old_ms and start < meets.start[unit]):
                    meets.start[unit], meets.access[unit] = start, access
                    take_total(totals, unit, NOTHING, met_ms)
            start = starts.next_at[start]
    return meets


@kernel
def ms_along(roads: Roads, directed_edge: int, along_mm: int) -> int:
    """Driving time from a directed edge's tail to a point on it, in whole milliseconds.

    As for a unit that stands on the edge, so closures do not matter.
    """
    edge_ms = np.int64(roads.leave_ms[directed_edge])
    return edge_ms * along_mm // roads.length_mm[directed_edge >> 1]  # type: ignore[no-any-return]


@inner_kernel
def settle_backward(
    roads: Roads,
    starts: Starts,
    offset_ms: Int64,
    least_offset_ms: int,
    band_ms: int,
    workspace: Workspace,
    heap_size: int,
    totals: Totals,
) -> int:
    """Settle states until the k-th best unit and its ties are certain.

    Args:
        roads: the graph.
        starts: the fleet.
        offset_ms: shape (units,), what each unit needs beside drive and walk, or ``NOT_ASKED``.
        least_offset_ms: the least of them.
        band_ms: units within this of the k-th best are made certain too.
        workspace: with the call entered.
        heap_size: how many keys are in the heap.
        totals: improved.

    Returns:
        The greatest total up to which every unit is known; ``NO_TOTAL`` when nothing is left.
    """
    first_in, tail, weight_ms = roads.first_in, roads.tail, roads.weight_ms
    into_dead_end, marks = roads.into_dead_end, starts.marks
    labels, heap, base = workspace.labels, workspace.heap, workspace.base[0]
    top_ms = totals.top_ms
    last = len(top_ms) - 1
    limit_ms = min(TOO_FAR_MS, top_ms[last] + band_ms - least_offset_ms)
    while heap_size > 0:
        key = heap[0]
        state = key & STATE_MASK
        label_ms = key >> STATE_BITS
        if label_ms > limit_ms:
            return int(top_ms[last] + band_ms)
        heap_size = remove_least(heap, heap_size)
        if labels[state, LABEL] != base + label_ms:
            continue
        start = starts.first_at[state] if marks[state] == HAS_START else NOTHING
        while start != NOTHING:
            unit = starts.unit[start]
            if offset_ms[unit] >= 0:
                total_ms = offset_ms[unit] + starts.ms[start] + label_ms
                improve(totals, unit, start, total_ms)
                limit_ms = min(TOO_FAR_MS, top_ms[last] + band_ms - least_offset_ms)
            start = starts.next_at[start]
        for arc in range(first_in[state], first_in[state + 1]):
            before = tail[arc]
            if weight_ms[arc] < 0:
                continue
            if into_dead_end[arc] != 0 and marks[before] == SKIP:
                continue
            through_ms = label_ms + weight_ms[arc]
            if through_ms <= limit_ms and base + through_ms < labels[before, LABEL]:
                labels[before, LABEL] = base + through_ms
                labels[before, ONWARD] = arc
                heap_size = push(heap, heap_size, (through_ms << STATE_BITS) | before)
    # Nothing beyond the limit was entered: an empty heap means "no way" only without a limit.
    return NO_TOTAL if top_ms[last] == NO_TOTAL else int(top_ms[last] + band_ms)


@inner_kernel
def improve(totals: Totals, unit: int, start: int, total_ms: int) -> None:
    """Take a better total for one unit, and keep the list of the k least.

    Of equal totals the start that comes first counts, in whatever order they are met; a unit that
    drives straight to the call comes before all.
    """
    old_ms = totals.best_ms[unit]
    if total_ms > old_ms or (total_ms == old_ms and start >= totals.best_start[unit]):
        return
    take_total(totals, unit, start, total_ms)


@inner_kernel
def no_totals(best_ms: Int64, ranked: int) -> Totals:
    """Begin without a total.

    Args:
        best_ms: shape (units,), written.
        ranked: how many of the least are kept in order.
    """
    best_ms[:] = NO_TOTAL
    return Totals(
        top_ms=np.full(ranked, NO_TOTAL, dtype=np.int64),
        best_ms=best_ms,
        best_start=np.empty(len(best_ms), dtype=np.int32),
        unit=np.empty(len(best_ms), dtype=np.int32),
        found=np.zeros(1, dtype=np.int64),
    )


@inner_kernel
def take_total(totals: Totals, unit: int, start: int, total_ms: int) -> None:
    """Write down a unit's total, which is no worse than the one before."""
    old_ms = totals.best_ms[unit]
    totals.best_ms[unit], totals.best_start[unit] = total_ms, start
    if old_ms == NO_TOTAL:
        totals.unit[totals.found[0]] = unit
        totals.found[0] += 1
    if total_ms < old_ms:
        keep_least(totals.top_ms, old_ms, total_ms)


@inner_kernel
def keep_least(top_ms: Int64, old_ms: int, total_ms: int) -> None:
    """Enter a total into the list of the least ones; ``old_ms`` is that unit's total before."""
    place = len(top_ms) - 1
    if place < 0 or total_ms >= top_ms[place]:
        return
    if old_ms <= top_ms[place]:
        while top_ms[place] != old_ms:
            place -= 1
    while place > 0 and top_ms[place - 1] > total_ms:
        top_ms[place] = top_ms[place - 1]
        place -= 1
    top_ms[place] = total_ms
