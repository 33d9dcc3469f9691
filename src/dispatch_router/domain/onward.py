"""The onward leg: from the scene of a call to a hospital that takes the person in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.hospitals import Hospital, HospitalCapability
from dispatch_router.domain.response import Response
from dispatch_router.domain.travel import DriveLeg
from dispatch_router.domain.units import UnitMode

DEFAULT_HOSPITALS = 3
MAX_HOSPITALS_RANKED = 20


class NeedsSource(StrEnum):
    """Who said what the hospital has to take in."""

    REQUEST = "request"
    CALL_TYPE = "call_type"
    POLICY = "policy"


class OnwardReasonCode(StrEnum):
    """Why a hospital is not among the ranked."""

    SLOWER = "slower"
    LACKS_CAPABILITY = "lacks_capability"
    UNREACHABLE = "unreachable"


class OnwardNoticeCode(StrEnum):
    """What a notice about hospitals says."""

    NO_HOSPITALS = "no_hospitals"
    """The district states none."""
    NONE_SUITABLE = "none_suitable"
    """None takes in all that is needed: all are ranked."""
    NO_ROAD = "no_road"
    """No way over roads is known to any: times are estimates along straight lines."""


@dataclass(frozen=True, slots=True)
class OnwardQuestion:
    """What is asked.

    Attributes:
        scene: where the drive begins.
        mode: how the person is taken.
        response: which traffic rules bind on the way.
        needs: what the hospital has to take in, all of it.
        needs_from: who said so.
    """

    scene: LonLat
    mode: UnitMode
    response: Response
    needs: frozenset[HospitalCapability]
    needs_from: NeedsSource


@dataclass(frozen=True, slots=True)
class OnwardNotice:
    """Something about the answer as a whole that must not be missed."""

    code: OnwardNoticeCode
    text: str
    text_zh: str


@dataclass(frozen=True, slots=True)
class RankedHospital:
    """A hospital and the way there.

    Attributes:
        leg: from the scene to the hospital's entrance; its total is what is ranked by.
        missing: what is needed and it does not take in, in order; a suitable one lacks nothing.
    """

    rank: int
    hospital: Hospital
    leg: DriveLeg
    missing: tuple[HospitalCapability, ...]
    why: str
    why_zh: str

    @property
    def is_suitable(self) -> bool:
        """Whether it takes in all that is needed."""
        return not self.missing


@dataclass(frozen=True, slots=True)
class OtherHospital:
    """A hospital that is not among the ranked.

    Attributes:
        time_ms: how long it takes there; None where there is no way.
        missing: what is needed and it does not take in.
    """

    hospital: Hospital
    reason: OnwardReasonCode
    time_ms: int | None
    missing: tuple[HospitalCapability, ...]
    what_would_change: str
    what_would_change_zh: str


@dataclass(frozen=True, slots=True)
class OnwardLegs:
    """The answer.

    Attributes:
        at: when it was made, in the district's time.
        degraded: what is ranked rests on less than it should: on straight lines, or on hospitals
            that do not take in all that is needed.
        hospitals: the soonest first, then by id.
        others: every other hospital of the district, those with a time first, the soonest first.
    """

    question: OnwardQuestion
    graph_version: str
    at: datetime
    degraded: bool
    notices: tuple[OnwardNotice, ...]
    closures_in_force: int
    hospitals: tuple[RankedHospital, ...]
    others: tuple[OtherHospital, ...]


def time_ms(leg: DriveLeg) -> int:
    """From the scene until the person is at the hospital's entrance."""
    return leg.drive_ms + leg.walk_ms
