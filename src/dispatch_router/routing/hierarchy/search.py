"""One question to the hierarchy: climb from the call, then add up with every unit's labels."""

from __future__ import annotations

from typing import NamedTuple

from dispatch_router.routing.graph import Int32, Int64
from dispatch_router.routing.hierarchy.contract import tree_in
from dispatch_router.routing.hierarchy.customize import LENGTH_MASK, NO_WAY, weights_in
from dispatch_router.routing.hierarchy.labels import NEARBY, Labels, labels_in
from dispatch_router.routing.hierarchy.look import Units, greatest_ms, look_around, look_for
from dispatch_router.routing.hierarchy.nearby import nearby_at
from dispatch_router.routing.hierarchy.paths import ToCall, common_end, ways_to_call
from dispatch_router.routing.jit import inner_kernel, kernel, short_kernel
from dispatch_router.routing.kernels.arrays import (
    NO_TOTAL,
    NOTHING,
    Accesses,
    Totals,
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
from dispatch_router.routing.kernels.settle import Meets, meet_on_the_same_edge, no_totals


class Meeting(NamedTuple):
    """Where the best drive of a unit has its highest vertex: entries of a label and of a path."""

    weight: int
    label_entry: int
    path_entry: int


@short_kernel
def nearest_by_labels(
    hierarchy_handle: Handle,
    view_handle: Handle,
    edge: Int32,
    along_mm: Int64,
    access_ms: Int64,
    walk_ms: Int64,
    offset_ms: Int64,
    k: int,
    band_ms: int,
    columns: Int64,
    bound_ms: Int64,
) -> tuple[int, int, bool]:
    """Find the k units with the least totals, and every unit within ``band_ms`` of the k-th.

    The same answer as ``kernels.nearest.nearest``, except that of several drives of the same time
    the shortest is taken.

    Args:
        hierarchy_handle: a bundle that begins with roads, tree and weights.
        view_handle: a bundle of the starts, slots, labels, entry slots and nearby of the fleet.
        edge: of the call, as the three that follow; see ``Accesses``.
        along_mm: see there.
        access_ms: see there, ``ms``.
        walk_ms: see there.
        offset_ms: shape (units,), what each unit needs beside drive and walk, or ``NOT_ASKED``.
        k: 1 or more.
        band_ms: not negative.
        columns: shape (6, room), see ``kernels.legs``; written as far as there is room.
        bound_ms: shape (units,), see ``Legs``; written.

    Returns:
        How many legs there are, ``Legs.certain_to_ms`` and ``Legs.exhausted``.
    """
    roads, accesses = roads_in(hierarchy_handle), Accesses(edge, along_mm, access_ms, walk_ms)
    units = units_in(view_handle, offset_ms)
    # Where everyone is asked for, no list of the k best need be kept.
    totals = no_totals(bound_ms, k if k < len(offset_ms) else 0)
    meets = meet_on_the_same_edge(roads, accesses, units.starts, offset_ms, totals)
    tree, down = tree_in(hierarchy_handle), weights_in(hierarchy_handle).down
    to_call = ways_to_call(roads, tree, down, accesses)
    exhausted = look_around(units, to_call, band_ms, totals)
    certain_to_ms = kth_least(totals, k)
    if certain_to_ms != NO_TOTAL:
        certain_to_ms += band_ms
    certain = certain_units(totals, certain_to_ms)
    write_legs(units, accesses, to_call, certain, totals, meets, columns)
    return len(certain), certain_to_ms, exhausted


@kernel
def among_by_labels(
    hierarchy_handle: Handle,
    view_handle: Handle,
    edge: Int32,
    along_mm: Int64,
    access_ms: Int64,
    walk_ms: Int64,
    offset_ms: Int64,
    asked: Int32,
    columns: Int64,
    bound_ms: Int64,
) -> int:
    """Find the legs of a few units, without a look at any other.

    Args:
        hierarchy_handle: see ``nearest_by_labels``, as all but this:
        view_handle: see there.
        edge: see there.
        along_mm: see there.
        access_ms: see there.
        walk_ms: see there.
        offset_ms: see there; ``NOT_ASKED`` for everyone but these units.
        asked: these units, each once.
        columns: see there.
        bound_ms: see there.

    Returns:
        How many legs there are: one for each that has a way.
    """
    roads, accesses = roads_in(hierarchy_handle), Accesses(edge, along_mm, access_ms, walk_ms)
    units = units_in(view_handle, offset_ms)
    totals = no_totals(bound_ms, 0)
    meets = meet_on_the_same_edge(roads, accesses, units.starts, offset_ms, totals)
    tree, down = tree_in(hierarchy_handle), weights_in(hierarchy_handle).down
    to_call = ways_to_call(roads, tree, down, accesses)
    for unit in asked:
        look_for(units, to_call, unit, totals)
    certain = certain_units(totals, NO_TOTAL)
    write_legs(units, accesses, to_call, certain, totals, meets, columns)
    return len(certain)


@inner_kernel
def units_in(view_handle: Handle, offset_ms: Int64) -> Units:
    """Read the units from the bundle of a fleet."""
    nearby = nearby_at(view_handle, NEARBY)
    return Units(starts_in(view_handle), labels_in(view_handle), nearby, offset_ms)


@inner_kernel
def kth_least(totals: Totals, k: int) -> int:
    """Find the k-th least total, ``NO_TOTAL`` where there are fewer."""
    if len(totals.top_ms) > 0:
        return int(totals.top_ms[k - 1])
    return greatest_ms(totals) if totals.found[0] == k else NO_TOTAL


@inner_kernel
def meeting(labels: Labels, to_call: ToCall, unit: int, drive_ms: int) -> Meeting:
    """Find where a unit's least way goes, of equally fast ones the shortest.

    Args:
        labels: of the fleet.
        to_call: the call.
        unit: whose way it is.
        drive_ms: how long it takes, the walk included.
    """
    paths = to_call.paths
    least = Meeting(NO_WAY, NOTHING, NOTHING)
    for label in range(labels.first[unit], labels.first[unit] + labels.size[unit]):
        label_base = labels.offset[label] - labels.own_from[label]
        for path in range(len(paths.own_from)):
            place, last = paths.first[path], paths.first[path + 1]
            begin = max(labels.own_from[label], paths.own_from[path])
            low, vertex = to_call.low[place:last], paths.vertex[place:last]
            for depth in range(begin, common_end(low, vertex, begin, labels.vertex[label])):
                if labels.ms[label_base + depth] + to_call.ms[place + depth] != drive_ms:
                    continue
                weight = labels.weight[label_base + depth] + paths.weight[place + depth]
                if weight < least.weight:
                    least = Meeting(int(weight), int(label_base + depth), int(place + depth))
    return least


@inner_kernel
def write_legs(
    units: Units,
    accesses: Accesses,
    to_call: ToCall,
    certain: Int32,
    totals: Totals,
    meets: Meets,
    columns: Int64,
) -> None:
    """Say of every certain unit where it sets off, where it arrives and how far it drives."""
    labels, starts = units.labels, units.starts
    for leg in range(min(len(certain), columns.shape[1])):
        unit = certain[leg]
        total_ms = totals.best_ms[unit]
        stays_on_edge = totals.best_start[unit] == NOTHING
        if stays_on_edge:
            start, access = int(meets.start[unit]), int(meets.access[unit])
            distance_mm = int(accesses.along_mm[access] - starts.along_mm[start])
        else:
            met = meeting(labels, to_call, unit, total_ms - units.offset_ms[unit])
            start = int(labels.start[met.label_entry])
            access = int(to_call.paths.number[met.path_entry])
            distance_mm = met.weight & LENGTH_MASK
        columns[UNIT, leg] = unit
        columns[START, leg] = start
        columns[ACCESS, leg] = access
        columns[TOTAL_MS, leg] = total_ms
        columns[STAYS_ON_EDGE, leg] = stays_on_edge
        columns[DISTANCE_MM, leg] = distance_mm
