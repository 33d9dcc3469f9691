"""Roads to villages, lanes inside them, tracks to farms."""

from __future__ import annotations

from math import cos, pi, sin
from random import Random

from tools.make_xipeng import landscape
from tools.make_xipeng.curves import Polyline, normals, resampled, smoothed, wobbled
from tools.make_xipeng.draft import Draft, Road
from tools.make_xipeng.main_roads import cost_beside_roads
from tools.make_xipeng.names import RoadName, Tags
from tools.make_xipeng.paths import find_way
from tools.make_xipeng.places import VILLAGES, Village
from tools.make_xipeng.plane import Point, distance, on_sheet
from tools.make_xipeng.terrain import Terrain

VILLAGE_ROAD_GRADE_WEIGHT = 260.0
LINKED_WITHIN_M = 60.0

LINKS: tuple[tuple[str, str], ...] = (
    ("千秋", "新民"),
    ("黄磏", "长安"),
    ("合心", "树民"),
    ("新民", "石河"),
    ("新桥", "友爱"),
    ("坚强", "九龙"),
    ("文峰", "青龙"),
    ("东林", "三河"),
)
"""Pairs of villages with a road between them that leads nowhere else."""

TRACK_KINDS: tuple[Tags, ...] = (
    {"highway": "track", "tracktype": "grade2", "surface": "gravel"},
    {"highway": "track", "tracktype": "grade3", "surface": "unpaved"},
    {"highway": "track", "tracktype": "grade4", "surface": "ground"},
    {"highway": "service", "surface": "concrete", "service": "driveway"},
    {"highway": "service", "surface": "concrete"},
)

SPUR_ROADS = frozenset({"primary", "secondary", "tertiary", "unclassified"})


def draw_village_roads(draft: Draft, terrain: Terrain, seed: int) -> None:
    """Join every village to what is there, then some to each other."""
    for number, village in enumerate(VILLAGES):
        near = draft.nearest_vertex(village.centre, LINKED_WITHIN_M)
        if near is None:
            _join(draft, terrain, village, seed + number)
    by_name = {village.name.zh: village for village in VILLAGES}
    for number, (a, b) in enumerate(LINKS):
        _link(draft, terrain, by_name[a], by_name[b], seed + 100 + number)


def draw_lanes(draft: Draft, seed: int) -> None:
    """Draw the lanes of every village: a few leave its heart and fork."""
    random = Random(seed)
    for number, village in enumerate(VILLAGES):
        heart = draft.nearest_vertex(village.centre, 400.0) or village.centre
        turn = random.uniform(0.0, 2 * pi)
        for lane in range(village.lanes):
            heading = turn + 2 * pi * lane / village.lanes + random.uniform(-0.3, 0.3)
            tags = {"highway": "residential", "surface": "concrete", "maxspeed": "20"}
            if lane == 0:
                tags |= RoadName(f"{village.name.zh}街", f"{village.name.en} Street").tags()
            _lane(draft, heart, heading, random.uniform(180.0, 420.0), tags, random, number)


def draw_spurs(draft: Draft, seed: int) -> None:
    """Draw tracks and drives off the country roads, where they cross nothing."""
    random = Random(seed)
    country = [road for road in draft.roads if _may_have_spurs(road)]
    for road in country:
        _spurs_along(draft, road, random, (110.0, 240.0), depth=2)


def _may_have_spurs(road: Road) -> bool:
    minor = road.tags.get("surface") == "concrete" and road.tags["highway"] == "residential"
    return road.level == 0 and (road.tags["highway"] in SPUR_ROADS or minor)


def _join(draft: Draft, terrain: Terrain, village: Village, seed: int) -> None:
    ends = {
        terrain.cell(point)
        for road in draft.roads
        if road.level == 0 and road.tags["highway"] in SPUR_ROADS and "oneway" not in road.tags
        for point in road.points
    }
    way = find_way(
        terrain,
        village.centre,
        lambda cell: cell in ends,
        grade_weight=VILLAGE_ROAD_GRADE_WEIGHT,
    )
    end = draft.nearest_vertex(way[-1], 90.0) or way[-1]
    _draw(draft, [village.centre, *way[1:-1], end], village, seed)


def _link(draft: Draft, terrain: Terrain, a: Village, b: Village, seed: int) -> None:
    goal = terrain.cell(b.centre)
    way = find_way(
        terrain,
        a.centre,
        lambda cell: cell == goal,
        grade_weight=VILLAGE_ROAD_GRADE_WEIGHT,
        extra_cost=cost_beside_roads(draft, terrain),
    )
    start = draft.nearest_vertex(a.centre, 400.0) or a.centre
    end = draft.nearest_vertex(b.centre, 400.0) or b.centre
    _draw(draft, [start, *way[1:-1], end], b, seed)


def _draw(draft: Draft, way: Polyline, village: Village, seed: int) -> None:
    name = RoadName(f"{village.name.zh}村路", f"{village.name.en} Village Road")
    tags = {"highway": "unclassified", **name.tags(), "maxspeed": "30", "surface": "concrete"}
    line = resampled(smoothed(resampled(way, 75.0), 3), 20.0)
    draft.add(wobbled(line, amplitude_m=20.0, scale_m=105.0, seed=seed), tags)


def _lane(
    draft: Draft,
    start: Point,
    heading: float,
    length: float,
    tags: Tags,
    random: Random,
    seed: int,
) -> None:
    line = _winding(start, heading, length, random)
    if not _fits(draft, line):
        return
    lane = draft.add(wobbled(line, amplitude_m=4.0, scale_m=90.0, seed=seed), tags)
    _spurs_along(draft, lane, random, (55.0, 110.0), depth=1)


def _spurs_along(
    draft: Draft, road: Road, random: Random, gap_m: tuple[float, float], depth: int
) -> None:
    left = random.uniform(*gap_m)
    for i in range(1, len(road.points) - 1):
        left -= distance(road.points[i - 1], road.points[i])
        if left > 0:
            continue
        left = random.uniform(*gap_m)
        side = random.choice((-1.0, 1.0))
        normal = normals(road.points)[i]
        _spur(draft, road.points[i], (normal[0] * side, normal[1] * side), random, depth)


def _spur(draft: Draft, start: Point, towards: Point, random: Random, depth: int) -> None:
    tags = random.choice(TRACK_KINDS)
    long = tags["highway"] == "track"
    length = random.uniform(90.0, 380.0) if long else random.uniform(30.0, 130.0)
    line = _winding_from(start, towards, length, random)
    if not _fits(draft, line):
        return
    spur = draft.add(line, tags)
    if depth > 1 and long:
        _spurs_along(draft, spur, random, (60.0, 150.0), depth - 1)


def _winding(start: Point, heading: float, length: float, random: Random) -> list[Point]:
    return _winding_from(start, (cos(heading), sin(heading)), length, random)


def _winding_from(start: Point, towards: Point, length: float, random: Random) -> list[Point]:
    """Walk in steps that turn a little at random, then smooth."""
    line, (dx, dy) = [start], towards
    steps = max(2, round(length / 35.0))
    drift = random.uniform(-0.12, 0.12)
    for _ in range(steps):
        turn = drift + random.uniform(-0.35, 0.35)
        dx, dy = dx * cos(turn) - dy * sin(turn), dx * sin(turn) + dy * cos(turn)
        x, y = line[-1]
        line.append((x + dx * length / steps, y + dy * length / steps))
    return smoothed(line, 1)


def _fits(draft: Draft, line: Polyline) -> bool:
    if not all(on_sheet(point) for point in line):
        return False
    if any(landscape.on_daxi(p, 15.0) or landscape.on_yangtze(p, 10.0) for p in line[1:]):
        return False
    away = draft.nearest_vertex(line[-1], 26.0) is None
    return away and draft.clear_of_roads(line, skip_m=9.0)
