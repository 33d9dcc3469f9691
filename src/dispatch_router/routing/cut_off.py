"""Units that closures alone keep from driving to a call: they drive as far as they can and walk."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from dispatch_router.domain.policy import LocatePolicy
from dispatch_router.domain.response import Response
from dispatch_router.domain.travel import DriveLeg
from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.access import call_accesses
from dispatch_router.routing.graph import Int32
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

    def open_ways(
        self, now: RoadsNow, answers: Sequence[GroupAnswer], question: Question
    ) -> dict[int, DriveLeg]:
        """Return the way that every unit would have if nothing were closed, by unit."""
        if not now.conditions.closures:
            return {}
        return {
            leg.unit_index: leg for answer in answers for leg in self._open_ways(answer, question)
        }

    def _open_ways(self, answer: GroupAnswer, question: Question) -> Iterator[DriveLeg]:
        profile, view, offset_ms = answer.seen.profile, answer.seen.view, answer.offset_ms
        call = question.snapped.of(answer.group.mode)
        accesses = call_accesses(profile.open_metric, call, self._locate)
        search = profile.bounded.under(profile.open_metric)
        found = search.nearest(view, accesses, offset_ms, len(offset_ms), 0)
        for number, member in enumerate(found.unit.tolist()):
            walk_ms = int(accesses.walk_ms[found.access[number]])
            drive_ms = int(found.total_ms[number]) - int(offset_ms[member]) - walk_ms
            distance_m = int(found.distance_mm[number]) / 1000.0
            unit = int(answer.group.units[member])
            yield DriveLeg(unit, drive_ms, walk_ms, distance_m, profile.basis)

    def _ways(self, now: RoadsNow, answer: GroupAnswer, question: Question) -> list[Way]:
        profile, view = answer.seen.profile, answer.seen.view
        call = question.snapped.of(answer.group.mode)
        open_call = call_accesses(profile.open_metric, call, self._locate)
        members = reachable_if_open(view, profile.open_metric, open_call, answer.unreachable)
        if len(members) == 0:
            return []
        foot = self._walkers(now)
        walks = self._walks(foot, answer.group.mode, question)
        ways = self._driven_and_walked(answer, walks, members)
        if foot is None or foot.metric is foot.open_metric or len(ways) == len(members):
            return ways
        # Walkers are kept out as well. What they would need is nearer the truth than no way at all.
        as_if_open = dataclasses.replace(
            foot, metric=foot.open_metric, bounded=foot.bounded.under(foot.open_metric)
        )
        walks = self._walks(as_if_open, answer.group.mode, question)
        known = {way.unit for way in ways}
        others = members[[int(answer.group.units[member]) not in known for member in members]]
        past = self._driven_and_walked(answer, walks, others, past_closure=True)
        return [*ways, *past]

    def _driven_and_walked(
        self,
        answer: GroupAnswer,
        walks: Walks,
        members: np.ndarray,
        *,
        past_closure: bool = False,
    ) -> list[Way]:
        profile, view = answer.seen.profile, answer.seen.view
        only_ms = only(answer.offset_ms, members)
        found = profile.bounded.nearest_from(view, walks.entries, only_ms, len(members), 0)
        ways = []
        for leg in range(len(found.unit)):
            unit, total_ms = int(answer.group.units[found.unit[leg]]), int(found.total_ms[leg])
            walk = walks.on_foot(profile.graph, int(found.access[leg]))
            walk = dataclasses.replace(walk, past_closure=past_closure)
            drive_ms = total_ms - int(only_ms[found.unit[leg]]) - walk.walk_ms
            distance_m = int(found.distance_mm[leg]) / 1000.0
            way = DriveLeg(unit, drive_ms, walk.walk_ms, distance_m, profile.basis, on_foot=walk)
            ways.append(Way(total_ms, unit, way))
        return ways

    def _walkers(self, now: RoadsNow) -> Profile | None:
        if UnitMode.FOOT not in self._modes:
            return None
        return now.profile(UnitMode.FOOT, Response.ROUTINE)

    def _walks(self, profile: Profile | None, mode: UnitMode, question: Question) -> Walks:
        """Walk over footways where they are known and the call is near one, else straight."""
        vehicles, foot = self._modes[mode], self._modes.get(UnitMode.FOOT)
        snapped = question.snapped.of(UnitMode.FOOT)
        if foot is None or profile is None or len(snapped) == 0:
            return walks_straight(vehicles.graph, vehicles.topology, question.call, self._locate)
        accesses = call_accesses(profile.metric, snapped, self._locate)
        if mode not in self._junctions:
            self._junctions[mode] = shared_junctions(foot.graph, vehicles.graph)
        return walks_over_footways(profile, accesses, self._junctions[mode], vehicles.topology)
