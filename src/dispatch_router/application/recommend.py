"""Recommending units for a call: the one use case that everything else serves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import compress, groupby
from operator import itemgetter
from typing import Final, Generic
from zoneinfo import ZoneInfo

import numpy as np

from dispatch_router.application.asked_call import AskedCall
from dispatch_router.application.busy_units import nobody
from dispatch_router.application.live_units import LiveUnits
from dispatch_router.application.ports import Clock, DecisionIds, FleetT
from dispatch_router.application.roads_in_use import RoadsInUse
from dispatch_router.application.understanding import Understanding
from dispatch_router.application.unit_ports import KeepsNothing
from dispatch_router.domain.calls import DEFAULT_TOP, MAX_TOP, CallQuestion
from dispatch_router.domain.district import District
from dispatch_router.domain.errors import InvalidQuestion
from dispatch_router.domain.explanation import Standing, why, why_zh
from dispatch_router.domain.ranking import Contender, tie_groups
from dispatch_router.domain.reasons import (
    UNREACHABLE,
    notices_of,
    slower_at_rank,
    slower_than,
)
from dispatch_router.domain.recommendation import (
    Baseline,
    CallLocation,
    Candidate,
    PassedOver,
    Recommendation,
    Run,
)
from dispatch_router.domain.response import Response
from dispatch_router.domain.spread import arrival_spread
from dispatch_router.domain.travel import Basis, DriveLeg, NearestUnits

# Eleven days: longer than any drive, so that who is not available comes after all others.
_NOT_AVAILABLE_MS: Final = 1_000_000_000

_TRIES: Final = 3
"""How often a call is ranked where reports that another thread takes in come in between."""


def _as_they_are(_: datetime) -> None:
    """Leave the roads as they are."""


class Recommender(Generic[FleetT]):
    """Ranks the units of one district; safe to share between threads."""

    def __init__(
        self,
        district: District,
        roads: RoadsInUse[FleetT],
        clock: Clock,
        decision_ids: DecisionIds,
        bring_up_to: Callable[[datetime], None] = _as_they_are,
        units: LiveUnits | None = None,
        busy: Callable[[], Mapping[str, str]] = nobody,
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
        self._policy = district.policy
        self._zones = district.zones
        self._crews = roads.crews
        nothing = KeepsNothing()
        self._units = units or LiveUnits(district, nothing, nothing, clock, roads.move)
        self._understanding = Understanding(district, roads.crews, self._units)
        self._busy = busy
        self._post_names = {post.id: post.name for post in district.posts}
        self._timezone = ZoneInfo(district.timezone)
        self._tie_band_ms = round(1000.0 * district.policy.tie_band_s)
        self._roads = roads
        self._bring_up_to = bring_up_to
        self._clock = clock
        self._decision_ids = decision_ids

    def recommend(
        self, question: CallQuestion, *, top: int = DEFAULT_TOP, with_routes: bool = False
    ) -> Recommendation:
        """Rank the units for a call.

        Args:
            question: where, how exactly, how urgent.
            top: at most this many candidates, 1 to ``MAX_TOP``.
            with_routes: fill ``route`` of every candidate.

        Raises:
            InvalidQuestion: ``top`` is out of bounds.
            UnknownCallType: the policy has no such type of call.
            UnknownPlace: the gazetteer has no such name.
            OutsideDistrict: no road is near enough.
        """
        if not 1 <= top <= MAX_TOP:
            raise InvalidQuestion(
                f"top has to lie between 1 and {MAX_TOP}.", f"top须在1至{MAX_TOP}之间。"
            )
        at = self._clock.now().astimezone(self._timezone)
        self._bring_up_to(at)
        busy = self._busy()
        for _ in range(_TRIES):
            units = self._units.then(busy)
            asked = self._understanding.of(question, at, busy)
            nearest = self._nearest(asked, question.response, top, with_routes=with_routes)
            # Else a report came meanwhile, and nobody could say which units were seen where.
            if self._units.then(busy) is units:
                break
        baseline = self._baseline(asked, nearest.baseline)
        candidates, not_recommended = self._rank(asked, nearest, baseline, top)
        return Recommendation(
            decision_id=self._decision_ids.next_id(),
            graph_version=nearest.graph_version,
            at=at,
            response=question.response,
            degraded=units.from_memory
            or asked.available.from_lost_positions
            or any(leg.basis is Basis.STRAIGHT_LINE for leg in nearest.legs),
            notices=notices_of(nearest, from_memory=units.from_memory),
            closures_in_force=nearest.closures_in_force,
            location=self._location(asked, nearest),
            candidates=candidates,
            not_recommended=not_recommended,
            baseline=baseline,
            conditions=nearest.conditions,
            units=units,
        )

    def _nearest(
        self, asked: AskedCall, response: Response, top: int, *, with_routes: bool
    ) -> NearestUnits:
        """Ask the roads; units that are not available are left to the last and then left out."""
        mask = asked.available.mask
        in_use = self._roads.current()
        nearest = in_use.roads.nearest(
            in_use.fleet,
            asked.position,
            offset_ms=np.where(mask, asked.offset_ms, _NOT_AVAILABLE_MS),
            k=max(1, min(top, int(mask.sum()))),
            band_ms=self._tie_band_ms,
            baseline=[unit for unit in self._crews.baseline(asked.zone) if mask[unit]],
            with_routes=with_routes,
            response=response,
        )
        return replace(
            nearest,
            legs=tuple(leg for leg in nearest.legs if mask[leg.unit_index]),
            unreachable=tuple(unit for unit in nearest.unreachable if mask[unit]),
            cut_off=tuple(unit for unit in nearest.cut_off if mask[unit]),
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

    def _rank(
        self, asked: AskedCall, nearest: NearestUnits, baseline: Baseline | None, top: int
    ) -> tuple[tuple[Candidate, ...], PassedOver]:
        legs = {leg.unit_index: leg for leg in nearest.legs}
        groups = tie_groups(
            (self._contender(asked, leg) for leg in nearest.legs), self._tie_band_ms
        )
        candidates: list[Candidate] = []
        slower: list[Run] = []
        rank = 0
        for group in groups:
            for contender in group:
                rank += 1
                leg = legs[contender.unit_index]
                if rank <= top:
                    candidates.append(self._candidate(asked, leg, rank, group, groups[0], baseline))
                    continue
                reason = slower_at_rank(contender.total_ms, rank, groups[0][0].total_ms)
                slower.append((reason, (self._crews.units[leg.unit_index],)))
        others = self._others(asked, nearest, legs, len(candidates))
        return tuple(candidates), PassedOver((*slower, *filter(itemgetter(1), others)))

    def _contender(self, asked: AskedCall, leg: DriveLeg) -> Contender:
        unit = self._crews.units[leg.unit_index]
        total_ms = int(asked.offset_ms[leg.unit_index]) + leg.drive_ms + leg.walk_ms
        return Contender(
            total_ms, unit.post_id == asked.responsible_post_id, unit.id, leg.unit_index
        )

    def _others(
        self,
        asked: AskedCall,
        nearest: NearestUnits,
        legs: dict[int, DriveLeg],
        listed: int,
    ) -> Iterator[Run]:
        """Units whose time was not worth finding out, those not available, those without a way."""
        units = self._crews.units
        untimed = bytearray(asked.available.mask.tobytes())
        for index in (*legs, *nearest.unreachable):
            untimed[index] = 0
        yield slower_than(nearest.certain_to_ms, listed), tuple(compress(units, untimed))
        # Equal reasons of units that follow each other are told, and encoded, once.
        for reason, run in groupby(asked.available.unavailable(), key=itemgetter(1)):
            yield reason, tuple(units[index] for index, _ in run)
        yield UNREACHABLE, tuple(units[index] for index in nearest.unreachable)

    def _candidate(
        self,
        asked: AskedCall,
        leg: DriveLeg,
        rank: int,
        group: Sequence[Contender],
        first_group: Sequence[Contender],
        baseline: Baseline | None,
    ) -> Candidate:
        unit = self._crews.units[leg.unit_index]
        time = asked.time(leg)
        departure = self._units.departure(leg.unit_index, asked.available)
        drift_ms = self._policy.positions.drift * (departure.age_ms or 0)
        spread = arrival_spread(time, self._policy.spread, drift_ms)
        familiar = self._crews.is_familiar(leg.unit_index, asked.zone)
        responsible = unit.post_id == asked.responsible_post_id
        saves_ms = None if baseline is None else baseline.time.total_ms - time.total_ms
        standing = Standing(
            kind=unit.kind,
            time=time,
            distance_m=leg.distance_m,
            rank=rank,
            behind_first_ms=time.total_ms - first_group[0].total_ms,
            tied=len(group) - 1,
            tied_with_first=group is first_group,
            responsible=responsible,
            familiar=None if asked.zone is None else familiar,
            station=None if baseline is None else self._post_names[baseline.station_id],
            saves_ms=saves_ms,
            is_baseline=baseline is not None and baseline.unit is unit,
            mode=unit.mode,
            basis=leg.basis,
            exemption_count=len(leg.exemptions),
            exemptions_save_ms=(
                None if leg.ordinary_ms is None else leg.ordinary_ms - leg.drive_ms - leg.walk_ms
            ),
            on_foot=leg.on_foot,
            stale_s=(departure.age_ms or 0) // 1000 if departure.stale else None,
        )
        return Candidate(
            rank=rank,
            unit=unit,
            time=time,
            p90_ms=spread.p90_ms(),
            on_time_probability=spread.on_time_probability(asked.target_ms),
            distance_m=leg.distance_m,
            basis=leg.basis,
            departure=departure,
            familiar=familiar,
            responsible=responsible,
            saves_ms=saves_ms,
            tie_with=tuple(other.unit_id for other in group if other.unit_id != unit.id),
            why=why(standing),
            why_zh=why_zh(standing),
            route=leg.route,
            exemptions=leg.exemptions,
            without_exemptions_ms=asked.ordinary_ms(leg),
            on_foot=leg.on_foot,
        )
