"""What a dispatcher is told: the ranked candidates for one call, with the reasons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import chain, repeat
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, overload

from dispatch_router.domain.conditions import LIGHT_TRAFFIC, Conditions
from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.names import Name
from dispatch_router.domain.response import Response
from dispatch_router.domain.travel import Basis, Exemption, OnFoot
from dispatch_router.domain.units import Unit
from dispatch_router.domain.units_then import NOBODY_REPORTED, UnitsThen

if TYPE_CHECKING:
    # The district's policy speaks of assignments, whose errors speak of recommendations.
    from dispatch_router.domain.district import District


class ReasonCode(StrEnum):
    """Why a unit is not among the recommended."""

    SLOWER = "slower"
    UNREACHABLE = "unreachable"
    OUT_OF_SERVICE = "out_of_service"
    OFF_DUTY = "off_duty"
    BUSY = "busy"
    LACKS_CAPABILITY = "lacks_capability"
    STALE_POSITION = "stale_position"


class NoticeCode(StrEnum):
    """What a notice is about."""

    NOBODY_AVAILABLE = "nobody_available"
    """No unit can be ranked: all are off duty, out of service, busy or lack what is needed."""
    CUT_OFF = "cut_off"
    """Closures leave no vehicle a drive all the way to the person."""
    FROM_MEMORY = "from_memory"
    """The database that services share is away: what others were told may be missing."""
    OUTSIDE_DISTRICT = "outside_district"
    """The place lies outside the map: times are estimates along straight lines."""
    NO_ROAD = "no_road"
    """No way over roads is known: times are estimates along straight lines."""


@dataclass(frozen=True, slots=True)
class CallLocation:
    """Where the call comes from, as understood.

    Attributes:
        position: WGS-84.
        uncertainty_m: how far from ``position`` the person may be.
        place_name: the gazetteer's name where the call named a place.
        road_name: the road of the nearest access point, where it has a name.
        distance_to_road_m: straight line to that access point; None where no road is near.
        zone_id: the zone that holds the position; None outside every zone.
        responsible_post_id: the post of that zone.
    """

    position: LonLat
    uncertainty_m: float
    place_name: Name | None
    road_name: Name | None
    distance_to_road_m: float | None
    zone_id: str | None
    responsible_post_id: str | None


class TimeToPerson(NamedTuple):
    """The three parts, integer milliseconds; the clock starts at the order."""

    turn_out_ms: int
    drive_ms: int
    locate_ms: int

    @property
    def total_ms(self) -> int:
        """Time until officers stand beside the person."""
        return self.turn_out_ms + self.drive_ms + self.locate_ms


class DeparturePosition(NamedTuple):
    """Where a unit sets off from and how that is known.

    Attributes:
        source: ``post`` (it sits there), ``beat`` (a patrol's stated default position) or
            ``reported``.
        age_ms: of a reported position; None where it is stated.
        stale: it is older than the policy calls fresh.
    """

    position: LonLat
    source: str
    age_ms: int | None = None
    stale: bool = False


class Candidate(NamedTuple):
    """One unit that can be sent, best first.

    Attributes:
        familiar: the unit knows the zone of the call; False outside every zone.
        responsible: the unit belongs to the post that is responsible for that zone.
        saves_ms: how much sooner than the baseline; negative when later; None without a baseline.
        tie_with: ids of the units in the same tie, this one left out.
        route: the drive as positions from the road at the unit to the road at the person, WGS-84;
            None unless asked for.
        exemptions: where the drive sets traffic rules aside, in order.
        without_exemptions_ms: time to person of the same unit when it keeps every rule; None for a
            routine response, and where there is no such way.
        on_foot: where closures leave no drive: the last part, walked.
    """

    rank: int
    unit: Unit
    time: TimeToPerson
    p90_ms: int
    on_time_probability: float
    distance_m: float
    basis: Basis
    departure: DeparturePosition
    familiar: bool
    responsible: bool
    saves_ms: int | None
    tie_with: tuple[str, ...]
    why: str
    why_zh: str
    route: tuple[LonLat, ...] | None
    exemptions: tuple[Exemption, ...]
    without_exemptions_ms: int | None
    on_foot: OnFoot | None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why units are not recommended; shared by every unit that it holds for.

    Attributes:
        at_least_ms: for ``slower``, a time to person that these units need at the least; else None.
    """

    code: ReasonCode
    at_least_ms: int | None
    what_would_change: str
    what_would_change_zh: str


class NotRecommended(NamedTuple):
    """A unit that is not among the candidates, and why."""

    unit: Unit
    reason: Reason


Run: TypeAlias = tuple[Reason, tuple[Unit, ...]]
"""Units that are told of one after the other, for the same reason."""


@dataclass(frozen=True, slots=True)
class PassedOver(Sequence[NotRecommended]):
    """The units that are not among the candidates, in the order in which they are told of.

    Kept as runs, and a row is made when it is asked for: thousands of rows in each of hundreds of
    answers would be a million objects for Python's collector to look at again and again.
    """

    runs: tuple[Run, ...] = ()

    def __len__(self) -> int:
        """Count the units."""
        return sum(len(units) for _, units in self.runs)

    def __iter__(self) -> Iterator[NotRecommended]:
        """Yield the rows."""
        return chain.from_iterable(
            map(NotRecommended, units, repeat(reason)) for reason, units in self.runs
        )

    @overload
    def __getitem__(self, index: int) -> NotRecommended: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[NotRecommended]: ...

    def __getitem__(self, index: int | slice) -> NotRecommended | Sequence[NotRecommended]:
        """Return one row, or some of them."""
        return tuple(self)[index]


@dataclass(frozen=True, slots=True)
class Baseline:
    """What would have happened without the reform: only the station sends (对照方案).

    Attributes:
        station_id: the station of the zone; outside every zone, the station that is there first,
            so that no saving is overstated.
        unit: its fastest unit that is based there; patrols do not count.
    """

    station_id: str
    unit: Unit
    time: TimeToPerson


@dataclass(frozen=True, slots=True)
class Notice:
    """Something about the answer as a whole that a dispatcher must not miss."""

    code: NoticeCode
    text: str
    text_zh: str


@dataclass(frozen=True, slots=True)
class Recommendation:
    """The answer to one call.

    Attributes:
        at: when it was made, in the district's time.
        response: which traffic rules bind.
        degraded: some row rests on less than the district's own roads and speeds, or all of them
            on positions that are lost, or what other services were told may be missing.
        notices: what must not be missed, most serious first.
        closures_in_force: how many closures were taken into account.
        candidates: best first, at most as many as were asked for.
        not_recommended: every other unit of the district: those that are known to be slower by
            rank, the other slower ones and then the unreachable in the district's order.
        district: that it was made for, as it was then.
        conditions: the hour and the closures that it was made under.
        units: what was known of every unit of the district.
    """

    decision_id: str
    graph_version: str
    at: datetime
    response: Response
    degraded: bool
    notices: tuple[Notice, ...]
    closures_in_force: int
    location: CallLocation
    candidates: tuple[Candidate, ...]
    not_recommended: PassedOver
    baseline: Baseline | None
    district: District
    conditions: Conditions = LIGHT_TRAFFIC
    units: UnitsThen = NOBODY_REPORTED
