"""Units that closures alone keep from driving to a call: they drive as far as they can and walk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from dispatch_router.domain.policy import LocatePolicy
from dispatch_router.domain.response import Response
from dispatch_router.domain.travel import DriveLeg
from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.access import call_accesses
from dispatch_router.routing.graph import Int32
from dispatch_router.routing.kernels.unreached import REACHES_CORE
from dispatch_router.routing.mode_roads import ModeRoads
from dispatch_router.routing.on_foot import (
    Walks,
    shared_junctions,
    walks_over_footways,
    walks_straight,
)
from dispatch_router.routing.question import GroupAnswer, Question, Way
from dispatch_router.routing.reachability import reachable_if_open
from dispatch_router.routing.roads_now import RoadsNow
from dispatch_router.routing.searches import only
from dispatch_router.routing.view import View


class CutOff:
    """Finds the ways of units that are cut off."""

    def __init__(self, modes: Mapping[UnitMode, ModeRoads], locate: LocatePolicy) -> None:
        """Know the networks of all modes."""
        self._modes = modes
        self._locate = locate
        self._junctions: dict[UnitMode, Int32] = {}

    def ways(self, now: RoadsNow, answers: Sequence[GroupAnswer], question: Question) -> list[Way]:
        """Return a way, part of it on foot, for every unit that only closures cut off."""
        if not now.conditions.closures:
            return []
        return [
            way
            for answer in answers
            if answer.group.mode is not UnitMode.FOOT
            for way in self._ways(now, answer, question)
        ]

    def _ways(self, now: RoadsNow, answer: GroupAnswer, question: Question) -> list[Way]:
        profile, view = answer.seen.profile, answer.seen.view
        call = question.snapped.of(answer.group.mode)
        open_call = call_accesses(profile.open_metric, call, self._locate)
        members = reachable_if_open(view, profile.open_metric, open_call, answer.unreachable)
        if len(members) == 0:
            return []
        walks = self._walks(now, answer.group.mode, question, _left_at(view, members))
        only_ms = only(answer.offset_ms, members)
        found = profile.bounded.nearest_from(view, walks.entries, only_ms, len(members), 0)
        ways = []
        for leg in range(len(found.unit)):
            unit, total_ms = int(answer.group.units[found.unit[leg]]), int(found.total_ms[leg])
            walk = walks.on_foot(profile.graph, int(found.access[leg]))
            drive_ms = total_ms - int(only_ms[found.unit[leg]]) - walk.walk_ms
            distance_m = int(found.distance_mm[leg]) / 1000.0
            way = DriveLeg(unit, drive_ms, walk.walk_ms, distance_m, profile.basis, on_foot=walk)
            ways.append(Way(total_ms, unit, way))
        return ways

    def _walks(self, now: RoadsNow, mode: UnitMode, question: Question, states: Int32) -> Walks:
        """Walk over footways where they are known and the call is near one, else straight."""
        vehicles, foot = self._modes[mode], self._modes.get(UnitMode.FOOT)
        snapped = question.snapped.of(UnitMode.FOOT)
        if foot is None or len(snapped) == 0:
            call = question.call
            return walks_straight(vehicles.graph, vehicles.topology, call, self._locate, states)
        profile = now.profile(UnitMode.FOOT, Response.ROUTINE)
        accesses = call_accesses(profile.metric, snapped, self._locate)
        if mode not in self._junctions:
            self._junctions[mode] = shared_junctions(foot.graph, vehicles.graph)
        junctions, topology = self._junctions[mode], vehicles.topology
        return walks_over_footways(profile, accesses, junctions, topology, states)


def _left_at(view: View, units: np.ndarray) -> Int32:
    """List the states where some units may leave their vehicles, ascending.

    Who cannot drive to the core is in a corner of the map: from where the core can be reached it
    never comes, and all of the city need not be searched for it.
    """
    everywhere: Int32 = np.arange(view.metric.state_count, dtype=np.int32)
    if not np.isin(units, view.stranded()).all():
        return everywhere
    apart: Int32 = everywhere[view.reach & REACHES_CORE == 0]
    return apart
