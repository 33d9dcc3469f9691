"""Hospitals: where people are taken from the scene of a call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.names import Name


class HospitalCapability(StrEnum):
    """What a hospital takes in (收治能力); how many beds are free is not known here."""

    EMERGENCY_24H = "emergency_24h"
    TRAUMA = "trauma"
    CHEST_PAIN = "chest_pain"
    STROKE = "stroke"
    BURNS = "burns"
    POISON = "poison"
    EYE = "eye"
    PAEDIATRICS = "paediatrics"
    OBSTETRICS = "obstetrics"
    PSYCHIATRY = "psychiatry"
    RABIES = "rabies"


_H = HospitalCapability
CAPABILITY_NAMES: Final[Mapping[HospitalCapability, Name]] = MappingProxyType(
    {
        _H.EMERGENCY_24H: Name("24小时急诊", "emergencies day and night"),
        _H.TRAUMA: Name("创伤", "trauma"),
        _H.CHEST_PAIN: Name("胸痛", "chest pain"),
        _H.STROKE: Name("卒中", "stroke"),
        _H.BURNS: Name("烧伤", "burns"),
        _H.POISON: Name("中毒", "poisoning"),
        _H.EYE: Name("眼科", "eye injuries"),
        _H.PAEDIATRICS: Name("儿科", "children"),
        _H.OBSTETRICS: Name("产科", "births"),
        _H.PSYCHIATRY: Name("精神科", "psychiatric crises"),
        _H.RABIES: Name("犬伤", "bites"),
    }
)
"""What dispatchers call them."""


@dataclass(frozen=True, slots=True)
class Hospital:
    """A place that takes in the injured and the sick.

    Attributes:
        position: of the entrance to the emergency department.
        approximate: the position is an estimate, not surveyed.
        takes: whom it takes in.
    """

    id: str
    name: Name
    position: LonLat
    approximate: bool
    takes: frozenset[HospitalCapability]
