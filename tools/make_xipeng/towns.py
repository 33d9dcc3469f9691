"""The three places with streets: Xipeng town, the industrial park, Taojia."""

from __future__ import annotations

from collections.abc import Callable
from math import hypot
from random import Random

import numpy as np

from tools.make_xipeng import landscape, names
from tools.make_xipeng.compounds import blocks_of, fill_block
from tools.make_xipeng.curves import Course, Polyline
from tools.make_xipeng.draft import Draft
from tools.make_xipeng.lattice import GridPlan, Lattice, Street, draw_streets, make_lattice
from tools.make_xipeng.names import RoadName, Tags
from tools.make_xipeng.noise import value_noise
from tools.make_xipeng.places import PARK, TAOJIA, XIPENG
from tools.make_xipeng.plane import Point

CLEAR_OF_EXPRESSWAY_M = 130.0


def _street(name: RoadName, highway: str, maxspeed: int, **extra: str) -> Tags:
    return {"highway": highway, **name.tags(), "maxspeed": str(maxspeed), **extra}


def _streets(
    available: tuple[RoadName, ...], main: dict[int, str], one_way: dict[int, str], count: int
) -> dict[int, Street]:
    streets = {}
    for number in range(count):
        name = available[number % len(available)]
        if number in main:
            streets[number] = Street(_street(name, main[number], 40), main=True)
        else:
            extra = {"oneway": one_way[number]} if number in one_way else {}
            streets[number] = Street(_street(name, "residential", 30, **extra))
    return streets


def town_plan() -> GridPlan:
    """Plan Xipeng: a dual avenue along the valley, an older and denser heart."""
    rows = _streets(
        names.TOWN_ROWS, {3: "tertiary", 13: "tertiary", 17: "secondary"}, {6: "yes", 11: "-1"}, 22
    )
    avenue = _street(names.AVENUE, "secondary", 50)
    rows[9] = Street(avenue, main=True, dual=True)
    columns = _streets(
        names.TOWN_COLUMNS,
        {6: "tertiary", 14: "secondary", 21: "tertiary", 33: "tertiary"},
        {17: "yes", 18: "-1"},
        38,
    )
    columns[27] = Street(_street(names.BAIPENG, "primary", 40), main=True)
    return GridPlan(
        centre=(XIPENG[0] - 60, XIPENG[1] - 40),
        turn=(0.984, 0.178),
        bend=-7.5e-5,
        columns=columns,
        rows=rows,
        column_m=(88.0, 138.0),
        row_m=(84.0, 128.0),
        keep=0.84,
    )


def park_plan() -> GridPlan:
    """Plan the industrial park: long blocks for factories."""
    rows = _streets(names.PARK_ROWS, {0: "tertiary", 3: "secondary", 6: "tertiary"}, {}, 11)
    rows[3] = Street(_street(names.PARK_ROWS[3], "secondary", 50), main=True, dual=True)
    columns = _streets(names.PARK_COLUMNS, {1: "tertiary", 4: "secondary"}, {}, 11)
    return GridPlan(
        centre=PARK,
        turn=(0.923, -0.385),
        bend=4e-5,
        columns=columns,
        rows=rows,
        column_m=(150.0, 230.0),
        row_m=(130.0, 190.0),
        keep=0.86,
    )


def taojia_plan() -> GridPlan:
    """Plan Taojia: a small market town."""
    rows = _streets(names.TAOJIA_STREETS[:3], {1: "secondary"}, {}, 8)
    columns = _streets(names.TAOJIA_STREETS[3:], {4: "tertiary"}, {}, 10)
    columns[5] = Street(_street(names.BAIPENG, "primary", 40), main=True)
    return GridPlan(
        centre=TAOJIA,
        turn=(0.95, 0.312),
        bend=1.2e-4,
        columns=columns,
        rows=rows,
        column_m=(80.0, 125.0),
        row_m=(80.0, 115.0),
        keep=0.82,
    )


def draw_towns(draft: Draft, expressway: Polyline, seed: int) -> dict[str, Lattice]:
    """Draw all three and what lies inside their blocks."""
    outlines: dict[str, tuple[GridPlan, Callable[[Point], bool]]] = {
        "xipeng": (town_plan(), _outline(XIPENG, (2150.0, 1230.0), expressway, seed + 1)),
        "park": (park_plan(), _outline(PARK, (980.0, 900.0), expressway, seed + 2)),
        "taojia": (taojia_plan(), _outline(TAOJIA, (520.0, 420.0), expressway, seed + 3)),
    }
    drawn = {}
    for number, (town, (plan, inside)) in enumerate(outlines.items()):
        lattice = make_lattice(plan, inside, seed + 10 * number)
        draw_streets(draft, plan, lattice)
        random = Random(seed + 10 * number + 5)
        for block in blocks_of(plan, lattice):
            fill_block(draft, block, random)
        drawn[town] = lattice
    return drawn


def _outline(
    centre: Point, radii_m: tuple[float, float], expressway: Polyline, seed: int
) -> Callable[[Point], bool]:
    """Return the test for an uneven ellipse, off the river banks and off the expressway."""
    motorway = Course(expressway)

    def inside(point: Point) -> bool:
        east, north = point[0] - centre[0], point[1] - centre[1]
        reach = hypot(east / radii_m[0], north / radii_m[1])
        ragged = value_noise(np.array([point[0]]), np.array([point[1]]), scale_m=600.0, seed=seed)
        if reach > 1.0 + 0.2 * float(ragged[0]):
            return False
        if landscape.on_daxi(point, 120.0) or landscape.on_yangtze(point, 150.0):
            return False
        return motorway.distance_to(point) > CLEAR_OF_EXPRESSWAY_M

    return inside
