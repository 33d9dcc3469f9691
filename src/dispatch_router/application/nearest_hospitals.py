"""Ranking the hospitals by the time from the scene of a call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic
from zoneinfo import ZoneInfo

from dispatch_router.application.ports import Clock, FleetT
from dispatch_router.application.roads_in_use import RoadsInUse
from dispatch_router.domain import onward_wording
from dispatch_router.domain.district import District
from dispatch_router.domain.hospitals import Hospital, HospitalCapability
from dispatch_router.domain.onward import (
    OnwardLegs,
    OnwardNotice,
    OnwardQuestion,
    OtherHospital,
    RankedHospital,
    time_ms,
)
from dispatch_router.domain.travel import Basis, DriveLeg


@dataclass(frozen=True, slots=True)
class _Reached:
    """A hospital that a way leads to."""

    hospital: Hospital
    leg: DriveLeg
    missing: tuple[HospitalCapability, ...]

    @property
    def by_road(self) -> bool:
        return self.leg.basis is not Basis.STRAIGHT_LINE

    @property
    def time_ms(self) -> int:
        return time_ms(self.leg)


class NearestHospitals(Generic[FleetT]):
    """Ranks the hospitals of one district; safe to share between threads."""

    def __init__(
        self,
        district: District,
        roads: RoadsInUse[FleetT],
        clock: Clock,
        bring_up_to: Callable[[datetime], None],
    ) -> None:
        """Take what the answer is made from.

        Args:
            district: its hospitals.
            roads: the ways there.
            clock: the time of the answer.
            bring_up_to: lets the roads be what they are at a time: the hour, the closures.
        """
        self._hospitals = district.hospitals
        self._timezone = ZoneInfo(district.timezone)
        self._roads = roads
        self._clock = clock
        self._bring_up_to = bring_up_to

    def rank(self, question: OnwardQuestion, *, top: int, with_routes: bool) -> OnwardLegs:
        """Rank the hospitals for one drive.

        Args:
            question: from where, how, and what the hospital has to take in.
            top: at most this many are ranked, 1 or more.
            with_routes: fill ``leg.route`` of those.
        """
        at = self._clock.now().astimezone(self._timezone)
        self._bring_up_to(at)
        ways = self._roads.current().roads.ways_from(
            question.scene,
            question.mode,
            [hospital.position for hospital in self._hospitals],
            response=question.response,
            with_routes=with_routes,
        )
        reached = [
            _Reached(hospital, leg, _missing(question, hospital))
            for hospital, leg in zip(self._hospitals, ways.legs, strict=True)
            if leg is not None
        ]
        possible = _soonest_first(reached)
        suitable = [each for each in possible if not each.missing]
        ranked = (suitable or possible)[:top]
        return OnwardLegs(
            question=question,
            graph_version=ways.graph_version,
            at=at,
            degraded=any(each.missing or not each.by_road for each in ranked),
            notices=self._notices(question, ranked),
            closures_in_force=ways.closures_in_force,
            hospitals=tuple(
                _row(rank, each, ranked[0], question) for rank, each in enumerate(ranked, 1)
            ),
            others=(
                *(_other(each, ranked[0]) for each in possible if each not in ranked),
                *self._out_of_reach(question, possible),
            ),
        )

    def _out_of_reach(
        self, question: OnwardQuestion, possible: Sequence[_Reached]
    ) -> list[OtherHospital]:
        reached = {each.hospital.id for each in possible}
        others = (hospital for hospital in self._hospitals if hospital.id not in reached)
        return [
            onward_wording.unreachable(hospital, _missing(question, hospital))
            for hospital in sorted(others, key=lambda hospital: hospital.id)
        ]

    def _notices(
        self, question: OnwardQuestion, ranked: Sequence[_Reached]
    ) -> tuple[OnwardNotice, ...]:
        if not self._hospitals:
            return (onward_wording.NO_HOSPITALS,)
        notices = []
        if ranked and not ranked[0].by_road:
            notices.append(onward_wording.NO_ROAD)
        if ranked and ranked[0].missing:
            notices.append(onward_wording.none_suitable(question.needs))
        return tuple(notices)


def _missing(question: OnwardQuestion, hospital: Hospital) -> tuple[HospitalCapability, ...]:
    return tuple(sorted(question.needs - hospital.takes))


def _soonest_first(reached: Sequence[_Reached]) -> list[_Reached]:
    """Order those that can be reached; straight lines count only where no road leads to any."""
    possible = [each for each in reached if each.by_road] or reached
    return sorted(possible, key=lambda each: (each.time_ms, each.hospital.id))


def _row(rank: int, reached: _Reached, first: _Reached, question: OnwardQuestion) -> RankedHospital:
    takes = tuple(sorted(question.needs & reached.hospital.takes))
    words = (reached.leg, rank, first.time_ms, takes, reached.missing)
    why, why_zh = onward_wording.why(*words), onward_wording.why_zh(*words)
    return RankedHospital(rank, reached.hospital, reached.leg, reached.missing, why, why_zh)


def _other(reached: _Reached, first: _Reached) -> OtherHospital:
    if reached.missing:
        return onward_wording.lacking(reached.hospital, reached.time_ms, reached.missing)
    return onward_wording.slower(reached.hospital, reached.time_ms, first.time_ms)
