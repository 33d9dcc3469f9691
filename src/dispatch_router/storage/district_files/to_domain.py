"""From checked rows to the domain's district."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import time
from typing import Final, get_args

from dispatch_router.domain.assignments import AssignmentStatus, TimeLimits
from dispatch_router.domain.call_types import CallType
from dispatch_router.domain.desk_policy import DeskPolicy, DiversionPolicy
from dispatch_router.domain.district import District
from dispatch_router.domain.duplicates import DuplicatePolicy
from dispatch_router.domain.gazetteer import Place
from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.hospitals import Hospital, HospitalCapability
from dispatch_router.domain.names import Name
from dispatch_router.domain.policy import (
    LocatePolicy,
    Policy,
    SnapPolicy,
    SpreadPolicy,
    TurnOutRule,
)
from dispatch_router.domain.positions import PositionPolicy
from dispatch_router.domain.posts import Post, PostFunction, PostKind
from dispatch_router.domain.road_classes import RoadClass
from dispatch_router.domain.rosters import DutyPlan
from dispatch_router.domain.traffic import (
    PERMILLE,
    EmergencyPolicy,
    SpeedPeriod,
    TrafficPolicy,
)
from dispatch_router.domain.units import DepartureKind, Unit, UnitMode
from dispatch_router.domain.zones import Zone
from dispatch_router.storage.district_files.desk_schema import DeskRow
from dispatch_router.storage.district_files.fields import NameRow
from dispatch_router.storage.district_files.hospital_schema import HospitalRow
from dispatch_router.storage.district_files.hospital_words import CapabilityName
from dispatch_router.storage.district_files.schema import (
    Day,
    DistrictRow,
    EmergencyRow,
    PlaceRow,
    PolicyRow,
    PositionRow,
    PostRow,
    RoadClassName,
    SpeedPeriodRow,
    TurnOutRow,
    UnitRow,
    ZoneRow,
)
from dispatch_router.storage.district_files.unit_schema import CallTypeRow

_DAYS: Final = get_args(Day)


def district_of(district: DistrictRow, places: Sequence[PlaceRow], policy: PolicyRow) -> District:
    """Put together what the service never changes: there is no post in it yet, and no unit."""
    return District(
        id=district.id,
        name=_name(district.name),
        timezone=district.timezone,
        synthetic=district.synthetic,
        attribution=district.attribution,
        posts=(),
        units=(),
        zones=(),
        places=tuple(_place(place) for place in places),
        policy=policy_of(policy),
    )


def with_resources(
    district: District,
    posts: Sequence[PostRow],
    units: Sequence[UnitRow],
    zones: Sequence[ZoneRow],
    duty_plan: DutyPlan,
    hospitals: Sequence[HospitalRow],
) -> District:
    """Return the district with what can be changed; the rows have passed every check."""
    kinds = {post.id: DepartureKind(post.kind) for post in posts}
    return replace(
        district,
        posts=tuple(_post(post) for post in posts),
        units=tuple(_unit(unit, kinds[unit.post]) for unit in units),
        zones=tuple(_zone(zone) for zone in zones),
        duty_plan=duty_plan,
        hospitals=tuple(_hospital(hospital) for hospital in hospitals),
    )


def policy_of(row: PolicyRow) -> Policy:
    """Turn ``policy.yaml`` into the domain's policy."""
    return Policy(
        turn_out=turn_out_rules(row.turn_out.root),
        locate=LocatePolicy(**dict(row.locate)),
        spread=SpreadPolicy(**dict(row.spread)),
        snap=SnapPolicy(**dict(row.snap)),
        tie_band_s=row.tie_band_s,
        target_s={int(priority): target for priority, target in row.target_s.items()},
        traffic=TrafficPolicy(
            periods=tuple(_speed_period(period) for period in row.speeds),
            signal_ms=_milliseconds(row.signals.routine_s),
        ),
        emergency=_emergency(row.emergency),
        positions=PositionPolicy(**dict(row.positions)),
        call_types=tuple(_call_type(each) for each in row.call_types),
        hospital_needs=_capabilities(row.hospitals.needs),
        desk=_desk(row.desk),
    )


def _call_type(row: CallTypeRow) -> CallType:
    needs = None if row.hospital_needs is None else _capabilities(row.hospital_needs)
    return CallType(row.id, _name(row.name), frozenset(row.needs), needs)


def _capabilities(names: list[CapabilityName]) -> frozenset[HospitalCapability]:
    return frozenset(HospitalCapability(name) for name in names)


def _desk(row: DeskRow) -> DeskPolicy:
    diversion = DiversionPolicy()
    if row.diversion.may_take_from is not None:
        may: dict[int, frozenset[int]] = {
            priority: frozenset(taken) for priority, taken in row.diversion.may_take_from.items()
        }
        diversion = replace(diversion, may_take_from=may)
    if row.diversion.statuses is not None:
        statuses = frozenset(AssignmentStatus(each) for each in row.diversion.statuses)
        diversion = replace(diversion, statuses=statuses)
    return DeskPolicy(
        duplicates=DuplicatePolicy(**dict(row.duplicates)),
        limits=TimeLimits(**dict(row.limits)),
        diversion=diversion,
    )


def turn_out_rules(rows: list[TurnOutRow]) -> tuple[TurnOutRule, ...]:
    """Turn the rules of ``policy.yaml`` into the domain's, in the same order."""
    return tuple(
        TurnOutRule(
            DepartureKind(rule.kind),
            time.fromisoformat(rule.start),
            time.fromisoformat(rule.end),
            rule.turn_out_s,
            None if rule.mode is None else UnitMode(rule.mode),
        )
        for rule in rows
    )


def _speed_period(row: SpeedPeriodRow) -> SpeedPeriod:
    return SpeedPeriod(
        days=frozenset(_DAYS.index(day) for day in row.days),
        start=time.fromisoformat(row.start),
        end=time.fromisoformat(row.end),
        permille=_permille_by_class(row.classes),
        other_permille=_permille(row.other),
        modes=frozenset(UnitMode(mode) for mode in row.modes),
    )


def _emergency(row: EmergencyRow) -> EmergencyPolicy:
    return EmergencyPolicy(
        permille=_permille_by_class(row.classes),
        other_permille=_permille(row.other),
        signal_ms=_milliseconds(row.signal_s),
        contraflow_classes=(
            EmergencyPolicy().contraflow_classes
            if row.contraflow.classes is None
            else frozenset(_road_class(name) for name in row.contraflow.classes)
        ),
        contraflow_kmh=row.contraflow.speed_kmh,
        contraflow_ms=_milliseconds(row.contraflow.penalty_s),
        turn_ms=_milliseconds(row.turn_penalty_s),
        access_kmh=row.access.speed_kmh,
        access_ms=_milliseconds(row.access.penalty_s),
    )


def _permille_by_class(factors: Mapping[RoadClassName, float]) -> dict[RoadClass, int]:
    return {_road_class(name): _permille(factor) for name, factor in factors.items()}


def _road_class(name: RoadClassName) -> RoadClass:
    return RoadClass[name.upper()]


def _permille(factor: float) -> int:
    return round(PERMILLE * factor)


def _milliseconds(seconds: float) -> int:
    return round(1000.0 * seconds)


def _name(row: NameRow) -> Name:
    return Name(zh=row.zh, en=row.en)


def _position(row: PositionRow) -> LonLat:
    return LonLat(row.lon, row.lat)


def _post(row: PostRow) -> Post:
    return Post(
        id=row.id,
        name=_name(row.name),
        kind=PostKind(row.kind),
        station_id=row.id if row.station is None else row.station,
        position=_position(row.position),
        approximate=row.approximate,
        functions=frozenset(PostFunction(each) for each in row.functions),
    )


def _hospital(row: HospitalRow) -> Hospital:
    return Hospital(
        id=row.id,
        name=_name(row.name),
        position=_position(row.position),
        approximate=row.approximate,
        takes=_capabilities(row.takes),
    )


def _unit(row: UnitRow, kind: DepartureKind) -> Unit:
    return Unit(
        id=row.id,
        name=_name(row.name),
        kind=DepartureKind.PATROL if row.patrol else kind,
        post_id=row.post,
        mode=UnitMode(row.mode),
        beat=None if row.beat is None else _position(row.beat),
        familiar_zone_ids=frozenset(row.familiar_zones),
        capabilities=frozenset(row.capabilities),
    )


def _zone(row: ZoneRow) -> Zone:
    return Zone(
        id=row.properties.id,
        name=_name(row.properties.name),
        post_id=row.properties.post,
        station_id=row.properties.station,
        ring=tuple(LonLat(lon, lat) for lon, lat in row.geometry.coordinates[0]),
    )


def _place(row: PlaceRow) -> Place:
    return Place(
        id=row.id,
        name=_name(row.name),
        aliases=tuple(row.aliases),
        position=_position(row.position),
        uncertainty_m=row.uncertainty_m,
        source=row.source,
    )
