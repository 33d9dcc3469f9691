"""Dead ends: parts of the map that one junction alone ties to the rest.

A search for units need not enter a dead end that no unit stands in. A fifth of a city's junctions
are in one.
"""

from __future__ import annotations

import numpy as np

from dispatch_router.routing.graph import Int32, Int64
from dispatch_router.routing.jit import kernel
from dispatch_router.routing.kernels.arrays import NOTHING


@kernel
def dead_end_exits(node_count: int, one_end: Int64, other_end: Int64) -> Int32:
    """Peel junctions with a single neighbour until none is left.

    Args:
        node_count: how many junctions.
        one_end: shape (pairs,), every two junctions that a street joins, once.
        other_end: shape (pairs,), the other of the two, never the same.

    Returns:
        Shape (nodes,), the neighbour through which each junction of a dead end is left, or
        ``NOTHING`` for all others.
    """
    exits = np.full(node_count, NOTHING, dtype=np.int32)
    # The sum of the neighbours that are left names the last one without a list of them.
    neighbours = np.zeros(node_count, dtype=np.int64)
    neighbour_sum = np.zeros(node_count, dtype=np.int64)
    for pair in range(len(one_end)):
        one, other = one_end[pair], other_end[pair]
        neighbours[one] += 1
        neighbours[other] += 1
        neighbour_sum[one] += other
        neighbour_sum[other] += one
    for node in range(node_count):
        peeled = node
        while neighbours[peeled] == 1:
            exit_node = neighbour_sum[peeled]
            exits[peeled] = exit_node
            neighbours[peeled] = 0
            neighbours[exit_node] -= 1
            neighbour_sum[exit_node] -= peeled
            peeled = exit_node
    return exits
