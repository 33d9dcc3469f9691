"""From the ways that the roads know to the ranked candidates, and the reasons of all others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import compress, groupby
from operator import itemgetter

from dispatch_router.application.asked_call import AskedCall
from dispatch_router.application.crews import Crews
from dispatch_router.application.live_units import LiveUnits
from dispatch_router.domain.district import District
from dispatch_router.domain.explanation import Standing, why, why_zh
from dispatch_router.domain.ranking import Contender, tie_groups
from dispatch_router.domain.reasons import UNREACHABLE, slower_at_rank, slower_than
from dispatch_router.domain.recommendation import Baseline, Candidate, PassedOver, Run
from dispatch_router.domain.spread import arrival_spread
from dispatch_router.domain.travel import DriveLeg, NearestUnits


class Candidates:
    """Ranks the units of one district, and says why each stands where it stands."""

    def __init__(self, district: District, crews: Crews, units: LiveUnits) -> None:
        self._policy = district.policy
        self._crews = crews
        self._units = units
        self._post_names = {post.id: post.name for post in district.posts}
        self.tie_band_ms = round(1000.0 * district.policy.tie_band_s)

    def rank(
        self, asked: AskedCall, nearest: NearestUnits, baseline: Baseline | None, top: int
    ) -> tuple[tuple[Candidate, ...], PassedOver]:
        """Return at most ``top`` candidates, best first, and every other unit with its reason."""
        legs = {leg.unit_index: leg for leg in nearest.legs}
        groups = tie_groups((self._contender(asked, leg) for leg in nearest.legs), self.tie_band_ms)
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
