"""The labels of a fleet: what every unit needs to each of its ancestors.

A unit on a road sets off from one end or the other, and it may stand beside several roads; so
its beginnings can lie on several paths down the elimination tree. Each path is a label, and what
it has in common with an earlier path of the same unit is left out.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dispatch_router.routing.graph import Int32, Int64
from dispatch_router.routing.hierarchy.climb import Beginnings, Paths, climb
from dispatch_router.routing.hierarchy.contract import Tree, tree_in
from dispatch_router.routing.hierarchy.customize import LENGTH_BITS, pack, weights_in
from dispatch_router.routing.hierarchy.nearby import (
    Nearby,
    key_of,
    nearby_at,
    note_least,
    reorder,
)
from dispatch_router.routing.jit import inner_kernel, kernel
from dispatch_router.routing.kernels.arrays import Roads, Starts, roads_in, starts_in
from dispatch_router.routing.kernels.bundle import Handle, int32_at, int64_at
from dispatch_router.routing.kernels.moves import SLOTS_END, slots_in

ROOM_STEP = 64
"""Units get room for entries in steps of so many: most moves then need no other place."""


class Labels(NamedTuple):
    """The labels of all units.

    A unit has a label for a start at the most, so its labels stand where its starts do; its
    entries stand together in a stretch of their own.

    Attributes:
        first: shape (units,), where each unit's labels begin; ``Slots.first``.
        size: shape (units,), how many it has.
        vertex: shape (room,), lower end of the path.
        own_from: shape (room,), depth of the first entry.
        offset: shape (room,), where the entries of each label begin.
        weight: shape (entries,), from the unit to the ancestor at each depth, see ``customize``.
        ms: shape (entries,), the time in that weight, or ``TOO_LONG_MS``.
        start: shape (entries,), the start of that drive.
    """

    first: Int32
    size: Int32
    vertex: Int32
    own_from: Int32
    offset: Int64
    weight: Int64
    ms: Int32
    start: Int32


@kernel
def labels_in(handle: Handle) -> Labels:
    """Read the labels that come after the slots in a bundle."""
    return Labels(
        int32_at(handle, SLOTS_END),
        int32_at(handle, SLOTS_END + 1),
        int32_at(handle, SLOTS_END + 2),
        int32_at(handle, SLOTS_END + 3),
        int64_at(handle, SLOTS_END + 4),
        int64_at(handle, SLOTS_END + 5),
        int32_at(handle, SLOTS_END + 6),
        int32_at(handle, SLOTS_END + 7),
    )


LABELS_END = SLOTS_END + len(Labels._fields)
"""Where the next part of a bundle is that begins with ``Starts``, ``Slots`` and ``Labels``."""


class EntrySlots(NamedTuple):
    """Which entries are whose.

    Attributes:
        first: shape (units,), where each unit's entries begin.
        room: shape (units,), how many it may have.
        used: shape (1,), how many are given away.
    """

    first: Int64
    room: Int64
    used: Int64


@kernel
def entry_slots_in(handle: Handle) -> EntrySlots:
    """Read the slots of the entries that come after the labels in a bundle."""
    return EntrySlots(
        int64_at(handle, LABELS_END),
        int64_at(handle, LABELS_END + 1),
        int64_at(handle, LABELS_END + 2),
    )


NEARBY = LABELS_END + len(EntrySlots._fields)
"""Where ``Nearby`` is in a bundle that begins with starts, slots, labels and entry slots."""


@kernel
def label_units(
    hierarchy_handle: Handle,
    view_handle: Handle,
    units: Int32,
    done: int,
    in_order: bool,  # noqa: FBT001 - compiled code takes no keywords
) -> int:
    """Make the labels of some units.

    Args:
        hierarchy_handle: a bundle of roads, tree and weights.
        view_handle: a bundle of starts, slots, labels, entry slots and nearby; the last three are
            changed.
        units: whose labels are made.
        done: how many of the units have been labelled.
        in_order: keep the labels in order; otherwise that is left to do.

    Returns:
        How many have been now; fewer than asked for where the entries are full.
    """
    roads, tree = roads_in(hierarchy_handle), tree_in(hierarchy_handle)
    up = weights_in(hierarchy_handle).up
    starts, slots = starts_in(view_handle), slots_in(view_handle)
    labels, entry_slots = labels_in(view_handle), entry_slots_in(view_handle)
    nearby = nearby_at(view_handle, NEARBY)
    for place in range(done, len(units)):
        unit = units[place]
        first, old = slots.first[unit], keys_of(labels, unit)
        beginnings = unit_beginnings(roads, tree, starts, first, slots.size[unit])
        paths = climb(tree, up, beginnings)
        if not write_labels(paths, unit, first, labels, entry_slots, nearby):
            return place
        if in_order:
            reorder(nearby, old, first, labels.vertex[first : first + labels.size[unit]])
    return len(units)


@inner_kernel
def keys_of(labels: Labels, unit: int) -> Int64:
    """List the keys of a unit's labels."""
    keys = np.empty(labels.size[unit], dtype=np.int64)
    for number in range(len(keys)):
        label = labels.first[unit] + number
        keys[number] = key_of(labels.vertex[label], label)
    return keys


@inner_kernel
def unit_beginnings(roads: Roads, tree: Tree, starts: Starts, first: int, size: int) -> Beginnings:
    """Find the vertices where a unit comes out of the edges that it may stand on."""
    vertex = np.empty(size, dtype=np.int32)
    weight = np.empty(size, dtype=np.int64)
    number = np.empty(size, dtype=np.int32)
    for place in range(size):
        start = first + place
        edge = starts.edge[start]
        rest_mm = roads.length_mm[edge >> 1] - starts.along_mm[start]
        vertex[place] = tree.vertex[roads.head_state[edge]]
        weight[place] = pack(starts.ms[start], rest_mm)
        number[place] = start
    return Beginnings(vertex, weight, number)


@inner_kernel
def write_labels(
    paths: Paths, unit: int, first: int, labels: Labels, entry_slots: EntrySlots, nearby: Nearby
) -> bool:
    """Write down what a climb has found; return whether there was room."""
    needed = 0
    for path in range(len(paths.own_from)):
        needed += paths.first[path + 1] - paths.first[path] - paths.own_from[path]
    if needed > entry_slots.room[unit]:
        room = (max(needed, 2 * entry_slots.room[unit]) + ROOM_STEP - 1) // ROOM_STEP * ROOM_STEP
        if entry_slots.used[0] + room > len(labels.weight):
            return False
        entry_slots.first[unit] = entry_slots.used[0]
        entry_slots.room[unit] = room
        entry_slots.used[0] += room
    labels.first[unit] = first
    labels.size[unit] = len(paths.own_from)
    place = entry_slots.first[unit]
    for path in range(len(paths.own_from)):
        label = first + path
        labels.vertex[label] = paths.vertex[paths.first[path + 1] - 1]
        labels.own_from[label] = paths.own_from[path]
        labels.offset[label] = place
        for entry in range(paths.first[path] + paths.own_from[path], paths.first[path + 1]):
            labels.weight[place] = paths.weight[entry]
            labels.ms[place] = paths.weight[entry] >> LENGTH_BITS
            labels.start[place] = paths.number[entry]
            place += 1
        note_least(nearby, label, paths.own_from[path], labels.ms[labels.offset[label] : place])
    return True
