"""Everything that can be walked to the call within a limit."""

from __future__ import annotations

import numpy as np

from dispatch_router.routing.graph import Int32, Int64
from dispatch_router.routing.jit import inner_kernel, kernel
from dispatch_router.routing.kernels.arrays import LABEL, ONWARD, Accesses, Roads, Workspace
from dispatch_router.routing.kernels.heap import STATE_BITS, STATE_MASK, push, remove_least
from dispatch_router.routing.kernels.nearest import move_base
from dispatch_router.routing.kernels.settle import access_of, enter_call


@kernel
def settle_within(
    roads: Roads, accesses: Accesses, limit_ms: int, workspace: Workspace
) -> tuple[Int32, Int64, Int64]:
    """Settle backward from the call until nothing nearer than the limit is left (Dijkstra 1959).

    Args:
        roads: the network of the walkers.
        accesses: the call.
        limit_ms: the longest walk.
        workspace: of this thread; its base is moved on.

    Returns:
        The states settled, nearest first; from each the milliseconds to the person and the
        millimetres to the call's access.
    """
    move_base(workspace)
    labels, heap, base = workspace.labels, workspace.heap, workspace.base[0]
    size = enter_call(roads, accesses, workspace)
    state_count = len(labels)
    settled = np.empty(state_count, dtype=np.int32)
    to_go_ms = np.empty(state_count, dtype=np.int64)
    count = 0
    while size > 0:
        state, label_ms = heap[0] & STATE_MASK, heap[0] >> STATE_BITS
        if label_ms > limit_ms:
            break
        size = remove_least(heap, size)
        if labels[state, LABEL] != base + label_ms:
            continue
        settled[count], to_go_ms[count] = state, label_ms
        count += 1
        for arc in range(roads.first_in[state], roads.first_in[state + 1]):
            before, weight_ms = roads.tail[arc], roads.weight_ms[arc]
            through_ms = label_ms + weight_ms
            if weight_ms >= 0 and base + through_ms < labels[before, LABEL]:
                labels[before, LABEL] = base + through_ms
                labels[before, ONWARD] = arc
                size = push(heap, size, (through_ms << STATE_BITS) | before)
    to_go_mm = distances_mm(roads, accesses, settled[:count], workspace)
    return settled[:count].copy(), to_go_ms[:count].copy(), to_go_mm


@inner_kernel
def distances_mm(roads: Roads, accesses: Accesses, settled: Int32, workspace: Workspace) -> Int64:
    """Measure the way from each state to the call; nearer states come first."""
    length_mm = np.zeros(len(workspace.labels), dtype=np.int64)
    to_go_mm = np.empty(len(settled), dtype=np.int64)
    for place in range(len(settled)):
        state = settled[place]
        onward = workspace.labels[state, ONWARD]
        if onward < 0:
            length_mm[state] = accesses.along_mm[access_of(onward)]
        else:
            arc_mm = roads.length_mm[roads.directed_edge[onward] >> 1]
            length_mm[state] = length_mm[roads.arc_head[onward]] + arc_mm
        to_go_mm[place] = length_mm[state]
    return to_go_mm
