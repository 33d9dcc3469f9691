"""Unpack one drive into the arcs that it takes."""

from __future__ import annotations

import numpy as np

from dispatch_router.routing.graph import Int32, Int64
from dispatch_router.routing.hierarchy.climb import Climb, begin_at, clear, climb_from, lowest
from dispatch_router.routing.hierarchy.contract import Below, Tree
from dispatch_router.routing.hierarchy.customize import NO_WAY, Weights, pack
from dispatch_router.routing.jit import kernel
from dispatch_router.routing.kernels.arrays import NOTHING, Roads


@kernel
def driven_arcs(
    roads: Roads,
    tree: Tree,
    below: Below,
    weights: Weights,
    from_state: int,
    to_edge: int,
    climbs: tuple[Climb, Climb],
) -> Int32:
    """Find the fastest drive from a state into a directed edge.

    Args:
        roads: the graph.
        tree: its hierarchy.
        below: the same from above.
        weights: its driving times.
        from_state: where the unit comes out of the edge that it stands on.
        to_edge: directed edge of the call; there is a way to it.
        climbs: two of this thread.

    Returns:
        The arcs driven, in order; the last one enters ``to_edge``.
    """
    there, back = climbs
    begin = np.full(1, tree.vertex[from_state], dtype=np.int32)
    begin_at(there, begin[0], 0, NOTHING)
    climb_from(tree, weights.up, begin, there)
    ends = enter_edge(roads, tree, to_edge, back)
    climb_from(tree, weights.down, ends, back)
    top = highest_vertex(tree, begin[0], there, back)
    last_arc = back.beginning[top]
    shortcuts = edges_to_top(tree, below, weights.up, top, there)[::-1]
    upward = len(shortcuts)
    shortcuts = np.concatenate((shortcuts, edges_to_top(tree, below, weights.down, top, back)))
    clear(tree, begin, there)
    clear(tree, ends, back)
    arcs = expand(roads, tree, below, weights, shortcuts, upward)
    return np.concatenate((arcs, np.full(1, last_arc, dtype=np.int32)))


@kernel
def enter_edge(roads: Roads, tree: Tree, edge: int, climb: Climb) -> Int32:
    """Begin a climb where a directed edge is entered; return the lowest vertices."""
    first, last = roads.first_arc[edge], roads.first_arc[edge + 1]
    vertices = np.empty(last - first, dtype=np.int32)
    count = 0
    for copy in range(first, last):
        arc = roads.arc_of_edge[copy]
        if roads.weight_ms[arc] >= 0:
            vertex = tree.vertex[roads.tail[arc]]
            extra_ms = roads.weight_ms[arc] - roads.edge_ms[edge]
            begin_at(climb, vertex, pack(extra_ms, 0), arc)
            vertices[count] = vertex
            count += 1
    return lowest(tree, vertices[:count])


@kernel
def highest_vertex(tree: Tree, begin: int, there: Climb, back: Climb) -> int:
    """Find the ancestor over which the way there and back is least."""
    top, least = NOTHING, NO_WAY
    vertex = begin
    while vertex != NOTHING:
        weight = there.weight[vertex] + back.weight[vertex]
        if weight < least:
            top, least = vertex, weight
        vertex = tree.parent[vertex]
    return top


@kernel
def edges_to_top(tree: Tree, below: Below, edge_weight: Int64, top: int, climb: Climb) -> Int32:
    """Follow a climb from its top back to where it began: where no edge explains the weight."""
    edges = np.empty(tree.depth.max() + 1, dtype=np.int32)
    count = 0
    vertex = top
    came_from = top
    while came_from != NOTHING:
        came_from = NOTHING
        for place in range(below.first_down[vertex], below.first_down[vertex + 1]):
            edge = below.down_edge[place]
            under = below.up_tail[edge]
            if climb.weight[under] + edge_weight[edge] == climb.weight[vertex]:
                edges[count] = edge
                count += 1
                came_from = vertex = under
                break
    return edges[:count].copy()


@kernel
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


@kernel
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


@kernel
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
