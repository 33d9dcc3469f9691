"""One question to the hierarchy: climb from the call, then add up with every unit's labels."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dispatch_router.routing.graph import Int32, Int64
from dispatch_router.routing.hierarchy.contract import tree_in
from dispatch_router.routing.hierarchy.customize import (
    LENGTH_MASK,
    NO_WAY,
    TOO_LONG_MS,
    weights_in,
)
from dispatch_router.routing.hierarchy.labels import Labels, labels_in
from dispatch_router.routing.hierarchy.paths import ToCall, common_end, ways_to_call
from dispatch_router.routing.jit import inner_kernel, kernel, short_kernel
from dispatch_router.routing.kernels.arrays import (
    NO_TOTAL,
    NOTHING,
    Accesses,
    Starts,
    roads_in,
    starts_in,
)
from dispatch_router.routing.kernels.bundle import Handle
from dispatch_router.routing.kernels.legs import (
    ACCESS,
    DISTANCE_MM,
    START,
    STAYS_ON_EDGE,
    TOTAL_MS,
    UNIT,
    certain_units,
)
from dispatch_router.routing.kernels.settle import Meets, meet_on_the_same_edge


class Meeting(NamedTuple):
    """Where the best drive of a unit has its highest vertex: entries of a label and of a path."""

    weight: int
    label_entry: int
    path_entry: int


@short_kernel
def nearest_by_labels(
    hierarchy_handle: Handle,
    view_handle: Handle,
    accesses: Accesses,
    offset_ms: Int64,
    k: int,
    band_ms: int,
    columns: Int64,
    bound_ms: Int64,
) -> tuple[int, int, bool]:
    """Find the k units with the least totals, and every unit within ``band_ms`` of the k-th.

    The same answer as ``kernels.nearest.nearest``, except that the total of every unit is known
    and that of several drives of the same time the shortest is taken.

    Args:
        hierarchy_handle: a bundle that begins with roads, tree and weights.
        view_handle: a bundle that begins with the starts, slots and labels of the fleet.
        accesses: the call.
        offset_ms: shape (units,), what each unit needs beside drive and walk, or ``NOT_ASKED``.
        k: 1 or more.
        band_ms: not negative.
        columns: shape (6, room), see ``kernels.legs``; written as far as there is room.
        bound_ms: shape (units,), see ``Legs``; written.

    Returns:
        How many legs there are, ``Legs.certain_to_ms`` and ``Legs.exhausted``.
    """
    roads, starts, labels = (
        roads_in(hierarchy_handle),
        starts_in(view_handle),
        labels_in(view_handle),
    )
    tree, down = tree_in(hierarchy_handle), weights_in(hierarchy_handle).down
    to_call = ways_to_call(roads, tree, down, accesses)
    add_up(labels, to_call, offset_ms, bound_ms)
    meets = meet_on_the_same_edge(roads, accesses, starts, offset_ms, bound_ms)
    certain_to_ms = kth_least(bound_ms, k)
    if certain_to_ms != NO_TOTAL:
        certain_to_ms += band_ms
    units = certain_units(bound_ms, certain_to_ms)
    write_legs(starts, labels, accesses, to_call, units, bound_ms, meets, columns)
    return len(units), certain_to_ms, True


@inner_kernel
def add_up(labels: Labels, to_call: ToCall, offset_ms: Int64, total_ms: Int64) -> None:
    """Write the least total of every unit asked for over the ancestors that it shares with a call.

    In 32 bits, so that eight ancestors are added up at once.
    """
    own_from, first = to_call.paths.own_from, to_call.paths.first
    path_vertex, path_low, path_ms = to_call.paths.vertex, to_call.low, to_call.ms
    for unit in range(len(offset_ms)):
        least = np.int32(2 * TOO_LONG_MS)
        end = labels.first[unit] + labels.size[unit] if offset_ms[unit] >= 0 else 0
        for label in range(labels.first[unit], end):
            lower_end, label_from = labels.vertex[label], labels.own_from[label]
            label_base = labels.offset[label] - label_from
            for path in range(len(own_from)):
                place, last = first[path], first[path + 1]
                begin = max(label_from, own_from[path])
                end_depth = common_end(
                    path_low[place:last], path_vertex[place:last], begin, lower_end
                )
                there = labels.ms[label_base + begin : label_base + end_depth]
                on = path_ms[place + begin : place + end_depth]
                for depth in range(len(there)):
                    ms = np.int32(there[depth] + on[depth])
                    least = ms if ms < least else least
        total_ms[unit] = offset_ms[unit] + least if least < TOO_LONG_MS else NO_TOTAL


@inner_kernel
def kth_least(total_ms: Int64, k: int) -> int:
    """Find the k-th least total, ``NO_TOTAL`` where there are fewer."""
    top_ms = np.full(k, NO_TOTAL, dtype=np.int64)
    for unit in range(len(total_ms)):
        if total_ms[unit] < top_ms[k - 1]:
            place = k - 1
            while place > 0 and top_ms[place - 1] > total_ms[unit]:
                top_ms[place] = top_ms[place - 1]
                place -= 1
            top_ms[place] = total_ms[unit]
    return int(top_ms[k - 1])


@inner_kernel
def meeting(labels: Labels, to_call: ToCall, unit: int) -> Meeting:
    """Find a unit's least way, of equally fast ones the shortest."""
    paths = to_call.paths
    least = Meeting(NO_WAY, NOTHING, NOTHING)
    for label in range(labels.first[unit], labels.first[unit] + labels.size[unit]):
        label_base = labels.offset[label] - labels.own_from[label]
        for path in range(len(paths.own_from)):
            place, last = paths.first[path], paths.first[path + 1]
            begin = max(labels.own_from[label], paths.own_from[path])
            low, vertex = to_call.low[place:last], paths.vertex[place:last]
            for depth in range(begin, common_end(low, vertex, begin, labels.vertex[label])):
                weight = labels.weight[label_base + depth] + paths.weight[place + depth]
                if weight < least.weight:
                    least = Meeting(int(weight), int(label_base + depth), int(place + depth))
    return least


@inner_kernel
def write_legs(
    starts: Starts,
    labels: Labels,
    accesses: Accesses,
    to_call: ToCall,
    units: Int32,
    total_ms: Int64,
    meets: Meets,
    columns: Int64,
) -> None:
    """Say of every certain unit where it sets off, where it arrives and how far it drives."""
    for leg in range(min(len(units), columns.shape[1])):
        unit = units[leg]
        start, access = int(meets.start[unit]), int(meets.access[unit])
        columns[STAYS_ON_EDGE, leg] = access != NOTHING
        if access != NOTHING:
            distance_mm = int(accesses.along_mm[access] - starts.along_mm[start])
        else:
            met = meeting(labels, to_call, unit)
            start = int(labels.start[met.label_entry])
            access = int(to_call.paths.number[met.path_entry])
            distance_mm = met.weight & LENGTH_MASK
        columns[UNIT, leg] = unit
        columns[START, leg] = start
        columns[ACCESS, leg] = access
        columns[TOTAL_MS, leg] = total_ms[unit]
        columns[DISTANCE_MM, leg] = distance_mm
