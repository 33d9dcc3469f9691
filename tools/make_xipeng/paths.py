"""Least-cost paths over the terrain: how a road finds its way up a hill."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from math import hypot

from tools.make_xipeng.plane import Point
from tools.make_xipeng.terrain import CELL_M, Cell, Terrain

STEPS: tuple[Cell, ...] = (
    (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1),
    (1, 2), (2, 1), (2, -1), (1, -2), (-1, -2), (-2, -1), (-2, 1), (-1, 2),
)  # fmt: skip
"""King's and knight's moves: sixteen directions."""

HINDRANCE = 1.6


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
        for step in STEPS:
            entered = (cell[0] + step[0], cell[1] + step[1])
            if not _open(terrain, entered):
                continue
            price = 1.0 + HINDRANCE * float(terrain.hindrance[entered])
            price += extra.get(entered, 0.0)
            total = cost + _step_cost(terrain, cell, entered, step, grade_weight, price)
            if total < best.get(entered, total + 1):
                best[entered] = total
                came_from[entered] = cell
                heappush(queue, (total, entered))
    raise NoWay(f"no way on from {start}")


def _open(terrain: Terrain, cell: Cell) -> bool:
    rows, columns = terrain.height_m.shape
    if not (0 <= cell[0] < rows and 0 <= cell[1] < columns):
        return False
    return not terrain.water[cell]


def _step_cost(
    terrain: Terrain, cell: Cell, entered: Cell, step: Cell, grade_weight: float, price: float
) -> int:
    run_m = CELL_M * hypot(step[0], step[1])
    grade = (float(terrain.height_m[entered]) - float(terrain.height_m[cell])) / run_m
    return round(100.0 * run_m * (price + grade_weight * grade * grade))


def _trace(terrain: Terrain, came_from: dict[Cell, Cell], cell: Cell) -> list[Point]:
    line = [terrain.centre(cell)]
    while cell in came_from:
        cell = came_from[cell]
        line.append(terrain.centre(cell))
    line.reverse()
    return line
