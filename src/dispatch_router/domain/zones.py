"""Zones (警务区): merged villages and communities, each with one responsible post."""

from __future__ import annotations

from dataclasses import dataclass

from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.names import Name


@dataclass(frozen=True, slots=True)
class Zone:
    """An area that one post is responsible for (警区责任制).

    Attributes:
        post_id: the responsible post.
        station_id: the station that was responsible before the reform; the baseline sends from it.
        ring: the closed outline, first point repeated as the last.
    """

    id: str
    name: Name
    post_id: str
    station_id: str
    ring: tuple[LonLat, ...]
