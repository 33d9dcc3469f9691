"""Where a flood from one state runs to, and from where a flood would come to it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dispatch_router.routing.graph import Int32, UInt8
from dispatch_router.routing.jit import inner_kernel, kernel

REACHES, IS_REACHED = 1, 2
"""Bits of a state."""
REACHES_AND_REACHED = REACHES | IS_REACHED


class Neighbours(NamedTuple):
    """Arcs by the state at one of their ends.

    Attributes:
        first: shape (states + 1,), which arcs are whose.
        arc: shape (arcs,), the arcs in that order.
        far_end: shape (arcs,), by arc, the state at the other end.
    """

    first: Int32
    arc: Int32
    far_end: Int32


@kernel
def flood_both_ways(
    entering: Neighbours, leaving: Neighbours, weight_ms: Int32, state: int
) -> tuple[UInt8, int]:
    """Find who reaches a state and whom it reaches.

    Args:
        entering: arcs by head.
        leaving: arcs by tail.
        weight_ms: shape (arcs,), negative where closed.
        state: where to begin.

    Returns:
        Shape (states,), ``REACHES`` for who reaches the state and ``IS_REACHED`` for whom it
        reaches; and how many have both: the strongly connected part that the state is in.
    """
    reach = np.zeros(len(entering.first) - 1, dtype=np.uint8)
    queue = np.empty(len(reach), dtype=np.int32)
    flood(entering, weight_ms, state, np.uint8(REACHES), reach, queue)
    flood(leaving, weight_ms, state, np.uint8(IS_REACHED), reach, queue)
    both = 0
    for bits in reach:
        both += bits == REACHES_AND_REACHED
    return reach, both


@kernel
def reached_from(leaving: Neighbours, weight_ms: Int32, states: Int32) -> Int32:
    """List all states that some states lead to, these included.

    Args:
        leaving: arcs by tail.
        weight_ms: shape (arcs,), negative where closed.
        states: where to begin.
    """
    reach = np.zeros(len(leaving.first) - 1, dtype=np.uint8)
    queue = np.empty(len(reach), dtype=np.int32)
    found = np.empty(len(reach), dtype=np.int32)
    count = 0
    for state in states:
        if reach[state] == 0:
            seen = flood(leaving, weight_ms, state, np.uint8(IS_REACHED), reach, queue)
            found[count : count + seen] = queue[:seen]
            count += seen
    return found[:count].copy()


@inner_kernel
def flood(
    neighbours: Neighbours, weight_ms: Int32, state: int, bit: np.uint8, reach: UInt8, queue: Int32
) -> int:
    """Set a bit wherever open arcs lead from a state; return at how many states, first of queue."""
    reach[state] |= bit
    queue[0] = state
    done, seen = 0, 1
    while done < seen:
        here = queue[done]
        done += 1
        for place in range(neighbours.first[here], neighbours.first[here + 1]):
            arc = neighbours.arc[place]
            there = neighbours.far_end[arc]
            if weight_ms[arc] >= 0 and reach[there] & bit == 0:
                reach[there] |= bit
                queue[seen] = there
                seen += 1
    return seen
