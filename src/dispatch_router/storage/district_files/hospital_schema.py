"""The keys of ``hospitals.yaml``, strictly."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from dispatch_router.storage.district_files.fields import Id, NameRow, Strict
from dispatch_router.storage.district_files.schema import PositionRow

CapabilityName = Literal[
    "emergency_24h",
    "trauma",
    "chest_pain",
    "stroke",
    "burns",
    "poison",
    "eye",
    "paediatrics",
    "obstetrics",
    "psychiatry",
    "rabies",
]


class HospitalRow(Strict):
    """One item of ``hospitals.yaml``."""

    id: Id
    name: NameRow
    position: PositionRow
    approximate: bool
    takes: Annotated[list[CapabilityName], Field(min_length=1, max_length=20)]
