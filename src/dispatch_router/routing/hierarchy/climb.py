"""Climb the elimination tree from a few vertices at once, and lay out what was found.

All upward neighbours of a vertex are its ancestors, so one pass from the lowest to the root,
vertex by vertex, finds every least way; no heap is needed (Dibbelt, Strasser & Wagner 2016,
section 6).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dispatch_router.routing.graph import Int32, Int64
from dispatch_router.routing.hierarchy.contract import Tree
from dispatch_router.routing.hierarchy.customize import NO_WAY
from dispatch_router.routing.jit import kernel
from dispatch_router.routing.kernels.arrays import NOTHING


class Climb(NamedTuple):
    """What one thread climbs with; ``weight`` is ``NO_WAY`` everywhere between two climbs.

    Attributes:
        weight: shape (vertices,), from the beginnings to each vertex, or back.
        beginning: shape (vertices,), which beginning that weight is from.
    """

    weight: Int64
    beginning: Int32


def new_climb(tree: Tree) -> Climb:
    """Make the working memory of one thread."""
    count = len(tree.parent)
    return Climb(np.full(count, NO_WAY, dtype=np.int64), np.full(count, NOTHING, dtype=np.int32))


@kernel
def begin_at(climb: Climb, vertex: int, weight: int, beginning: int) -> None:
    """Let the climb begin at a vertex; the least weight counts."""
    if weight < climb.weight[vertex]:
        climb.weight[vertex] = weight
        climb.beginning[vertex] = beginning


@kernel
def lowest(tree: Tree, vertices: Int32) -> Int32:
    """Keep those vertices that have no other one below them, each once."""
    kept = np.empty_like(vertices)
    count = 0
    for one in range(len(vertices)):
        vertex = vertices[one]
        is_lowest = True
        for other in range(len(vertices)):
            below = vertices[other]
            if tree.low[vertex] <= below < vertex or (below == vertex and other < one):
                is_lowest = False
                break
        if is_lowest:
            kept[count] = vertex
            count += 1
    return kept[:count]


@kernel
def climb_from(tree: Tree, edge_weight: Int64, lowest_vertices: Int32, climb: Climb) -> None:
    """Take every beginning up to the roots.

    Args:
        tree: the hierarchy.
        edge_weight: ``Weights.up`` to find ways from the beginnings, ``down`` for ways to them.
        lowest_vertices: of the beginnings.
        climb: holds the beginnings; improved.
    """
    first_up, up_head, parent = tree.first_up, tree.up_head, tree.parent
    at = lowest_vertices.copy()
    while True:
        vertex = next_vertex(at, parent)
        if vertex == NOTHING:
            return
        weight, beginning = climb.weight[vertex], climb.beginning[vertex]
        for edge in range(first_up[vertex], first_up[vertex + 1]):
            above = up_head[edge]
            through = weight + edge_weight[edge]
            if through < climb.weight[above]:
                climb.weight[above] = through
                climb.beginning[above] = beginning


@kernel
def next_vertex(at: Int32, parent: Int32) -> int:
    """Move on by the lowest of all places; return the vertex left, or ``NOTHING`` at the end."""
    vertex = NOTHING
    for place in at:
        if place != NOTHING and (vertex == NOTHING or place < vertex):
            vertex = place
    for place in range(len(at)):
        if vertex != NOTHING and at[place] == vertex:
            at[place] = parent[vertex]
    return vertex


@kernel
def shared_depth(tree: Tree, one: int, other: int) -> int:
    """How many ancestors two vertices have in common, themselves included."""
    while one != NOTHING and not (tree.low[one] <= other <= one):
        one = tree.parent[one]
    return 0 if one == NOTHING else tree.depth[one] + 1


@kernel
def own_from(tree: Tree, lowest_vertices: Int32, which: int) -> int:
    """Depth from which the path to one of these vertices leaves the paths to those before it."""
    depth = 0
    for earlier in range(which):
        shared = shared_depth(tree, lowest_vertices[which], lowest_vertices[earlier])
        depth = max(depth, shared)
    return depth


@kernel
def clear(tree: Tree, lowest_vertices: Int32, climb: Climb) -> None:
    """Make the memory ready for the next climb."""
    for vertex in lowest_vertices:
        while vertex != NOTHING:
            climb.weight[vertex] = NO_WAY
            vertex = tree.parent[vertex]
