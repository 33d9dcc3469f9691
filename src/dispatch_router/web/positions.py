"""Positions as JSON members, in the caller's coordinates."""

from __future__ import annotations

from typing import Any, Final

from dispatch_router.domain.crs import Crs, from_wgs84
from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.recommendation import DeparturePosition

# 1 mm; what the conversion between coordinate systems is good for.
POSITION_DIGITS: Final = 8
# 0.1 m, as RFC 7946 advises.
ROUTE_DIGITS: Final = 6


def position_members(position: LonLat, crs: Crs) -> dict[str, Any]:
    """Return what ``PositionReply`` documents."""
    lon, lat = from_wgs84(position, crs)
    return {"lon": round(lon, POSITION_DIGITS), "lat": round(lat, POSITION_DIGITS), "crs": crs}


def departure_members(departure: DeparturePosition, crs: Crs) -> dict[str, Any]:
    """Return what ``DeparturePositionReply`` documents; a stated position has no age."""
    age_ms = departure.age_ms
    return {
        **position_members(departure.position, crs),
        "source": departure.source,
        "age_s": None if age_ms is None else age_ms / 1000,
        "stale": departure.stale,
    }


def line_members(route: tuple[LonLat, ...]) -> dict[str, Any]:
    """Return a GeoJSON LineString, which has two positions or more."""
    return {
        "type": "LineString",
        "coordinates": coordinates(route if len(route) > 1 else route * 2),
    }


def coordinates(positions: tuple[LonLat, ...]) -> list[list[float]]:
    """Return positions as GeoJSON has them."""
    return [[round(p.lon, ROUTE_DIGITS), round(p.lat, ROUTE_DIGITS)] for p in positions]
