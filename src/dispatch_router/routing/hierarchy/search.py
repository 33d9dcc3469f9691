"""One question to the hierarchy: climb from the call, then add up with every unit's labels."""

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
from dispatch_router.routing.hierarchy.customize import LENGTH_BITS, LENGTH_MASK, NO_WAY, pack
from dispatch_router.routing.hierarchy.labels import Labels
from dispatch_router.routing.jit import kernel
from dispatch_router.routing.kernels.arrays import (
    NO_TOTAL,
    NOTHING,
    Accesses,
    Roads,
    Starts,
    Totals,
)
from dispatch_router.routing.kernels.nearest import Legs
from dispatch_router.routing.kernels.settle import improve, meet_on_the_same_edge


class Paths(NamedTuple):
    """The ways from the ancestors to the call, one path after the other, from the root down.

    Attributes:
        own_from: shape (paths,), depth from which a path leaves those before it.
        first: shape (paths + 1,), where the entries of each path are.
        vertex: shape (entries,), the ancestor.
        low: shape (entries,), its least descendant.
        weight: shape (entries,), from the ancestor to the person.
        access: shape (entries,), the access of that drive.
    """

    own_from: Int32
    first: Int32
    vertex: Int32
    low: Int32
    weight: Int64
    access: Int32


class Meeting(NamedTuple):
    """Where the best drive of a unit has its highest vertex: entries of a label and of a path."""

    weight: int
    label_entry: int
    path_entry: int


@kernel
def nearest_by_labels(
    roads: Roads,
    tree: Tree,
    down: Int64,
    starts: Starts,
    labels: Labels,
    accesses: Accesses,
    offset_ms: Int64,
    k: int,
    band_ms: int,
    climb: Climb,
) -> Legs:
    """Find the k units with the least totals, and every unit within ``band_ms`` of the k-th.

    The same answer as ``kernels.nearest.nearest``, except that the total of every unit is known
    and that of several drives of the same time the shortest is taken.

    Args:
        roads: the graph.
        tree: its hierarchy.
        down: ``Weights.down`` under the times of ``roads``.
        starts: the fleet.
        labels: of the fleet, under the same times.
        accesses: the call.
        offset_ms: shape (units,), what each unit needs beside drive and walk, or ``NOT_ASKED``.
        k: 1 or more.
        band_ms: not negative.
        climb: of this thread.
    """
    unit_count = len(offset_ms)
    totals = Totals(
        top_ms=np.full(k, NO_TOTAL, dtype=np.int64),
        best_ms=np.full(unit_count, NO_TOTAL, dtype=np.int64),
        best_start=np.full(unit_count, NOTHING, dtype=np.int32),
        met_at=np.full(unit_count, NOTHING, dtype=np.int32),
    )
    meet_on_the_same_edge(roads, accesses, starts, offset_ms, totals)
    paths = paths_to_call(roads, tree, down, accesses, climb)
    for unit in range(unit_count):
        if offset_ms[unit] < 0:
            continue
        least = least_weight(labels, paths, unit)
        if least < NO_WAY:
            total_ms = offset_ms[unit] + (least >> LENGTH_BITS)
            if total_ms < totals.best_ms[unit]:
                improve(totals, unit, NOTHING, total_ms, NOTHING)
    certain_to_ms = NO_TOTAL
    if totals.top_ms[k - 1] != NO_TOTAL:
        certain_to_ms = totals.top_ms[k - 1] + band_ms
    return legs_by_labels(starts, labels, accesses, paths, totals, certain_to_ms)


@kernel
def paths_to_call(roads: Roads, tree: Tree, down: Int64, accesses: Accesses, climb: Climb) -> Paths:
    """Climb from every state from which an edge of the call is entered."""
    ends = enter_accesses(roads, tree, accesses, climb)
    climb_from(tree, down, ends, climb)
    own = np.empty(len(ends), dtype=np.int32)
    first = np.zeros(len(ends) + 1, dtype=np.int32)
    for path in range(len(ends)):
        own[path] = own_from(tree, ends, path)
        first[path + 1] = first[path] + tree.depth[ends[path]] + 1
    entries = first[len(ends)]
    paths = Paths(
        own_from=own,
        first=first,
        vertex=np.empty(entries, dtype=np.int32),
        low=np.empty(entries, dtype=np.int32),
        weight=np.empty(entries, dtype=np.int64),
        access=np.empty(entries, dtype=np.int32),
    )
    for path in range(len(ends)):
        vertex = ends[path]
        for entry in range(first[path + 1] - 1, first[path] - 1, -1):
            paths.vertex[entry] = vertex
            paths.low[entry] = tree.low[vertex]
            paths.weight[entry] = climb.weight[vertex]
            paths.access[entry] = climb.beginning[vertex]
            vertex = tree.parent[vertex]
    clear(tree, ends, climb)
    return paths


@kernel
def enter_accesses(roads: Roads, tree: Tree, accesses: Accesses, climb: Climb) -> Int32:
    """Begin a climb at the call; return the lowest vertices."""
    count = 0
    for edge in accesses.edge:
        count += roads.first_arc[edge + 1] - roads.first_arc[edge]
    vertices = np.empty(count, dtype=np.int32)
    count = 0
    for access in range(len(accesses.edge)):
        edge = accesses.edge[access]
        access_ms = accesses.ms[access] + accesses.walk_ms[access]
        for copy in range(roads.first_arc[edge], roads.first_arc[edge + 1]):
            arc = roads.arc_of_edge[copy]
            if roads.weight_ms[arc] >= 0:
                vertex = tree.vertex[roads.tail[arc]]
                ms = access_ms + roads.weight_ms[arc] - roads.edge_ms[edge]
                begin_at(climb, vertex, pack(ms, accesses.along_mm[access]), access)
                vertices[count] = vertex
                count += 1
    return lowest(tree, vertices[:count])


@kernel
def least_weight(labels: Labels, paths: Paths, unit: int) -> int:
    """Time and length from one unit to the person; ``NO_WAY`` where there is none."""
    least = NO_WAY
    for label in range(labels.first[unit], labels.first[unit] + labels.size[unit]):
        for path in range(len(paths.own_from)):
            begin, end = common_stretch(labels, paths, label, path)
            label_base = labels.offset[label] - labels.own_from[label]
            path_base = paths.first[path]
            for depth in range(begin, end):
                weight = labels.weight[label_base + depth] + paths.weight[path_base + depth]
                least = min(least, weight)
    return least


@kernel
def common_stretch(labels: Labels, paths: Paths, label: int, path: int) -> tuple[int, int]:
    """Depths of the ancestors that a label and a path have in common, and no pair before them."""
    begin = max(labels.own_from[label], paths.own_from[path])
    vertex = labels.vertex[label]
    path_base = paths.first[path]
    # Ancestors of the label's vertex come first on the path: look for the last one by halves.
    low, high = begin, paths.first[path + 1] - path_base
    while low < high:
        middle = (low + high) >> 1
        entry = path_base + middle
        if paths.low[entry] <= vertex <= paths.vertex[entry]:
            low = middle + 1
        else:
            high = middle
    return begin, low


@kernel
def meeting(labels: Labels, paths: Paths, unit: int, weight: int) -> Meeting:
    """Find where a unit's least weight came from."""
    for label in range(labels.first[unit], labels.first[unit] + labels.size[unit]):
        for path in range(len(paths.own_from)):
            begin, end = common_stretch(labels, paths, label, path)
            label_base = labels.offset[label] - labels.own_from[label]
            for depth in range(begin, end):
                label_entry, path_entry = label_base + depth, paths.first[path] + depth
                if labels.weight[label_entry] + paths.weight[path_entry] == weight:
                    return Meeting(weight, label_entry, path_entry)
    return Meeting(weight, NOTHING, NOTHING)


@kernel
def legs_by_labels(
    starts: Starts,
    labels: Labels,
    accesses: Accesses,
    paths: Paths,
    totals: Totals,
    certain_to_ms: int,
) -> Legs:
    """Say of every certain unit where it sets off, where it arrives and how far it drives."""
    certain = np.flatnonzero(totals.best_ms <= min(certain_to_ms, NO_TOTAL - 1))
    # Stable: equal totals stay in order of the units.
    unit = certain[np.argsort(totals.best_ms[certain], kind="mergesort")]
    access = np.empty(len(unit), dtype=np.int32)
    start = totals.best_start[unit]
    distance_mm = np.empty(len(unit), dtype=np.int64)
    for leg in range(len(unit)):
        met_at = totals.met_at[unit[leg]]
        if met_at != NOTHING:
            access[leg] = met_at
            distance_mm[leg] = accesses.along_mm[met_at] - starts.along_mm[start[leg]]
        else:
            least = least_weight(labels, paths, unit[leg])
            met = meeting(labels, paths, unit[leg], least)
            start[leg] = labels.start[met.label_entry]
            access[leg] = paths.access[met.path_entry]
            distance_mm[leg] = least & LENGTH_MASK
    return Legs(
        unit=unit,
        start=start,
        access=access,
        total_ms=totals.best_ms[unit],
        stays_on_edge=totals.met_at[unit] != NOTHING,
        distance_mm=distance_mm,
        certain_to_ms=np.full(1, certain_to_ms, dtype=np.int64),
        bound_ms=totals.best_ms,
        exhausted=np.full(1, True, dtype=np.bool_),
    )
