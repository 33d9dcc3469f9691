"""The engine: which units reach this call first."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np

from dispatch_router.domain.errors import OutsideDistrict
from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.policy import LocatePolicy, SnapPolicy
from dispatch_router.domain.travel import DriveLeg, GraphSummary, NearestUnits
from dispatch_router.routing.access import call_accesses, road_access
from dispatch_router.routing.baseline import BaselineTables
from dispatch_router.routing.fleet import Fleet, tie_to_roads
from dispatch_router.routing.graph import Int64, RoadGraph
from dispatch_router.routing.kernels.arrays import NO_TOTAL, Accesses, Roads, Workspace
from dispatch_router.routing.kernels.nearest import Legs, nearest
from dispatch_router.routing.metric import free_flow_metric
from dispatch_router.routing.reachability import Reachability
from dispatch_router.routing.route import route_of_leg
from dispatch_router.routing.snapping import CANDIDATES_AT_MOST, SnappedPosition, snap


class RoadEngine:
    """Answers "which k of these units reach this point first" on one graph.

    The graph is shared and never written; each thread searches with a workspace of its own.
    """

    def __init__(self, graph: RoadGraph, snap_policy: SnapPolicy, locate: LocatePolicy) -> None:
        """Prepare a graph for searching."""
        self._graph = graph
        self._metric = free_flow_metric(graph)
        self._snap_policy = snap_policy
        self._locate = locate
        self._reachability = Reachability(graph)
        self._baselines = BaselineTables(self._metric)
        self._per_thread = threading.local()

    def summary(self) -> GraphSummary:
        """Describe the graph in use."""
        return self._graph.summary

    def place_fleet(self, positions: Sequence[LonLat]) -> Fleet:
        """Tie units to the roads, in the order given; one far from every road is unreachable."""
        return tie_to_roads(
            self._graph,
            self._metric,
            positions,
            [self._snap(position) for position in positions],
            yard_speed_m_s=self._snap_policy.yard_speed_m_s,
        )

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

        Raises:
            OutsideDistrict: farther than ``max_snap_m`` from any road.
        """
        snapped = self._snap(call)
        if len(snapped) == 0:
            raise _outside(call, self._snap_policy.max_snap_m)
        accesses = call_accesses(self._metric, snapped, self._locate)
        workspace = self._workspace()
        found = nearest(
            self._metric.roads, fleet.starts, accesses, offset_ms, k, band_ms, workspace
        )
        return NearestUnits(
            graph_version=self._graph.summary.version,
            access=road_access(self._graph, snapped),
            legs=self._legs(fleet, accesses, offset_ms, found, workspace if with_routes else None),
            certain_to_ms=int(found.certain_to_ms[0]),
            unreachable=self._unreachable(fleet, accesses, offset_ms, found, workspace),
            baseline=self._baselines.best(fleet, baseline, accesses, offset_ms),
        )

    def _snap(self, position: LonLat) -> SnappedPosition:
        return snap(
            self._graph,
            position,
            max_m=self._snap_policy.max_snap_m,
            within_m=self._snap_policy.candidate_within_m,
        )

    def _workspace(self) -> Workspace:
        workspace: Workspace | None = getattr(self._per_thread, "workspace", None)
        if workspace is None:
            workspace = Workspace(
                labels=np.full((self._metric.state_count, 2), NO_TOTAL, dtype=np.int64),
                heap=np.empty(heap_room(self._metric.roads), dtype=np.int64),
                base=np.full(1, NO_TOTAL, dtype=np.int64),
            )
            self._per_thread.workspace = workspace
        return workspace

    def _legs(
        self,
        fleet: Fleet,
        accesses: Accesses,
        offset_ms: Int64,
        found: Legs,
        workspace: Workspace | None,
    ) -> tuple[DriveLeg, ...]:
        """Translate the kernel's legs; ``workspace`` only where routes are asked for."""
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
                    route_of_leg(self._graph, self._metric, fleet, accesses, found, leg, workspace)
                    if workspace is not None
                    else None
                ),
            )
            for leg, (unit, drive, walk, distance_mm) in enumerate(columns)
        )

    def _unreachable(
        self,
        fleet: Fleet,
        accesses: Accesses,
        offset_ms: Int64,
        found: Legs,
        workspace: Workspace,
    ) -> tuple[int, ...]:
        units = self._reachability.unreachable(fleet, accesses, found)
        if units is None:
            everyone = len(fleet)
            found = nearest(
                self._metric.roads, fleet.starts, accesses, offset_ms, everyone, 0, workspace
            )
            units = np.flatnonzero(found.bound_ms == NO_TOTAL)
        return tuple(units.tolist())


def heap_room(roads: Roads) -> int:
    """Every arc enters the heap once at the most, and so does every arc that enters the call."""
    arcs_of_one_edge = int(np.diff(roads.first_arc).max())
    return len(roads.tail) + 2 * CANDIDATES_AT_MOST * arcs_of_one_edge


def _outside(call: LonLat, max_snap_m: float) -> OutsideDistrict:
    return OutsideDistrict(
        f"{call.lon:.6f}, {call.lat:.6f} is farther than {max_snap_m:g} m from every road of this "
        "district. Check which is longitude and which latitude, and the coordinate system (crs).",
        f"坐标{call.lon:.6f}, {call.lat:.6f}距本辖区任何道路都超过{max_snap_m:g}米。"
        "请检查经纬度是否写反，坐标系（crs）是否正确。",
    )
