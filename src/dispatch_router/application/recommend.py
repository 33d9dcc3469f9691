"""Recommending units for a call: the one use case that everything else serves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from datetime import datetime
from typing import Final, Generic
from zoneinfo import ZoneInfo

import numpy as np

from dispatch_router.application.asked_call import AskedCall
from dispatch_router.application.busy_units import nobody as nobody_is_busy
from dispatch_router.application.candidates import Candidates
from dispatch_router.application.live_units import LiveUnits
from dispatch_router.application.ports import Clock, DecisionIds, FleetT
from dispatch_router.application.roads_in_use import RoadsInUse
from dispatch_router.application.tied_crews import TiedCrews
from dispatch_router.application.understanding import Understanding
from dispatch_router.application.unit_ports import KeepsNothing
from dispatch_router.domain.calls import DEFAULT_TOP, MAX_TOP, CallQuestion
from dispatch_router.domain.district import District
from dispatch_router.domain.errors import InvalidQuestion
from dispatch_router.domain.nobody import nobody_notice
from dispatch_router.domain.reasons import notices_of
from dispatch_router.domain.recommendation import (
    Baseline,
    CallLocation,
    Notice,
    Recommendation,
)
from dispatch_router.domain.response import Response
from dispatch_router.domain.travel import NOT_ASKED_MS, Basis, DriveLeg, NearestUnits
from dispatch_router.domain.turn_out import UnderWay
from dispatch_router.domain.units_then import NOBODY_REPORTED, UnitsThen

_TRIES: Final = 3
"""How often a call is ranked where reports that another thread takes in come in between."""


def _as_they_are(_: datetime) -> None:
    """Leave the roads as they are."""


class Recommender(Generic[FleetT]):
    """Ranks the units of one district; safe to share between threads."""

    def __init__(
        self,
        district: District,
        roads: RoadsInUse[FleetT] | TiedCrews[FleetT],
        clock: Clock,
        decision_ids: DecisionIds,
        bring_up_to: Callable[[datetime], None] = _as_they_are,
        units: LiveUnits | None = None,
        busy: Callable[[], Mapping[str, str]] = nobody_is_busy,
    ) -> None:
        """Take what a recommendation is made from.

        Args:
            district: zones, place names, policy.
            roads: with its units tied to them.
            clock: the time of a recommendation.
            decision_ids: names it.
            bring_up_to: lets the roads be what they are at a time: the hour, the closures.
            units: as they are now; None where only the district's files tell of them.
            busy: the incident of every unit that is assigned to one.
        """
        self._district = district
        self._zones = district.zones
        self._crews = roads.crews
        nothing = KeepsNothing()
        self._units = units or LiveUnits(district, nothing, nothing, clock, roads.move)
        self._understanding = Understanding(district, roads.crews, self._units)
        self._candidates = Candidates(district, roads.crews, self._units)
        self._busy = busy
        self._timezone = ZoneInfo(district.timezone)
        self._roads = roads
        self._bring_up_to = bring_up_to
        self._clock = clock
        self._decision_ids = decision_ids

    def recommend(
        self,
        question: CallQuestion,
        *,
        top: int = DEFAULT_TOP,
        with_routes: bool = False,
        beyond_m: float = 0.0,
    ) -> Recommendation:
        """Rank the units for a call.

        Args:
            question: where, how exactly, how urgent.
            top: at most this many candidates, 1 to ``MAX_TOP``.
            with_routes: fill ``route`` of every candidate.
            beyond_m: a call outside the map is answered too, along straight lines, where a road is
                no farther than this.

        Raises:
            InvalidQuestion: ``top`` is out of bounds.
            UnknownCallType: the policy has no such type of call.
            UnknownPlace: the gazetteer has no such name.
            OutsideDistrict: no road is near enough.
        """
        at = self._ready(top)
        busy = self._busy()
        for tries_left in reversed(range(_TRIES)):
            # Where reports never cease, those that come now wait for the last try.
            with self._units.positions.still() if tries_left == 0 else nullcontext():
                units = self._units.then(busy)
                asked = self._understanding.of(question, at, busy)
                nearest = self._nearest(
                    asked, question.response, top, with_routes=with_routes, beyond_m=beyond_m
                )
                # Else a report came meanwhile, and nobody could say which units were seen where.
                if self._units.then(busy) is units:
                    break
        return self._answer(question, asked, nearest, top, at, units)

    def recommend_under_way(
        self,
        question: CallQuestion,
        under_way: Mapping[str, UnderWay],
        *,
        top: int,
        beyond_m: float = 0.0,
    ) -> Recommendation:
        """Rank units that were sent elsewhere, as if they were sent to this call instead.

        Args:
            question: where, how exactly, how urgent.
            under_way: the units to rank, all others are left out.
            top: at most this many candidates, 1 to ``MAX_TOP``.
            beyond_m: see ``recommend``.

        Raises:
            InvalidQuestion: ``top`` is out of bounds.
            UnknownCallType: the policy has no such type of call.
            UnknownPlace: the gazetteer has no such name.
            OutsideDistrict: no road is near enough.
        """
        at = self._ready(top)
        others = {unit.id: "" for unit in self._crews.units if unit.id not in under_way}
        asked = self._understanding.of(question, at, others, under_way)
        nearest = self._nearest(asked, question.response, top, with_routes=False, beyond_m=beyond_m)
        return self._answer(question, asked, nearest, top, at, NOBODY_REPORTED)

    def _ready(self, top: int) -> datetime:
        """Bring the roads up to now, and return what time that is."""
        if not 1 <= top <= MAX_TOP:
            raise InvalidQuestion(
                f"top has to lie between 1 and {MAX_TOP}.", f"top须在1至{MAX_TOP}之间。"
            )
        at = self._clock.now().astimezone(self._timezone)
        self._bring_up_to(at)
        return at

    def _answer(
        self,
        question: CallQuestion,
        asked: AskedCall,
        nearest: NearestUnits,
        top: int,
        at: datetime,
        units: UnitsThen,
    ) -> Recommendation:
        baseline = self._baseline(asked, nearest.baseline)
        candidates, not_recommended = self._candidates.rank(asked, nearest, baseline, top)
        return Recommendation(
            decision_id=self._decision_ids.next_id(),
            graph_version=nearest.graph_version,
            at=at,
            response=question.response,
            degraded=units.from_memory
            or asked.available.from_lost_positions
            or nearest.beyond_m is not None
            or any(leg.basis is Basis.STRAIGHT_LINE for leg in nearest.legs),
            notices=self._notices(asked, nearest, from_memory=units.from_memory),
            closures_in_force=nearest.closures_in_force,
            location=self._location(asked, nearest),
            candidates=candidates,
            not_recommended=not_recommended,
            baseline=baseline,
            district=self._district,
            conditions=nearest.conditions,
            units=units,
        )

    def _notices(
        self, asked: AskedCall, nearest: NearestUnits, *, from_memory: bool
    ) -> tuple[Notice, ...]:
        nobody = asked.available.nobody()
        first = () if nobody is None else (nobody_notice(nobody, asked.available.instant),)
        return (*first, *notices_of(nearest, from_memory=from_memory))

    def _nearest(
        self, asked: AskedCall, response: Response, top: int, *, with_routes: bool, beyond_m: float
    ) -> NearestUnits:
        """Ask the roads about the units that are available."""
        mask = asked.available.mask
        in_use = self._roads.current()
        return in_use.roads.nearest(
            in_use.fleet,
            asked.position,
            offset_ms=np.where(mask, asked.offset_ms, NOT_ASKED_MS),
            k=max(1, min(top, int(mask.sum()))),
            band_ms=self._candidates.tie_band_ms,
            baseline=[unit for unit in self._crews.baseline(asked.zone) if mask[unit]],
            with_routes=with_routes,
            response=response,
            beyond_m=beyond_m,
        )

    def _location(self, asked: AskedCall, nearest: NearestUnits) -> CallLocation:
        access = nearest.access
        return CallLocation(
            position=asked.position,
            uncertainty_m=asked.uncertainty_m,
            place_name=asked.place_name,
            road_name=access.road_name if access else None,
            distance_to_road_m=access.distance_m if access else None,
            zone_id=None if asked.zone is None else self._zones[asked.zone].id,
            responsible_post_id=asked.responsible_post_id,
        )

    def _baseline(self, asked: AskedCall, leg: DriveLeg | None) -> Baseline | None:
        if leg is None:
            return None
        unit = self._crews.units[leg.unit_index]
        return Baseline(station_id=unit.post_id, unit=unit, time=asked.time(leg))
