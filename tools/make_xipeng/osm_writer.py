"""Write the network as OpenStreetMap XML."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from xml.sax.saxutils import quoteattr

from tools.make_xipeng.draft import Road
from tools.make_xipeng.names import Tags
from tools.make_xipeng.plane import (
    SHEET_EAST_M,
    SHEET_NORTH_M,
    SHEET_SOUTH_M,
    SHEET_WEST_M,
    Point,
    lon_lat_e7,
)
from tools.make_xipeng.restrictions import Restriction

FIRST_ID = 900_000_000_001
"""Far above every id of OpenStreetMap: no element can be taken for a real one."""

GENERATOR = "tools.make_xipeng: synthetic roads, not OpenStreetMap data"
ATTRIBUTION = "Synthetic roads; anchors of Xipeng and Taojia © GeoNames, CC BY 4.0"
NOTE = (
    "Synthetic. The roads of this file were drawn by a program and exist nowhere. "
    "Anchors of Xipeng and Taojia: GeoNames (https://www.geonames.org/), CC BY 4.0."
)


@dataclass(slots=True)
class Sheet:
    """Everything that is written.

    Attributes:
        others: lines that are no roads, rivers for instance.
        point_tags: of points, on roads or not.
    """

    roads: Sequence[Road]
    restrictions: Sequence[Restriction]
    others: Sequence[tuple[Sequence[Point], Tags]] = ()
    point_tags: dict[Point, Tags] = field(default_factory=dict)


def write_osm(sheet: Sheet, path: Path) -> None:
    """Write the sheet, compressed, without a date or a file name in it."""
    path.write_bytes(gzip.compress(osm_xml(sheet).encode(), compresslevel=9, mtime=0))


def osm_xml(sheet: Sheet) -> str:
    """Return the sheet as OpenStreetMap XML, one element per line."""
    lines = [(road.points, road.tags) for road in sheet.roads] + list(sheet.others)
    used = dict.fromkeys(chain.from_iterable(points for points, _tags in lines))
    used |= dict.fromkeys(sheet.point_tags)
    ids = {point: FIRST_ID + number for number, point in enumerate(used)}
    return "\n".join(
        [
            "<?xml version='1.0' encoding='UTF-8'?>",
            f"<!-- {NOTE} -->",
            f"<osm version='0.6' generator={quoteattr(GENERATOR)} "
            f"attribution={quoteattr(ATTRIBUTION)}>",
            _bounds(),
            *(_node(ids[point], point, sheet.point_tags.get(point, {})) for point in ids),
            *(_way(n, [ids[p] for p in points], tags) for n, (points, tags) in _numbered(lines)),
            *_relations(sheet, ids),
            "</osm>\n",
        ]
    )


def _numbered(
    lines: Sequence[tuple[Sequence[Point], Tags]],
) -> Iterator[tuple[int, tuple[Sequence[Point], Tags]]]:
    return enumerate(lines, start=FIRST_ID)


def _degrees(e7: int) -> str:
    return f"{e7 // 10_000_000}.{e7 % 10_000_000:07d}"


def _bounds() -> str:
    west, south = lon_lat_e7((SHEET_WEST_M, SHEET_SOUTH_M))
    east, north = lon_lat_e7((SHEET_EAST_M, SHEET_NORTH_M))
    return (
        f"<bounds minlat='{_degrees(south)}' minlon='{_degrees(west)}' "
        f"maxlat='{_degrees(north)}' maxlon='{_degrees(east)}'/>"
    )


def _tags(tags: Tags) -> str:
    return "".join(f"<tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in tags.items())


def _node(number: int, point: Point, tags: Tags) -> str:
    lon, lat = lon_lat_e7(point)
    start = f"<node id='{number}' version='1' lat='{_degrees(lat)}' lon='{_degrees(lon)}'"
    return f"{start}>{_tags(tags)}</node>" if tags else f"{start}/>"


def _way(number: int, refs: Sequence[int], tags: Tags) -> str:
    nodes = "".join(f"<nd ref='{ref}'/>" for ref in refs)
    return f"<way id='{number}' version='1'>{nodes}{_tags(tags)}</way>"


def _relations(sheet: Sheet, nodes: dict[Point, int]) -> Iterator[str]:
    ways = _ways_by_end(sheet.roads)
    for number, restriction in enumerate(sheet.restrictions, start=FIRST_ID):
        arrive, leave = restriction.arrive[::-1], restriction.leave
        via = restriction.via
        if len(via) == 1:
            member = f"<member type='node' ref='{nodes[via[0]]}' role='via'/>"
        else:
            member = f"<member type='way' ref='{ways[via[0], via[1]]}' role='via'/>"
        yield (
            f"<relation id='{number}' version='1'>"
            f"<member type='way' ref='{ways[arrive[0], arrive[1]]}' role='from'/>"
            f"{member}<member type='way' ref='{ways[leave[0], leave[1]]}' role='to'/>"
            f"{_tags(restriction.tags)}</relation>"
        )


def _ways_by_end(roads: Sequence[Road]) -> dict[tuple[Point, Point], int]:
    """Return the ids of the ways by either end and the point next to it."""
    ways: dict[tuple[Point, Point], int] = {}
    for number, road in enumerate(roads, start=FIRST_ID):
        ways[road.points[0], road.points[1]] = number
        ways[road.points[-1], road.points[-2]] = number
    return ways
