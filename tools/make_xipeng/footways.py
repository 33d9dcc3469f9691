"""Ways for feet: alleys, steps and field paths that go on where roads end.

They end at points that roads have already, so that no road changes: drivers do not see them. Some
in the town are streets for walkers, or lanes for fire engines that are closed to others: an
emergency drive can take those.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from tools.make_xipeng import landscape
from tools.make_xipeng.draft import Draft, Road
from tools.make_xipeng.names import RoadName, Tags
from tools.make_xipeng.places import XIPENG
from tools.make_xipeng.plane import Point, between, distance
from tools.make_xipeng.terrain import Terrain

SHORTEST_M = 12.0
LONGEST_M = 170.0
KEPT_SHARE = 0.7
"""Of the dead ends with a way on."""
CLEAR_M = 0.5
"""So far from both of its ends a path may touch the roads that it joins."""
SHARPEST_COSINE = -0.3
"""Of the turn from a road's end into the path: a little more than to the side."""

TOWN_M = 2300.0
HEART_M = 700.0
STEEP_IN_TOWN = 0.1
STEEP_IN_THE_FIELDS = 0.2
"""Grades above which a path is steps."""
WALKERS_STREETS = 4
FIRE_LANES = 12

FIRE_LANE: Tags = {
    "highway": "service",
    "access": "no",
    "foot": "yes",
    **RoadName("消防通道", "Fire Lane").tags(),
}
"""Closed to all vehicles but those on emergency duty."""

_NOT_JOINED = ("motorway", "motorway_link")
_BRIDGED = ("bridge", "tunnel")


def draw_footways(roads: Sequence[Road], terrain: Terrain, seed: int) -> list[Road]:
    """Draw a way for feet from most dead ends to the next road that it reaches freely."""
    board = Draft()
    for road in roads:
        board.add(road.points, road.tags, road.level)
    random = Random(seed)
    kinds = _Kinds(terrain)
    drawn = []
    for road, end in _dead_ends(roads):
        other = _way_on(board, road, end)
        if other is not None and random.random() < KEPT_SHARE:
            drawn.append(board.add([end, other], kinds.tags(road, end, other)))
    return drawn


class _Kinds:
    """Decides what a way for feet is; of some kinds there are only a few."""

    def __init__(self, terrain: Terrain) -> None:
        self._terrain = terrain
        self._walkers_streets = WALKERS_STREETS
        self._fire_lanes = FIRE_LANES

    def tags(self, road: Road, end: Point, other: Point) -> Tags:
        """Return the tags of the way on from a road's dead end."""
        rise_m = abs(self._height_m(end) - self._height_m(other))
        grade = rise_m / distance(end, other)
        if distance(end, XIPENG) > TOWN_M:
            steep = grade > STEEP_IN_THE_FIELDS
            return {"highway": "steps"} if steep else {"highway": "path", "surface": "ground"}
        if grade > STEEP_IN_TOWN:
            return {"highway": "steps"}
        if road.tags.get("access") == "private" and self._fire_lanes:
            self._fire_lanes -= 1
            return dict(FIRE_LANE)
        if distance(end, XIPENG) < HEART_M and self._walkers_streets:
            self._walkers_streets -= 1
            return {"highway": "pedestrian", **RoadName("步行街", "Walkers' Street").tags()}
        return {"highway": "footway"}

    def _height_m(self, point: Point) -> float:
        row, column = self._terrain.cell(point)
        return float(self._terrain.height_m[row, column])


def _dead_ends(roads: Sequence[Road]) -> list[tuple[Road, Point]]:
    """Return every point on the ground that one road alone comes to, and ends at, in order."""
    met: dict[Point, int] = {}
    for road in roads:
        for point in road.points:
            met[point] = met.get(point, 0) + 1
    return [
        (road, end)
        for road in roads
        if road.level == 0 and not any(key in road.tags for key in _BRIDGED)
        for end in (road.points[0], road.points[-1])
        if met[end] == 1
    ]


def _way_on(board: Draft, road: Road, end: Point) -> Point | None:
    """Return the nearest point of another road with nothing in between."""
    own = set(road.points)
    before = road.points[1] if end == road.points[0] else road.points[-2]
    for gap_m, vertex, highway in board.vertices_within(end, LONGEST_M):
        if gap_m < SHORTEST_M or vertex in own or highway in _NOT_JOINED:
            continue
        if _turns_back(before, end, vertex):
            continue
        start, stop = CLEAR_M / gap_m, 1.0 - CLEAR_M / gap_m
        line = [between(end, vertex, start), between(end, vertex, stop)]
        if board.clear_of_roads(line, skip_m=0.0) and not _wet([end, *line, vertex]):
            return vertex
    return None


def _turns_back(before: Point, end: Point, vertex: Point) -> bool:
    """Tell whether a way on from a road's end would run beside the road."""
    along = (end[0] - before[0]) * (vertex[0] - end[0]) + (end[1] - before[1]) * (
        vertex[1] - end[1]
    )
    return along < SHARPEST_COSINE * distance(before, end) * distance(end, vertex)


def _wet(line: Sequence[Point]) -> bool:
    middle = between(line[0], line[-1], 0.5)
    return any(landscape.on_daxi(p, 5.0) or landscape.on_yangtze(p, 5.0) for p in (*line, middle))
