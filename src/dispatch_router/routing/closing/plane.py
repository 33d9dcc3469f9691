"""A plane that touches the earth in the middle of a closure, and the road segments near there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dispatch_router.domain.geo import LonLat
from dispatch_router.routing.geodesy import metres_per_degree
from dispatch_router.routing.graph import Int32, RoadGraph

E7 = 1e7
Metres = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Plane:
    """Metres east and north of a point.

    Attributes:
        lon, lat: that point, degrees.
        lon_m, lat_m: metres of one degree there.
    """

    lon: float
    lat: float
    lon_m: float
    lat_m: float

    def of_positions(self, positions: Sequence[LonLat]) -> Metres:
        """Return the places of positions; shape (positions, 2)."""
        degrees = np.array([(each.lon, each.lat) for each in positions], dtype=np.float64)
        return self._metres(degrees[:, 0], degrees[:, 1])

    def of_points(self, graph: RoadGraph, points: Int32) -> Metres:
        """Return the places of shape points; of the same shape, with two numbers for each."""
        lon_e7, lat_e7 = graph.edges.point_lon_e7[points], graph.edges.point_lat_e7[points]
        return self._metres(lon_e7 / E7, lat_e7 / E7)

    def _metres(self, lon: Metres, lat: Metres) -> Metres:
        return np.stack(((lon - self.lon) * self.lon_m, (lat - self.lat) * self.lat_m), axis=-1)


def plane_around(positions: Sequence[LonLat]) -> Plane:
    """Return the plane that touches the earth in the middle of the positions.

    Its error grows with the square of the distance from there: 0.1 % of a length 20 km away.
    """
    lon = [position.lon for position in positions]
    lat = [position.lat for position in positions]
    middle_lon, middle_lat = (min(lon) + max(lon)) / 2, (min(lat) + max(lat)) / 2
    lon_m, lat_m = metres_per_degree(np.array([middle_lat]))
    return Plane(middle_lon, middle_lat, float(lon_m[0]), float(lat_m[0]))


def segments_near(
    graph: RoadGraph, positions: Sequence[LonLat], within_m: float, plane: Plane
) -> Int32:
    """Return the road segments whose cells lie in the bounding box of the positions.

    Args:
        graph: the roads.
        positions: WGS-84.
        within_m: how much the box is widened on every side.
        plane: around the positions.

    Returns:
        First shape point of each segment, ascending; a superset of the segments in the box.
    """
    west, south, cell_width, cell_height, columns, rows = graph.grid.frame.tolist()
    # A part in a hundred wider, for the plane is not quite the earth.
    lon_e7, lat_e7 = (1.01 * within_m * E7 / size for size in (plane.lon_m, plane.lat_m))
    lon = [each.lon * E7 for each in positions]
    lat = [each.lat * E7 for each in positions]
    first_column = max(int((min(lon) - lon_e7 - west) // cell_width), 0)
    last_column = min(int((max(lon) + lon_e7 - west) // cell_width), columns - 1)
    first_row = max(int((min(lat) - lat_e7 - south) // cell_height), 0)
    last_row = min(int((max(lat) + lat_e7 - south) // cell_height), rows - 1)
    if first_column > last_column or first_row > last_row:
        return np.empty(0, dtype=np.int32)
    first, segment = graph.grid.first, graph.grid.segment
    rows_of_cells = [
        slice(first[row * columns + first_column], first[row * columns + last_column + 1])
        for row in range(first_row, last_row + 1)
    ]
    return np.unique(np.concatenate([segment[cells] for cells in rows_of_cells]))
