"""The keys of ``policy.yaml`` that concern units and what calls need of them, strictly."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from dispatch_router.domain.positions import PositionPolicy
from dispatch_router.storage.district_files.desk_schema import HospitalNeeds
from dispatch_router.storage.district_files.fields import Id, NameRow, Strict, number

_DEFAULT = PositionPolicy()


Capabilities = Annotated[list[Id], Field(default_factory=list, max_length=50)]
"""What a unit can do, or what a call needs."""


class PositionsRow(Strict):
    """``positions`` in ``policy.yaml``."""

    stale_after_s: Annotated[float, number(1.0, 86_400.0)] = _DEFAULT.stale_after_s
    lost_after_s: Annotated[float, number(1.0, 604_800.0)] = _DEFAULT.lost_after_s
    future_within_s: Annotated[float, number(0.0, 3_600.0)] = _DEFAULT.future_within_s
    jump_m: Annotated[float, number(0.0, 100_000.0)] = _DEFAULT.jump_m
    car_kmh: Annotated[float, number(1.0, 1_000.0)] = _DEFAULT.car_kmh
    motorcycle_kmh: Annotated[float, number(1.0, 1_000.0)] = _DEFAULT.motorcycle_kmh
    foot_kmh: Annotated[float, number(1.0, 1_000.0)] = _DEFAULT.foot_kmh
    drift: Annotated[float, number(0.0, 2.0)] = _DEFAULT.drift


class CallTypeRow(Strict):
    """One item of ``call_types`` in ``policy.yaml``."""

    id: Id
    name: NameRow
    needs: Capabilities
    hospital_needs: HospitalNeeds | None = None
