"""Roads between the town, the park and the neighbours, traced over the terrain stop by stop."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from tools.make_xipeng import landscape
from tools.make_xipeng.curves import Polyline, resampled, smoothed, wobbled
from tools.make_xipeng.draft import Draft, squares_of
from tools.make_xipeng.names import BAIPENG, RoadName
from tools.make_xipeng.paths import find_way
from tools.make_xipeng.plane import Point, between
from tools.make_xipeng.terrain import Cell, Terrain

JOIN_WITHIN_M = 450.0
BEND_M = 85.0
SPACING_M = 22.0
WIDE_BENDS_M, NARROW_BENDS_M = 9.0, 20.0
"""How far a road sways: a broad road little, a village road round every field."""
BESIDE_A_ROAD_COST = 2.5
JOINABLE = frozenset({"primary", "secondary", "tertiary", "unclassified", "residential"})

DAXI_BRIDGE = landscape.banks_of_daxi((8660.0, 6520.0))
SHUANGXI_BRIDGE = landscape.banks_of_daxi((3500.0, 11850.0))


@dataclass(frozen=True, slots=True)
class MainRoad:
    """A road to trace.

    Attributes:
        stops: the first and the last are moved to the nearest road already drawn, if one is near.
            Between two stops on either bank of the Daxi the road runs straight: a bridge.
        grade_weight: how hard it avoids slopes.
    """

    name: RoadName
    highway: str
    maxspeed: int
    grade_weight: float
    stops: tuple[Point, ...]


MAIN_ROADS: tuple[MainRoad, ...] = (
    MainRoad(
        BAIPENG, "primary", 60, 150.0,
        (
            (6990, 5050), (7450, 5600), *DAXI_BRIDGE[::-1], (8500, 8400), (8150, 10500),
            (6750, 12350),
        ),
    ),
    MainRoad(
        BAIPENG, "primary", 60, 150.0, ((6550, 13100), (7000, 14500), (7300, 16050)),
    ),
    MainRoad(
        RoadName("陶园路", "Taoyuan Road"), "secondary", 50, 150.0,
        ((5750, 12700), (5450, 12150), (5150, 11900)),
    ),
    MainRoad(
        RoadName("园走路", "Yuanzou Road"), "secondary", 50, 150.0,
        ((4300, 12050), (4500, 13500), (4200, 16050)),
    ),
    MainRoad(
        RoadName("迎新路", "Yingxin Road"), "tertiary", 30, 260.0,
        ((3800, 11700), *SHUANGXI_BRIDGE, (2350, 11750), (1700, 12450), (1050, 13250)),
    ),
    MainRoad(
        RoadName("西福路", "Xifu Road"), "secondary", 50, 200.0,
        ((4300, 3800), (3150, 4250), (600, 5150), (-1280, 5450)),
    ),
    MainRoad(
        RoadName("真迎路", "Zhenying Road"), "unclassified", 30, 300.0,
        (
            (600, 5150), (250, 6900), (650, 8350), (800, 10350), (300, 11900), (1050, 13250),
        ),
    ),
    MainRoad(
        RoadName("迎福路", "Yingfu Road"), "unclassified", 30, 260.0,
        ((1050, 13250), (700, 14400), (1000, 16060)),
    ),
    MainRoad(
        RoadName("彭黄路", "Penghuang Road"), "tertiary", 40, 200.0,
        ((5400, 2950), (4300, 1250), (2500, 2500), (650, 3250), (-1250, 3600)),
    ),
    MainRoad(
        RoadName("彭长路", "Pengchang Road"), "tertiary", 40, 200.0,
        ((6700, 2900), (6300, 1400), (7400, 1500), (8500, 2550), (8000, 3300)),
    ),
    MainRoad(
        RoadName("彭元路", "Pengyuan Road"), "tertiary", 40, 200.0,
        ((4300, 5350), (4700, 4750)),
    ),
    MainRoad(
        RoadName("彭元路", "Pengyuan Road"), "tertiary", 40, 240.0,
        ((4300, 5950), (4800, 6650), (3050, 7350), (2550, 9450)),
    ),
    MainRoad(
        RoadName("石塔路", "Shita Road"), "unclassified", 30, 240.0,
        ((650, 3250), (600, 5150)),
    ),
    MainRoad(
        RoadName("陶九路", "Taojiu Road"), "tertiary", 40, 220.0,
        ((6700, 12750), (8300, 13500), (8900, 11200), (8300, 9900)),
    ),
)  # fmt: skip


def draw_main_roads(draft: Draft, terrain: Terrain) -> None:
    """Draw the roads in order, each joining what is there before it."""
    for number, plan in enumerate(MAIN_ROADS):
        line = _trace(draft, terrain, plan, seed=400 + number)
        tags = {"highway": plan.highway, **plan.name.tags(), "maxspeed": str(plan.maxspeed)}
        draft.add(line, tags)


def cost_beside_roads(draft: Draft, terrain: Terrain) -> dict[Cell, float]:
    """Make cells that a road runs through dear, so that a new one crosses and does not follow."""
    return {
        terrain.cell((square[0] * 50.0 + 25.0, square[1] * 50.0 + 25.0)): BESIDE_A_ROAD_COST
        for road in draft.roads
        for segment in zip(road.points, road.points[1:], strict=False)
        for square in squares_of(segment)
    }


def _trace(draft: Draft, terrain: Terrain, plan: MainRoad, seed: int) -> Polyline:
    stops = list(plan.stops)
    for end in (0, -1):
        stops[end] = draft.nearest_vertex(stops[end], JOIN_WITHIN_M, JOINABLE) or stops[end]
    extra = cost_beside_roads(draft, terrain)
    line: list[Point] = [stops[0]]
    for a, b in pairwise(stops):
        line += _leg(terrain, a, b, plan.grade_weight, extra)
    drawn = resampled(smoothed(resampled(line, BEND_M), 3), SPACING_M)
    bends_m = WIDE_BENDS_M if plan.highway in ("primary", "secondary") else NARROW_BENDS_M
    return wobbled(drawn, amplitude_m=bends_m, scale_m=115.0, seed=seed)


def _leg(
    terrain: Terrain, a: Point, b: Point, grade_weight: float, extra: dict[Cell, float]
) -> list[Point]:
    if landscape.on_daxi(between(a, b, 0.5)):
        return [b]
    goal = terrain.cell(b)
    way = find_way(
        terrain, a, lambda cell: cell == goal, grade_weight=grade_weight, extra_cost=extra
    )
    return [*way[1:-1], b]
