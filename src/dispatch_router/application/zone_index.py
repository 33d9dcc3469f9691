"""Finding the zone that holds a position."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely

from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.zones import Zone


class ZoneIndex:
    """Zones by their bounding boxes, outlines prepared for many questions."""

    def __init__(self, zones: Sequence[Zone]) -> None:
        self._outlines = [
            shapely.Polygon([(point.lon, point.lat) for point in zone.ring]) for zone in zones
        ]
        shapely.prepare(self._outlines)
        boxes = shapely.bounds(self._outlines).reshape(-1, 4)
        self._west, self._south, self._east, self._north = np.ascontiguousarray(boxes.T)

    def holding(self, position: LonLat) -> int | None:
        """Return the index of the zone that holds the position; None outside every zone.

        A position on a shared border belongs to the zone that the district names first.
        """
        lon, lat = position.lon, position.lat
        across = (self._west <= lon) & (lon <= self._east)
        within = across & (self._south <= lat) & (lat <= self._north)
        for index in within.nonzero()[0].tolist():
            if shapely.intersects_xy(self._outlines[index], lon, lat):
                return int(index)
        return None
