"""Which states the largest strongly connected part leads to, and which lead to it."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, connected_components

from dispatch_router.routing.graph import (
    NOT_PERMITTED,
    REACHED_FROM_CORE,
    REACHES_CORE,
    Edges,
    Int32,
    Int64,
    UInt8,
)


def core_reach(
    state_count: int, edges: Edges, tail: Int64, head: Int64, head_state: Int32
) -> tuple[float, UInt8]:
    """Find the core, the largest strongly connected part by number of states.

    Args:
        state_count: how many states there are.
        edges: for lengths.
        tail: shape (arcs,), state that each arc leaves.
        head: shape (arcs,), state that each arc enters.
        head_state: shape (2 * edges,), see ``States``.

    Returns:
        The share of road length (0-1) that ends in the core in either direction, and the reach
        bits of every state, shape (states,).
    """
    ones = np.ones(len(tail), dtype=np.int8)
    onward = csr_array((ones, (tail, head)), shape=(state_count, state_count))
    backward = csr_array((ones, (head, tail)), shape=(state_count, state_count))
    _, component = connected_components(onward, directed=True, connection="strong")
    core = int(np.bincount(component).argmax())
    member = int(np.flatnonzero(component == core)[0])
    reach = np.zeros(state_count, dtype=np.uint8)
    reach[breadth_first_order(backward, member, return_predecessors=False)] |= REACHES_CORE
    reach[breadth_first_order(onward, member, return_predecessors=False)] |= REACHED_FROM_CORE
    arrives_in_core = (component[head_state] == core) & (head_state != NOT_PERMITTED)
    inside = arrives_in_core[0::2] | arrives_in_core[1::2]
    return float(edges.length_mm[inside].sum() / edges.length_mm.sum()), reach
