"""From one question to one answer: every mode is asked, and the ways are put in one order."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import takewhile
from operator import itemgetter
from typing import NamedTuple

import numpy as np

from dispatch_router.domain.errors import OutsideDistrict
from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.policy import LocatePolicy
from dispatch_router.domain.travel import DriveLeg, NearestUnits, RoadAccess
from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.access import road_access
from dispatch_router.routing.cut_off import CutOff
from dispatch_router.routing.fleet import Fleet
from dispatch_router.routing.graph import DistrictRoads
from dispatch_router.routing.group_search import GroupSearch, way_of
from dispatch_router.routing.kernels.arrays import NO_TOTAL
from dispatch_router.routing.mode_roads import ModeRoads
from dispatch_router.routing.open_ways import open_ways
from dispatch_router.routing.question import GroupAnswer, Question, Way
from dispatch_router.routing.roads_now import RoadsNow
from dispatch_router.routing.straight_line import at_least, road_distance_m, straight_leg


class Answering:
    """Asks the units of every mode."""

    def __init__(
        self,
        roads: DistrictRoads,
        modes: Mapping[UnitMode, ModeRoads],
        locate: LocatePolicy,
        max_snap_m: float,
    ) -> None:
        """Answer on these networks."""
        self._roads = roads
        self._search = GroupSearch(locate)
        self._cut_off = CutOff(modes, locate)
        self._locate, self._max_snap_m = locate, max_snap_m

    def warm_up(self) -> None:
        """Do now what the first call under closures would else wait for."""
        self._cut_off.warm_up()

    def answer(self, now: RoadsNow, fleet: Fleet, question: Question) -> NearestUnits:
        """Answer under the conditions of ``now``; the fleet's lock is held.

        Raises:
            OutsideDistrict: no road is near, and the place lies outside the graph.
        """
        access, beyond_m = self._access(fleet, question), None
        if access is None:
            beyond_m = self._beyond_m(question)
        answers = [
            self._search.ask(now, fleet, group, offset_ms, question)
            for group in fleet.groups
            if len(question.snapped.of(group.mode)) > 0
            and (offset_ms := question.offset_of(group)) is not None
        ]
        baseline = self._search.baseline(answers, question)
        walked = self._cut_off.ways(now, answers, question)
        if not walked and not any(answer.units for answer in answers):
            closed = bool(now.conditions.closures)
            open_legs = open_ways(answers, question, self._locate) if closed else {}
            straight = self._by_straight_lines(now, fleet, question, access, open_legs)
            return dataclasses.replace(straight, beyond_m=beyond_m)
        cut_off = frozenset(way.unit for way in walked)
        found = [*_found(answers), *map(_described, walked)]
        certain, certain_to_ms = _certain(found, question)
        kept = self._search.with_ordinary_times(now, fleet, answers, question, certain)
        return NearestUnits(
            graph_version=self._roads.summary.version,
            access=access,
            legs=tuple(way.leg for way in kept),
            certain_to_ms=certain_to_ms,
            unreachable=_unreachable(fleet, question, answers, cut_off),
            baseline=_best([*baseline, *walked], question.baseline),
            cut_off=tuple(sorted(cut_off)),
            closures_in_force=len(now.conditions.closures),
            conditions=now.conditions,
        )

    def _access(self, fleet: Fleet, question: Question) -> RoadAccess | None:
        """Describe the nearest road point: of the fleet's modes the first that can come near."""
        own = [group.mode for group in fleet.groups]
        for mode in (*own, *(other for other in UnitMode if other not in own)):
            snapped = question.snapped.of(mode)
            if len(snapped) > 0:
                return road_access(self._roads.networks[mode], snapped)
        return None

    def _beyond_m(self, question: Question) -> float | None:
        """Tell how far outside the graph a call is that no road is near; None if inside."""
        box, call = self._roads.summary.bounding_box, question.call
        if box.west <= call.lon <= box.east and box.south <= call.lat <= box.north:
            return None
        if question.beyond_m > 0.0:
            beyond_m = road_distance_m(self._roads.networks[UnitMode.CAR], call)
            if beyond_m <= question.beyond_m:
                return beyond_m
        raise _outside(call, max(self._max_snap_m, question.beyond_m))

    def _by_straight_lines(
        self,
        now: RoadsNow,
        fleet: Fleet,
        question: Question,
        access: RoadAccess | None,
        open_legs: Mapping[int, DriveLeg],
    ) -> NearestUnits:
        """Nobody that is asked has a way: say how far each is, and on what that rests."""
        networks = {network.mode: network for network in self._roads.summary.networks}
        fallback = next(iter(networks.values()))
        ways = []
        for unit in np.flatnonzero(question.offset_ms >= 0).tolist():
            mode, position = fleet.modes[unit], fleet.positions[unit]
            network = networks.get(mode, fallback)
            leg = straight_leg(
                unit, position, question.call, network, with_route=question.with_routes
            )
            leg = at_least(leg, open_legs.get(unit))
            ways.append(Way(int(question.offset_ms[unit]) + leg.drive_ms, unit, leg))
        certain, certain_to_ms = _certain(map(_described, ways), question)
        return NearestUnits(
            graph_version=self._roads.summary.version,
            access=access,
            legs=tuple(way.leg for way in certain),
            certain_to_ms=certain_to_ms,
            unreachable=(),
            baseline=_best(ways, question.baseline),
            cut_off=tuple(sorted(open_legs)),
            closures_in_force=len(now.conditions.closures),
            conditions=now.conditions,
        )


class _Found(NamedTuple):
    """A way that may have to be described."""

    total_ms: int
    unit: int
    describe: Callable[[], Way]


def _found(answers: Iterable[GroupAnswer]) -> Iterator[_Found]:
    for answer in answers:
        for number, (total_ms, unit) in enumerate(zip(answer.totals_ms, answer.units, strict=True)):
            yield _Found(total_ms, unit, partial(way_of, answer, number))


def _described(way: Way) -> _Found:
    return _Found(way.total_ms, way.unit, lambda: way)


def _certain(found: Iterable[_Found], question: Question) -> tuple[list[Way], int]:
    """Keep the k best and their ties, in order; with the total up to which all are known."""
    ranked = sorted(found, key=itemgetter(0, 1))
    certain_to_ms = NO_TOTAL
    if len(ranked) >= question.k:
        certain_to_ms = ranked[question.k - 1].total_ms + question.band_ms
    # Of three modes two thirds are not needed, which are not worth describing.
    kept = takewhile(lambda each: each.total_ms <= certain_to_ms, ranked)
    return [each.describe() for each in kept], certain_to_ms


def _best(ways: Iterable[Way], units: frozenset[int]) -> DriveLeg | None:
    """Return the leg with the least total of these units, ties to the lower index."""
    possible = [way for way in ways if way.unit in units]
    return min(possible, key=lambda way: way[:2]).leg if possible else None


def _unreachable(
    fleet: Fleet, question: Question, answers: Sequence[GroupAnswer], walking: frozenset[int]
) -> tuple[int, ...]:
    """Units of modes whose roads are not near, and those that no way leads from."""
    searched = {answer.group.mode for answer in answers}
    units: set[int] = set()
    for group in fleet.groups:
        if group.mode not in searched:
            units.update(group.units[question.offset_ms[group.units] >= 0].tolist())
    for answer in answers:
        units.update(answer.group.units[answer.unreachable].tolist())
    return tuple(sorted(units - walking))


def _outside(call: LonLat, max_snap_m: float) -> OutsideDistrict:
    return OutsideDistrict(
        f"{call.lon:.6f}, {call.lat:.6f} is farther than {max_snap_m:g} m from every road of this "
        "district. Check which is longitude and which latitude, and the coordinate system (crs).",
        f"坐标{call.lon:.6f}, {call.lat:.6f}距本辖区任何道路都超过{max_snap_m:g}米。"
        "请检查经纬度是否写反，坐标系（crs）是否正确。",
    )
