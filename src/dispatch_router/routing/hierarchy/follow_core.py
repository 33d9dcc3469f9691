"""Follow the core of a network while a few arcs close and open.

Flooding a whole city for every closure takes longer than all that is searched afterwards. The
hierarchy knows at once whether there is a way between two states. So a state of the core, the
witness, is asked for ways to and from the ends of what has changed; and only where such an end has
lost its way, or has found one, is looked on from there.

A state that the core led to and leads to no more was reached over arcs that are closed now. After
the last of them on its way, all states of the way have lost theirs too. Likewise a state that the
core leads to now is reached over an arc that has opened, and over states that have found their way.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dispatch_router.routing.graph import Int32, Int64, UInt8
from dispatch_router.routing.hierarchy.contract import Tree
from dispatch_router.routing.hierarchy.customize import NO_WAY, Weights
from dispatch_router.routing.hierarchy.unpack import Climb, climb_noting_edges, least_meeting
from dispatch_router.routing.jit import inner_kernel, kernel
from dispatch_router.routing.kernels.arrays import NOTHING
from dispatch_router.routing.kernels.flood import (
    IS_REACHED,
    REACHES,
    REACHES_AND_REACHED,
    Neighbours,
)
from dispatch_router.routing.metric import Metric
from dispatch_router.routing.reach import Reach

STATES_AT_MOST = 512
"""Where more states lose or find their way, or are asked about, all of the network is flooded."""


class Side(NamedTuple):
    """One of the two questions: whom the core leads to, or who can drive to the core.

    Attributes:
        bit: of who does.
        witness: the climb from the witness, or to it.
        weights: for climbs to a state that the core may lead to, or from one that may lead there.
        onward: arcs away from the core, or towards it, the other way round.
    """

    bit: int
    witness: Climb
    weights: Int64
    onward: Neighbours


class Marked(NamedTuple):
    """What is written while the core is followed.

    Attributes:
        bits: shape (states,), see ``Reach``.
        changed: shape (room,), states of which the bits are others; one may be there twice.
        counts: shape (2,), how many these are, and how many states the core has got or lost.
    """

    bits: UInt8
    changed: Int32
    counts: Int64


def core_after(
    known: Reach, before: Metric, metric: Metric, tree: Tree, weights: Weights, arcs: Int32
) -> Reach | None:
    """Find the core after some arcs have got new times.

    Args:
        known: the core before.
        before: the times before.
        metric: the times now.
        tree: the hierarchy.
        weights: its weights now.
        arcs: all that have other times.

    Returns:
        None where the whole network has to be looked at.
    """
    if known.witness == NOTHING:
        return None
    old_ms, new_ms = before.roads.weight_ms[arcs], metric.roads.weight_ms[arcs]
    turned = arcs[(old_ms < 0) != (new_ms < 0)]
    if len(turned) == 0:
        return known
    topology = metric.topology
    marked = Marked(
        known.bits.draft(),
        np.empty(2 * STATES_AT_MOST, dtype=np.int32),
        np.zeros(2, dtype=np.int64),
    )
    ends = topology.tail[turned], topology.arc_head[turned]
    followed = follow(
        tree,
        weights,
        topology.leaving,
        topology.entering,
        metric.roads.weight_ms,
        turned,
        *ends,
        known.witness,
        marked,
    )
    count, gained = marked.counts.tolist()
    size = known.size + gained
    if not followed or 2 * size <= topology.state_count:
        return None
    changed = marked.changed[:count].copy()
    return Reach(known.bits.next(marked.bits, changed), known.witness, size)


@kernel
def follow(
    tree: Tree,
    weights: Weights,
    leaving: Neighbours,
    entering: Neighbours,
    weight_ms: Int32,
    turned: Int32,
    tail: Int32,
    head: Int32,
    witness: int,
    marked: Marked,
) -> bool:
    """Write down who has lost or found the way; return whether few enough were to be looked at.

    Args:
        tree: the hierarchy.
        weights: now.
        leaving: arcs by tail.
        entering: arcs by head.
        weight_ms: shape (arcs,), now, negative where closed.
        turned: arcs that have closed or opened.
        tail: their tails.
        head: their heads.
        witness: a state of the core.
        marked: written.
    """
    vertex = tree.vertex[witness]
    reached = Side(
        IS_REACHED, climb_noting_edges(tree, weights.up, vertex, 0), weights.down, leaving
    )
    reaches = Side(REACHES, climb_noting_edges(tree, weights.down, vertex, 0), weights.up, entering)
    asked = 0
    for place in range(len(turned)):
        is_open = weight_ms[turned[place]] >= 0
        asked = look_on(tree, reached, weight_ms, head[place], is_open, marked, asked)
        asked = look_on(tree, reaches, weight_ms, tail[place], is_open, marked, asked)
        if asked >= STATES_AT_MOST:
            return False
    return True


@inner_kernel
def look_on(
    tree: Tree,
    side: Side,
    weight_ms: Int32,
    state: int,
    is_open: bool,  # noqa: FBT001 - compiled code takes no keywords
    marked: Marked,
    asked: int,
) -> int:
    """From the end of an arc, look for all whose way is lost or found with it.

    Args:
        tree: the hierarchy.
        side: which ways.
        weight_ms: shape (arcs,).
        state: the end of the arc.
        is_open: the arc has opened, not closed.
        marked: written.
        asked: how many states have been looked at.

    Returns:
        How many have been now; ``STATES_AT_MOST`` where that is not enough.
    """
    waiting = [int(state)]
    while len(waiting) > 0:
        here = waiting.pop()
        has_way = marked.bits[here] & side.bit != 0
        if has_way == is_open:
            continue
        if asked >= STATES_AT_MOST:
            return STATES_AT_MOST
        asked += 1
        if is_way(tree, side, here) != is_open:
            continue
        turn_bit(marked, here, side.bit)
        for place in range(side.onward.first[here], side.onward.first[here + 1]):
            arc = side.onward.arc[place]
            if weight_ms[arc] >= 0:
                waiting.append(int(side.onward.far_end[arc]))
    return asked


@inner_kernel
def is_way(tree: Tree, side: Side, state: int) -> bool:
    """Tell whether there is a way between the witness and a state."""
    other = climb_noting_edges(tree, side.weights, tree.vertex[state], 0)
    _, weight = least_meeting(side.witness, other)
    return weight < NO_WAY


@inner_kernel
def turn_bit(marked: Marked, state: int, bit: int) -> None:
    """Set a bit of a state, or clear it."""
    was_inside = marked.bits[state] == REACHES_AND_REACHED
    marked.bits[state] ^= np.uint8(bit)
    marked.changed[marked.counts[0]] = state
    marked.counts[0] += 1
    is_inside = marked.bits[state] == REACHES_AND_REACHED
    marked.counts[1] += int(is_inside) - int(was_inside)
