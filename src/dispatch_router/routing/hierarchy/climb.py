"""Climb the elimination tree from a few vertices at once.

All upward neighbours of a vertex are its ancestors, so one pass from a vertex to its root finds
every least way; no heap is needed (Dibbelt, Strasser & Wagner 2016, section 6). And as they all lie
on one path, a climb remembers them by their depth and touches no array as long as the graph.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dispatch_router.routing.graph import Int32, Int64
from dispatch_router.routing.hierarchy.contract import Tree
from dispatch_router.routing.hierarchy.customize import NO_WAY
from dispatch_router.routing.jit import inner_kernel
from dispatch_router.routing.kernels.arrays import NOTHING


class Beginnings(NamedTuple):
    """Where a climb begins.

    Attributes:
        vertex: shape (beginnings,).
        weight: shape (beginnings,), of what lies before it.
        number: shape (beginnings,), what it is called in the answer.
    """

    vertex: Int32
    weight: Int64
    number: Int32


class Paths(NamedTuple):
    """What a climb has found: one path after the other, each from its root down.

    Attributes:
        own_from: shape (paths,), depth from which a path leaves those before it. What lies above
            counts for the earlier path alone.
        first: shape (paths + 1,), where the entries of each path are.
        vertex: shape (entries,), the ancestor at each depth.
        weight: shape (entries,), from the beginnings to it, or back; ``NO_WAY`` for none.
        number: shape (entries,), the beginning of that way, ``NOTHING`` where there is none.
    """

    own_from: Int32
    first: Int32
    vertex: Int32
    weight: Int64
    number: Int32


@inner_kernel
def climb(tree: Tree, edge_weight: Int64, beginnings: Beginnings) -> Paths:
    """Climb from all beginnings to their roots.

    Args:
        tree: the hierarchy.
        edge_weight: ``Weights.up`` to find ways from the beginnings, ``down`` for ways to them.
        beginnings: some vertices, in any order.
    """
    ends = lowest(tree, beginnings.vertex)
    paths = lay_out(tree, ends)
    for path in range(len(ends)):
        begin(tree, beginnings, ends[path], paths, paths.first[path])
    # The last one first: what paths share is climbed once, by the earliest of them.
    for path in range(len(ends) - 1, -1, -1):
        climb_path(tree, edge_weight, paths, path)
        hand_over(paths, path)
    return paths


@inner_kernel
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


@inner_kernel
def lay_out(tree: Tree, ends: Int32) -> Paths:
    """List the ancestors of every end, with no way to them yet."""
    first = np.zeros(len(ends) + 1, dtype=np.int32)
    for path in range(len(ends)):
        first[path + 1] = first[path] + tree.depth[ends[path]] + 1
    entries = first[len(ends)]
    paths = Paths(
        own_from=np.zeros(len(ends), dtype=np.int32),
        first=first,
        vertex=np.empty(entries, dtype=np.int32),
        weight=np.full(entries, NO_WAY, dtype=np.int64),
        number=np.full(entries, NOTHING, dtype=np.int32),
    )
    for path in range(len(ends)):
        vertex = ends[path]
        for entry in range(first[path + 1] - 1, first[path] - 1, -1):
            paths.vertex[entry] = vertex
            vertex = tree.parent[vertex]
        for earlier in range(path):
            shared = shared_depth(paths, earlier, path)
            paths.own_from[path] = max(paths.own_from[path], shared)
    return paths


@inner_kernel
def shared_depth(paths: Paths, one: int, other: int) -> int:
    """How many ancestors two paths have in common."""
    first, second = paths.first[one], paths.first[other]
    low = 0
    high = min(paths.first[one + 1] - first, paths.first[other + 1] - second)
    while low < high:
        middle = (low + high) >> 1
        if paths.vertex[first + middle] == paths.vertex[second + middle]:
            low = middle + 1
        else:
            high = middle
    return low


@inner_kernel
def begin(tree: Tree, beginnings: Beginnings, end: int, paths: Paths, first: int) -> None:
    """Enter the beginnings that lie on the path to one end; the least of each vertex counts."""
    for place in range(len(beginnings.vertex)):
        vertex = beginnings.vertex[place]
        if tree.low[vertex] <= end <= vertex:
            entry = first + tree.depth[vertex]
            if beginnings.weight[place] < paths.weight[entry]:
                paths.weight[entry] = beginnings.weight[place]
                paths.number[entry] = beginnings.number[place]


@inner_kernel
def climb_path(tree: Tree, edge_weight: Int64, paths: Paths, path: int) -> None:
    """Take the beginnings on one path as far up as the path is its own."""
    first_up, up_depth = tree.first_up, tree.up_depth
    own = slice(paths.first[path], paths.first[path + 1])
    path_vertex, path_weight, path_number = paths.vertex[own], paths.weight[own], paths.number[own]
    top = max(1, paths.own_from[path])
    for depth in range(len(path_weight) - 1, top - 1, -1):
        weight, number = path_weight[depth], path_number[depth]
        vertex = path_vertex[depth]
        # Unsigned, or compiled code looks at every index whether it counts from the end.
        for edge in range(np.uint64(first_up[vertex]), np.uint64(first_up[vertex + 1])):
            above = np.uint64(up_depth[edge])
            through = weight + edge_weight[edge]
            if through < path_weight[above]:
                path_weight[above] = through
                path_number[above] = number


@inner_kernel
def hand_over(paths: Paths, path: int) -> None:
    """Let the earlier path that a path runs with longest have what was found on that stretch."""
    shared = paths.own_from[path]
    if shared == 0:
        return
    earlier = 0
    while shared_depth(paths, earlier, path) < shared:
        earlier += 1
    for depth in range(shared):
        mine, theirs = paths.first[path] + depth, paths.first[earlier] + depth
        if paths.weight[mine] < paths.weight[theirs]:
            paths.weight[theirs] = paths.weight[mine]
            paths.number[theirs] = paths.number[mine]
