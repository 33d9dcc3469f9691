"""The drawing plane: metres east and north of the south-west corner of the town box."""

from __future__ import annotations

from math import hypot

Point = tuple[float, float]
"""Metres east, metres north."""

BOX_WEST, BOX_SOUTH, BOX_EAST, BOX_NORTH = 106.25753, 29.25821, 106.36011, 29.39070

# WGS-84 at the middle of the box. Constant over the sheet: 0.2 % off at its edges.
METRES_PER_DEGREE_LON = 97_133.06
METRES_PER_DEGREE_LAT = 110_841.14

BOX_WIDTH_M = (BOX_EAST - BOX_WEST) * METRES_PER_DEGREE_LON
BOX_HEIGHT_M = (BOX_NORTH - BOX_SOUTH) * METRES_PER_DEGREE_LAT

SHEET_WEST_M, SHEET_SOUTH_M, SHEET_EAST_M, SHEET_NORTH_M = -1300.0, -900.0, 11300.0, 16100.0
"""The sheet is larger than the box, so that roads to the neighbours do not stop at its border."""


def lon_lat_e7(point: Point) -> tuple[int, int]:
    """Return WGS-84 longitude and latitude in degrees times 10^7."""
    return (
        round((BOX_WEST + point[0] / METRES_PER_DEGREE_LON) * 1e7),
        round((BOX_SOUTH + point[1] / METRES_PER_DEGREE_LAT) * 1e7),
    )


def point_at_lon_lat(lon: float, lat: float) -> Point:
    """Return the point of a WGS-84 position."""
    return (lon - BOX_WEST) * METRES_PER_DEGREE_LON, (lat - BOX_SOUTH) * METRES_PER_DEGREE_LAT


def to_centimetre(point: Point) -> Point:
    """Round, so that points that are meant to be one are one."""
    return round(point[0], 2), round(point[1], 2)


def distance(a: Point, b: Point) -> float:
    """Metres between two points."""
    return hypot(b[0] - a[0], b[1] - a[1])


def between(a: Point, b: Point, share: float) -> Point:
    """Return the point at ``share`` of the way from ``a`` to ``b``."""
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share


def on_sheet(point: Point) -> bool:
    """Whether a point lies on the sheet."""
    return SHEET_WEST_M <= point[0] <= SHEET_EAST_M and SHEET_SOUTH_M <= point[1] <= SHEET_NORTH_M
