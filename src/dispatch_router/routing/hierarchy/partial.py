"""Take a few new driving times into a hierarchy that has its times already.

The weight of an edge depends on its own arcs and on triangles below it. So a new time of an arc
concerns the edge over it; where the weight of that edge becomes another, the edges over its upper
triangles; and so on up the tree. In order of their lower ends every edge is looked at once, when
all edges below have their final weights (Dibbelt, Strasser & Wagner 2016, section 4.3; as partial
customization in RoutingKit).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dispatch_router.routing.graph import Int32, Int64
from dispatch_router.routing.hierarchy.contract import Below, Tree
from dispatch_router.routing.hierarchy.customize import NO_WAY, Weights, pack
from dispatch_router.routing.jit import inner_kernel, kernel
from dispatch_router.routing.kernels.arrays import NOTHING, Roads
from dispatch_router.routing.kernels.heap import STATE_BITS, STATE_MASK, push, remove_least

ARCS_AT_MOST = 1
"""With more new times than so many in a thousand, weighing all edges again is as quick."""

ROOM_AT_FIRST = 256
"""For edges that wait, and for those that have changed; it grows where that is not enough."""


class Edges(NamedTuple):
    """Numbers of edges, with room for more.

    Attributes:
        waiting: shape (room,), a heap of packed keys: lower end and edge. An edge may be there
            several times; one after the other they come up.
        changed: shape (room,).
    """

    waiting: Int64
    changed: Int32


def few_enough(changed_arcs: int, arcs: int) -> bool:
    """Tell whether it is quicker to follow the new times than to weigh all edges again."""
    return changed_arcs * 1000 <= arcs * ARCS_AT_MOST


@kernel
def customize_again(
    roads: Roads, tree: Tree, below: Below, old: Weights, new: Weights, changed_arcs: Int32
) -> Int32:
    """Find the weights of all edges after some arcs have got new times.

    No array as long as the graph is made or gone through: what it costs is what has changed.

    Args:
        roads: the graph with the new times.
        tree: its hierarchy.
        below: the same from above.
        old: the weights under the old times; not changed.
        new: the same in other memory; they become the weights under the new times.
        changed_arcs: every arc of which the time is another now.

    Returns:
        The edges that have other weights now, by their lower ends.
    """
    edges = Edges(np.empty(ROOM_AT_FIRST, dtype=np.int64), np.empty(ROOM_AT_FIRST, dtype=np.int32))
    size, count, last = 0, 0, NOTHING
    for arc in changed_arcs:
        if below.arc_edge[arc] != NOTHING:
            edges, size = wait(below, edges, size, below.arc_edge[arc])
    while size > 0:
        edge = int(edges.waiting[0] & STATE_MASK)
        size = remove_least(edges.waiting, size)
        if edge == last:
            continue
        last = edge
        weigh(roads, tree, below, new, edge)
        if new.up[edge] != old.up[edge] or new.down[edge] != old.down[edge]:
            edges = note(edges, count, edge)
            count += 1
            edges, size = look_above(tree, below, old, new, edge, edges, size)
    return edges.changed[:count].copy()


@inner_kernel
def wait(below: Below, edges: Edges, size: int, edge: int) -> tuple[Edges, int]:
    """Let an edge be weighed; return the edges and how many wait."""
    if size == len(edges.waiting):
        edges = Edges(np.concatenate((edges.waiting, edges.waiting)), edges.changed)
    return edges, push(edges.waiting, size, (int(below.up_tail[edge]) << STATE_BITS) | int(edge))


@inner_kernel
def note(edges: Edges, count: int, edge: int) -> Edges:
    """Add an edge to those that have changed."""
    if count == len(edges.changed):
        edges = Edges(edges.waiting, np.concatenate((edges.changed, edges.changed)))
    edges.changed[count] = edge
    return edges


@inner_kernel
def weigh(roads: Roads, tree: Tree, below: Below, new: Weights, edge: int) -> None:
    """Find the weights of one edge from its arcs and all triangles below it."""
    low, high = below.up_tail[edge], tree.up_head[edge]
    up = least_arc(roads, below.state[low], below.state[high])
    down = least_arc(roads, below.state[high], below.state[low])
    # Each lower vertex of one end, and whether the other end is above it too.
    turned = neighbours_below(below, high) < neighbours_below(below, low)
    one, other = (high, low) if turned else (low, high)
    for place in range(below.first_down[one], below.first_down[one + 1]):
        to_one = below.down_edge[place]
        under = below.up_tail[to_one]
        to_other = edge_between(tree, under, other)
        if to_other < tree.first_up[under + 1] and tree.up_head[to_other] == other:
            to_low, to_high = (to_other, to_one) if turned else (to_one, to_other)
            up = min(up, new.down[to_low] + new.up[to_high])
            down = min(down, new.down[to_high] + new.up[to_low])
    new.up[edge], new.down[edge] = up, down


@inner_kernel
def neighbours_below(below: Below, vertex: int) -> int:
    """Count the lower neighbours of a vertex."""
    return int(below.first_down[vertex + 1] - below.first_down[vertex])


@inner_kernel
def least_arc(roads: Roads, tail: int, head: int) -> int:
    """Weight of the fastest open arc from one state to another."""
    least = NO_WAY
    for arc in range(roads.first_in[head], roads.first_in[head + 1]):
        if roads.tail[arc] == tail and roads.weight_ms[arc] >= 0:
            length_mm = roads.length_mm[roads.directed_edge[arc] >> 1]
            least = min(least, pack(roads.weight_ms[arc], length_mm))
    return least


@inner_kernel
def look_above(
    tree: Tree, below: Below, old: Weights, new: Weights, edge: int, edges: Edges, size: int
) -> tuple[Edges, int]:
    """Let those edges be weighed whose least way was over this one, or may be now."""
    low, high = below.up_tail[edge], tree.up_head[edge]
    for other in range(tree.first_up[low], tree.first_up[low + 1]):
        if other == edge:
            continue
        # The two sides of a triangle over their common lower end, and the edge that closes it.
        is_first = tree.up_head[other] > high
        first, second = (edge, other) if is_first else (other, edge)
        above = edge_between(tree, tree.up_head[first], tree.up_head[second])
        old_up = old.down[first] + old.up[second]
        old_down = old.down[second] + old.up[first]
        new_up = new.down[first] + new.up[second]
        new_down = new.down[second] + new.up[first]
        if (
            (new_up > old_up and old_up == old.up[above])
            or (new_down > old_down and old_down == old.down[above])
            or new_up < new.up[above]
            or new_down < new.down[above]
        ):
            edges, size = wait(below, edges, size, above)
    return edges, size


@inner_kernel
def edge_between(tree: Tree, low: int, high: int) -> int:
    """Find the edge between two vertices; where there is none, the place where it would be."""
    first, last = int(tree.first_up[low]), int(tree.first_up[low + 1])
    while first < last:
        middle = (first + last) >> 1
        if tree.up_head[middle] < high:
            first = middle + 1
        else:
            last = middle
    return first
