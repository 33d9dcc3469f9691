"""Finding the zone that holds a position."""

from __future__ import annotations

from collections.abc import Sequence

import shapely

from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.zones import Zone


class ZoneIndex:
    """Zones in a tree of boxes, outlines prepared for many questions."""

    def __init__(self, zones: Sequence[Zone]) -> None:
        self._outlines = [
            shapely.Polygon([(point.lon, point.lat) for point in zone.ring]) for zone in zones
        ]
        shapely.prepare(self._outlines)
        self._tree = shapely.STRtree(self._outlines)

    def holding(self, position: LonLat) -> int | None:
        """Return the index of the zone that holds the position; None outside every zone.

        A position on a shared border belongs to the zone that the district names first.
        """
        point = shapely.Point(position.lon, position.lat)
        found = self._tree.query(point, predicate="intersects")
        return int(found.min()) if found.size else None
