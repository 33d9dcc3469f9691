"""The engine: which units reach this call first, on the roads as they are now."""

from __future__ import annotations

import contextlib
import threading
import weakref
from collections.abc import Mapping, Sequence

import numpy as np

from dispatch_router.domain.closures import Closure
from dispatch_router.domain.conditions import ClosedRoads, Conditions
from dispatch_router.domain.errors import OutsideDistrict
from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.policy import LocatePolicy, SnapPolicy
from dispatch_router.domain.response import Response
from dispatch_router.domain.traffic import EmergencyPolicy, TrafficPolicy
from dispatch_router.domain.travel import DriveLeg, GraphSummary, NearestUnits, WaysFrom
from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.answer import Answering
from dispatch_router.routing.closing.listing import describe_closed_roads
from dispatch_router.routing.fleet import Fleet
from dispatch_router.routing.graph import DistrictRoads, Int64, RoadGraph
from dispatch_router.routing.mode_roads import ModeRoads
from dispatch_router.routing.question import CallOnRoads, Question
from dispatch_router.routing.roads_now import RoadsNow
from dispatch_router.routing.searches import Search
from dispatch_router.routing.snapping import NOWHERE, SnappedPosition


class RoadEngine:
    """Answers "which k of these units reach this point first" on the roads of one district.

    Graphs are shared and never written. New conditions are made ready beside the searches and
    taken over in one step; what a search sees does not change under it.
    """

    def __init__(
        self,
        roads: DistrictRoads,
        snap_policy: SnapPolicy,
        locate: LocatePolicy,
        *,
        traffic: TrafficPolicy | None = None,
        emergency: EmergencyPolicy | None = None,
        with_hierarchy: bool = True,
        laid_out: Mapping[UnitMode, ModeRoads] | None = None,
    ) -> None:
        """Prepare the networks for searching.

        Args:
            roads: a network for each mode.
            snap_policy: how positions are tied to them.
            locate: how people are found from there.
            traffic: speeds by the hour, and waiting at signals.
            emergency: what an emergency drive may do.
            with_hierarchy: False to answer by the bounded search until ``add_hierarchies``.
            laid_out: the same networks, as another engine has laid them out already.
        """
        self._roads = roads
        self._snap_policy, self._locate = snap_policy, locate
        self._traffic, self._emergency = traffic or TrafficPolicy(), emergency or EmergencyPolicy()
        self._modes = {
            mode: ModeRoads(graph, mode, self._traffic, self._emergency, (laid_out or {}).get(mode))
            for mode, graph in roads.networks.items()
        }
        self._now = RoadsNow(self._modes, Conditions())
        self._coming: RoadsNow | None = None
        self._answering = Answering(roads, self._modes, locate, snap_policy.max_snap_m)
        self._adopting = threading.Lock()
        self._fleets: weakref.WeakSet[Fleet] = weakref.WeakSet()
        if with_hierarchy:
            self.add_hierarchies()

    def another(self, *, with_hierarchy: bool) -> RoadEngine:
        """Make an engine on the same graph and policy, for nothing that concerns this one."""
        return RoadEngine(
            self._roads,
            self._snap_policy,
            self._locate,
            traffic=self._traffic,
            emergency=self._emergency,
            with_hierarchy=with_hierarchy,
            laid_out=self._modes,
        )

    def summary(self) -> GraphSummary:
        """Describe the graph in use."""
        return self._roads.summary

    def graph(self, mode: UnitMode) -> RoadGraph:
        """Return the network of one mode."""
        return self._roads.networks[mode]

    def conditions(self) -> Conditions:
        """Return the conditions in force."""
        return self._now.conditions

    def add_hierarchies(self) -> None:
        """Build what the second search needs, while the first one answers."""
        for roads in self._modes.values():
            roads.contract()
        self._answering.warm_up()
        with self._adopting:
            self._coming = None
            self._take_over(RoadsNow(self._modes, self._now.conditions, self._now))

    def prepare(self, conditions: Conditions) -> None:
        """Make ready for conditions that will soon be adopted, while searches go on."""
        with self._adopting:
            self._coming = RoadsNow(self._modes, conditions, self._now)

    def adopt(self, conditions: Conditions) -> None:
        """Let the hour and the closures hold from the next search on.

        Searches go on meanwhile; a search that has begun ends under the conditions that it saw.
        """
        with self._adopting:
            coming, self._coming = self._coming, None
            if coming is None or coming.conditions != conditions:
                coming = RoadsNow(self._modes, conditions, self._now)
            self._take_over(coming)
            in_force = frozenset(closure.id for closure in conditions.closures)
            for roads in self._modes.values():
                roads.forget_closures_but(in_force)

    def _take_over(self, now: RoadsNow) -> None:
        """Make every fleet ready for new conditions, then search under them, in one step."""
        fleets = list(self._fleets)
        prepared = [(fleet, fleet.prepare(now.profile)) for fleet in fleets]
        with contextlib.ExitStack() as locks:
            for fleet in fleets:
                locks.enter_context(fleet.lock)
            for fleet, seen in prepared:
                fleet.take_over(seen)
            self._now = now

    def closed_roads(self, closure: Closure, *, with_lines: bool = True) -> ClosedRoads:
        """Describe the road parts that a closure concerns; their shapes only where asked for."""
        return describe_closed_roads(
            [(roads.graph, roads.closed_edges(closure)) for roads in self._modes.values()],
            with_lines=with_lines,
        )

    def near_roads(self, positions: Sequence[LonLat]) -> list[bool]:
        """Tell of each position whether a road for cars lies within ``max_snap_m``."""
        return [len(snapped) > 0 for snapped in self._snap_all(UnitMode.CAR, positions)]

    def place_fleet(
        self, positions: Sequence[LonLat], modes: Sequence[UnitMode] | None = None
    ) -> Fleet:
        """Tie units to the roads of their modes, in the order given; all are cars by default.

        A unit too far from any road stays in the fleet and is unreachable.
        """
        fleet = self._tied(positions, modes or [UnitMode.CAR] * len(positions))
        # Whoever adopts conditions goes through all of them.
        with self._adopting:
            self._fleets.add(fleet)
        return fleet

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
        response: Response = Response.ROUTINE,
        search: type[Search] | None = None,
        beyond_m: float = 0.0,
    ) -> NearestUnits:
        """Find the units that can stand beside the person first.

        Args:
            fleet: what ``place_fleet`` returned.
            call: where the person is, WGS-84.
            offset_ms: shape (units,), turn-out plus searching; ``NOT_ASKED_MS`` leaves a unit
                out of the answer.
            k: how many must be certain, 1 or more.
            band_ms: every unit within this of the k-th best is in the answer too.
            baseline: unit indexes of which the best must be in the answer.
            with_routes: fill ``route`` of every leg.
            response: which traffic rules bind.
            search: the one to ask; None for the faster.
            beyond_m: a call outside the graph is answered too, along straight lines, where a road
                is no farther than this.

        Raises:
            OutsideDistrict: no road is near, and the place lies outside the graph.
        """
        question = Question(
            call=call,
            snapped=CallOnRoads(call, self._snap),
            offset_ms=offset_ms,
            k=k,
            band_ms=band_ms,
            baseline=frozenset(baseline),
            with_routes=with_routes,
            response=response,
            search=search,
            beyond_m=beyond_m,
        )
        with fleet.lock:
            return self._answering.answer(self._now, fleet, question)

    def ways_from(
        self,
        start: LonLat,
        mode: UnitMode,
        ends: Sequence[LonLat],
        *,
        response: Response = Response.ROUTINE,
        with_routes: bool = False,
    ) -> WaysFrom:
        """Find the best way from one place to each of a few others, under one set of conditions.

        The start is a fleet of one, and each end a call: the drive is the very one that would be
        ranked for a unit that stands there.

        Args:
            start: WGS-84.
            mode: how to travel.
            ends: WGS-84.
            response: which traffic rules bind.
            with_routes: fill ``route`` of every leg.

        Returns:
            A leg for each end, over roads where any leads there, else the straight line.
        """
        now = self._now
        # Of nobody's concern but this call's: it is not made ready for new conditions.
        fleet = self._tied([start], [mode])
        legs = [
            self._way(now, fleet, end, response=response, with_routes=with_routes) for end in ends
        ]
        return WaysFrom(self._roads.summary.version, tuple(legs), len(now.conditions.closures))

    def _way(
        self, now: RoadsNow, fleet: Fleet, end: LonLat, *, response: Response, with_routes: bool
    ) -> DriveLeg | None:
        question = Question(
            call=end,
            snapped=CallOnRoads(end, self._snap),
            offset_ms=np.zeros(1, dtype=np.int64),
            k=1,
            band_ms=0,
            baseline=frozenset(),
            with_routes=with_routes,
            response=response,
            search=None,
        )
        try:
            return self._answering.answer(now, fleet, question).legs[0]
        except OutsideDistrict:
            return None

    def _tied(self, positions: Sequence[LonLat], modes: Sequence[UnitMode]) -> Fleet:
        return Fleet(positions, modes, self._snap_all, self._snap_policy.yard_speed_m_s)

    def _snap(self, mode: UnitMode, position: LonLat) -> SnappedPosition:
        roads = self._modes.get(mode)
        if roads is None:
            return NOWHERE
        return roads.snapping.snap(
            position,
            max_m=self._snap_policy.max_snap_m,
            within_m=self._snap_policy.candidate_within_m,
        )

    def _snap_all(self, mode: UnitMode, positions: Sequence[LonLat]) -> list[SnappedPosition]:
        roads = self._modes.get(mode)
        if roads is None:
            return [NOWHERE] * len(positions)
        return roads.snapping.snap_many(
            positions,
            max_m=self._snap_policy.max_snap_m,
            within_m=self._snap_policy.candidate_within_m,
        )
