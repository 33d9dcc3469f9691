"""The keys of a district's files, strictly: no unknown key, no text for a number.

docs/district-files.md explains every key to the people who write the files.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, FailFast, Field, RootModel

from dispatch_router.domain.calls import MAX_UNCERTAINTY_M
from dispatch_router.domain.traffic import EmergencyPolicy
from dispatch_router.storage.district_files.desk_schema import DeskRow, HospitalsRow
from dispatch_router.storage.district_files.fields import (
    ClockTime,
    Id,
    NameRow,
    Strict,
    Text,
    number,
)
from dispatch_router.storage.district_files.unit_schema import (
    CallTypeRow,
    Capabilities,
    PositionsRow,
)

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
# Of the light-traffic speed.
Factor = Annotated[float, number(0.05, 3.0)]
ExemptedSpeed = Annotated[float, number(1.0, 120.0)]
Penalty = Annotated[float, number(0.0, 3600.0)]
# Nobody drives against the traffic of a motorway, so that its classes cannot be named there.
ContraflowClassName = Literal[
    "unknown",
    "trunk",
    "trunk_link",
    "primary",
    "primary_link",
    "secondary",
    "secondary_link",
    "tertiary",
    "tertiary_link",
    "unclassified",
    "residential",
    "living_street",
    "service",
    "track",
    "road",
    "ferry",
    "pedestrian",
    "footway",
    "path",
    "steps",
    "cycleway",
]
RoadClassName = Literal["motorway", "motorway_link", ContraflowClassName]

_EMERGENCY = EmergencyPolicy()


class PositionRow(Strict):
    """WGS-84 degrees."""

    lon: Annotated[float, number(-180.0, 180.0)]
    lat: Annotated[float, number(-90.0, 90.0)]


class DistrictRow(Strict):
    """``district.yaml``."""

    id: Id
    name: NameRow
    timezone: Text
    synthetic: bool
    attribution: Text


class PostRow(Strict):
    """One item of ``posts.yaml``."""

    id: Id
    name: NameRow
    kind: Literal["station", "zone_post"]
    station: Id | None = None
    position: PositionRow
    approximate: bool
    functions: Annotated[
        list[
            Literal[
                "call_response",
                "government_services",
                "emergency_response",
                "public_order",
                "traffic",
            ]
        ],
        Field(min_length=1, max_length=5),
    ]


class UnitRow(Strict):
    """One item of ``units.yaml``."""

    id: Id
    name: NameRow
    post: Id
    patrol: bool = False
    mode: Literal["car", "motorcycle", "foot"]
    beat: PositionRow | None = None
    familiar_zones: Annotated[list[Id], Field(default_factory=list, max_length=1000)]
    capabilities: Capabilities


class PlaceRow(Strict):
    """One item of ``gazetteer.yaml``."""

    id: Id
    name: NameRow
    aliases: Annotated[list[Text], Field(default_factory=list, max_length=50)]
    position: PositionRow
    uncertainty_m: Annotated[float, number(0.0, MAX_UNCERTAINTY_M)]
    source: Text


class ZoneProperties(Strict):
    """``properties`` of a feature of ``zones.geojson``."""

    id: Id
    name: NameRow
    post: Id
    station: Id


Coordinate = Annotated[
    list[Annotated[float, number(-180.0, 180.0)]], Field(min_length=2, max_length=2)
]
Ring = Annotated[list[Coordinate], FailFast(), Field(min_length=4, max_length=20_000)]


class PolygonRow(Strict):
    """``geometry`` of a feature: one closed outline, no holes."""

    type: Literal["Polygon"]
    coordinates: Annotated[list[Ring], Field(min_length=1, max_length=1)]


class ZoneRow(Strict):
    """One feature of ``zones.geojson``."""

    type: Literal["Feature"]
    id: str | int | None = None
    bbox: list[float] | None = None
    properties: ZoneProperties
    geometry: PolygonRow


class TurnOutRow(Strict):
    """One item of ``turn_out`` in ``policy.yaml``."""

    kind: Literal["station", "zone_post", "patrol"]
    start: ClockTime
    end: ClockTime
    turn_out_s: Annotated[float, number(0.0, 3600.0)]
    mode: Literal["car", "motorcycle", "foot"] | None = None


class LocateRow(Strict):
    """``locate`` in ``policy.yaml``."""

    walk_speed_m_s: Annotated[float, number(0.1, 5.0)]
    walk_detour: Annotated[float, number(1.0, 10.0)]
    search_base_s: Annotated[float, number(0.0, 3600.0)]
    search_speed_familiar_m_s: Annotated[float, number(0.01, 100.0)]
    search_speed_unfamiliar_m_s: Annotated[float, number(0.01, 100.0)]
    default_uncertainty_m: Annotated[float, number(0.0, MAX_UNCERTAINTY_M)] = 30.0


class SpreadRow(Strict):
    """``spread`` in ``policy.yaml``."""

    turn_out_cv: Annotated[float, number(0.0, 2.0)]
    drive_cv: Annotated[float, number(0.0, 2.0)]
    locate_cv: Annotated[float, number(0.0, 2.0)]


class SnapRow(Strict):
    """``snap`` in ``policy.yaml``."""

    max_snap_m: Annotated[float, number(1.0, 20_000.0)]
    candidate_within_m: Annotated[float, number(0.0, 1000.0)]
    yard_speed_m_s: Annotated[float, number(0.1, 50.0)]


class TurnOutRows(RootModel[Annotated[list[TurnOutRow], Field(min_length=1, max_length=1000)]]):
    """``turn_out`` in ``policy.yaml``."""

    model_config = ConfigDict(strict=True)


class SpeedPeriodRow(Strict):
    """One item of ``speeds`` in ``policy.yaml``."""

    days: Annotated[list[Day], Field(min_length=1, max_length=7)]
    start: ClockTime
    end: ClockTime
    classes: dict[RoadClassName, Factor] = Field(default_factory=dict)
    other: Factor = 1.0
    modes: Annotated[
        list[Literal["car", "motorcycle"]],
        Field(default_factory=lambda: ["car", "motorcycle"], min_length=1, max_length=2),
    ]


class SignalsRow(Strict):
    """``signals`` in ``policy.yaml``."""

    routine_s: Annotated[float, number(0.0, 300.0)] = 0.0


class ContraflowRow(Strict):
    """``contraflow`` of ``emergency`` in ``policy.yaml``."""

    classes: Annotated[list[ContraflowClassName], Field(max_length=100)] | None = None
    speed_kmh: ExemptedSpeed = _EMERGENCY.contraflow_kmh
    penalty_s: Penalty = _EMERGENCY.contraflow_ms / 1000


class AccessRow(Strict):
    """``access`` of ``emergency`` in ``policy.yaml``."""

    speed_kmh: ExemptedSpeed = _EMERGENCY.access_kmh
    penalty_s: Penalty = _EMERGENCY.access_ms / 1000


class EmergencyRow(Strict):
    """``emergency`` in ``policy.yaml``."""

    classes: dict[RoadClassName, Factor] = Field(default_factory=dict)
    other: Factor = 1.0
    signal_s: Annotated[float, number(0.0, 300.0)] = _EMERGENCY.signal_ms / 1000
    contraflow: ContraflowRow = ContraflowRow()
    turn_penalty_s: Penalty = _EMERGENCY.turn_ms / 1000
    access: AccessRow = AccessRow()


class PolicyRow(Strict):
    """``policy.yaml``."""

    turn_out: TurnOutRows
    locate: LocateRow
    spread: SpreadRow
    snap: SnapRow
    tie_band_s: Annotated[float, number(0.0, 600.0)]
    target_s: dict[Literal[1, 2, 3], Annotated[float, number(1.0, 86_400.0)]]
    speeds: Annotated[list[SpeedPeriodRow], Field(default_factory=list, max_length=200)]
    signals: SignalsRow = SignalsRow()
    emergency: EmergencyRow = EmergencyRow()
    positions: PositionsRow = PositionsRow()
    call_types: Annotated[list[CallTypeRow], Field(default_factory=list, max_length=1000)]
    hospitals: HospitalsRow = HospitalsRow()
    desk: DeskRow = DeskRow()
