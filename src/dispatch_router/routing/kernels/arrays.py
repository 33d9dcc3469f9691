"""The arrays that the search kernels read and write, bundled by what they are about."""

from __future__ import annotations

from typing import NamedTuple

from dispatch_router.domain.travel import NOT_ASKED_MS
from dispatch_router.routing.graph import Int32, Int64, UInt8
from dispatch_router.routing.jit import kernel
from dispatch_router.routing.kernels.bundle import (
    Handle,
    int32_at,
    int64_at,
    int64_pairs_at,
    uint8_at,
)

NOTHING = -1

NO_TOTAL = 1 << 62
"""In ``Totals``: this unit was not reached."""

TOO_FAR_MS = (1 << 29) - 1
"""Nothing is searched beyond 6 days: the greatest time that fits a weight of the hierarchy."""

SKIP, ENTER, HAS_START = 0, 1, 2
"""In ``Starts.marks``."""

LABEL, ONWARD = 0, 1
"""Columns of ``Workspace.labels``."""

NOT_ASKED = NOT_ASKED_MS
"""In ``offset_ms``: leave this unit out."""


class Roads(NamedTuple):
    """The graph under one set of driving times; see ``graph.States`` and ``graph.Edges``.

    Attributes:
        weight_ms: shape (arcs,), driving time of each arc, or ``NOT_PERMITTED`` where it is closed.
        arc_head: shape (arcs,), state that each arc enters.
        into_dead_end: shape (arcs,), 1 where the arc, driven backward, enters a dead end.
        edge_ms: shape (2 * edges,), driving time of each directed edge or ``NOT_PERMITTED``.
        leave_ms: shape (2 * edges,), the same for who stands on the edge already, closed or not.
    """

    first_in: Int32
    tail: Int32
    weight_ms: Int32
    into_dead_end: UInt8
    arc_head: Int32
    directed_edge: Int32
    head_state: Int32
    first_arc: Int32
    arc_of_edge: Int32
    edge_ms: Int32
    leave_ms: Int32
    length_mm: Int64


ROADS_END = len(Roads._fields)
"""Where the next part of a bundle is that begins with ``Roads``."""


@kernel
def roads_in(handle: Handle) -> Roads:
    """Read the roads that a bundle begins with."""
    return Roads(
        int32_at(handle, 0),
        int32_at(handle, 1),
        int32_at(handle, 2),
        uint8_at(handle, 3),
        int32_at(handle, 4),
        int32_at(handle, 5),
        int32_at(handle, 6),
        int32_at(handle, 7),
        int32_at(handle, 8),
        int32_at(handle, 9),
        int32_at(handle, 10),
        int64_at(handle, 11),
    )


class Starts(NamedTuple):
    """Where units may set off: every direction of every road that they may stand on.

    Attributes:
        unit: shape (room,), whose start it is.
        edge: shape (room,), directed edge that the unit stands on.
        along_mm: shape (room,), where, from the directed edge's own tail.
        yard_ms: shape (room,), from the unit to the road.
        ms: shape (room,), yard and drive to the end of the edge.
        first_at: shape (states,), first start that ends at each state, or ``NOTHING``.
        next_at: shape (room,), next start that ends at the same state, or ``NOTHING``.
        marks: shape (states,), what a search must enter to meet them, see ``dead_ends``.
    """

    unit: Int32
    edge: Int32
    along_mm: Int64
    yard_ms: Int64
    ms: Int64
    first_at: Int32
    next_at: Int32
    marks: UInt8


STARTS_END = len(Starts._fields)
"""Where the next part of a bundle is that begins with ``Starts``."""


@kernel
def starts_in(handle: Handle) -> Starts:
    """Read the starts that a bundle begins with."""
    return Starts(
        int32_at(handle, 0),
        int32_at(handle, 1),
        int64_at(handle, 2),
        int64_at(handle, 3),
        int64_at(handle, 4),
        int32_at(handle, 5),
        int32_at(handle, 6),
        uint8_at(handle, 7),
    )


class Accesses(NamedTuple):
    """Where the call can be reached from: every direction of every road beside it.

    Attributes:
        edge: shape (accesses,), directed edge that the call lies on.
        along_mm: shape (accesses,), where, from the directed edge's own tail.
        ms: shape (accesses,), drive from that tail.
        walk_ms: shape (accesses,), on foot from there to the person.
    """

    edge: Int32
    along_mm: Int64
    ms: Int64
    walk_ms: Int64


class Entries(NamedTuple):
    """Junctions from which the person is walked to, where no road leads on to them.

    Attributes:
        state: shape (entries,).
        rest_ms: shape (entries,), from that state to the person.
    """

    state: Int32
    rest_ms: Int64


class Workspace(NamedTuple):
    """What one thread searches with.

    Labels are stored on top of a base that falls with every search: what an earlier search left
    behind is greater than anything that this one can write, so nothing has to be cleared.

    Attributes:
        labels: shape (states, 2): time to the person plus the base; and the arc driven next
            towards the call, or where the call's own edge comes next, see ``settle.last_step``.
        heap: shape (arcs + some,), packed keys.
        base: shape (1,).
    """

    labels: Int64
    heap: Int64
    base: Int64


@kernel
def workspace_in(handle: Handle) -> Workspace:
    """Read a workspace that is a bundle."""
    return Workspace(int64_pairs_at(handle, 0), int64_at(handle, 1), int64_at(handle, 2))


class Totals(NamedTuple):
    """The best of every unit so far.

    Attributes:
        top_ms: shape (k,), the least totals, ascending; ``NO_TOTAL`` where there are fewer. Shape
            (0,) where every total is looked at anyway.
        best_ms: shape (units,), least total of each unit, or ``NO_TOTAL``.
        best_start: shape (units,), for who has a total: the start of it, or ``NOTHING`` where the
            unit drives straight to the call.
        unit: shape (units,), who has a total, in the order found.
        found: shape (1,), how many have.
    """

    top_ms: Int64
    best_ms: Int64
    best_start: Int32
    unit: Int32
    found: Int64
