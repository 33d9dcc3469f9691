"""The keys of ``hospitals.yaml``, strictly."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from dispatch_router.storage.district_files.fields import Id, NameRow, Strict
from dispatch_router.storage.district_files.hospital_words import CapabilityName
from dispatch_router.storage.district_files.schema import PositionRow


class HospitalRow(Strict):
    """One item of ``hospitals.yaml``."""

    id: Id
    name: NameRow
    position: PositionRow
    approximate: bool
    takes: Annotated[list[CapabilityName], Field(min_length=1, max_length=20)]
