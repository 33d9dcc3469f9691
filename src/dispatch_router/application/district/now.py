"""All that depends on what the district is made of, as one value that is replaced as a whole."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Generic

from dispatch_router.application.crews import Crews
from dispatch_router.application.live_units import LiveUnits
from dispatch_router.application.nearest_hospitals import NearestHospitals
from dispatch_router.application.ports import Clock, DecisionIds, FleetT
from dispatch_router.application.recommend import Recommender
from dispatch_router.application.roads_in_use import RoadsInUse
from dispatch_router.application.tied_crews import TiedCrews
from dispatch_router.application.unit_ports import PositionStore, StatusStore
from dispatch_router.domain.calls import CallQuestion
from dispatch_router.domain.district import District
from dispatch_router.domain.errors import OutsideDistrict
from dispatch_router.domain.resources import Resources
from dispatch_router.domain.response import Response


@dataclass(frozen=True, slots=True)
class DistrictNow(Generic[FleetT]):
    """The district at one version.

    Attributes:
        resources: what it is made of.
        tied: its units on the roads.
        units: where they are, and what they say.
        recommender: ranks them.
        hospitals: ranks where people are taken.
        unit_posts: the post of every unit.
        hospital_ids: of all hospitals.
    """

    resources: Resources
    district: District
    tied: TiedCrews[FleetT]
    units: LiveUnits
    recommender: Recommender[FleetT]
    hospitals: NearestHospitals[FleetT]
    unit_posts: Mapping[str, str]
    hospital_ids: frozenset[str]

    def at_version(self, version: int) -> DistrictNow[FleetT]:
        """Return the same, as changed by an event."""
        return replace(self, resources=self.resources.at_version(version))


@dataclass(frozen=True, slots=True)
class Assembly(Generic[FleetT]):
    """Puts together what a district needs to be asked.

    Attributes:
        roads: those that its units are tied to.
        positions: keeps positions over a restart.
        statuses: keeps statuses over a restart.
        bring_up_to: lets the roads be what they are at a time.
        busy: the incident of every unit that is assigned to one.
        from_memory: whether what other services were told may be missing at present.
    """

    roads: RoadsInUse[FleetT]
    positions: PositionStore
    statuses: StatusStore
    clock: Clock
    ids: DecisionIds
    bring_up_to: Callable[[datetime], None]
    busy: Callable[[], Mapping[str, str]]
    from_memory: Callable[[], bool] = lambda: False

    def first(self, resources: Resources, district: District) -> DistrictNow[FleetT]:
        """Put the district together that the roads' crews are of.

        Raises:
            StorageUnavailable: what is kept of units cannot be read.
        """
        return self._of(resources, district, self.roads.tied)

    def next(
        self, resources: Resources, district: District, before: DistrictNow[FleetT]
    ) -> DistrictNow[FleetT]:
        """Put another together beside the one before, which goes on meanwhile.

        Its units are where they were, and it has been asked once, so that the next call waits for
        nothing that is done at the first.

        Raises:
            InvalidDistrict: units cannot be placed, or timed.
            StorageUnavailable: what is kept of units cannot be read.
        """
        now = self._of(resources, district, self.roads.tie(Crews(district)))
        now.units.prepare_from(before.units)
        for response in Response:
            question = CallQuestion(district.posts[0].position, response=response)
            # A post far from every road: the first call will do it.
            with contextlib.suppress(OutsideDistrict):
                now.recommender.recommend(question)
        return now

    def hand_over(self, before: DistrictNow[FleetT], now: DistrictNow[FleetT]) -> None:
        """Let the units go on from where they are now, on the roads as they are now."""
        # First what may take a while: until the next line, whoever reports is heard by the old one.
        self.roads.use(now.tied)
        before.units.hand_over(now.units)

    def _of(
        self, resources: Resources, district: District, tied: TiedCrews[FleetT]
    ) -> DistrictNow[FleetT]:
        units = LiveUnits(
            district,
            self.positions,
            self.statuses,
            self.clock,
            tied.move,
            from_memory=self.from_memory,
        )
        return DistrictNow(
            resources=resources,
            district=district,
            tied=tied,
            units=units,
            recommender=Recommender(
                district, tied, self.clock, self.ids, self.bring_up_to, units, self.busy
            ),
            hospitals=NearestHospitals(district, self.roads, self.clock, self.bring_up_to),
            unit_posts={unit.id: unit.post_id for unit in district.units},
            hospital_ids=frozenset(hospital.id for hospital in district.hospitals),
        )
