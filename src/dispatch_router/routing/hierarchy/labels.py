"""The labels of a fleet: what every unit needs to each of its ancestors.

A unit on a road sets off from one end or the other, and it may stand beside several roads; so
its beginnings can lie on several paths down the elimination tree. Each path is a label, and what
it has in common with an earlier path of the same unit is left out.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dispatch_router.routing.graph import Int32, Int64
from dispatch_router.routing.hierarchy.climb import (
    Climb,
    begin_at,
    clear,
    climb_from,
    lowest,
    own_from,
)
from dispatch_router.routing.hierarchy.contract import Tree
from dispatch_router.routing.hierarchy.customize import pack
from dispatch_router.routing.jit import kernel
from dispatch_router.routing.kernels.arrays import Roads, Starts


class Labels(NamedTuple):
    """The labels of all units, one after the other.

    Attributes:
        first: shape (units + 1,), which labels are whose.
        vertex: shape (labels,), lower end of the path.
        own_from: shape (labels,), depth of the first entry.
        offset: shape (labels + 1,), where the entries of each label are.
        weight: shape (entries,), from the unit to the ancestor at each depth, see ``customize``.
        start: shape (entries,), the start of that drive.
    """

    first: Int32
    vertex: Int32
    own_from: Int32
    offset: Int64
    weight: Int64
    start: Int32


def label_fleet(
    roads: Roads, tree: Tree, up: Int64, starts: Starts, unit_count: int, climb: Climb
) -> Labels:
    """Make the labels of all units.

    Args:
        roads: the graph.
        tree: its hierarchy.
        up: ``Weights.up``.
        starts: of the units, in order of the units.
        unit_count: how many units there are.
        climb: of this thread.
    """
    first_start = np.searchsorted(starts.unit, np.arange(unit_count + 1)).astype(np.int32)
    return label_units(roads, tree, up, starts, first_start, climb)


@kernel
def label_units(
    roads: Roads, tree: Tree, up: Int64, starts: Starts, first_start: Int32, climb: Climb
) -> Labels:
    """Climb from each unit in turn; see ``label_fleet``."""
    unit_count = len(first_start) - 1
    labels_at_most = len(starts.unit)
    first = np.zeros(unit_count + 1, dtype=np.int32)
    vertex = np.empty(labels_at_most, dtype=np.int32)
    own = np.empty(labels_at_most, dtype=np.int32)
    offset = np.zeros(labels_at_most + 1, dtype=np.int64)
    weight = np.empty(256 * (unit_count + 1), dtype=np.int64)
    start = np.empty(256 * (unit_count + 1), dtype=np.int32)
    count = 0
    for unit in range(unit_count):
        ends = enter_starts(roads, tree, starts, first_start[unit], first_start[unit + 1], climb)
        climb_from(tree, up, ends, climb)
        for which in range(len(ends)):
            vertex[count] = ends[which]
            own[count] = own_from(tree, ends, which)
            size = tree.depth[ends[which]] + 1 - own[count]
            offset[count + 1] = offset[count] + size
            while offset[count + 1] > len(weight):
                weight = np.concatenate((weight, np.empty_like(weight)))
                start = np.concatenate((start, np.empty_like(start)))
            above = ends[which]
            for place in range(offset[count + 1] - 1, offset[count] - 1, -1):
                weight[place] = climb.weight[above]
                start[place] = climb.beginning[above]
                above = tree.parent[above]
            count += 1
        clear(tree, ends, climb)
        first[unit + 1] = count
    entries = offset[count]
    return Labels(
        first=first,
        vertex=vertex[:count].copy(),
        own_from=own[:count].copy(),
        offset=offset[: count + 1].copy(),
        weight=weight[:entries].copy(),
        start=start[:entries].copy(),
    )


@kernel
def enter_starts(
    roads: Roads, tree: Tree, starts: Starts, first: int, last: int, climb: Climb
) -> Int32:
    """Begin a climb at all starts of one unit; return the lowest vertices."""
    vertices = np.empty(last - first, dtype=np.int32)
    for start in range(first, last):
        edge = starts.edge[start]
        vertex = tree.vertex[roads.head_state[edge]]
        rest_mm = roads.length_mm[edge >> 1] - starts.along_mm[start]
        begin_at(climb, vertex, pack(starts.ms[start], rest_mm), start)
        vertices[start - first] = vertex
    return lowest(tree, vertices)
