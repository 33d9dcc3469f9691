"""The engine: which units reach this call first."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Sequence
from functools import partial

import numpy as np

from dispatch_router.domain.closures import Closure
from dispatch_router.domain.conditions import ClosedRoads, Conditions
from dispatch_router.domain.errors import OutsideDistrict
from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.policy import LocatePolicy, SnapPolicy
from dispatch_router.domain.travel import DriveLeg, GraphSummary, NearestUnits
from dispatch_router.routing.access import call_accesses, road_access
from dispatch_router.routing.baseline import TABLES_AT_MOST, BaselineTables
from dispatch_router.routing.closing.listing import describe_closed_roads
from dispatch_router.routing.closing.match import ClosureMatcher
from dispatch_router.routing.fleet import Fleet, tie_to_roads
from dispatch_router.routing.graph import Int32, Int64, RoadGraph
from dispatch_router.routing.hierarchy.choice import labels_are_faster
from dispatch_router.routing.hierarchy.contract import OrderDoesNotFit
from dispatch_router.routing.hierarchy.hierarchy import build_hierarchy
from dispatch_router.routing.kernels.arrays import NO_TOTAL, Accesses
from dispatch_router.routing.kernels.nearest import Legs
from dispatch_router.routing.metric import Metric, free_flow_metric, plain
from dispatch_router.routing.reachability import Reachability
from dispatch_router.routing.route import route_of_leg
from dispatch_router.routing.searches import BoundedSearch, LabelSearch, Search
from dispatch_router.routing.snapping import SnappedPosition, snap

OUT_OF_THE_QUESTION_MS = 1 << 40
"""More than any drive, turn-out and search together."""

_log = logging.getLogger(__name__)


class RoadEngine:
    """Answers "which k of these units reach this point first" on one graph.

    The graph is shared and never written; each thread searches with a workspace of its own.
    """

    def __init__(
        self,
        graph: RoadGraph,
        snap_policy: SnapPolicy,
        locate: LocatePolicy,
        *,
        with_hierarchy: bool = True,
    ) -> None:
        """Prepare a graph for searching.

        Args:
            graph: the roads.
            snap_policy: how positions are tied to them.
            locate: how people are found from there.
            with_hierarchy: False to answer everything by the bounded search.
        """
        self._graph = graph
        self._metric = free_flow_metric(graph)
        self._bounded = BoundedSearch(self._metric)
        self._by_labels = (
            _label_search(self._metric, plain(graph.states.rank)) if with_hierarchy else None
        )
        self._conditions = Conditions()
        self._matcher = ClosureMatcher(graph)
        self._snap_policy = snap_policy
        self._locate = locate
        self._reachability = Reachability(self._metric)
        self._baselines = BaselineTables(self._metric)

    def summary(self) -> GraphSummary:
        """Describe the graph in use."""
        return self._graph.summary

    def adopt(self, conditions: Conditions) -> None:
        """Let the hour and the closures hold from the next search on."""
        self._conditions = conditions

    def closed_roads(self, closure: Closure) -> ClosedRoads:
        """Describe the road parts that a closure concerns."""
        return describe_closed_roads([(self._graph, self._matcher.closed_edges(closure))])

    def searches(self) -> tuple[Search, ...]:
        """List the searches that may be asked."""
        return (self._bounded,) if self._by_labels is None else (self._bounded, self._by_labels)

    def place_fleet(self, positions: Sequence[LonLat]) -> Fleet:
        """Tie units to the roads, in the order given; one far from every road is unreachable."""
        fleet = tie_to_roads(
            self._graph,
            self._metric,
            positions,
            [self._snap(position) for position in positions],
            yard_speed_m_s=self._snap_policy.yard_speed_m_s,
        )
        if self._by_labels is None:
            return fleet
        return dataclasses.replace(fleet, labels=self._by_labels.labels(fleet))

    def nearest(
        self,
        fleet: Fleet,
        call: LonLat,
        *,
        offset_ms: Int64,
        k: int,
        band_ms: int,
        baseline: Sequence[int] = (),
        with_routes: bool = False,
        search: Search | None = None,
    ) -> NearestUnits:
        """Find the units that can stand beside the person first.

        Args:
            fleet: what ``place_fleet`` returned.
            call: where the person is, WGS-84.
            offset_ms: shape (units,), turn-out plus searching, not negative.
            k: how many must be certain, 1 or more.
            band_ms: every unit within this of the k-th best is in the answer too.
            baseline: unit indexes of which the best must be in the answer.
            with_routes: fill ``route`` of every leg.
            search: the one to ask; None for the faster.

        Raises:
            OutsideDistrict: farther than ``max_snap_m`` from any road.
        """
        snapped = self._snap(call)
        if len(snapped) == 0:
            raise _outside(call, self._snap_policy.max_snap_m)
        accesses = call_accesses(self._metric, snapped, self._locate)
        search = search or self._faster_search(fleet, k)
        found = search.nearest(fleet, accesses, offset_ms, k, band_ms)
        # Routes are read from the search's memory: first of all, before it is used again.
        legs = self._legs(fleet, accesses, offset_ms, found, search if with_routes else None)
        return NearestUnits(
            graph_version=self._graph.summary.version,
            access=road_access(self._graph, snapped),
            legs=legs,
            certain_to_ms=int(found.certain_to_ms[0]),
            unreachable=self._unreachable(fleet, accesses, offset_ms, found),
            baseline=self._baseline(fleet, baseline, accesses, offset_ms),
        )

    def _snap(self, position: LonLat) -> SnappedPosition:
        return snap(
            self._graph,
            position,
            max_m=self._snap_policy.max_snap_m,
            within_m=self._snap_policy.candidate_within_m,
        )

    def _faster_search(self, fleet: Fleet, k: int) -> Search:
        if self._by_labels is None or fleet.labels is None:
            return self._bounded
        if labels_are_faster(len(fleet), k, self._metric.state_count):
            return self._by_labels
        return self._bounded

    def _legs(
        self,
        fleet: Fleet,
        accesses: Accesses,
        offset_ms: Int64,
        found: Legs,
        search: Search | None,
    ) -> tuple[DriveLeg, ...]:
        """Translate the kernel's legs; ``search`` only where routes are asked for."""
        walk_ms = accesses.walk_ms[found.access]
        drive_ms = found.total_ms - offset_ms[found.unit] - walk_ms
        columns = zip(
            found.unit.tolist(),
            drive_ms.tolist(),
            walk_ms.tolist(),
            found.distance_mm.tolist(),
            strict=True,
        )
        return tuple(
            DriveLeg(
                unit_index=unit,
                drive_ms=drive,
                walk_ms=walk,
                distance_m=distance_mm / 1000.0,
                route=(
                    route_of_leg(
                        self._graph,
                        fleet,
                        accesses,
                        found,
                        leg,
                        partial(search.driven_edges, fleet, accesses, found),
                    )
                    if search is not None
                    else None
                ),
            )
            for leg, (unit, drive, walk, distance_mm) in enumerate(columns)
        )

    def _baseline(
        self, fleet: Fleet, units: Sequence[int], accesses: Accesses, offset_ms: Int64
    ) -> DriveLeg | None:
        if len(units) <= TABLES_AT_MOST:
            return self._baselines.best(fleet, units, accesses, offset_ms)
        # Too many stations for a table each: search, with everyone else out of the question.
        among = list(units)
        only_ms = np.full(len(fleet), OUT_OF_THE_QUESTION_MS, dtype=np.int64)
        only_ms[among] = offset_ms[among]
        found = self._faster_search(fleet, 1).nearest(fleet, accesses, only_ms, 1, 0)
        if len(found.unit) == 0 or found.total_ms[0] >= OUT_OF_THE_QUESTION_MS:
            return None
        return self._legs(fleet, accesses, only_ms, found, None)[0]

    def _unreachable(
        self,
        fleet: Fleet,
        accesses: Accesses,
        offset_ms: Int64,
        found: Legs,
    ) -> tuple[int, ...]:
        units = self._reachability.unreachable(fleet, accesses, found)
        if units is None:
            found = self._bounded.nearest(fleet, accesses, offset_ms, len(fleet), 0)
            units = np.flatnonzero(found.bound_ms == NO_TOTAL)
        return tuple(units.tolist())


def _label_search(metric: Metric, rank: Int32) -> LabelSearch | None:
    try:
        return LabelSearch(build_hierarchy(metric, rank))
    except OrderDoesNotFit as misfit:
        _log.warning("the bounded search answers alone, the graph's order does not fit: %s", misfit)
        return None


def _outside(call: LonLat, max_snap_m: float) -> OutsideDistrict:
    return OutsideDistrict(
        f"{call.lon:.6f}, {call.lat:.6f} is farther than {max_snap_m:g} m from every road of this "
        "district. Check which is longitude and which latitude, and the coordinate system (crs).",
        f"坐标{call.lon:.6f}, {call.lat:.6f}距本辖区任何道路都超过{max_snap_m:g}米。"
        "请检查经纬度是否写反，坐标系（crs）是否正确。",
    )
