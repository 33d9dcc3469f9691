"""Policy: the numbers that a command centre decides, not the code."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time

from dispatch_router.domain.call_types import CallType
from dispatch_router.domain.desk_policy import DeskPolicy
from dispatch_router.domain.hospitals import HospitalCapability
from dispatch_router.domain.positions import PositionPolicy
from dispatch_router.domain.traffic import EmergencyPolicy, TrafficPolicy
from dispatch_router.domain.units import DepartureKind, UnitMode


@dataclass(frozen=True, slots=True)
class TurnOutRule:
    """Seconds from the order to wheels rolling, for one kind of unit in one part of the day.

    The part of the day runs from ``start`` (inclusive) to ``end`` (exclusive), local time, and may
    pass midnight; ``start == end`` is the whole day. The first rule that fits holds.

    Attributes:
        mode: how the unit travels; None for every mode.
    """

    kind: DepartureKind
    start: time
    end: time
    turn_out_s: float
    mode: UnitMode | None = None


@dataclass(frozen=True, slots=True)
class LocatePolicy:
    """How long it takes from the nearest road point to the person.

    Attributes:
        walk_speed_m_s: on foot, from the road.
        walk_detour: how much longer the footpath is than the straight line.
        search_base_s: finding the door when the place is known exactly.
        search_speed_familiar_m_s: uncertainty covered per second by officers who know the zone.
        search_speed_unfamiliar_m_s: the same for officers who do not.
        default_uncertainty_m: taken where a call gives a position and no uncertainty.
    """

    walk_speed_m_s: float
    walk_detour: float
    search_base_s: float
    search_speed_familiar_m_s: float
    search_speed_unfamiliar_m_s: float
    default_uncertainty_m: float = 30.0


@dataclass(frozen=True, slots=True)
class SpreadPolicy:
    """Coefficients of variation (standard deviation / mean) of each part, for p90 and on time."""

    turn_out_cv: float
    drive_cv: float
    locate_cv: float


@dataclass(frozen=True, slots=True)
class SnapPolicy:
    """How places are tied to roads.

    Attributes:
        max_snap_m: farther than this from any road is ``outside_district``.
        candidate_within_m: every road at most this much farther than the nearest is tried.
        yard_speed_m_s: from a unit's own position to the road.
    """

    max_snap_m: float
    candidate_within_m: float
    yard_speed_m_s: float


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything that a district decides.

    Attributes:
        tie_band_s: candidates at most this much behind the best of them are ties.
        target_s: time to person aimed at, by priority (1 is the most urgent).
        traffic: speeds by the hour.
        emergency: what an emergency drive may do, and what that costs.
        positions: which reported positions are believed, and for how long.
        call_types: what calls can be about, and what they need.
        hospital_needs: what a hospital has to take in, where the type of call does not say.
        desk: when calls are duplicates, how long assignments may stand still, who may be diverted.
    """

    turn_out: tuple[TurnOutRule, ...]
    locate: LocatePolicy
    spread: SpreadPolicy
    snap: SnapPolicy
    tie_band_s: float
    target_s: dict[int, float]
    traffic: TrafficPolicy = field(default_factory=TrafficPolicy)
    emergency: EmergencyPolicy = field(default_factory=EmergencyPolicy)
    positions: PositionPolicy = field(default_factory=PositionPolicy)
    call_types: tuple[CallType, ...] = ()
    hospital_needs: frozenset[HospitalCapability] = frozenset({HospitalCapability.EMERGENCY_24H})
    desk: DeskPolicy = field(default_factory=DeskPolicy)
