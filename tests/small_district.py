"""A district small enough to reckon with: two stations, a zone post, a patrol, two zones."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

from dispatch_router.domain.district import District
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
from dispatch_router.domain.posts import Post, PostFunction, PostKind
from dispatch_router.domain.rosters import (
    Calendar,
    DayKind,
    DutyPlan,
    ExceptionalDays,
    Hours,
    Roster,
)
from dispatch_router.domain.units import DepartureKind, Unit, UnitMode
from dispatch_router.domain.zones import Zone

NOON_IN_CHINA = datetime(2025, 6, 2, 4, 0, tzinfo=UTC)


@dataclass
class StoppedClock:
    at: datetime = NOON_IN_CHINA

    def now(self) -> datetime:
        return self.at


class CountedIds:
    def __init__(self) -> None:
        self._count = itertools.count(1)

    def next_id(self) -> str:
        return f"d{next(self._count)}"


def post(post_id: str, name: Name, station_id: str, lon: float, lat: float) -> Post:
    kind = PostKind.STATION if post_id == station_id else PostKind.ZONE_POST
    functions = frozenset({PostFunction.CALL_RESPONSE})
    return Post(post_id, name, kind, station_id, LonLat(lon, lat), True, functions)


def unit(
    unit_id: str,
    kind: DepartureKind,
    post_id: str,
    *familiar: str,
    beat: LonLat | None = None,
) -> Unit:
    name = Name(f"{unit_id}号", f"Unit {unit_id}")
    return Unit(unit_id, name, kind, post_id, UnitMode.CAR, beat, frozenset(familiar))


def hospital(hospital_id: str, name: Name, lon: float, *takes: HospitalCapability) -> Hospital:
    return Hospital(hospital_id, name, LonLat(lon, 29.30), True, frozenset(takes))


def box(west: float, south: float, east: float, north: float) -> tuple[LonLat, ...]:
    corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    return tuple(LonLat(lon, lat) for lon, lat in corners)


POLICY = Policy(
    turn_out=(
        TurnOutRule(DepartureKind.STATION, time(8), time(20), 120.0),
        TurnOutRule(DepartureKind.STATION, time(20), time(8), 300.0),
        TurnOutRule(DepartureKind.ZONE_POST, time(0), time(0), 60.0),
        TurnOutRule(DepartureKind.PATROL, time(0), time(0), 0.0),
    ),
    locate=LocatePolicy(1.25, 1.5, 60.0, 2.0, 0.5),
    spread=SpreadPolicy(0.4, 0.25, 0.5),
    snap=SnapPolicy(2000.0, 30.0, 3.0),
    tie_band_s=30.0,
    target_s={1: 600.0, 2: 900.0, 3: 1800.0},
)

CALENDAR = Calendar(
    (ExceptionalDays(date(2025, 10, 1), date(2025, 10, 8), DayKind.REST_DAY, Name("国庆", "NH")),)
)
# Everybody is on duty at noon in China on the day of these tests.
EVERYONE = Roster(
    "everyone",
    Name("全员", "Everyone"),
    frozenset({"t1", "t2"}),
    duty=(Hours(frozenset(), frozenset({DayKind.WORKDAY}), time(8, 30), time(18)),),
    away=(Hours(frozenset({1}), frozenset({DayKind.WORKDAY}), time(14, 30), time(16, 30)),),
)

_TAKES = HospitalCapability

# Positions along a parallel: a hundredth of a degree is about 970 m.
SMALL_DISTRICT = District(
    id="small",
    name=Name("小区", "Small"),
    timezone="Asia/Shanghai",
    synthetic=True,
    attribution="made up",
    posts=(
        post("town", Name("镇派出所", "Town Station"), "town", 106.20, 29.30),
        post("park", Name("园区警务站", "Park Post"), "town", 106.30, 29.30),
        post("river", Name("江边派出所", "River Station"), "river", 106.50, 29.30),
    ),
    units=(
        unit("t1", DepartureKind.STATION, "town", "west"),
        unit("t2", DepartureKind.STATION, "town"),
        unit("p1", DepartureKind.ZONE_POST, "park", "east"),
        unit("x1", DepartureKind.PATROL, "town", "west", beat=LonLat(106.25, 29.30)),
        unit("r1", DepartureKind.STATION, "river"),
    ),
    zones=(
        Zone("west", Name("西片", "West"), "town", "town", box(106.1, 29.2, 106.3, 29.4)),
        Zone("east", Name("东片", "East"), "park", "town", box(106.3, 29.2, 106.45, 29.4)),
    ),
    places=(
        Place(
            "yingxin",
            Name("迎新村", "Yingxin Village"),
            ("迎新",),
            LonLat(106.34, 29.30),
            400.0,
            "made up",
        ),
        Place("shuangfu", Name("双福", "Shuangfu"), (), LonLat(106.47, 29.30), 0.0, "made up"),
    ),
    policy=POLICY,
    duty_plan=DutyPlan(CALENDAR, (EVERYONE,)),
    hospitals=(
        hospital("town-h", Name("镇医院", "Town Hospital"), 106.22, _TAKES.EMERGENCY_24H),
        hospital("clinic", Name("诊所", "Clinic"), 106.33, _TAKES.PAEDIATRICS),
        hospital(
            "river-h",
            Name("江边医院", "River Hospital"),
            106.48,
            _TAKES.EMERGENCY_24H,
            _TAKES.TRAUMA,
            _TAKES.EYE,
        ),
    ),
)


def small_district(**changes: object) -> District:
    """The small district with some fields replaced."""
    return replace(SMALL_DISTRICT, **changes)  # type: ignore[arg-type]
