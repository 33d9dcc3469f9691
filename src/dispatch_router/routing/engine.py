"""The engine: which units reach this call first."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import partial

import numpy as np

from dispatch_router.domain.errors import OutsideDistrict
from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.policy import LocatePolicy, SnapPolicy
from dispatch_router.domain.travel import DriveLeg, GraphSummary, NearestUnits
from dispatch_router.routing.access import call_accesses, road_access
from dispatch_router.routing.baseline import TABLES_AT_MOST, BaselineTables
from dispatch_router.routing.fleet import Fleet
from dispatch_router.routing.graph import Int32, Int64, RoadGraph
from dispatch_router.routing.hierarchy.choice import labels_are_faster
from dispatch_router.routing.hierarchy.contract import OrderDoesNotFit
from dispatch_router.routing.hierarchy.hierarchy import Hierarchy, build_hierarchy
from dispatch_router.routing.kernels.arrays import NO_TOTAL, Accesses
from dispatch_router.routing.kernels.nearest import Legs
from dispatch_router.routing.metric import Metric, free_flow_metric
from dispatch_router.routing.reachability import unreachable
from dispatch_router.routing.route import route_of_leg
from dispatch_router.routing.searches import BoundedSearch, LabelSearch, Search
from dispatch_router.routing.snapping import SnappedPosition, snap
from dispatch_router.routing.topology import plain
from dispatch_router.routing.view import View

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
        rank = plain(graph.states.rank)
        self._hierarchy = _hierarchy(self._metric, rank) if with_hierarchy else None
        self._by_labels = None if self._hierarchy is None else LabelSearch(self._hierarchy)
        self._snap_policy = snap_policy
        self._locate = locate
        self._baselines = BaselineTables(self._metric)

    def summary(self) -> GraphSummary:
        """Describe the graph in use."""
        return self._graph.summary

    def searches(self) -> tuple[Search, ...]:
        """List the searches that may be asked."""
        return (self._bounded,) if self._by_labels is None else (self._bounded, self._by_labels)

    def place_fleet(self, positions: Sequence[LonLat]) -> Fleet:
        """Tie units to the roads, in the order given; one far from every road is unreachable."""
        view = View(
            self._metric,
            self._hierarchy,
            [self._snap(position) for position in positions],
            self._snap_policy.yard_speed_m_s,
        )
        return Fleet(tuple(positions), view)

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
        found = search.nearest(fleet.view, accesses, offset_ms, k, band_ms)
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
        if self._by_labels is None:
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
                        fleet.view,
                        accesses,
                        found,
                        leg,
                        partial(search.driven_edges, fleet.view, accesses, found),
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
        among = np.array(units, dtype=np.int32)
        if self._by_labels is None and len(units) <= TABLES_AT_MOST:
            return self._baseline_by_table(fleet, among, accesses, offset_ms)
        found = self._faster_search(fleet, 1).among(fleet.view, accesses, offset_ms, among)
        legs = self._legs(fleet, accesses, offset_ms, found, None)
        return legs[0] if legs else None

    def _baseline_by_table(
        self, fleet: Fleet, units: Int32, accesses: Accesses, offset_ms: Int64
    ) -> DriveLeg | None:
        best = self._baselines.best(fleet.view, units, accesses, offset_ms)
        if best is None:
            return None
        unit, total_ms, distance_mm, access = best
        walk_ms = int(accesses.walk_ms[access])
        return DriveLeg(
            unit_index=unit,
            drive_ms=total_ms - int(offset_ms[unit]) - walk_ms,
            walk_ms=walk_ms,
            distance_m=distance_mm / 1000.0,
            route=None,
        )

    def _unreachable(
        self,
        fleet: Fleet,
        accesses: Accesses,
        offset_ms: Int64,
        found: Legs,
    ) -> tuple[int, ...]:
        units = unreachable(fleet.view, accesses, offset_ms, found)
        if units is None:
            found = self._bounded.nearest(fleet.view, accesses, offset_ms, len(fleet), 0)
            units = np.flatnonzero(found.bound_ms == NO_TOTAL)
        return tuple(units.tolist())


def _hierarchy(metric: Metric, rank: Int32) -> Hierarchy | None:
    try:
        return build_hierarchy(metric, rank)
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
