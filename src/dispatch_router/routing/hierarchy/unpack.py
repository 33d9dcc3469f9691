"""Unpack one drive into the arcs that it takes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dispatch_router.routing.graph import Int32, Int64
from dispatch_router.routing.hierarchy.contract import Below, Tree, tree_in
from dispatch_router.routing.hierarchy.customize import (
    NO_WAY,
    Weights,
    below_in,
    pack,
    weights_in,
)
from dispatch_router.routing.jit import inner_kernel, kernel
from dispatch_router.routing.kernels.arrays import NOTHING, Roads, roads_in
from dispatch_router.routing.kernels.bundle import Handle


class Climb(NamedTuple):
    """One path from its root down, and how its ancestors are reached from its lower end.

    Attributes:
        vertex: shape (depth + 1,).
        weight: shape (depth + 1,), from the lower end, or back.
        came_by: shape (depth + 1,), the last edge of that way, ``NOTHING`` where it begins.
    """

    vertex: Int32
    weight: Int64
    came_by: Int32


@kernel
def driven_arcs(hierarchy_handle: Handle, from_state: int, to_edge: int) -> Int32:
    """Find the fastest drive from a state into a directed edge.

    Args:
        hierarchy_handle: a bundle of roads, tree, weights and below.
        from_state: where the unit comes out of the edge that it stands on.
        to_edge: directed edge of the call; there is a way to it.

    Returns:
        The arcs driven, in order; the last one enters ``to_edge``.
    """
    roads, tree = roads_in(hierarchy_handle), tree_in(hierarchy_handle)
    weights, below = weights_in(hierarchy_handle), below_in(hierarchy_handle)
    there = climb_noting_edges(tree, weights.up, tree.vertex[from_state], 0)
    least, last_arc, top = NO_WAY, NOTHING, NOTHING
    back = there
    for copy in range(roads.first_arc[to_edge], roads.first_arc[to_edge + 1]):
        arc = roads.arc_of_edge[copy]
        if roads.weight_ms[arc] < 0:
            continue
        extra = pack(roads.weight_ms[arc] - roads.edge_ms[to_edge], 0)
        other = climb_noting_edges(tree, weights.down, tree.vertex[roads.tail[arc]], extra)
        depth, weight = least_meeting(there, other)
        if weight < least:
            least, last_arc, top, back = weight, arc, depth, other
    up = edges_to_top(tree, below, there, top)[::-1]
    shortcuts = np.concatenate((up, edges_to_top(tree, below, back, top)))
    arcs = expand(roads, tree, below, weights, shortcuts, len(up))
    return np.concatenate((arcs, np.full(1, last_arc, dtype=np.int32)))


@inner_kernel
def climb_noting_edges(tree: Tree, edge_weight: Int64, end: int, weight: int) -> Climb:
    """Climb from one vertex to its root."""
    depth = tree.depth[end]
    path = Climb(
        vertex=np.empty(depth + 1, dtype=np.int32),
        weight=np.full(depth + 1, NO_WAY, dtype=np.int64),
        came_by=np.full(depth + 1, NOTHING, dtype=np.int32),
    )
    path.weight[depth] = weight
    vertex = end
    for here in range(depth, -1, -1):
        path.vertex[here] = vertex
        for edge in range(tree.first_up[vertex], tree.first_up[vertex + 1]):
            above = tree.up_depth[edge]
            through = path.weight[here] + edge_weight[edge]
            if through < path.weight[above]:
                path.weight[above] = through
                path.came_by[above] = edge
        vertex = tree.parent[vertex]
    return path


@inner_kernel
def least_meeting(there: Climb, back: Climb) -> tuple[int, int]:
    """Find the depth of the common ancestor over which the way is least, and its weight."""
    least, depth = NO_WAY, NOTHING
    for place in range(min(len(there.vertex), len(back.vertex))):
        if there.vertex[place] != back.vertex[place]:
            break
        weight = there.weight[place] + back.weight[place]
        if weight < least:
            least, depth = weight, place
    return depth, least


@inner_kernel
def edges_to_top(tree: Tree, below: Below, path: Climb, top: int) -> Int32:
    """Follow a climb from its top back to where it began."""
    edges = np.empty(len(path.vertex), dtype=np.int32)
    count = 0
    edge = path.came_by[top]
    while edge != NOTHING:
        edges[count] = edge
        count += 1
        edge = path.came_by[tree.depth[below.up_tail[edge]]]
    return edges[:count].copy()


@inner_kernel
def expand(
    roads: Roads, tree: Tree, below: Below, weights: Weights, shortcuts: Int32, upward: int
) -> Int32:
    """Replace shortcuts by what they stand for, until only arcs are left.

    Args:
        roads: the graph.
        tree: its hierarchy.
        below: the same from above.
        weights: its driving times.
        shortcuts: edges of the hierarchy in order of the drive.
        upward: how many of them, at the beginning, are driven upward.
    """
    driven = np.empty(64, dtype=np.int32)
    count = 0
    for place in range(len(shortcuts)):
        waiting = [(int(shortcuts[place]), place < upward)]
        while len(waiting) > 0:
            edge, goes_up = waiting.pop()
            arc = arc_under(roads, tree, below, weights, edge, goes_up)
            if arc == NOTHING:
                first, second = lower_sides(below, weights, tree, edge, goes_up)
                waiting.append((second, True))
                waiting.append((first, False))
                continue
            if count == len(driven):
                driven = np.concatenate((driven, np.empty_like(driven)))
            driven[count] = arc
            count += 1
    return driven[:count].copy()


@inner_kernel
def arc_under(
    roads: Roads,
    tree: Tree,
    below: Below,
    weights: Weights,
    edge: int,
    goes_up: bool,  # noqa: FBT001 - compiled code takes no keywords
) -> int:
    """Find an arc with just the weight of this edge; ``NOTHING`` where it is a shortcut."""
    low, high = below.state[below.up_tail[edge]], below.state[tree.up_head[edge]]
    tail, head = (low, high) if goes_up else (high, low)
    weight = weights.up[edge] if goes_up else weights.down[edge]
    for arc in range(roads.first_in[head], roads.first_in[head + 1]):
        if roads.tail[arc] == tail:
            length_mm = roads.length_mm[roads.directed_edge[arc] >> 1]
            if pack(roads.weight_ms[arc], length_mm) == weight:
                return arc
    return NOTHING


@inner_kernel
def lower_sides(
    below: Below,
    weights: Weights,
    tree: Tree,
    edge: int,
    goes_up: bool,  # noqa: FBT001 - compiled code takes no keywords
) -> tuple[int, int]:
    """Find the lower triangle that a shortcut was made from.

    Returns:
        The edge driven down to the triangle's lowest vertex, and the one driven up from it.
    """
    tail, head = int(below.up_tail[edge]), int(tree.up_head[edge])
    weight = weights.up[edge]
    if not goes_up:
        tail, head = head, tail
        weight = weights.down[edge]
    at_tail, at_head = below.first_down[tail], below.first_down[head]
    while at_tail < below.first_down[tail + 1] and at_head < below.first_down[head + 1]:
        first = int(below.down_edge[at_tail])
        second = int(below.down_edge[at_head])
        if below.up_tail[first] < below.up_tail[second]:
            at_tail += 1
        elif below.up_tail[first] > below.up_tail[second]:
            at_head += 1
        elif weights.down[first] + weights.up[second] == weight:
            return first, second
        else:
            at_tail += 1
            at_head += 1
    return NOTHING, NOTHING
