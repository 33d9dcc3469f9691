"""Search for the units of one mode, and describe the legs that were found."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from dispatch_router.domain.policy import LocatePolicy
from dispatch_router.domain.response import Response
from dispatch_router.domain.travel import DriveLeg
from dispatch_router.routing.access import call_accesses
from dispatch_router.routing.exemptions import exemptions_of
from dispatch_router.routing.fleet import Fleet, Group, Seen
from dispatch_router.routing.graph import Int64
from dispatch_router.routing.kernels.arrays import NO_TOTAL, Accesses
from dispatch_router.routing.kernels.legs import Legs
from dispatch_router.routing.profile import Profile
from dispatch_router.routing.question import Drive, GroupAnswer, Question, Way
from dispatch_router.routing.reachability import unreachable
from dispatch_router.routing.roads_now import RoadsNow
from dispatch_router.routing.route import drive_of_leg, line_of
from dispatch_router.routing.searches import Search


class GroupSearch:
    """Asks one profile about the units of one mode."""

    def __init__(self, locate: LocatePolicy) -> None:
        """Take how people are found from the road."""
        self._locate = locate

    def ask(
        self, now: RoadsNow, fleet: Fleet, group: Group, offset_ms: Int64, question: Question
    ) -> GroupAnswer:
        """Find the nearest of a group, with its own part of the question's offsets.

        The call is near a road of its mode.
        """
        seen = fleet.seen(group, question.response, now.profile)
        profile = seen.profile
        accesses = call_accesses(profile.metric, question.snapped.of(group.mode), self._locate)
        search = _chosen(profile, len(group), question)
        found = search.nearest(seen.view, accesses, offset_ms, question.k, question.band_ms)
        return GroupAnswer(
            group=group,
            seen=seen,
            accesses=accesses,
            offset_ms=offset_ms,
            found=found,
            units=group.units[found.unit].tolist(),
            totals_ms=found.total_ms.tolist(),
            # Read from the search's memory: first of all, before it is used again.
            drives=_drives(seen, accesses, found, search, with_routes=question.with_routes),
            unreachable=_unreachable(seen, accesses, offset_ms, found),
        )

    def baseline(self, answers: Sequence[GroupAnswer], question: Question) -> list[Way]:
        """Return the best way of each group's units that the baseline asks for."""
        best = (_best_of(answer, question.baseline) for answer in answers)
        return [way for way in best if way is not None]

    def with_ordinary_times(
        self,
        now: RoadsNow,
        fleet: Fleet,
        answers: Sequence[GroupAnswer],
        question: Question,
        ways: Sequence[Way],
    ) -> list[Way]:
        """Add what each unit needs when it keeps every rule, where it may set rules aside."""
        if question.response is Response.ROUTINE:
            return list(ways)
        units = frozenset(way.unit for way in ways)
        ordinary: dict[int, int] = {}
        for answer in answers:
            if answer.seen.profile.pricing.uses_exemptions:
                ordinary |= self._ordinary_ms(now, fleet, answer, question, units)
            else:
                own = (way for way in ways if way.unit in answer.group)
                ordinary |= {way.unit: way.leg.drive_ms + way.leg.walk_ms for way in own}
        return [
            way._replace(leg=way.leg._replace(ordinary_ms=ordinary.get(way.unit))) for way in ways
        ]

    def _ordinary_ms(
        self,
        now: RoadsNow,
        fleet: Fleet,
        answer: GroupAnswer,
        question: Question,
        units: frozenset[int],
    ) -> dict[int, int]:
        group = answer.group
        seen = fleet.seen(group, Response.ROUTINE, now.profile)
        profile = seen.profile
        accesses = call_accesses(profile.metric, question.snapped.of(group.mode), self._locate)
        search = profile.by_labels or profile.bounded
        members = np.array(group.members(units), dtype=np.int32)
        found = search.among(seen.view, accesses, answer.offset_ms, members)
        only_ways_ms = found.total_ms - answer.offset_ms[found.unit]
        return dict(zip(group.units[found.unit].tolist(), only_ways_ms.tolist(), strict=True))


def _chosen(profile: Profile, unit_count: int, question: Question) -> Search:
    if question.search is not None:
        for search in profile.searches:
            if isinstance(search, question.search):
                return search
    return profile.faster_search(unit_count, question.k)


def way_of(answer: GroupAnswer, number: int) -> Way:
    """Describe one leg of an answer."""
    drive = None if answer.drives is None else answer.drives[number]
    return _way(answer, answer.found, number, answer.units[number], drive)


def _way(answer: GroupAnswer, found: Legs, number: int, unit: int, drive: Drive | None) -> Way:
    total_ms = int(found.total_ms[number])
    walk_ms = int(answer.accesses.walk_ms[found.access[number]])
    leg = DriveLeg(
        unit,
        total_ms - int(answer.offset_ms[found.unit[number]]) - walk_ms,
        walk_ms,
        int(found.distance_mm[number]) / 1000.0,
        answer.seen.profile.basis,
        None if drive is None else drive.route,
        () if drive is None else drive.exemptions,
    )
    return Way(total_ms, unit, leg)


def _drives(
    seen: Seen, accesses: Accesses, found: Legs, search: Search, *, with_routes: bool
) -> list[Drive] | None:
    """Read routes, where they are asked for, and exempted stretches."""
    graph, exempt = seen.profile.graph, seen.profile.exempt_roads
    if not with_routes and exempt is None:
        return None
    driven = partial(search.driven_arcs, seen.view, accesses, found)
    drives = []
    for number in range(len(found.unit)):
        drive = drive_of_leg(graph, seen.view.starts, accesses, found, number, driven)
        route = line_of(graph, drive) if with_routes else None
        drives.append(Drive(route, () if exempt is None else exemptions_of(exempt, drive)))
    return drives


def _best_of(answer: GroupAnswer, units: frozenset[int]) -> Way | None:
    """Return the best way of these units, if any of them has one."""
    # Whoever is not among the legs that were found is slower than all of them.
    for number, unit in enumerate(answer.units):
        if unit in units:
            return way_of(answer, number)
    members = answer.group.members(units)
    if not members:
        return None
    search = answer.seen.profile.by_labels or answer.seen.profile.bounded
    asked = np.array(members, dtype=np.int32)
    found = search.among(answer.seen.view, answer.accesses, answer.offset_ms, asked)
    if len(found.unit) == 0:
        return None
    return _way(answer, found, 0, int(answer.group.units[found.unit[0]]), None)


def _unreachable(seen: Seen, accesses: Accesses, offset_ms: Int64, found: Legs) -> np.ndarray:
    members = unreachable(seen.view, accesses, offset_ms, found)
    if members is None:
        search = seen.profile.by_labels or seen.profile.bounded
        everyone = search.nearest(seen.view, accesses, offset_ms, len(offset_ms), 0)
        members = np.flatnonzero((offset_ms >= 0) & (everyone.bound_ms == NO_TOTAL))
    return members
