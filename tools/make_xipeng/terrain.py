"""The height field that village roads wind over."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from tools.make_xipeng import landscape
from tools.make_xipeng.curves import Polyline
from tools.make_xipeng.noise import Array, value_noise
from tools.make_xipeng.plane import (
    SHEET_EAST_M,
    SHEET_NORTH_M,
    SHEET_SOUTH_M,
    SHEET_WEST_M,
    Point,
)

CELL_M = 50.0

Cell = tuple[int, int]
"""Row (northwards), column (eastwards)."""

HILLS = ((1400.0, 55.0), (620.0, 38.0), (290.0, 17.0))
"""Wave length and height of the rolling hills, in metres."""

PLAINS: tuple[tuple[Point, float], ...] = (((6150, 3950), 1900), ((4650, 11050), 1150))
"""Centre and radius of the levelled ground that the town and the park stand on."""


@dataclass(frozen=True, slots=True)
class Terrain:
    """Heights and water on square cells.

    Attributes:
        height_m: shape (rows, columns).
        hindrance: shape (rows, columns), 0 to 1: ponds, rock and houses that a road bends round.
        water: shape (rows, columns), True where no road can go without a bridge.
    """

    height_m: Array
    hindrance: Array
    water: npt.NDArray[np.bool_]

    def cell(self, point: Point) -> Cell:
        """Return the cell of a point, clamped to the sheet."""
        rows, columns = self.height_m.shape
        row = int((point[1] - SHEET_SOUTH_M) // CELL_M)
        column = int((point[0] - SHEET_WEST_M) // CELL_M)
        return min(rows - 1, max(0, row)), min(columns - 1, max(0, column))

    @staticmethod
    def centre(cell: Cell) -> Point:
        """Return the middle of a cell."""
        return (
            SHEET_WEST_M + (cell[1] + 0.5) * CELL_M,
            SHEET_SOUTH_M + (cell[0] + 0.5) * CELL_M,
        )

    def height_at(self, point: Point) -> float:
        """Return the height of the cell that holds a point."""
        return float(self.height_m[self.cell(point)])


def make_terrain(seed: int) -> Terrain:
    """Raise the ridges, sink the rivers and level the plains."""
    x, y = _cell_centres()
    height = np.full(x.shape, 250.0)
    for crest, rise_m, half_width_m in landscape.RIDGES:
        height += rise_m * _bump(_distance(x, y, crest), half_width_m)
    for octave, (wave_m, hill_m) in enumerate(HILLS):
        height += hill_m * value_noise(x, y, scale_m=wave_m, seed=seed + octave)
    for (east, north), radius_m in PLAINS:
        level = _bump(np.hypot(x - east, y - north), radius_m)
        height = height * (1 - level) + 250.0 * level
    daxi, yangtze = _distance(x, y, landscape.DAXI), _distance(x, y, landscape.YANGTZE)
    height -= 45.0 * _bump(daxi, 260.0) + 90.0 * _bump(yangtze, 700.0)
    water = (daxi < landscape.DAXI_HALF_WIDTH_M + 30.0) | (
        yangtze < landscape.YANGTZE_HALF_WIDTH_M + 20.0
    )
    hindrance = 0.5 + 0.5 * value_noise(x, y, scale_m=210.0, seed=seed + len(HILLS))
    return Terrain(height_m=np.round(height, 2), hindrance=np.round(hindrance, 3), water=water)


def _cell_centres() -> tuple[Array, Array]:
    east = np.arange(SHEET_WEST_M + CELL_M / 2, SHEET_EAST_M, CELL_M)
    north = np.arange(SHEET_SOUTH_M + CELL_M / 2, SHEET_NORTH_M, CELL_M)
    x, y = np.meshgrid(east, north)
    return x, y


def _bump(distance_m: Array, half_width_m: float) -> Array:
    """1 on the line, one half at ``half_width_m``, fading without an edge."""
    share = distance_m / half_width_m
    return 1.0 / (1.0 + share * share * share * share)


def _distance(x: Array, y: Array, line: Polyline) -> Array:
    nearest = np.full(x.shape, np.inf)
    for (ax, ay), (bx, by) in pairwise(line):
        dx, dy = bx - ax, by - ay
        share = np.clip(((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy), 0.0, 1.0)
        gap_x, gap_y = x - (ax + share * dx), y - (ay + share * dy)
        nearest = np.minimum(nearest, gap_x * gap_x + gap_y * gap_y)
    distance_m: Array = np.sqrt(nearest)
    return distance_m
