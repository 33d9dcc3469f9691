"""The drawing board: roads as they are added, before they are cut into a network."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from tools.make_xipeng.curves import Polyline, length_m, point_along
from tools.make_xipeng.plane import Point, distance, to_centimetre

SQUARE_M = 50.0

Square = tuple[int, int]
Segment = tuple[Point, Point]


@dataclass(frozen=True, slots=True)
class Road:
    """One stretch of road.

    Attributes:
        points: to the centimetre; roads that share a point meet there.
        tags: OpenStreetMap tags.
        level: 0 for roads that form junctions wherever they cross each other on the ground;
            a higher road passes over, and meets others only at shared points.
    """

    points: tuple[Point, ...]
    tags: dict[str, str]
    level: int = 0


class Draft:
    """Roads and, by 50 m squares, what lies where."""

    def __init__(self) -> None:
        self.roads: list[Road] = []
        self.point_tags: dict[Point, dict[str, str]] = {}
        self._vertices: dict[Square, list[tuple[Point, str]]] = defaultdict(list)
        self._segments: dict[Square, list[Segment]] = defaultdict(list)

    def add(self, points: Polyline, tags: dict[str, str], level: int = 0) -> Road:
        """Draw a road; points that fall together to the centimetre are drawn once."""
        drawn: list[Point] = []
        for point in map(to_centimetre, points):
            if not drawn or drawn[-1] != point:
                drawn.append(point)
        if len(drawn) < 2:
            raise ValueError("a road needs two different points")
        road = Road(tuple(drawn), tags, level)
        self.roads.append(road)
        for segment in pairwise(drawn):
            for square in squares_of(segment):
                self._segments[square].append(segment)
        if level == 0:
            for point in drawn:
                self._vertices[square_of(point)].append((point, tags["highway"]))
        return road

    def nearest_vertex(
        self, point: Point, within_m: float, classes: frozenset[str] | None = None
    ) -> Point | None:
        """Return the nearest point of a road on the ground; None farther than ``within_m``.

        ``classes`` are the values of the highway tag that count; None counts all.
        """
        for _, vertex, highway in self.vertices_within(point, within_m):
            if classes is None or highway in classes:
                return vertex
        return None

    def vertices_within(self, point: Point, within_m: float) -> list[tuple[float, Point, str]]:
        """Return distance, place and road class of every point of a road on the ground, sorted."""
        near = (
            (distance(point, vertex), vertex, highway)
            for square in squares_around(point, within_m)
            for vertex, highway in self._vertices.get(square, ())
        )
        return sorted(each for each in near if each[0] <= within_m)

    def clear_of_roads(self, line: Polyline, *, skip_m: float) -> bool:
        """Whether a line crosses no road; its first ``skip_m`` metres are not looked at."""
        total = length_m(line)
        shown = [point_along(line, skip_m)] + [
            point
            for i, point in enumerate(line)
            if total > skip_m and length_m(line[: i + 1]) > skip_m
        ]
        return not any(self._crossed(pair) for pair in pairwise(shown))

    def _crossed(self, segment: Segment) -> bool:
        return any(
            crossing_shares(segment, other) is not None
            for square in squares_of(segment)
            for other in self._segments.get(square, ())
        )


def square_of(point: Point) -> Square:
    """Return the 50 m square of a point."""
    return int(point[0] // SQUARE_M), int(point[1] // SQUARE_M)


def squares_around(point: Point, within_m: float) -> Iterator[Square]:
    """Yield every square that a circle may touch."""
    reach = int(within_m // SQUARE_M) + 1
    column, row = square_of(point)
    for i in range(column - reach, column + reach + 1):
        for j in range(row - reach, row + reach + 1):
            yield i, j


def squares_of(segment: Segment) -> Iterator[Square]:
    """Yield every square of the box around a segment."""
    (ax, ay), (bx, by) = segment
    for i in range(int(min(ax, bx) // SQUARE_M), int(max(ax, bx) // SQUARE_M) + 1):
        for j in range(int(min(ay, by) // SQUARE_M), int(max(ay, by) // SQUARE_M) + 1):
            yield i, j


def crossing_shares(first: Segment, second: Segment) -> tuple[float, float] | None:
    """Where two segments cross, as a share of each; None where they do not or are parallel."""
    (ax, ay), (bx, by) = first
    (cx, cy), (dx, dy) = second
    ux, uy, vx, vy = bx - ax, by - ay, dx - cx, dy - cy
    cross = ux * vy - uy * vx
    if abs(cross) < 1e-9:
        return None
    s = ((cx - ax) * vy - (cy - ay) * vx) / cross
    t = ((cx - ax) * uy - (cy - ay) * ux) / cross
    return (s, t) if 0.0 <= s <= 1.0 and 0.0 <= t <= 1.0 else None
