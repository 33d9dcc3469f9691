"""Units that closures alone keep from driving to a call: they drive as far as they can and walk."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from dispatch_router.domain.policy import LocatePolicy
from dispatch_router.domain.response import Response
from dispatch_router.domain.travel import DriveLeg
from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.access import call_accesses
from dispatch_router.routing.graph import Int32
from dispatch_router.routing.kernels.arrays import Entries
from dispatch_router.routing.kernels.flood import reached_from
from dispatch_router.routing.mode_roads import ModeRoads
from dispatch_router.routing.on_foot import (
    Walks,
    shared_junctions,
    walks_over_footways,
    walks_straight,
)
from dispatch_router.routing.profile import Profile
from dispatch_router.routing.question import GroupAnswer, Question, Way
from dispatch_router.routing.reachability import reachable_if_open
from dispatch_router.routing.roads_now import RoadsNow
from dispatch_router.routing.searches import only
from dispatch_router.routing.view import View

FEW = 16
"""So many units that are cut off are searched for one by one."""


class CutOff:
    """Finds the ways of units that are cut off."""

    def __init__(self, modes: Mapping[UnitMode, ModeRoads], locate: LocatePolicy) -> None:
        """Know the networks of all modes."""
        self._modes = modes
        self._locate = locate
        self._junctions: dict[UnitMode, Int32] = {}

    def warm_up(self) -> None:
        """Look for shared junctions now: 50 ms on a city, which no call should wait for."""
        for mode in self._modes:
            if mode is not UnitMode.FOOT and UnitMode.FOOT in self._modes:
                self._shared_junctions(mode)

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
        foot = self._walkers(now)
        ways = self._walked(foot, answer, members, question)
        if foot is None or foot.slowed is None or len(ways) == len(members):
            return ways
        # Walkers are kept out as well. What they would need all the same is nearer the truth than
        # a straight line.
        as_if_open = dataclasses.replace(
            foot, metric=foot.open_metric, bounded=foot.bounded.under(foot.open_metric)
        )
        known = [way.unit for way in ways]
        others = members[~np.isin(answer.group.units[members], known)]
        past = self._walked(as_if_open, answer, others, question)
        return [*ways, *map(_past_closure, past)]

    def _walked(
        self, foot: Profile | None, answer: GroupAnswer, members: Int32, question: Question
    ) -> list[Way]:
        """Let members drive as far as they can, and walk on from there."""
        view, mode = answer.seen.view, answer.group.mode
        if _are_few_in_corners(view, members):
            corners = [_driven_to(view, int(member)) for member in members]
            walks = self._walks(foot, mode, question, np.unique(np.concatenate(corners)))
            found = [
                self._nearest(
                    answer, walks, members[at : at + 1], np.isin(walks.entries.state, corner)
                )
                for at, corner in enumerate(corners)
            ]
            return [way for ways in found for way in ways]
        everywhere = np.arange(view.metric.state_count, dtype=np.int32)
        walks = self._walks(foot, mode, question, everywhere)
        return self._nearest(
            answer, walks, members, np.ones(len(walks.entries.state), dtype=np.bool_)
        )

    def _nearest(
        self, answer: GroupAnswer, walks: Walks, members: Int32, entered: npt.NDArray[np.bool_]
    ) -> list[Way]:
        """Drive some members to those junctions that are entered, and walk on."""
        view, profile = answer.seen.view, answer.seen.profile
        entry = np.flatnonzero(entered)
        entries = Entries(walks.entries.state[entry], walks.entries.rest_ms[entry])
        only_ms = only(answer.offset_ms, members)
        found = profile.bounded.nearest_from(view, entries, only_ms, len(members), 0)
        ways = []
        for leg in range(len(found.unit)):
            unit, total_ms = int(answer.group.units[found.unit[leg]]), int(found.total_ms[leg])
            walk = walks.on_foot(profile.graph, int(entry[found.access[leg]]))
            drive_ms = total_ms - int(only_ms[found.unit[leg]]) - walk.walk_ms
            distance_m = int(found.distance_mm[leg]) / 1000.0
            way = DriveLeg(unit, drive_ms, walk.walk_ms, distance_m, profile.basis, on_foot=walk)
            ways.append(Way(total_ms, unit, way))
        return ways

    def _walkers(self, now: RoadsNow) -> Profile | None:
        if UnitMode.FOOT not in self._modes:
            return None
        return now.profile(UnitMode.FOOT, Response.ROUTINE)

    def _walks(
        self, foot: Profile | None, mode: UnitMode, question: Question, states: Int32
    ) -> Walks:
        """Walk over footways where they are known and the call is near one, else straight."""
        vehicles = self._modes[mode]
        snapped = question.snapped.of(UnitMode.FOOT)
        if foot is None or len(snapped) == 0:
            call = question.call
            return walks_straight(vehicles.graph, vehicles.topology, call, self._locate, states)
        accesses = call_accesses(foot.metric, snapped, self._locate)
        junctions, topology = self._shared_junctions(mode), vehicles.topology
        return walks_over_footways(foot, accesses, junctions, topology, states)

    def _shared_junctions(self, mode: UnitMode) -> Int32:
        if mode not in self._junctions:
            foot, vehicles = self._modes[UnitMode.FOOT].graph, self._modes[mode].graph
            self._junctions[mode] = shared_junctions(foot, vehicles)
        return self._junctions[mode]


def _past_closure(way: Way) -> Way:
    """Mark a way on whose last part walkers are kept out too."""
    walk = way.leg.on_foot
    if walk is None:
        return way
    marked = dataclasses.replace(walk, past_closure=True)
    return way._replace(leg=way.leg._replace(on_foot=marked))


def _are_few_in_corners(view: View, units: Int32) -> bool:
    """Tell whether none of a few units can drive to the core.

    From the corners of the map where such units are, each is searched for by itself: among all
    junctions from which the person can be walked to, the whole city would be searched in vain.
    """
    return len(units) <= FEW and bool(np.isin(units, view.stranded()).all())


def _driven_to(view: View, unit: int) -> Int32:
    """List the states that a unit can drive to."""
    roads, topology = view.metric.roads, view.metric.topology
    states = roads.head_state[view.starts_of(unit).edge]
    return reached_from(topology.leaving, roads.weight_ms, states)
