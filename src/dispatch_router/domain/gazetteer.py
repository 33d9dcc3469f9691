"""The gazetteer: village and place names, and how exactly each is known."""

from __future__ import annotations

from dataclasses import dataclass

from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.names import Name


@dataclass(frozen=True, slots=True)
class Place:
    """A named place.

    Attributes:
        aliases: other spellings that people use, each unique in the district.
        uncertainty_m: how far from ``position`` a caller who names only this place may be.
        source: where the coordinates come from.
    """

    id: str
    name: Name
    aliases: tuple[str, ...]
    position: LonLat
    uncertainty_m: float
    source: str
