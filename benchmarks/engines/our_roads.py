"""One graph, one hierarchy and one fleet, of which all contenders of ours ask."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from benchmarks.cities import SNAP
from benchmarks.engines.kept import make_once
from benchmarks.engines.question import ClosedRoad, Question
from dispatch_router.routing.hierarchy.customize import customize
from dispatch_router.routing.hierarchy.hierarchy import Hierarchy, build_hierarchy
from dispatch_router.routing.hierarchy.order import build_order
from dispatch_router.routing.metric import free_flow_times, metric_of, metric_with
from dispatch_router.routing.pricing import Slowed, slowed_otherwise, under_closures
from dispatch_router.routing.searches import BoundedSearch, LabelSearch
from dispatch_router.routing.snapping import SnappedPosition
from dispatch_router.routing.topology import topology_of
from dispatch_router.routing.view import View


class OurRoads:
    """Roads, times and units as the service has them.

    Attributes:
        metric: the times.
        bounded: searches them.
        labels: the same by the hierarchy; None while nobody needs it.
        view: the units.
        metric_s: seconds for what both searches need.
        hierarchy_s: seconds for what the hierarchy needs beside, by step.
    """

    def __init__(self, question: Question) -> None:
        """Lay the graph out for the bounded search."""
        self._question = question
        begun = time.perf_counter()
        topology = topology_of(question.graph)
        self._open_times = free_flow_times(question.graph)
        self.metric = metric_of(topology, self._open_times)
        self.bounded = BoundedSearch(self.metric)
        self.metric_s = time.perf_counter() - begun
        self.labels: LabelSearch | None = None
        self.hierarchy_s: dict[str, float] = {}
        self._hierarchy: Hierarchy | None = None
        self._slowed: Slowed | None = None
        self._units: list[int] = []
        self.view = self._seen([])

    def add_hierarchy(self) -> None:
        """Build what the second search needs, once."""
        if self._hierarchy is not None:
            return

        def order(folder: Path) -> None:
            np.save(folder / "rank.npy", build_order(self._question.graph))

        folder, self.hierarchy_s = make_once(self._question, "hierarchy", {"order": order})
        rank = np.load(folder / "rank.npy")
        begun = time.perf_counter()
        hierarchy = build_hierarchy(self.metric, rank)
        both_s = time.perf_counter() - begun
        begun = time.perf_counter()
        customize(self.metric.roads, hierarchy.tree, hierarchy.below)
        customize_s = time.perf_counter() - begun
        self.hierarchy_s |= {"contract": both_s - customize_s, "customize": customize_s}
        self._hierarchy, self.labels = hierarchy, LabelSearch(hierarchy)
        self.view = self._seen(self._units)

    def place(self, units: Sequence[int]) -> None:
        """Let units stand at these nodes, where they do not stand there already."""
        if list(units) != self._units:
            self._units = list(units)
            self.view = self._seen(self._units)

    def close(self, road: ClosedRoad) -> None:
        """Close one road, and open all others."""
        edges = np.array([self._question.links.edge[road.link]], dtype=np.int32)
        self._take(Slowed(edges, np.zeros(1, dtype=np.int32)))

    def reopen(self) -> None:
        """Open all roads."""
        self._take(None)

    def _take(self, slowed: Slowed | None) -> None:
        # As the service does for few units.
        edges = slowed_otherwise(self._slowed, slowed)
        self._slowed = slowed
        self.metric = metric_with(self.metric, under_closures(self._open_times, slowed, edges))
        self.bounded = self.bounded.under(self.metric)
        if self._hierarchy is not None:
            self._hierarchy = self._hierarchy.under(self.metric)
            self.labels = LabelSearch(self._hierarchy)
        self.view.put_under(self.metric, self._hierarchy)

    def _seen(self, units: Sequence[int]) -> View:
        snapped = [unit_on_road(self._question, unit) for unit in units]
        return View(self.metric, self._hierarchy, snapped, SNAP.yard_speed_m_s)


@lru_cache(maxsize=1)
def our_roads(question: Question) -> OurRoads:
    """Return the roads that all of our contenders for a question share.

    With a copy each, where in memory that lies would matter more than what is to be compared.
    """
    return OurRoads(question)


def unit_on_road(question: Question, node: int) -> SnappedPosition:
    """Put a unit at the end of a road that leads to the node."""
    return _at_node(question, question.road_to(node), at_its_head=True)


def call_on_road(question: Question, node: int) -> SnappedPosition:
    """Put a call at the beginning of a road that leaves the node."""
    return _at_node(question, question.road_from(node), at_its_head=False)


def _at_node(question: Question, directed_edge: int, *, at_its_head: bool) -> SnappedPosition:
    edge, against_the_shape = divmod(directed_edge, 2)
    at_last_point = at_its_head != bool(against_the_shape)
    along_mm = int(question.graph.edges.length_mm[edge]) if at_last_point else 0
    return SnappedPosition(
        edge=np.array([edge], dtype=np.int32),
        along_mm=np.array([along_mm], dtype=np.int64),
        distance_mm=np.zeros(1, dtype=np.int64),
    )
