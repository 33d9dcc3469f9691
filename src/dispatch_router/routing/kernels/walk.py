"""Everything that can be walked to the call within a limit."""

from __future__ import annotations

import numpy as np

from dispatch_router.routing.graph import Int32
from dispatch_router.routing.jit import kernel
from dispatch_router.routing.kernels.arrays import LABEL, ONWARD, Accesses, Roads, Workspace
from dispatch_router.routing.kernels.heap import STATE_BITS, STATE_MASK, push, remove_least
from dispatch_router.routing.kernels.nearest import move_base
from dispatch_router.routing.kernels.settle import enter_call


@kernel
def settle_within(roads: Roads, accesses: Accesses, limit_ms: int, workspace: Workspace) -> Int32:
    """Settle backward from the call until nothing nearer than the limit is left (Dijkstra 1959).

    Args:
        roads: the network of the walkers.
        accesses: the call.
        limit_ms: the longest walk.
        workspace: of this thread; its base is moved on, and its labels lead to the call.

    Returns:
        The states settled, nearest first.
    """
    move_base(workspace)
    labels, heap, base = workspace.labels, workspace.heap, workspace.base[0]
    size = enter_call(roads, accesses, workspace)
    settled = np.empty(len(labels), dtype=np.int32)
    count = 0
    while size > 0:
        state = heap[0] & STATE_MASK
        label_ms = heap[0] >> STATE_BITS
        if label_ms > limit_ms:
            break
        size = remove_least(heap, size)
        if labels[state, LABEL] != base + label_ms:
            continue
        settled[count] = state
        count += 1
        for arc in range(roads.first_in[state], roads.first_in[state + 1]):
            before, weight_ms = roads.tail[arc], roads.weight_ms[arc]
            through_ms = label_ms + weight_ms
            if weight_ms >= 0 and base + through_ms < labels[before, LABEL]:
                labels[before, LABEL] = base + through_ms
                labels[before, ONWARD] = arc
                size = push(heap, size, (through_ms << STATE_BITS) | before)
    return settled[:count].copy()
