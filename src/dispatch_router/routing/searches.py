"""The two searches behind one interface, each thread with a working memory of its own."""

from __future__ import annotations

import threading
from typing import NamedTuple, Protocol

import numpy as np

from dispatch_router.routing.graph import Int32, Int64
from dispatch_router.routing.hierarchy.hierarchy import Hierarchy
from dispatch_router.routing.hierarchy.search import among_by_labels, nearest_by_labels
from dispatch_router.routing.hierarchy.unpack import driven_arcs
from dispatch_router.routing.kernels.arrays import (
    NO_TOTAL,
    NOT_ASKED,
    NOTHING,
    Accesses,
    Entries,
    Roads,
    Workspace,
)
from dispatch_router.routing.kernels.bundle import Bundle
from dispatch_router.routing.kernels.legs import ROOM_FOR_TIES, Legs
from dispatch_router.routing.kernels.nearest import arcs_to_call, nearest
from dispatch_router.routing.kernels.walk import settle_within
from dispatch_router.routing.metric import Metric
from dispatch_router.routing.snapping import CANDIDATES_AT_MOST
from dispatch_router.routing.view import View

_NO_ARCS = np.empty(0, dtype=np.int32)
_NO_MS = np.empty(0, dtype=np.int64)
_NO_ACCESSES = Accesses(_NO_ARCS, _NO_MS, _NO_MS, _NO_MS)
_NO_ENTRIES = Entries(_NO_ARCS, _NO_MS)


class Search(Protocol):
    """Answers which units are nearest, and how they drive, under one metric."""

    def nearest(
        self, view: View, accesses: Accesses, offset_ms: Int64, k: int, band_ms: int
    ) -> Legs:
        """Find the k units with the least totals, and every unit within the band of the k-th.

        Args:
            view: the units, under the metric of this search.
            accesses: the call.
            offset_ms: shape (units,), what each needs beside drive and walk, or ``NOT_ASKED``.
            k: 1 or more.
            band_ms: not negative.
        """
        ...

    def among(self, view: View, accesses: Accesses, offset_ms: Int64, units: Int32) -> Legs:
        """Find the legs of just these units, those that have a way, by total, then by unit."""
        ...

    def driven_arcs(self, view: View, accesses: Accesses, found: Legs, leg: int) -> Int32:
        """List the arcs that a leg drives, in order; the last one enters the call's edge.

        Must be asked before this thread searches again; of no use to a leg that stays on its edge.
        """
        ...

    def driven_edges(self, view: View, accesses: Accesses, found: Legs, leg: int) -> Int32:
        """List the directed edges that a leg drives from end to end; otherwise as ``driven_arcs``.

        The edge that the unit stands on and that of the call are not among them.
        """
        ...


class BoundedSearch:
    """Backward from the call until the k-th best is certain; see ``kernels.settle``."""

    def __init__(self, metric: Metric) -> None:
        """Search one metric."""
        self._roads = metric.roads
        self._handle = metric.bundle.handle
        self._heap_room = heap_room(metric.roads)
        self._per_thread = threading.local()

    def under(self, metric: Metric) -> BoundedSearch:
        """Search another metric of the same network, with the working memory of this search."""
        other = BoundedSearch(metric)
        other._per_thread = self._per_thread
        return other

    def nearest(
        self, view: View, accesses: Accesses, offset_ms: Int64, k: int, band_ms: int
    ) -> Legs:
        """Find the nearest units; the others may stay unseen."""
        return self._ask(view, accesses, _NO_ENTRIES, offset_ms, k, band_ms)

    def nearest_from(
        self, view: View, entries: Entries, offset_ms: Int64, k: int, band_ms: int
    ) -> Legs:
        """Find the units that can drive to one of these junctions and walk on first.

        ``Legs.access`` is the index of the entry. The arguments are those of ``Search.nearest``.
        """
        return self._ask(view, _NO_ACCESSES, entries, offset_ms, k, band_ms)

    def _ask(
        self,
        view: View,
        accesses: Accesses,
        entries: Entries,
        offset_ms: Int64,
        k: int,
        band_ms: int,
    ) -> Legs:
        memory = self._memory(len(entries.state))
        bound_ms, columns = _room(len(offset_ms), k)
        while True:
            count, certain_to_ms, exhausted = nearest(
                self._handle,
                view.handle,
                memory.bundle.handle,
                *accesses,
                *entries,
                offset_ms,
                k,
                band_ms,
                columns,
                bound_ms,
            )
            if count <= columns.shape[1]:
                return Legs(columns[:, :count], certain_to_ms, bound_ms, exhausted)
            columns = np.empty((6, count), dtype=np.int64)

    def among(self, view: View, accesses: Accesses, offset_ms: Int64, units: Int32) -> Legs:
        """Find the legs of just these units."""
        asked_ms = only(offset_ms, units)
        return self.nearest(view, accesses, asked_ms, max(1, len(units)), 0)

    def settled_within(self, accesses: Accesses, limit_ms: int) -> tuple[Int32, Int64, Int64]:
        """Find every state from which the person is reached within a limit.

        Returns:
            The states, nearest first, and from each the milliseconds and millimetres to go.
        """
        return settle_within(self._roads, accesses, limit_ms, self._memory().workspace)

    def driven_arcs(
        self,
        view: View,
        accesses: Accesses | None,  # noqa: ARG002 - the labels of the search lead there
        found: Legs,
        leg: int,
    ) -> Int32:
        """Follow the arcs onward from where the unit arrives.

        After ``nearest_from`` no arc enters an edge of the call, and ``accesses`` is None.
        """
        state = int(self._roads.head_state[view.starts.edge[found.start[leg]]])
        roads, workspace = self._handle, self._memory().bundle.handle
        count = arcs_to_call(roads, state, workspace, _NO_ARCS)
        driven = np.full(count, NOTHING, dtype=np.int32)
        arcs_to_call(roads, state, workspace, driven)
        return driven

    def driven_edges(self, view: View, accesses: Accesses | None, found: Legs, leg: int) -> Int32:
        """List the directed edges of ``driven_arcs`` that are driven from end to end."""
        arcs = self.driven_arcs(view, accesses, found, leg)
        whole = arcs if accesses is None else arcs[:-1]
        return self._roads.directed_edge[whole]

    def _memory(self, entries: int = 0) -> _Memory:
        memory: _Memory | None = getattr(self._per_thread, "memory", None)
        room = self._heap_room + entries
        if memory is None or len(memory.workspace.heap) < room:
            workspace = new_workspace(len(self._roads.first_in) - 1, room)
            memory = _Memory(workspace, Bundle(workspace))
            self._per_thread.memory = memory
        return memory


class LabelSearch:
    """Up from the call, then one sum per unit; see ``hierarchy``. Sees every unit."""

    def __init__(self, hierarchy: Hierarchy) -> None:
        """Search one hierarchy."""
        self._hierarchy = hierarchy
        self._handle = hierarchy.bundle.handle

    @property
    def hierarchy(self) -> Hierarchy:
        """What is searched."""
        return self._hierarchy

    def under(self, hierarchy: Hierarchy) -> LabelSearch:
        """Search the same network under other times."""
        return LabelSearch(hierarchy)

    def nearest(
        self, view: View, accesses: Accesses, offset_ms: Int64, k: int, band_ms: int
    ) -> Legs:
        """Find the nearest units among those of a labelled view.

        Raises:
            ValueError: the view carries no labels, or those of other driving times.
        """
        self._refuse_other(view)
        bound_ms, columns = _room(len(offset_ms), k)
        while True:
            count, certain_to_ms, exhausted = nearest_by_labels(
                self._handle,
                view.handle,
                *accesses,
                offset_ms,
                k,
                band_ms,
                columns,
                bound_ms,
            )
            if count <= columns.shape[1]:
                return Legs(columns[:, :count], certain_to_ms, bound_ms, exhausted)
            columns = np.empty((6, count), dtype=np.int64)

    def among(self, view: View, accesses: Accesses, offset_ms: Int64, units: Int32) -> Legs:
        """Find the legs of just these units.

        Raises:
            ValueError: see ``nearest``.
        """
        self._refuse_other(view)
        bound_ms = np.empty(len(offset_ms), dtype=np.int64)
        columns = np.empty((6, len(units)), dtype=np.int64)
        asked_ms = only(offset_ms, units)
        count = among_by_labels(
            self._handle, view.handle, *accesses, asked_ms, units, columns, bound_ms
        )
        return Legs(columns[:, :count], NO_TOTAL, bound_ms, True)

    def _refuse_other(self, view: View) -> None:
        if view.labels is None or view.hierarchy is not self._hierarchy:
            raise ValueError("the units carry no labels of this hierarchy")

    def driven_arcs(self, view: View, accesses: Accesses, found: Legs, leg: int) -> Int32:
        """Unpack the shortcuts of the drive."""
        head_state = self._hierarchy.metric.roads.head_state
        return driven_arcs(
            self._handle,
            int(head_state[view.starts.edge[found.start[leg]]]),
            int(accesses.edge[found.access[leg]]),
        )

    def driven_edges(self, view: View, accesses: Accesses, found: Legs, leg: int) -> Int32:
        """List the directed edges of ``driven_arcs`` that are driven from end to end."""
        arcs = self.driven_arcs(view, accesses, found, leg)
        return self._hierarchy.metric.roads.directed_edge[arcs[:-1]]


class _Memory(NamedTuple):
    """What one thread searches with: the workspace, and the same as one argument."""

    workspace: Workspace
    bundle: Bundle


def new_workspace(state_count: int, heap_room: int) -> Workspace:
    """Make the working memory of one thread."""
    return Workspace(
        labels=np.full((state_count, 2), NO_TOTAL, dtype=np.int64),
        heap=np.empty(heap_room, dtype=np.int64),
        base=np.full(1, NO_TOTAL, dtype=np.int64),
    )


def _room(unit_count: int, k: int) -> tuple[Int64, Int64]:
    """Make room for ``Legs.bound_ms`` and, about, for ``Legs.columns``."""
    columns = np.empty((6, min(unit_count, k + ROOM_FOR_TIES)), dtype=np.int64)
    return np.empty(unit_count, dtype=np.int64), columns


def only(offset_ms: Int64, units: Int32) -> Int64:
    """Ask for these units and leave all others out."""
    asked_ms = np.full(len(offset_ms), NOT_ASKED, dtype=np.int64)
    asked_ms[units] = offset_ms[units]
    return asked_ms


def heap_room(roads: Roads) -> int:
    """Every arc enters the heap once at the most, and so does every arc that enters the call."""
    arcs_of_one_edge = int(np.diff(roads.first_arc).max())
    return len(roads.tail) + 2 * CANDIDATES_AT_MOST * arcs_of_one_edge
