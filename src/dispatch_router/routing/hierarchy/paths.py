"""The ways from the ancestors down to a call, laid out so that labels can be added up with them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dispatch_router.routing.graph import Int32, Int64
from dispatch_router.routing.hierarchy.climb import Beginnings, Paths, climb
from dispatch_router.routing.hierarchy.contract import Tree
from dispatch_router.routing.hierarchy.customize import LENGTH_BITS, TOO_LONG_MS, pack
from dispatch_router.routing.jit import inner_kernel
from dispatch_router.routing.kernels.arrays import Accesses, Roads


class ToCall(NamedTuple):
    """The ways from the ancestors to a call.

    Attributes:
        paths: from the roots down; a number is that of an access.
        low: shape (entries,), least descendant of each ancestor.
        ms: shape (entries,), the time in each weight.
        least_ms: shape (entries,), the least of these down to each, of those that are the path's
            own.
    """

    paths: Paths
    low: Int32
    ms: Int32
    least_ms: Int32


@inner_kernel
def ways_to_call(roads: Roads, tree: Tree, down: Int64, accesses: Accesses) -> ToCall:
    """Climb from every state from which an edge of the call is entered."""
    paths = climb(tree, down, call_beginnings(roads, tree, accesses))
    low, ms = np.empty_like(paths.vertex), np.empty_like(paths.vertex)
    for entry in range(len(low)):
        low[entry] = tree.low[paths.vertex[entry]]
        ms[entry] = paths.weight[entry] >> LENGTH_BITS
    return ToCall(paths, low, ms, least_down(paths, ms))


@inner_kernel
def least_down(paths: Paths, ms: Int32) -> Int32:
    """Find the least time of each path down to every depth."""
    least_ms = np.empty_like(ms)
    for path in range(len(paths.own_from)):
        least = np.int32(TOO_LONG_MS)
        for entry in range(paths.first[path] + paths.own_from[path], paths.first[path + 1]):
            least = min(least, ms[entry])
            least_ms[entry] = least
    return least_ms


@inner_kernel
def call_beginnings(roads: Roads, tree: Tree, accesses: Accesses) -> Beginnings:
    """Find the vertices from which an edge of the call is entered."""
    at_most = 0
    for edge in accesses.edge:
        at_most += roads.first_arc[edge + 1] - roads.first_arc[edge]
    vertex = np.empty(at_most, dtype=np.int32)
    weight = np.empty(at_most, dtype=np.int64)
    number = np.empty(at_most, dtype=np.int32)
    count = 0
    for access in range(len(accesses.edge)):
        edge = accesses.edge[access]
        access_ms = accesses.ms[access] + accesses.walk_ms[access]
        for copy in range(roads.first_arc[edge], roads.first_arc[edge + 1]):
            arc = roads.arc_of_edge[copy]
            if roads.weight_ms[arc] >= 0:
                ms = access_ms + roads.weight_ms[arc] - roads.edge_ms[edge]
                vertex[count] = tree.vertex[roads.tail[arc]]
                weight[count] = pack(ms, accesses.along_mm[access])
                number[count] = access
                count += 1
    return Beginnings(vertex[:count], weight[:count], number[:count])


@inner_kernel
def common_end(low: Int32, vertex: Int32, begin: int, lower_end: int) -> int:
    """Find how far down a path the ancestors of a vertex go.

    Args:
        low: shape (path,), see ``ToCall``.
        vertex: shape (path,), the path, from its root down.
        begin: depth to begin at.
        lower_end: the vertex.

    Returns:
        The depth after the last common ancestor; ``begin`` where there is none from there on.
    """
    # Ancestors come first on the path: look for the last one by halves, without a branch to guess.
    first, length = begin, len(vertex) - begin
    if length <= 0:
        return begin
    while length > 1:
        half = length >> 1
        middle = first + half
        is_above = (low[middle] <= lower_end) & (lower_end <= vertex[middle])
        first = middle if is_above else first
        length -= half
    return first + int((low[first] <= lower_end) & (lower_end <= vertex[first]))
