"""Contract the states in their order: shortcuts upward, and the elimination tree.

Contracting a vertex joins all its higher neighbours with each other (the elimination game,
Rose 1972). What is left is the same whatever the driving times are. Vertices are states,
numbered so that every vertex comes after all its descendants in the elimination tree, and these
in one stretch.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dispatch_router.routing.graph import Int32
from dispatch_router.routing.jit import kernel
from dispatch_router.routing.kernels.arrays import NOTHING
from dispatch_router.routing.topology import Topology

EDGES_PER_VERTEX_AT_MOST = 64
"""A city has 4 or 5. With many more, the order does not belong to the graph, or it is no map."""

EDGES_ALLOWED_ANYWAY = 1 << 20


class OrderDoesNotFit(ValueError):
    """Contracting in this order would join far too many vertices."""


class Tree(NamedTuple):
    """What a climb needs.

    Attributes:
        vertex: shape (states,), the vertex of each state.
        first_up: shape (vertices + 1,), offsets into ``up_head``.
        up_head: shape (upward edges,), the higher end, ascending for each vertex.
        parent: shape (vertices,), the least higher neighbour, or ``NOTHING`` at a root.
        depth: shape (vertices,), 0 at a root.
        low: shape (vertices,), least descendant: ``v`` is at or under ``a`` in the tree where
            ``low[a] <= v <= a``.
    """

    vertex: Int32
    first_up: Int32
    up_head: Int32
    parent: Int32
    depth: Int32
    low: Int32


class Below(NamedTuple):
    """The same edges from their higher ends.

    Attributes:
        up_tail: shape (upward edges,), the lower end.
        first_down: shape (vertices + 1,), offsets into ``down_edge``.
        down_edge: shape (upward edges,), edges whose higher end this is, by lower end.
        state: shape (vertices,), the state of each vertex.
        arc_edge: shape (arcs,), the edge that each arc lies under, or ``NOTHING`` for a loop.
    """

    up_tail: Int32
    first_down: Int32
    down_edge: Int32
    state: Int32
    arc_edge: Int32


def contract(topology: Topology, rank: Int32) -> tuple[Tree, Below]:
    """Build the hierarchy of a graph, for all driving times that it may have.

    Args:
        topology: the graph.
        rank: shape (states,), from ``order.build_order``.

    Raises:
        OrderDoesNotFit: the hierarchy would be out of all proportion to the graph.
    """
    first_up, up_head = _eliminate(topology, rank)
    vertex = children_first(first_up, up_head)[rank]
    first_up, up_head = _eliminate(topology, vertex)
    parent, depth, low = climb_tree(first_up, up_head)
    tree = Tree(vertex, first_up, up_head, parent, depth, low)
    return tree, _below(topology, tree)


def _eliminate(topology: Topology, rank: Int32) -> tuple[Int32, Int32]:
    one, other = rank[topology.tail].astype(np.int64), rank[topology.arc_head].astype(np.int64)
    count = len(rank)
    keys = np.unique((np.minimum(one, other) * count + np.maximum(one, other))[one != other])
    first = np.searchsorted(keys, np.arange(count + 1) * count)
    at_most = max(EDGES_ALLOWED_ANYWAY, EDGES_PER_VERTEX_AT_MOST * count)
    first_up, up_head = fill_in(first.astype(np.int32), (keys % count).astype(np.int32), at_most)
    if first_up[count] == NOTHING:
        raise OrderDoesNotFit(f"more than {at_most:,} edges over {count:,} states")
    return first_up, up_head


@kernel
def fill_in(first: Int32, head: Int32, at_most: int) -> tuple[Int32, Int32]:
    """Play the elimination game on the higher neighbours of every vertex.

    Args:
        first: shape (vertices + 1,), offsets into ``head``.
        head: the higher neighbours.
        at_most: give up when there are more edges.

    Returns:
        The same with the shortcuts, neighbours ascending; ``NOTHING`` as the last offset where
        given up.
    """
    count = len(first) - 1
    first_up = np.zeros(count + 1, dtype=np.int32)
    up_head = np.empty(max(16, 2 * len(head)), dtype=np.int32)
    seen_by = np.full(count, NOTHING, dtype=np.int32)
    first_child = np.full(count, NOTHING, dtype=np.int32)
    next_child = np.full(count, NOTHING, dtype=np.int32)
    for vertex in range(count):
        begin = size = first_up[vertex]
        if size > at_most:
            first_up[count] = NOTHING
            return first_up, up_head[:0].copy()
        while size + count > len(up_head):
            up_head = np.concatenate((up_head, np.empty_like(up_head)))
        seen_by[vertex] = vertex
        for place in range(first[vertex], first[vertex + 1]):
            seen_by[head[place]] = vertex
            up_head[size] = head[place]
            size += 1
        child = first_child[vertex]
        while child != NOTHING:
            for place in range(first_up[child], first_up[child + 1]):
                above = up_head[place]
                if seen_by[above] != vertex:
                    seen_by[above] = vertex
                    up_head[size] = above
                    size += 1
            child = next_child[child]
        first_up[vertex + 1] = size
        if size > begin:
            up_head[begin:size].sort()
            parent = up_head[begin]
            next_child[vertex] = first_child[parent]
            first_child[parent] = vertex
    return first_up, up_head[: first_up[count]].copy()


@kernel
def climb_tree(first_up: Int32, up_head: Int32) -> tuple[Int32, Int32, Int32]:
    """Parent, depth and least descendant of every vertex."""
    count = len(first_up) - 1
    parent = np.full(count, NOTHING, dtype=np.int32)
    depth = np.zeros(count, dtype=np.int32)
    low = np.arange(count).astype(np.int32)
    for vertex in range(count):
        if first_up[vertex] < first_up[vertex + 1]:
            above = up_head[first_up[vertex]]
            parent[vertex] = above
            low[above] = min(low[above], low[vertex])
    for vertex in range(count - 1, -1, -1):
        if parent[vertex] != NOTHING:
            depth[vertex] = depth[parent[vertex]] + 1
    return parent, depth, low


@kernel
def children_first(first_up: Int32, up_head: Int32) -> Int32:
    """Renumber vertices in postorder of the elimination tree; the shortcuts stay the same."""
    parent, _, _ = climb_tree(first_up, up_head)
    count = len(parent)
    under = np.ones(count, dtype=np.int32)
    for vertex in range(count):
        if parent[vertex] != NOTHING:
            under[parent[vertex]] += under[vertex]
    # Each vertex takes the last free number of its parent's stretch, its descendants those before.
    number = np.empty(count, dtype=np.int32)
    free_end = np.empty(count, dtype=np.int32)
    roots_end = count
    for vertex in range(count - 1, -1, -1):
        above = parent[vertex]
        end = roots_end if above == NOTHING else free_end[above]
        number[vertex] = end - 1
        free_end[vertex] = end - 1
        if above == NOTHING:
            roots_end = end - under[vertex]
        else:
            free_end[above] = end - under[vertex]
    return number


def _below(topology: Topology, tree: Tree) -> Below:
    count = len(tree.parent)
    up_tail = np.repeat(np.arange(count, dtype=np.int32), np.diff(tree.first_up))
    first_down = np.zeros(count + 1, dtype=np.int32)
    np.cumsum(np.bincount(tree.up_head, minlength=count), out=first_down[1:])
    state = np.empty(count, dtype=np.int32)
    state[tree.vertex] = np.arange(count, dtype=np.int32)
    one, other = tree.vertex[topology.tail].astype(np.int64), tree.vertex[topology.arc_head]
    arc_key = np.minimum(one, other) * count + np.maximum(one, other)
    arc_edge = np.searchsorted(up_tail.astype(np.int64) * count + tree.up_head, arc_key)
    return Below(
        up_tail=up_tail,
        first_down=first_down,
        down_edge=np.argsort(tree.up_head, kind="stable").astype(np.int32),
        state=state,
        arc_edge=np.where(one == other, NOTHING, arc_edge).astype(np.int32),
    )
