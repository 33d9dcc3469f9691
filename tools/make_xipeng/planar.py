"""Cut the drawn roads into a network: junctions where they meet, bridges where they do not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tools.make_xipeng.curves import share_nearest
from tools.make_xipeng.draft import (
    Road,
    Segment,
    Square,
    crossing_shares,
    squares_of,
)
from tools.make_xipeng.plane import Point, between, distance, to_centimetre

TOUCH_M = 0.25
"""A road that ends this close to another ends on it."""

NEAR_CORNER_M = 4.0
"""A crossing this close to a corner of a road is moved to that corner: no tiny edges."""

Place = tuple[int, int]
"""Road and segment."""


@dataclass(frozen=True, slots=True)
class Crossing:
    """Two roads cross at different levels.

    Attributes:
        upper: index of the road that needs a bridge there.
    """

    upper: int
    point: Point


@dataclass(frozen=True, slots=True)
class Cut:
    """The roads with every junction among their points, and the crossings without one."""

    roads: list[Road]
    crossings: list[Crossing]


def cut_at_junctions(roads: Sequence[Road]) -> Cut:
    """Put a shared point wherever two roads on the ground cross or touch."""
    added: dict[Place, list[tuple[float, Point]]] = defaultdict(list)
    crossings: list[Crossing] = []
    for first, second in _pairs(roads):
        if roads[first[0]].level == roads[second[0]].level == 0:
            _join(roads, first, second, added)
        elif (point := _cross(roads, first, second)) is not None:
            upper = max(first[0], second[0], key=lambda road: (roads[road].level, road))
            crossings.append(Crossing(upper, point))
    return Cut([_with_added(road, index, added) for index, road in enumerate(roads)], crossings)


def _pairs(roads: Sequence[Road]) -> Iterator[tuple[Place, Place]]:
    """Yield every two segments that share a square, once, in order."""
    squares: dict[Square, list[Place]] = defaultdict(list)
    for index, road in enumerate(roads):
        for number, segment in enumerate(zip(road.points, road.points[1:], strict=False)):
            for square in squares_of(segment):
                squares[square].append((index, number))
    seen: set[tuple[Place, Place]] = set()
    for square in sorted(squares):
        places = squares[square]
        for i, first in enumerate(places):
            for second in places[i + 1 :]:
                if first[0] != second[0] and (first, second) not in seen:
                    seen.add((first, second))
                    yield first, second


def _segment(roads: Sequence[Road], place: Place) -> Segment:
    points = roads[place[0]].points
    return points[place[1]], points[place[1] + 1]


def _join(
    roads: Sequence[Road],
    first: Place,
    second: Place,
    added: dict[Place, list[tuple[float, Point]]],
) -> None:
    a, b = _segment(roads, first), _segment(roads, second)
    if set(a) & set(b):
        return
    touched = _touch(a, b, second, added)
    touched = _touch(b, a, first, added) or touched
    shares = crossing_shares(a, b)
    if touched or shares is None:
        return
    point = _corner_near(between(*a, shares[0]), (*a, *b))
    for place, segment in ((first, a), (second, b)):
        if point not in segment:
            added[place].append((share_nearest(point, *segment), point))


def _touch(
    ends: Segment, other: Segment, place: Place, added: dict[Place, list[tuple[float, Point]]]
) -> bool:
    touched = False
    for end in ends:
        share = share_nearest(end, *other)
        if 0.0 < share < 1.0 and distance(end, between(*other, share)) <= TOUCH_M:
            added[place].append((share, end))
            touched = True
    return touched


def _corner_near(point: Point, corners: Sequence[Point]) -> Point:
    gap, corner = min((distance(point, corner), corner) for corner in corners)
    return corner if gap <= NEAR_CORNER_M else to_centimetre(point)


def _cross(roads: Sequence[Road], first: Place, second: Place) -> Point | None:
    a, b = _segment(roads, first), _segment(roads, second)
    if set(a) & set(b):
        return None
    shares = crossing_shares(a, b)
    return None if shares is None else between(*a, shares[0])


def _with_added(road: Road, index: int, added: dict[Place, list[tuple[float, Point]]]) -> Road:
    points: list[Point] = []
    for number, point in enumerate(road.points):
        points.append(point)
        for _share, between_points in sorted(added.get((index, number), ())):
            if between_points not in points[-2:]:
                points.append(between_points)
    return Road(tuple(points), road.tags, road.level)
