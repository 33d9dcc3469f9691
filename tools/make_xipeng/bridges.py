"""Cut bridges and tunnels out of the roads and tag them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate, pairwise

from tools.make_xipeng import landscape
from tools.make_xipeng.curves import Polyline, length_m, point_along, share_nearest
from tools.make_xipeng.draft import Road, crossing_shares
from tools.make_xipeng.names import RoadName, Tags
from tools.make_xipeng.planar import Cut
from tools.make_xipeng.plane import Point, between, distance, to_centimetre

HALF_SPAN_M = 24.0
TUNNEL_WITHIN_M = 520.0
LOOK_EVERY_M = 12.0
SHORTEST_PIECE_M = 6.0
"""A cut this close to a corner of the road is made at the corner."""

BRIDGE_NAMES: tuple[tuple[Point, RoadName], ...] = (
    ((8660.0, 6520.0), RoadName("大溪河大桥", "Daxi River Bridge")),
    ((3500.0, 11850.0), RoadName("双溪桥", "Shuangxi Bridge")),
    ((9560.0, 1350.0), RoadName("绕城高速长江大桥", "Ring Expressway Yangtze Bridge")),
)
NAMED_WITHIN_M = 900.0
LONGEST_RIVER_STEP_M = 400.0


@dataclass(frozen=True, slots=True)
class Span:
    """From where to where along a road, in metres, and what it is."""

    start_m: float
    end_m: float
    tags: Tags


def build_bridges(cut: Cut) -> list[Road]:
    """Return the roads, cut at the ends of bridges and tunnels."""
    over: dict[int, list[Point]] = defaultdict(list)
    for crossing in cut.crossings:
        over[crossing.upper].append(crossing.point)
    roads: list[Road] = []
    for index, road in enumerate(cut.roads):
        spans = _spans(road, over[index])
        roads += _cut_out(road, spans) if spans else [road]
    return roads


def crosses_river(line: Polyline, river: Polyline) -> bool:
    """Whether a line crosses the middle of a river."""
    reach_m = length_m(line) + LONGEST_RIVER_STEP_M
    near = [pair for pair in pairwise(river) if distance(line[0], pair[0]) < reach_m]
    return any(
        crossing_shares((a, b), (c, d)) is not None for a, b in pairwise(line) for c, d in near
    )


def _spans(road: Road, crossings: list[Point]) -> list[Span]:
    tunnels = _tunnels(road)
    bridges = [
        (along - HALF_SPAN_M, along + HALF_SPAN_M)
        for along in (_along(road.points, point) for point in crossings)
        if not any(start <= along <= end for start, end in tunnels)
    ]
    if crosses_river(road.points, landscape.DAXI):
        bridges += _stretches(road, lambda point: landscape.on_daxi(point, 12.0))
    if crosses_river(road.points, landscape.YANGTZE):
        bridges += _stretches(road, lambda point: landscape.on_yangtze(point, 40.0))
    found = [Span(*stretch, {"tunnel": "yes", "layer": "-1"}) for stretch in tunnels]
    for start, end in _merged(bridges):
        name = _bridge_name(point_along(road.points, (start + end) / 2))
        tags = {"bridge": "yes", "layer": str(max(1, road.level)), **name}
        found.append(Span(max(0.0, start), min(end, length_m(road.points)), tags))
    return sorted(found, key=lambda span: span.start_m)


def _tunnels(road: Road) -> list[tuple[float, float]]:
    if road.tags["highway"] != "motorway":
        return []
    return _stretches(road, lambda point: landscape.under_ridge(point, TUNNEL_WITHIN_M))


def _stretches(road: Road, holds: Callable[[Point], bool]) -> list[tuple[float, float]]:
    """Return from where to where along the road something holds."""
    found: list[tuple[float, float]] = []
    steps = int(length_m(road.points) / LOOK_EVERY_M)
    started: float | None = None
    for step in range(steps + 2):
        along = step * LOOK_EVERY_M
        inside = step <= steps and holds(point_along(road.points, along))
        if inside and started is None:
            started = along
        elif not inside and started is not None:
            found.append((started, along))
            started = None
    return found


def _merged(spans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    merged: list[tuple[float, float]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1] + 2 * SHORTEST_PIECE_M:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _along(line: Polyline, point: Point) -> float:
    """Metres from the start of a line to a point on it."""
    travelled, best = 0.0, (float("inf"), 0.0)
    for a, b in pairwise(line):
        share = share_nearest(point, a, b)
        foot = between(a, b, share)
        best = min(best, (distance(point, foot), travelled + share * distance(a, b)))
        travelled += distance(a, b)
    return best[1]


def _bridge_name(middle: Point) -> Tags:
    for near, name in BRIDGE_NAMES:
        if distance(near, middle) < NAMED_WITHIN_M:
            return {"bridge:name": name.zh, "bridge:name:en": name.en}
    return {}


def _cut_out(road: Road, spans: list[Span]) -> list[Road]:
    travelled = _travelled(road.points)
    marks: list[tuple[float, Tags]] = [(0.0, {})]
    for span in spans:
        marks += [(_at_corner(travelled, span.start_m), span.tags)]
        marks += [(_at_corner(travelled, span.end_m), {})]
    pieces = []
    ends = [mark for mark, _tags in marks[1:]] + [travelled[-1]]
    for (start, tags), end in zip(marks, ends, strict=True):
        if end > start:
            points = _part(road.points, travelled, start, end)
            pieces.append(Road(points, road.tags | tags, road.level))
    return pieces


def _travelled(line: Polyline) -> list[float]:
    return [0.0, *accumulate(distance(a, b) for a, b in pairwise(line))]


def _at_corner(travelled: list[float], mark: float) -> float:
    """Move a mark to a corner of the road that is very near."""
    nearest = min(travelled, key=lambda corner: abs(corner - mark))
    return nearest if abs(nearest - mark) < SHORTEST_PIECE_M else mark


def _part(line: Polyline, travelled: list[float], start: float, end: float) -> tuple[Point, ...]:
    inner = [line[i] for i, along in enumerate(travelled) if start < along < end]
    first, last = (
        line[travelled.index(mark)] if mark in travelled else point_along(line, mark)
        for mark in (start, end)
    )
    return tuple(to_centimetre(point) for point in (first, *inner, last))
