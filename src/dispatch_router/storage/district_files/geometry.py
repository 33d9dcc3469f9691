"""Whether zones are outlines that do not overlap, and whether positions can be served."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import shapely

from dispatch_router.domain.geo import LonLat
from dispatch_router.storage.district_files.folder import Folder
from dispatch_router.storage.district_files.mistakes import Mistake
from dispatch_router.storage.district_files.rows import Item, Path
from dispatch_router.storage.district_files.schema import PolygonRow, PositionRow, SnapRow

# Borders drawn twice by hand never meet exactly: less than this share of the smaller zone is let
# pass, and a place in it belongs to the zone that stands first in the file.
SLIVER_SHARE = 0.01
_RING: Path = ("geometry", "coordinates", 0)

NearRoad = Callable[[LonLat, float], bool]
"""Whether a road lies within so many metres of a position."""


@dataclass(frozen=True, slots=True)
class _Outline:
    """A zone with its outline as a valid polygon."""

    zone: Item
    polygon: shapely.Polygon


def check_zones(folder: Folder) -> Iterator[Mistake]:
    """Find broken and overlapping outlines."""
    outlines = []
    for zone in folder.zones.items:
        geometry = zone.part(PolygonRow, "geometry")
        if geometry is None:
            continue
        ring = geometry.coordinates[0]
        found = _ring_mistake(zone, ring)
        if found is None:
            outlines.append(_Outline(zone, shapely.Polygon(ring)))
        else:
            yield found
    yield from _overlaps(outlines)


def _ring_mistake(zone: Item, ring: list[list[float]]) -> Mistake | None:
    for index, (_, lat) in enumerate(ring):
        if not -90.0 <= lat <= 90.0:
            return zone.mistake(
                (*_RING, index),
                "A position is [lon, lat], and lat lies between -90 and 90; perhaps the two are "
                "swapped.",
                "坐标应写作[经度, 纬度]，纬度须在-90至90之间，请检查是否写反。",
            )
    if ring[0] != ring[-1]:
        return zone.mistake(
            _RING,
            "The outline is not closed: repeat the first position at the end.",
            "边界未闭合，请在末尾重复第一个坐标。",
        )
    polygon = shapely.Polygon(ring)
    if not polygon.is_valid:
        return zone.mistake(
            _RING,
            f"The outline is not valid: {shapely.is_valid_reason(polygon)} (lon lat).",
            f"边界无效（自相交或退化）：{shapely.is_valid_reason(polygon)}。",
        )
    return None


def _overlaps(outlines: list[_Outline]) -> Iterator[Mistake]:
    polygons = [outline.polygon for outline in outlines]
    tree = shapely.STRtree(polygons)
    pairs = tree.query(np.array(polygons, dtype=object), predicate="intersects")
    for second, first in sorted(zip(*pairs.tolist(), strict=True)):
        if first >= second:
            continue
        one, other = outlines[first], outlines[second]
        shared = one.polygon.intersection(other.polygon).area
        share = shared / min(one.polygon.area, other.polygon.area)
        if share > SLIVER_SHARE:
            first_id = one.zone.text("properties", "id")
            yield other.zone.mistake(
                ("geometry",),
                f"{share:.0%} of this zone or of {first_id} is in both: zones must not overlap.",
                f"与警务区{first_id}重叠（占较小者的{share:.0%}），警务区不得重叠。",
            )


def warn_of_places_outside_zones(folder: Folder) -> Iterator[Mistake]:
    """Warn of places that no post is responsible for; every row has passed."""
    tree = shapely.STRtree(
        [shapely.Polygon(zone.geometry.coordinates[0]) for zone in folder.zones.valid]
    )
    for item, place in zip(folder.places.items, folder.places.valid, strict=True):
        point = shapely.Point(place.position.lon, place.position.lat)
        if tree.query(point, predicate="intersects").size == 0:
            yield item.mistake(
                ("position",),
                "The place is outside every zone: no post is responsible there.",
                "该地点不在任何警务区内，没有责任站点。",
                warning=True,
            )


def check_positions(folder: Folder, near_road: NearRoad) -> Iterator[Mistake]:
    """Find posts, beats, places and hospitals that are too far from every road to be served."""
    snap = None if folder.policy_item is None else folder.policy_item.part(SnapRow, "snap")
    if snap is None:
        return
    positioned = [
        *((item, "position") for item in folder.posts.items),
        *((item, "beat") for item in folder.units.items),
        *((item, "position") for item in folder.places.items),
        *((item, "position") for item in folder.hospitals.items),
    ]
    for item, key in positioned:
        position = item.part(PositionRow, key)
        if position is None:
            continue
        if not near_road(LonLat(position.lon, position.lat), snap.max_snap_m):
            yield item.mistake(
                (key,),
                f"{position.lon} {position.lat} is farther than {snap.max_snap_m:.0f} m "
                "(max_snap_m) from every road of the graph.",
                f"坐标{position.lon} {position.lat}距路网中任何道路都超过{snap.max_snap_m:.0f}米"
                "（max_snap_m）。",
            )
