"""Coordinate systems that maps in China use, and their exact conversion to WGS-84 and back.

GCJ-02 is the obfuscated system that public maps in mainland China must use; BD-09 is Baidu's
second obfuscation on top of it. Neither has an official public definition. The formulas here are
the ones that every open implementation shares: for GCJ-02 the leaked ``wgtochina_lb`` as published
in "eviltransform" (https://github.com/googollee/eviltransform) and described in Wikipedia,
"Restrictions on geographic data in China"; for BD-09 the formula of the same two sources.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from enum import StrEnum

from dispatch_router.domain.geo import LonLat


class Crs(StrEnum):
    """A coordinate reference system that a client may speak."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


# GCJ-02 leaves everything outside this box as it is.
GCJ02_WEST, GCJ02_EAST = 72.004, 137.8347
GCJ02_SOUTH, GCJ02_NORTH = 0.8293, 55.8271

# The Krasovsky 1940 ellipsoid, as the formula has it.
_SEMI_MAJOR_AXIS_M = 6_378_245.0
_ECCENTRICITY_SQUARED = 0.006_693_421_622_965_943

_BD09_WAVE = math.pi * 3000.0 / 180.0
_BD09_LON_SHIFT, _BD09_LAT_SHIFT = 0.0065, 0.006

# About 0.01 mm; both shifts bend by less than 2 % of a step, so each round gains two digits or
# more and the limit is never reached.
_CONVERGED_DEGREES = 1e-10
_MAX_ROUNDS = 30


def to_wgs84(lon: float, lat: float, crs: Crs) -> LonLat:
    """Convert a position in ``crs`` (degrees) to WGS-84, exactly: the error is far below 1 cm.

    GCJ-02 is not one-to-one within about 1 km of the border of its box, where the shift ends at a
    step. There a position that some place inside the box is shifted to is taken for that place,
    so that ``to_wgs84(*from_wgs84(p, crs), crs)`` is ``p`` for every ``p`` inside the box; any
    other position is outside China and stays as it is.
    """
    if crs is Crs.WGS84:
        return LonLat(lon, lat)
    if crs is Crs.BD09:
        lon, lat = _bd09_to_gcj02(lon, lat)
    return _gcj02_to_wgs84(lon, lat)


def from_wgs84(position: LonLat, crs: Crs) -> tuple[float, float]:
    """Convert a WGS-84 position to ``(lon, lat)`` in ``crs``, degrees."""
    if crs is Crs.WGS84:
        return position.lon, position.lat
    lon, lat = _wgs84_to_gcj02(position.lon, position.lat)
    return (lon, lat) if crs is Crs.GCJ02 else _gcj02_to_bd09(lon, lat)


def _inside_gcj02_box(lon: float, lat: float) -> bool:
    return GCJ02_WEST <= lon <= GCJ02_EAST and GCJ02_SOUTH <= lat <= GCJ02_NORTH


def _gcj02_shift(lon: float, lat: float) -> tuple[float, float]:
    """Degrees that GCJ-02 adds at a WGS-84 position."""
    x, y = lon - 105.0, lat - 35.0
    root = math.sqrt(abs(x))
    sin, pi = math.sin, math.pi
    waves_along_x = (20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)) * 2.0 / 3.0
    north_m = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north_m += waves_along_x
    north_m += (20.0 * sin(y * pi) + 40.0 * sin(y / 3.0 * pi)) * 2.0 / 3.0
    north_m += (160.0 * sin(y / 12.0 * pi) + 320.0 * sin(y * pi / 30.0)) * 2.0 / 3.0
    east_m = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east_m += waves_along_x
    east_m += (20.0 * sin(x * pi) + 40.0 * sin(x / 3.0 * pi)) * 2.0 / 3.0
    east_m += (150.0 * sin(x / 12.0 * pi) + 300.0 * sin(x / 30.0 * pi)) * 2.0 / 3.0

    latitude = math.radians(lat)
    w_squared = 1.0 - _ECCENTRICITY_SQUARED * sin(latitude) ** 2
    prime_vertical_m = _SEMI_MAJOR_AXIS_M / math.sqrt(w_squared)
    meridian_m = prime_vertical_m * (1.0 - _ECCENTRICITY_SQUARED) / w_squared
    return (
        math.degrees(east_m / (prime_vertical_m * math.cos(latitude))),
        math.degrees(north_m / meridian_m),
    )


def _wgs84_to_gcj02(lon: float, lat: float) -> tuple[float, float]:
    if not _inside_gcj02_box(lon, lat):
        return lon, lat
    shift_lon, shift_lat = _gcj02_shift(lon, lat)
    return lon + shift_lon, lat + shift_lat


def _gcj02_to_wgs84(lon: float, lat: float) -> LonLat:
    # The shift is below 0.02 degrees; farther out than that nothing can come from the box.
    clamped_lon = min(max(lon, GCJ02_WEST), GCJ02_EAST)
    clamped_lat = min(max(lat, GCJ02_SOUTH), GCJ02_NORTH)
    if abs(lon - clamped_lon) > 0.02 or abs(lat - clamped_lat) > 0.02:
        return LonLat(lon, lat)

    def shifted(guess_lon: float, guess_lat: float) -> tuple[float, float]:
        shift_lon, shift_lat = _gcj02_shift(guess_lon, guess_lat)
        return guess_lon + shift_lon, guess_lat + shift_lat

    origin_lon, origin_lat = _solve(shifted, lon, lat)
    # A rounding error beyond the border still is the border.
    on_border_lon = min(max(origin_lon, GCJ02_WEST), GCJ02_EAST)
    on_border_lat = min(max(origin_lat, GCJ02_SOUTH), GCJ02_NORTH)
    if max(abs(origin_lon - on_border_lon), abs(origin_lat - on_border_lat)) > 1e-9:
        return LonLat(lon, lat)
    return LonLat(on_border_lon, on_border_lat)


def _gcj02_to_bd09(lon: float, lat: float) -> tuple[float, float]:
    radius = math.hypot(lon, lat) + 2e-5 * math.sin(lat * _BD09_WAVE)
    angle = math.atan2(lat, lon) + 3e-6 * math.cos(lon * _BD09_WAVE)
    return (
        radius * math.cos(angle) + _BD09_LON_SHIFT,
        radius * math.sin(angle) + _BD09_LAT_SHIFT,
    )


def _bd09_to_gcj02(lon: float, lat: float) -> tuple[float, float]:
    return _solve(_gcj02_to_bd09, lon, lat)


def _solve(
    forward: Callable[[float, float], tuple[float, float]], lon: float, lat: float
) -> tuple[float, float]:
    """Find what ``forward`` maps to ``(lon, lat)``, by fixed-point iteration.

    Each round moves the guess by what it misses; ``forward`` is the identity plus a shift that
    changes slowly, so the iteration contracts (Banach) and ends within a few rounds.
    """
    guess_lon, guess_lat = lon, lat
    for _ in range(_MAX_ROUNDS):
        reached_lon, reached_lat = forward(guess_lon, guess_lat)
        miss_lon, miss_lat = lon - reached_lon, lat - reached_lat
        guess_lon += miss_lon
        guess_lat += miss_lat
        if max(abs(miss_lon), abs(miss_lat)) < _CONVERGED_DEGREES:
            break
    return guess_lon, guess_lat
