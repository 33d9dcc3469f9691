"""Tell "slower" from "no way", without searching the whole graph for it."""

from __future__ import annotations

import numpy as np

from dispatch_router.routing.fleet import Fleet
from dispatch_router.routing.kernels.arrays import NO_TOTAL, Accesses
from dispatch_router.routing.kernels.nearest import Legs
from dispatch_router.routing.metric import Metric
from dispatch_router.routing.reach import IN_CORE, REACHED_FROM_CORE


class Reachability:
    """What the largest strongly connected part (the core) says about drives into each edge."""

    def __init__(self, metric: Metric) -> None:
        """Look at the states from which each directed edge is entered."""
        roads = metric.roads
        entered_from = metric.reach[roads.tail[roads.arc_of_edge]]
        edge = roads.directed_edge[roads.arc_of_edge]
        edge_count = len(roads.head_state)
        self._entered_from_core = np.zeros(edge_count, dtype=bool)
        self._entered_from_core[edge[(entered_from & REACHED_FROM_CORE) != 0]] = True
        self._entered_in_core = np.ones(edge_count, dtype=bool)
        self._entered_in_core[edge[entered_from != IN_CORE]] = False

    def unreachable(self, fleet: Fleet, accesses: Accesses, found: Legs) -> np.ndarray | None:
        """Say which units have no way to the call.

        Returns:
            Unit indexes, ascending; None where the core does not decide it and an unbounded
            search must.
        """
        unseen = found.bound_ms == NO_TOTAL
        if found.exhausted[0]:
            return np.flatnonzero(unseen)
        without_core = unseen & ~fleet.reaches_core
        comes_from_core = bool(self._entered_from_core[accesses.edge].any())
        if comes_from_core and not without_core.any():
            return np.flatnonzero(without_core)
        if self._entered_in_core[accesses.edge].all():
            return np.flatnonzero(without_core)
        return None
