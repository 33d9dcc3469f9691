"""Street grids: bent, uneven, with gaps, as they grow in a valley."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random

import numpy as np

from tools.make_xipeng.curves import offset
from tools.make_xipeng.draft import Draft
from tools.make_xipeng.names import Tags
from tools.make_xipeng.noise import value_noise
from tools.make_xipeng.plane import Point, to_centimetre

Corner = tuple[int, int]
"""Column, row."""

Side = tuple[Corner, Corner]
"""Two neighbouring corners, the western or southern one first."""

CARRIAGEWAY_GAP_M = 8.0


@dataclass(frozen=True, slots=True)
class Street:
    """One line of the grid.

    Attributes:
        main: never interrupted.
        dual: two one-way carriageways.
    """

    tags: Tags
    main: bool = False
    dual: bool = False


@dataclass(frozen=True, slots=True)
class GridPlan:
    """Where a grid lies and how it bends.

    Attributes:
        turn: cosine and sine of the angle from east.
        bend: metres of sag per square metre from the middle.
        column_m, row_m: smallest and largest distance between neighbouring lines.
        keep: share of the minor sides that are built.
    """

    centre: Point
    turn: tuple[float, float]
    bend: float
    columns: Mapping[int, Street]
    rows: Mapping[int, Street]
    column_m: tuple[float, float]
    row_m: tuple[float, float]
    keep: float


@dataclass(slots=True)
class Lattice:
    """The corners and sides that are built."""

    corners: dict[Corner, Point]
    sides: set[Side] = field(default_factory=set)


def make_lattice(plan: GridPlan, inside: Callable[[Point], bool], seed: int) -> Lattice:
    """Lay the lines out, leave gaps, and keep the largest connected part."""
    random = Random(seed)
    across = _line_positions(len(plan.columns), plan.column_m, random)
    up = _line_positions(len(plan.rows), plan.row_m, random)
    corners = {
        (i, j): _place(plan, u, v, seed) for i, u in enumerate(across) for j, v in enumerate(up)
    }
    lattice = Lattice({corner: point for corner, point in corners.items() if inside(point)})
    for i, j in sorted(lattice.corners):
        for other, street in (((i + 1, j), plan.rows[j]), ((i, j + 1), plan.columns[i])):
            built = street.main or random.random() < plan.keep
            if built and other in lattice.corners:
                lattice.sides.add(((i, j), other))
    _keep_largest_part(lattice)
    return lattice


def draw_streets(draft: Draft, plan: GridPlan, lattice: Lattice) -> None:
    """Draw every unbroken run of sides along a line as one road."""
    for j, street in sorted(plan.rows.items()):
        _draw_runs(draft, lattice, street, [(i, j) for i in range(len(plan.columns) + 1)])
    for i, street in sorted(plan.columns.items()):
        _draw_runs(draft, lattice, street, [(i, j) for j in range(len(plan.rows) + 1)])


def _line_positions(count: int, gap_m: tuple[float, float], random: Random) -> list[float]:
    positions = [0.0]
    for _ in range(count - 1):
        positions.append(positions[-1] + random.uniform(*gap_m))
    return [position - positions[-1] / 2 for position in positions]


def _place(plan: GridPlan, u: float, v: float, seed: int) -> Point:
    v += plan.bend * u * u
    cosine, sine = plan.turn
    x, y = plan.centre[0] + u * cosine - v * sine, plan.centre[1] + u * sine + v * cosine
    at = np.array([x]), np.array([y])
    east = 52.0 * float(value_noise(*at, scale_m=520.0, seed=seed + 1)[0])
    north = 52.0 * float(value_noise(*at, scale_m=470.0, seed=seed + 2)[0])
    return to_centimetre((x + east, y + north))


def _keep_largest_part(lattice: Lattice) -> None:
    neighbours: dict[Corner, list[Corner]] = {}
    for a, b in sorted(lattice.sides):
        neighbours.setdefault(a, []).append(b)
        neighbours.setdefault(b, []).append(a)
    parts: list[set[Corner]] = []
    left = set(neighbours)
    while left:
        part, stack = set(), [min(left)]
        while stack:
            corner = stack.pop()
            if corner not in part:
                part.add(corner)
                stack += neighbours[corner]
        parts.append(part)
        left -= part
    largest = max(parts, key=len)
    lattice.sides = {side for side in lattice.sides if side[0] in largest}


def _draw_runs(draft: Draft, lattice: Lattice, street: Street, line: list[Corner]) -> None:
    run: list[Point] = []
    for a, b in pairwise(line):
        if (a, b) in lattice.sides:
            run = run or [lattice.corners[a]]
            run.append(lattice.corners[b])
        elif run:
            _draw(draft, street, run)
            run = []
    if run:
        _draw(draft, street, run)


def _draw(draft: Draft, street: Street, run: list[Point]) -> None:
    if not street.dual:
        draft.add(run, street.tags)
        return
    tags = street.tags | {"oneway": "yes", "lanes": "2"}
    for towards, left_m in ((run, -CARRIAGEWAY_GAP_M), (run[::-1], -CARRIAGEWAY_GAP_M)):
        beside = offset(towards, left_m)
        draft.add([towards[0], *beside[1:-1], towards[-1]], tags)
