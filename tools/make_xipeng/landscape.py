"""Where water and hills lie. Drawn by hand after the lie of the land, not after a map."""

from __future__ import annotations

from tools.make_xipeng.curves import (
    Course,
    Polyline,
    normals,
    resampled,
    smoothed,
    wobbled,
)
from tools.make_xipeng.plane import Point, distance

YANGTZE_HALF_WIDTH_M = 330.0
DAXI_HALF_WIDTH_M = 38.0


def _river(course: list[Point], *, bends_m: float, scale_m: float, seed: int) -> tuple[Point, ...]:
    drawn = resampled(smoothed(course, 3), 60.0)
    return tuple(wobbled(drawn, amplitude_m=bends_m, scale_m=scale_m, seed=seed))


YANGTZE: Polyline = _river(
    [
        (-1300, 2900),
        (-200, 1500),
        (2300, 350),
        (5000, -150),
        (7400, 250),
        (9300, 1200),
        (10400, 2700),
        (11300, 4400),
    ],
    bends_m=120.0,
    scale_m=2500.0,
    seed=11,
)
"""长江, from the west edge of the sheet round the south of the town to the east edge."""

DAXI: Polyline = _river(
    [
        (2500, 16100),
        (3300, 14300),
        (3500, 12300),
        (2750, 10500),
        (3000, 8900),
        (4400, 7600),
        (6600, 7050),
        (8700, 6500),
        (9900, 5500),
        (10300, 4300),
        (10300, 2500),
    ],
    bends_m=420.0,
    scale_m=760.0,
    seed=12,
)
"""大溪河, from the north edge of the sheet into the Yangtze."""

BANK_M = 125.0
"""From the middle of the Daxi to where a bridge's approach begins."""


def banks_of_daxi(near: Point) -> tuple[Point, Point]:
    """Return where a bridge near a point begins: on the left and on the right bank, as it flows."""
    index = min(range(len(DAXI)), key=lambda i: distance(DAXI[i], near))
    (x, y), (dx, dy) = DAXI[index], normals(DAXI)[index]
    return (x + dx * BANK_M, y + dy * BANK_M), (x - dx * BANK_M, y - dy * BANK_M)


RIDGES: tuple[tuple[tuple[Point, ...], float, float], ...] = (
    (((1500, 3500), (1750, 5600), (1900, 8300), (2000, 10300)), 280.0, 640.0),
    (((5000, 8500), (5600, 10200), (6000, 11400)), 240.0, 560.0),
    (((9700, 7900), (9900, 10500), (9600, 13800)), 170.0, 600.0),
    (((1700, 14900), (1900, 12900)), 120.0, 450.0),
)
"""Crest line, height above the valleys and half width at half height, in metres."""

_YANGTZE_COURSE, _DAXI_COURSE = Course(YANGTZE), Course(DAXI)
_CRESTS = tuple(Course(crest) for crest, _height, _width in RIDGES)


def on_yangtze(point: Point, margin_m: float = 0.0) -> bool:
    """Whether a point is on the Yangtze or within a margin of it."""
    return _YANGTZE_COURSE.distance_to(point) < YANGTZE_HALF_WIDTH_M + margin_m


def on_daxi(point: Point, margin_m: float = 0.0) -> bool:
    """Whether a point is on the Daxi or within a margin of it."""
    return _DAXI_COURSE.distance_to(point) < DAXI_HALF_WIDTH_M + margin_m


def under_ridge(point: Point, within_m: float) -> bool:
    """Whether a point lies under the crest of a ridge, where a motorway needs a tunnel."""
    return any(crest.distance_to(point) < within_m for crest in _CRESTS)
