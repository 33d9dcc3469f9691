"""The two searches behind one interface, each thread with a working memory of its own."""

from __future__ import annotations

import threading
from typing import Protocol

import numpy as np

from dispatch_router.routing.fleet import Fleet
from dispatch_router.routing.graph import Int32, Int64
from dispatch_router.routing.hierarchy.climb import Climb, new_climb
from dispatch_router.routing.hierarchy.hierarchy import Hierarchy
from dispatch_router.routing.hierarchy.labels import Labels
from dispatch_router.routing.kernels.arrays import NO_TOTAL, NOTHING, Accesses, Roads, Workspace
from dispatch_router.routing.kernels.nearest import Legs, edges_to_call, nearest
from dispatch_router.routing.metric import Metric
from dispatch_router.routing.snapping import CANDIDATES_AT_MOST


class Search(Protocol):
    """Answers which units are nearest, and how they drive."""

    def nearest(
        self, fleet: Fleet, accesses: Accesses, offset_ms: Int64, k: int, band_ms: int
    ) -> Legs:
        """Find the k units with the least totals, and every unit within the band of the k-th."""
        ...

    def driven_edges(self, fleet: Fleet, accesses: Accesses, found: Legs, leg: int) -> Int32:
        """List the directed edges that a leg drives from end to end.

        Must be asked before this thread searches again; of no use to a leg that stays on its edge.
        """
        ...


class BoundedSearch:
    """Backward from the call until the k-th best is certain; see ``kernels.settle``."""

    def __init__(self, metric: Metric) -> None:
        """Search one metric."""
        self._roads = metric.roads
        self._state_count = metric.state_count
        self._per_thread = threading.local()

    def nearest(
        self, fleet: Fleet, accesses: Accesses, offset_ms: Int64, k: int, band_ms: int
    ) -> Legs:
        """Find the nearest units; the others may stay unseen."""
        workspace = self._workspace()
        return nearest(self._roads, fleet.starts, accesses, offset_ms, k, band_ms, workspace)

    def driven_edges(
        self,
        fleet: Fleet,
        accesses: Accesses,  # noqa: ARG002 - the labels of the search lead there
        found: Legs,
        leg: int,
    ) -> Int32:
        """Follow the arcs onward from where the unit arrives."""
        state = int(self._roads.head_state[fleet.starts.edge[found.start[leg]]])
        workspace = self._workspace()
        count = edges_to_call(self._roads, state, workspace, np.empty(0, dtype=np.int32))
        driven = np.full(count, NOTHING, dtype=np.int32)
        edges_to_call(self._roads, state, workspace, driven)
        return driven

    def _workspace(self) -> Workspace:
        workspace: Workspace | None = getattr(self._per_thread, "workspace", None)
        if workspace is None:
            workspace = Workspace(
                labels=np.full((self._state_count, 2), NO_TOTAL, dtype=np.int64),
                heap=np.empty(heap_room(self._roads), dtype=np.int64),
                base=np.full(1, NO_TOTAL, dtype=np.int64),
            )
            self._per_thread.workspace = workspace
        return workspace


class LabelSearch:
    """Up from the call, then one sum per unit; see ``hierarchy``. Sees every unit."""

    def __init__(self, hierarchy: Hierarchy) -> None:
        """Search one hierarchy."""
        self._hierarchy = hierarchy
        self._per_thread = threading.local()

    def labels(self, fleet: Fleet) -> Labels:
        """Make the labels that a fleet must carry to be searched for."""
        return self._hierarchy.labels(fleet, self._climbs()[0])

    def nearest(
        self, fleet: Fleet, accesses: Accesses, offset_ms: Int64, k: int, band_ms: int
    ) -> Legs:
        """Find the nearest units among those of a labelled fleet."""
        if fleet.labels is None:
            raise ValueError("the fleet carries no labels")
        climb = self._climbs()[0]
        return self._hierarchy.nearest(fleet, fleet.labels, accesses, offset_ms, k, band_ms, climb)

    def driven_edges(self, fleet: Fleet, accesses: Accesses, found: Legs, leg: int) -> Int32:
        """Unpack the shortcuts of the drive."""
        return self._hierarchy.driven_edges(fleet, accesses, found, leg, self._climbs())

    def _climbs(self) -> tuple[Climb, Climb]:
        climbs: tuple[Climb, Climb] | None = getattr(self._per_thread, "climbs", None)
        if climbs is None:
            climbs = new_climb(self._hierarchy.tree), new_climb(self._hierarchy.tree)
            self._per_thread.climbs = climbs
        return climbs


def heap_room(roads: Roads) -> int:
    """Every arc enters the heap once at the most, and so does every arc that enters the call."""
    arcs_of_one_edge = int(np.diff(roads.first_arc).max())
    return len(roads.tail) + 2 * CANDIDATES_AT_MOST * arcs_of_one_edge
