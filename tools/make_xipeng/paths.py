"""Least-cost paths over the terrain: how a road finds its way up a hill."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from heapq import heappop, heappush
from math import hypot

from tools.make_xipeng.plane import Point
from tools.make_xipeng.terrain import CELL_M, Cell, Terrain

STEPS: tuple[Cell, ...] = (
    (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1),
    (1, 2), (2, 1), (2, -1), (1, -2), (-1, -2), (-2, -1), (-2, 1), (-1, 2),
)  # fmt: skip
"""King's and knight's moves: sixteen directions."""


def _passed(step: Cell) -> tuple[Cell, ...]:
    """Return the two cells that a knight's move passes between; they have to be dry as well."""
    up, across = step
    if abs(up) == 2:
        return (up // 2, 0), (up // 2, across)
    if abs(across) == 2:
        return (0, across // 2), (up, across // 2)
    return ()


MOVES = tuple((step, _passed(step), CELL_M * hypot(*step)) for step in STEPS)

HINDRANCE = 1.6
"""What a metre costs more where the ground hinders most."""


class NoWay(ValueError):
    """Water or the edge of the sheet lies all around."""


def find_way(
    terrain: Terrain,
    start: Point,
    is_goal: Callable[[Cell], bool],
    *,
    grade_weight: float,
    extra_cost: dict[Cell, float] | None = None,
) -> list[Point]:
    """Trace the cheapest way from a point to the first cell that is a goal.

    Dijkstra's search with whole costs, ties by cell. One metre costs 1 + weight * grade^2, plus
    what hinders in the cell that it enters and the extra cost of that cell.

    A high ``grade_weight`` makes hairpins. ``extra_cost`` is what a metre costs more, by cell.

    Raises:
        NoWay: no goal can be reached.
    """
    extra = extra_cost or {}
    ground = _Ground(terrain)
    first = terrain.cell(start)
    best: dict[Cell, int] = {first: 0}
    came_from: dict[Cell, Cell] = {}
    queue: list[tuple[int, Cell]] = [(0, first)]
    while queue:
        cost, cell = heappop(queue)
        if cost > best[cell]:
            continue
        if is_goal(cell):
            return _trace(terrain, came_from, cell)
        for entered, run_m in ground.steps_from(cell):
            price = ground.metre_cost(entered) + extra.get(entered, 0.0)
            grade = (ground.height(entered) - ground.height(cell)) / run_m
            total = cost + round(100.0 * run_m * (price + grade_weight * grade * grade))
            if total < best.get(entered, total + 1):
                best[entered] = total
                came_from[entered] = cell
                heappush(queue, (total, entered))
    raise NoWay(f"no way on from {start}")


class _Ground:
    """The terrain as plain lists: a search reads single cells, and arrays are slow at that."""

    def __init__(self, terrain: Terrain) -> None:
        self._height: list[list[float]] = terrain.height_m.tolist()
        self._hindrance: list[list[float]] = terrain.hindrance.tolist()
        self._water: list[list[bool]] = terrain.water.tolist()

    def height(self, cell: Cell) -> float:
        return self._height[cell[0]][cell[1]]

    def metre_cost(self, cell: Cell) -> float:
        return 1.0 + HINDRANCE * self._hindrance[cell[0]][cell[1]]

    def steps_from(self, cell: Cell) -> Iterator[tuple[Cell, float]]:
        """Yield the dry cells one move away, and how far they are."""
        for step, passed, run_m in MOVES:
            if all(self._is_dry(cell[0] + up, cell[1] + across) for up, across in (step, *passed)):
                yield (cell[0] + step[0], cell[1] + step[1]), run_m

    def _is_dry(self, row: int, column: int) -> bool:
        on_sheet = 0 <= row < len(self._water) and 0 <= column < len(self._water[0])
        return on_sheet and not self._water[row][column]


def _trace(terrain: Terrain, came_from: dict[Cell, Cell], cell: Cell) -> list[Point]:
    line = [terrain.centre(cell)]
    while cell in came_from:
        cell = came_from[cell]
        line.append(terrain.centre(cell))
    line.reverse()
    return line
