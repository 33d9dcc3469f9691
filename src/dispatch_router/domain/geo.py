"""Places on the earth, always WGS-84 inside the service."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LonLat:
    """A WGS-84 position in degrees."""

    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class BoundingBox:
    """West, south, east and north borders in WGS-84 degrees."""

    west: float
    south: float
    east: float
    north: float
