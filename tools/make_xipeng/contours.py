"""Contour lines of the height field, by marching squares (Maple, 2003)."""

from __future__ import annotations

from collections import defaultdict

from tools.make_xipeng.plane import Point, between
from tools.make_xipeng.terrain import Cell, Terrain

STEP = 2
"""Every second cell: fine enough for the eye."""

Edge = tuple[Cell, Cell]
"""Two neighbouring cells between which the contour passes."""


def contour(terrain: Terrain, height_m: float) -> list[list[Point]]:
    """Return the lines at one height."""
    links: dict[Edge, list[Edge]] = defaultdict(list)
    rows, columns = terrain.height_m.shape
    for row in range(0, rows - STEP, STEP):
        for column in range(0, columns - STEP, STEP):
            for a, b in _links(terrain, row, column, height_m):
                links[a].append(b)
                links[b].append(a)
    lines = []
    while links:
        # Open lines first, so that none is entered in its middle.
        start = min(links, key=lambda edge: (len(links[edge]), edge))
        lines.append([_on(terrain, edge, height_m) for edge in _walk(links, start)])
    return lines


def _links(terrain: Terrain, row: int, column: int, height_m: float) -> list[tuple[Edge, Edge]]:
    a, b = (row, column), (row, column + STEP)
    c, d = (row + STEP, column + STEP), (row + STEP, column)
    sides: list[Edge] = [(a, b), (b, c), (d, c), (a, d)]
    crossed = [
        (p, q)
        for p, q in sides
        if (terrain.height_m[p] >= height_m) != (terrain.height_m[q] >= height_m)
    ]
    return list(zip(crossed[0::2], crossed[1::2], strict=True))


def _walk(links: dict[Edge, list[Edge]], start: Edge) -> list[Edge]:
    line, edge = [start], start
    while links[edge]:
        following = links[edge].pop()
        links[following].remove(edge)
        if not links[edge]:
            del links[edge]
        line.append(following)
        edge = following
    del links[edge]
    return line


def _on(terrain: Terrain, edge: Edge, height_m: float) -> Point:
    low, high = float(terrain.height_m[edge[0]]), float(terrain.height_m[edge[1]])
    share = (height_m - low) / (high - low)
    return between(terrain.centre(edge[0]), terrain.centre(edge[1]), share)
