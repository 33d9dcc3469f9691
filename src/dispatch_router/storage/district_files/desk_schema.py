"""The keys of ``desk`` and ``hospitals`` in ``policy.yaml``, strictly."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from dispatch_router.domain.assignments import TimeLimits
from dispatch_router.domain.duplicates import DuplicatePolicy
from dispatch_router.storage.district_files.fields import Strict, number
from dispatch_router.storage.district_files.hospital_words import CapabilityName

_DUPLICATES = DuplicatePolicy()
_LIMITS = TimeLimits()
_WEEK_S = 604_800.0

HospitalNeeds = Annotated[list[CapabilityName], Field(max_length=20)]
"""What a hospital has to take in."""


def _open_day_and_night() -> list[CapabilityName]:
    return ["emergency_24h"]


Limit = Annotated[float, number(1.0, _WEEK_S)]
Priority = Literal[1, 2, 3]


class DuplicatesRow(Strict):
    """``duplicates`` of ``desk`` in ``policy.yaml``."""

    within_m: Annotated[float, number(0.0, 20_000.0)] = _DUPLICATES.within_m
    uncertainty_m: Annotated[float, number(0.0, 20_000.0)] = _DUPLICATES.uncertainty_m
    within_s: Annotated[float, number(0.0, _WEEK_S)] = _DUPLICATES.within_s
    at_most: Annotated[int, Field(ge=1, le=20)] = _DUPLICATES.at_most
    same_caller_within_m: Annotated[float, number(0.0, 20_000.0)] = _DUPLICATES.same_caller_within_m


class LimitsRow(Strict):
    """``limits`` of ``desk`` in ``policy.yaml``."""

    dispatched_s: Limit = _LIMITS.dispatched_s
    en_route_s: Limit = _LIMITS.en_route_s
    on_scene_s: Limit = _LIMITS.on_scene_s
    transporting_s: Limit = _LIMITS.transporting_s


class DiversionRow(Strict):
    """``diversion`` of ``desk`` in ``policy.yaml``."""

    may_take_from: dict[Priority, Annotated[list[Priority], Field(max_length=3)]] | None = None
    statuses: Annotated[list[Literal["dispatched", "en_route"]], Field(max_length=2)] | None = None


class DeskRow(Strict):
    """``desk`` in ``policy.yaml``."""

    duplicates: DuplicatesRow = DuplicatesRow()
    limits: LimitsRow = LimitsRow()
    diversion: DiversionRow = DiversionRow()


class HospitalsRow(Strict):
    """``hospitals`` in ``policy.yaml``."""

    needs: HospitalNeeds = Field(default_factory=_open_day_and_night)
