"""Our two searches, the rule that chooses between them, and the whole engine with snapping."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.cities import LOCATE, SNAP
from benchmarks.engines.kept import make_once
from benchmarks.engines.question import ClosedRoad, Contender, Question
from dispatch_router.domain.geo import LonLat
from dispatch_router.routing.access import call_accesses
from dispatch_router.routing.engine import RoadEngine
from dispatch_router.routing.hierarchy.choice import labels_are_faster
from dispatch_router.routing.hierarchy.hierarchy import Hierarchy, build_hierarchy
from dispatch_router.routing.hierarchy.order import build_order
from dispatch_router.routing.metric import Metric, free_flow_times, metric_of, metric_with
from dispatch_router.routing.pricing import Slowed, under_closures
from dispatch_router.routing.searches import BoundedSearch, LabelSearch
from dispatch_router.routing.snapping import SnappedPosition
from dispatch_router.routing.topology import topology_of
from dispatch_router.routing.view import View

CHOSEN, BOUNDED, LABELS = "dispatch_router", "bounded search", "hierarchy"


class OurSearch(Contender):
    """The search alone: places are already on roads, answers are legs with totals and lengths."""

    def __init__(self, question: Question, name: str = CHOSEN) -> None:
        """Prepare one search, or both and the rule between them.

        Args:
            question: the graph.
            name: ``CHOSEN``, ``BOUNDED`` or ``LABELS``.
        """
        self.name = name
        self._question = question
        begun = time.perf_counter()
        self._topology = topology_of(question.graph)
        self._open = free_flow_times(question.graph)
        self._metric = self._open_metric = metric_of(self._topology, self._open)
        self._bounded = BoundedSearch(self._metric)
        self.build_s = {"metric": time.perf_counter() - begun}
        self._state_count = self._metric.state_count
        self._hierarchy: Hierarchy | None = None
        if name != BOUNDED:
            self._build_hierarchy()
        ask_once(self, question)

    def _build_hierarchy(self) -> None:
        def order(folder: Path) -> None:
            np.save(folder / "rank.npy", build_order(self._question.graph))

        folder, order_s = make_once(self._question, "hierarchy", {"order": order})
        rank = np.load(folder / "rank.npy")
        begun = time.perf_counter()
        self._hierarchy = build_hierarchy(self._metric, rank)
        both_s = time.perf_counter() - begun
        begun = time.perf_counter()
        self._hierarchy.under(self._metric)
        customize_s = time.perf_counter() - begun
        self.build_s |= order_s | {"contract": both_s - customize_s, "customize": customize_s}
        self._labels = LabelSearch(self._hierarchy)

    def place(self, units: Sequence[int]) -> None:
        self._units = [unit_on_road(self._question, unit) for unit in units]
        self._view = View(self._metric, self._hierarchy, self._units, SNAP.yard_speed_m_s)
        self._offset_ms = np.zeros(len(units), dtype=np.int64)

    def expect(self, calls: Sequence[int]) -> None:
        self._accesses = {
            call: call_accesses(self._metric, call_on_road(self._question, call), LOCATE)
            for call in calls
        }

    def nearest(self, call: int, k: int) -> list[int]:
        search = self._search(k)
        found = search.nearest(self._view, self._accesses[call], self._offset_ms, k, 0)
        totals: list[int] = found.total_ms[:k].tolist()
        return totals

    def _search(self, k: int) -> BoundedSearch | LabelSearch:
        if self._hierarchy is None:
            return self._bounded
        if self.name == LABELS:
            return self._labels
        by_labels = labels_are_faster(len(self._units), k, self._state_count)
        return self._labels if by_labels else self._bounded

    def close(self, road: ClosedRoad) -> None:
        # As the service does: the metric with nothing closed, but for other times of one edge.
        edges = np.array([self._question.links.edge[road.link]], dtype=np.int32)
        closed = Slowed(edges, np.zeros(1, dtype=np.int32))
        times = under_closures(self._open, closed)
        self._take(metric_with(self._open_metric, times, edges))

    def reopen(self) -> None:
        self._take(self._open_metric)

    def _take(self, metric: Metric) -> None:
        self._metric = metric
        self._bounded = self._bounded.under(self._metric)
        if self._hierarchy is not None:
            self._hierarchy = self._hierarchy.under(self._metric)
            self._labels = self._labels.under(self._hierarchy)
        self._view = self._view.under(self._metric, self._hierarchy)


class OurEngine(Contender):
    """From a position to legs, as the service asks: snapping, search, who is unreachable."""

    name = "dispatch_router, with snapping"
    exact = False  # A unit on a bridge is taken to stand on the street below it as well.
    never_closes = "measured by benchmarks.moving_units"

    def __init__(self, question: Question) -> None:
        begun = time.perf_counter()
        on_the_spot = dataclasses.replace(SNAP, candidate_within_m=0.001)
        self._engine = RoadEngine(question.comparison.roads, on_the_spot, LOCATE)
        self.build_s = {"engine": time.perf_counter() - begun}
        self._places = [
            LonLat(lon, lat) for lon, lat in zip(question.lon, question.lat, strict=True)
        ]
        ask_once(self, question)

    def place(self, units: Sequence[int]) -> None:
        self._fleet = self._engine.place_fleet([self._places[unit] for unit in units])
        self._offset_ms = np.zeros(len(units), dtype=np.int64)

    def nearest(self, call: int, k: int) -> list[int]:
        answer = self._engine.nearest(
            self._fleet, self._places[call], offset_ms=self._offset_ms, k=k, band_ms=0
        )
        return [leg.drive_ms + leg.walk_ms for leg in answer.legs[:k]]


def ask_once(contender: Contender, question: Question) -> None:
    """Ask as a service does before it says that it is ready, so that nothing is compiled later."""
    node = int(question.core[0])
    contender.place([node])
    contender.expect([node])
    contender.nearest(node, 1)
    if not contender.never_closes:
        contender.close(question.roads(np.random.default_rng(1), 1)[0])
        contender.reopen()


def compile_kernels(small: Question) -> None:
    """Let everything of ours do its work once on a small graph, before any work is timed."""
    build_order(small.graph)
    OurSearch(small)
    OurEngine(small)


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
