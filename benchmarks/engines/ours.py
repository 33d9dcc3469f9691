"""Our two searches, the rule that chooses between them, and the whole engine with snapping."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Sequence

import numpy as np

from benchmarks.cities import LOCATE, SNAP
from benchmarks.engines.our_roads import call_on_road, our_roads
from benchmarks.engines.question import ClosedRoad, Contender, Question
from dispatch_router.domain.geo import LonLat
from dispatch_router.routing.access import call_accesses
from dispatch_router.routing.engine import RoadEngine
from dispatch_router.routing.hierarchy.choice import labels_are_faster
from dispatch_router.routing.hierarchy.order import build_order
from dispatch_router.routing.searches import Search

CHOSEN, BOUNDED, LABELS = "dispatch_router", "bounded search", "hierarchy"


class OurSearch(Contender):
    """The search alone: places are already on roads, answers are legs with totals and lengths.

    All of ours ask among the same units on the same roads, so that what differs is the search.
    """

    def __init__(self, question: Question, name: str = CHOSEN) -> None:
        """Prepare one search, or both and the rule between them.

        Args:
            question: the graph.
            name: ``CHOSEN``, ``BOUNDED`` or ``LABELS``.
        """
        self.name = name
        self._question = question
        self._roads = our_roads(question)
        self.build_s = {"metric": self._roads.metric_s}
        if name != BOUNDED:
            self._roads.add_hierarchy()
            self.build_s |= self._roads.hierarchy_s
        self._state_count = self._roads.metric.state_count
        ask_once(self, question)

    def place(self, units: Sequence[int]) -> None:
        self._roads.place(units)
        self._offset_ms = np.zeros(len(units), dtype=np.int64)

    def expect(self, calls: Sequence[int]) -> None:
        self._accesses = {
            call: call_accesses(self._roads.metric, call_on_road(self._question, call), LOCATE)
            for call in calls
        }

    def nearest(self, call: int, k: int) -> list[int]:
        roads = self._roads
        found = self._search(k).nearest(roads.view, self._accesses[call], self._offset_ms, k, 0)
        totals: list[int] = found.total_ms[:k].tolist()
        return totals

    def _search(self, k: int) -> Search:
        bounded, labels = self._roads.bounded, self._roads.labels
        if labels is None or self.name == BOUNDED:
            return bounded
        if self.name == LABELS or labels_are_faster(len(self._offset_ms), k, self._state_count):
            return labels
        return bounded

    def close(self, road: ClosedRoad) -> None:
        self._roads.close(road)

    def reopen(self) -> None:
        self._roads.reopen()


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
