"""The heap of a search has room for everything that may enter it."""

from __future__ import annotations

import numpy as np

from dispatch_router.routing.kernels.arrays import (
    ENTER,
    NO_TOTAL,
    NOTHING,
    Accesses,
    Entries,
    Roads,
    Starts,
    Workspace,
)
from dispatch_router.routing.kernels.bundle import Bundle
from dispatch_router.routing.kernels.nearest import nearest
from dispatch_router.routing.searches import heap_room

COPIES = 5_000
"""Arcs that drive one and the same street: as many memories of turn rules where it begins."""


def fan_into_one_street() -> Roads:
    """States 1 to ``COPIES`` lead over street 0 to state 0, and that over street 1 to the last."""
    state_count, arc_count = COPIES + 2, COPIES + 1
    first_in = np.full(state_count + 1, COPIES, dtype=np.int32)
    first_in[0], first_in[-1] = 0, arc_count
    directed_edge = np.zeros(arc_count, dtype=np.int32)
    directed_edge[-1] = 2
    return Roads(
        first_in=first_in,
        tail=np.append(np.arange(1, COPIES + 1), 0).astype(np.int32),
        weight_ms=np.full(arc_count, 10, dtype=np.int32),
        into_dead_end=np.zeros(arc_count, dtype=np.uint8),
        arc_head=np.append(np.zeros(COPIES), state_count - 1).astype(np.int32),
        directed_edge=directed_edge,
        head_state=np.array([0, NOTHING, state_count - 1, NOTHING], dtype=np.int32),
        first_arc=np.array([0, COPIES, COPIES, arc_count, arc_count], dtype=np.int32),
        arc_of_edge=np.arange(arc_count, dtype=np.int32),
        edge_ms=np.array([10, -1, 10, -1], dtype=np.int32),
        leave_ms=np.array([10, -1, 10, -1], dtype=np.int32),
        length_mm=np.array([10, 10]),
    )


def test_a_street_with_thousands_of_turn_rules_does_not_write_beyond_the_heap() -> None:
    roads = fan_into_one_street()
    state_count = len(roads.first_in) - 1
    nobody = np.empty(0, dtype=np.int64)
    starts = Starts(
        unit=nobody.astype(np.int32),
        edge=nobody.astype(np.int32),
        along_mm=nobody,
        yard_ms=nobody,
        ms=nobody,
        first_at=np.full(state_count, NOTHING, dtype=np.int32),
        next_at=nobody.astype(np.int32),
        marks=np.full(state_count, ENTER, dtype=np.uint8),
    )
    # A long walk from street 0 and a short one from street 1: every copy is entered twice.
    accesses = Accesses(
        edge=np.array([0, 2], dtype=np.int32),
        along_mm=np.array([5, 5]),
        ms=np.array([5, 5]),
        walk_ms=np.array([1_000, 0]),
    )
    room = heap_room(roads)
    workspace = Workspace(
        labels=np.full((state_count, 2), NO_TOTAL, dtype=np.int64),
        heap=np.full(room + 2 * COPIES, NOTHING, dtype=np.int64),
        base=np.full(1, NO_TOTAL, dtype=np.int64),
    )
    bundles = [Bundle(part) for part in (roads, starts, workspace)]
    nearest(
        *(bundle.handle for bundle in bundles),
        *accesses,
        *Entries(nobody.astype(np.int32), nobody),
        np.zeros(1, dtype=np.int64),
        1,
        0,
        np.empty((6, 1), dtype=np.int64),
        np.empty(1, dtype=np.int64),
    )
    entered_at_once = int((workspace.heap != NOTHING).sum())
    assert 2 * COPIES <= entered_at_once <= room
    assert (workspace.heap[room:] == NOTHING).all()
