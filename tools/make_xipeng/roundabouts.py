"""Replace a crossing by a ring; traffic keeps right, so the ring runs counter-clockwise."""

from __future__ import annotations

from itertools import pairwise
from math import atan2, cos, pi, sin

from tools.make_xipeng.curves import Polyline
from tools.make_xipeng.draft import Draft, Road
from tools.make_xipeng.names import Tags
from tools.make_xipeng.plane import Point, between, distance, to_centimetre

RING_CORNERS = 14
CLEAR_OF_ENTRIES_RAD = 0.2


def make_roundabout(draft: Draft, centre: Point, radius_m: float, tags: Tags) -> None:
    """Cut every road through the centre at the ring, and draw the ring through the cuts."""
    entries: list[Point] = []
    kept: list[Road] = []
    for road in draft.roads:
        if centre in road.points and road.level == 0:
            kept += _outside(road, centre, radius_m, entries)
        else:
            kept.append(road)
    draft.roads[:] = kept
    ring = _ring(centre, radius_m, entries)
    draft.add([*ring, ring[0]], tags | {"junction": "roundabout"})


def _outside(road: Road, centre: Point, radius_m: float, entries: list[Point]) -> list[Road]:
    at = road.points.index(centre)
    parts = []
    for arm in (road.points[at::-1], road.points[at:]):
        if len(arm) > 1:
            outside = _cut(arm, radius_m)
            entries.append(outside[0])
            forwards = outside[::-1] if arm[-1] == road.points[0] else outside
            parts.append(Road(tuple(forwards), road.tags, road.level))
    return parts


def _cut(arm: Polyline, radius_m: float) -> list[Point]:
    """Drop the start of a line up to where it leaves the circle."""
    for i, (a, b) in enumerate(pairwise(arm)):
        inner, outer = distance(arm[0], a), distance(arm[0], b)
        if outer > radius_m:
            share = (radius_m - inner) / (outer - inner)
            return [to_centimetre(between(a, b, share)), *arm[i + 1 :]]
    raise ValueError("a road ends inside its roundabout")


def _ring(centre: Point, radius_m: float, entries: list[Point]) -> list[Point]:
    angles = {_angle(centre, point): point for point in entries}
    for corner in range(RING_CORNERS):
        angle = -pi + 2 * pi * (corner + 0.5) / RING_CORNERS
        if all(abs(angle - other) > CLEAR_OF_ENTRIES_RAD for other in angles):
            x, y = centre[0] + radius_m * cos(angle), centre[1] + radius_m * sin(angle)
            angles[angle] = to_centimetre((x, y))
    return [angles[angle] for angle in sorted(angles)]


def _angle(centre: Point, point: Point) -> float:
    return atan2(point[1] - centre[1], point[0] - centre[0])
