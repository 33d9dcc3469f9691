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
from dispatch_router.routing.kernels.moves import Slots

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
        start: shape (entries,), the start of that drive.
    """

    first: Int32
    size: Int32
    vertex: Int32
    own_from: Int32
    offset: Int64
    weight: Int64
    start: Int32


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
def label_units(
    roads: Roads,
    tree: Tree,
    up: Int64,
    starts: Starts,
    slots: Slots,
    labels: Labels,
    entry_slots: EntrySlots,
    units: Int32,
    climb: Climb,
    done: int,
) -> int:
    """Make the labels of some units.

    Args:
        roads: the graph.
        tree: its hierarchy.
        up: ``Weights.up``.
        starts: of the fleet.
        slots: of the starts.
        labels: changed.
        entry_slots: changed.
        units: whose labels are made.
        climb: of this thread.
        done: how many of the units have been labelled.

    Returns:
        How many have been now; fewer than asked for where the entries are full.
    """
    for place in range(done, len(units)):
        unit = units[place]
        ends = enter_starts(roads, tree, starts, slots.first[unit], slots.size[unit], climb)
        climb_from(tree, up, ends, climb)
        has_room = write_labels(tree, ends, unit, slots.first[unit], labels, entry_slots, climb)
        clear(tree, ends, climb)
        if not has_room:
            return place
    return len(units)


@kernel
def write_labels(
    tree: Tree,
    ends: Int32,
    unit: int,
    first: int,
    labels: Labels,
    entry_slots: EntrySlots,
    climb: Climb,
) -> bool:
    """Lay out what a climb has found; return whether there was room."""
    needed = 0
    for which in range(len(ends)):
        labels.own_from[first + which] = own_from(tree, ends, which)
        needed += tree.depth[ends[which]] + 1 - labels.own_from[first + which]
    if needed > entry_slots.room[unit]:
        room = (max(needed, 2 * entry_slots.room[unit]) + ROOM_STEP - 1) // ROOM_STEP * ROOM_STEP
        if entry_slots.used[0] + room > len(labels.weight):
            return False
        entry_slots.first[unit] = entry_slots.used[0]
        entry_slots.room[unit] = room
        entry_slots.used[0] += room
    labels.first[unit] = first
    labels.size[unit] = len(ends)
    offset = entry_slots.first[unit]
    for which in range(len(ends)):
        label, vertex = first + which, ends[which]
        size = tree.depth[vertex] + 1 - labels.own_from[label]
        labels.vertex[label] = vertex
        labels.offset[label] = offset
        for place in range(offset + size - 1, offset - 1, -1):
            labels.weight[place] = climb.weight[vertex]
            labels.start[place] = climb.beginning[vertex]
            vertex = tree.parent[vertex]
        offset += size
    return True


@kernel
def enter_starts(
    roads: Roads, tree: Tree, starts: Starts, first: int, count: int, climb: Climb
) -> Int32:
    """Begin a climb at all starts of one unit; return the lowest vertices."""
    vertices = np.empty(count, dtype=np.int32)
    for place in range(count):
        start = first + place
        edge = starts.edge[start]
        vertex = tree.vertex[roads.head_state[edge]]
        rest_mm = roads.length_mm[edge >> 1] - starts.along_mm[start]
        begin_at(climb, vertex, pack(starts.ms[start], rest_mm), start)
        vertices[place] = vertex
    return lowest(tree, vertices)


@kernel
def concerned(
    tree: Tree,
    old_up: Int64,
    new_up: Int64,
    labels: Labels,
) -> Int32:
    """Find the units whose labels climb over an edge of which the weight is another now."""
    count = len(tree.parent)
    is_above = np.zeros(count, dtype=np.uint8)
    for vertex in range(count - 1, -1, -1):
        parent = tree.parent[vertex]
        if parent >= 0 and is_above[parent] != 0:
            is_above[vertex] = 1
            continue
        for edge in range(tree.first_up[vertex], tree.first_up[vertex + 1]):
            if old_up[edge] != new_up[edge]:
                is_above[vertex] = 1
                break
    units = np.empty(len(labels.size), dtype=np.int32)
    found = 0
    for unit in range(len(labels.size)):
        for place in range(labels.size[unit]):
            if is_above[labels.vertex[labels.first[unit] + place]] != 0:
                units[found] = unit
                found += 1
                break
    return units[:found].copy()
