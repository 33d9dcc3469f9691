"""Give the hierarchy its driving times.

A weight is time and length in one integer, time in front: comparing two compares the times and
breaks ties by the shorter way, and adding two adds both. So a drive's length costs nothing to
know, and equal times have one answer.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dispatch_router.routing.graph import Int64
from dispatch_router.routing.hierarchy.contract import TREE_END, Below, Tree
from dispatch_router.routing.jit import inner_kernel, kernel
from dispatch_router.routing.kernels.arrays import NOTHING, Roads
from dispatch_router.routing.kernels.bundle import Handle, int32_at, int64_at

LENGTH_BITS = 33
"""A drive is shorter than 8,589 km."""

LENGTH_MASK = (1 << LENGTH_BITS) - 1

NO_WAY = (1 << 62) - 1
"""No drive, or one of 6 days or more. Two of them can be added."""

TOO_LONG_MS = NO_WAY >> LENGTH_BITS


class Weights(NamedTuple):
    """Driving times of the hierarchy.

    Attributes:
        up: shape (upward edges,), from the lower end to the higher, over lower vertices at most.
        down: shape (upward edges,), from the higher end to the lower.
    """

    up: Int64
    down: Int64


WEIGHTS_END = TREE_END + len(Weights._fields)
"""Where the next part of a bundle is that begins with ``Roads``, ``Tree`` and ``Weights``."""


@kernel
def weights_in(handle: Handle) -> Weights:
    """Read the weights that come after the tree in a bundle."""
    return Weights(int64_at(handle, TREE_END), int64_at(handle, TREE_END + 1))


@kernel
def below_in(handle: Handle) -> Below:
    """Read the edges from above that come after the weights in a bundle."""
    return Below(
        int32_at(handle, WEIGHTS_END),
        int32_at(handle, WEIGHTS_END + 1),
        int32_at(handle, WEIGHTS_END + 2),
        int32_at(handle, WEIGHTS_END + 3),
        int32_at(handle, WEIGHTS_END + 4),
    )


@kernel
def pack(ms: int, length_mm: int) -> int:
    """One integer for a time and a length; ``NO_WAY`` where the time is too long."""
    if ms >= TOO_LONG_MS:
        return NO_WAY
    return (int(ms) << LENGTH_BITS) | int(length_mm)


@kernel
def customize(roads: Roads, tree: Tree, below: Below) -> Weights:
    """Find the weights of all edges under the times of ``roads``.

    The basic customization: for every edge, the least over its own arcs and all lower triangles
    (Dibbelt, Strasser & Wagner 2016, section 4). Vertices come in order, so both lower sides of
    a triangle are known when it is looked at.
    """
    up = np.full(len(tree.up_head), NO_WAY, dtype=np.int64)
    down = np.full(len(tree.up_head), NO_WAY, dtype=np.int64)
    take_arcs(roads, tree, below, up, down)
    relax_triangles(tree, below, up, down)
    return Weights(up, down)


@inner_kernel
def take_arcs(roads: Roads, tree: Tree, below: Below, up: Int64, down: Int64) -> None:
    """Enter the weight of every arc that is open."""
    for arc in range(len(roads.tail)):
        edge = below.arc_edge[arc]
        if edge == NOTHING or roads.weight_ms[arc] < 0:
            continue
        length_mm = roads.length_mm[roads.directed_edge[arc] >> 1]
        weight = pack(roads.weight_ms[arc], length_mm)
        if tree.vertex[roads.tail[arc]] < tree.vertex[roads.arc_head[arc]]:
            up[edge] = min(up[edge], weight)
        else:
            down[edge] = min(down[edge], weight)


@inner_kernel
def relax_triangles(tree: Tree, below: Below, up: Int64, down: Int64) -> None:
    """Improve every edge over every vertex that is below both its ends."""
    first_up, up_head = tree.first_up, tree.up_head
    count = len(tree.parent)
    edge_to = np.empty(count, dtype=np.int32)
    for vertex in range(count):
        for edge in range(first_up[vertex], first_up[vertex + 1]):
            edge_to[up_head[edge]] = edge
        for place in range(below.first_down[vertex], below.first_down[vertex + 1]):
            side = below.down_edge[place]
            to_side, from_side = down[side], up[side]
            end = first_up[below.up_tail[side] + 1]
            for other in range(side + 1, end):
                edge = edge_to[up_head[other]]
                up[edge] = min(up[edge], to_side + up[other])
                down[edge] = min(down[edge], down[other] + from_side)
