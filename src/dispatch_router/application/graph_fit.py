"""Whether a road graph is that of the district: roads have to be where its units set off from."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from dispatch_router.domain.district import District
from dispatch_router.domain.errors import InvalidGraph
from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.travel import GraphSummary

MOST_OFF_AT_START: Final = 0.5
"""Share of the departure points that may be far from every road when the service starts: it has no
better graph, and some units that can be ranked are better than none."""
MOST_OFF_AT_RELOAD: Final = 0.25
"""The same of a graph that is to take the place of one that answers."""
_ONE: Final = 1
_NAMED: Final = 10

_log = logging.getLogger(__name__)


class LiesOnRoads(Protocol):
    """Tells where its roads are."""

    def summary(self) -> GraphSummary:
        """Describe the graph."""
        ...

    def near_roads(self, positions: Sequence[LonLat]) -> Sequence[bool]:
        """Tell of each position whether a road for cars lies within the policy's reach."""
        ...


@dataclass(frozen=True, slots=True)
class FarFromRoads:
    """Something of the district that no road is near.

    Attributes:
        kind: ``post``, ``unit`` (its beat) or ``hospital``.
    """

    kind: str
    id: str


def check_fit(district: District, roads: LiesOnRoads, most_off: float) -> tuple[FarFromRoads, ...]:
    """Say what of a district no road is near, and refuse the graph of another place.

    The positions are those that ``district check`` calls mistakes. Departure points decide, posts
    and beats: a hospital may well lie beyond the border.

    Args:
        district: posts, units, hospitals.
        roads: the graph.
        most_off: share (0-1) of the departure points that may be far from every road; one of
            several always may, for a post at the edge must not stop the service.

    Raises:
        InvalidGraph: more are.
    """
    departures = [
        *((FarFromRoads("post", post.id), post.position) for post in district.posts),
        *((FarFromRoads("unit", unit.id), unit.beat) for unit in district.units if unit.beat),
    ]
    hospitals = [(FarFromRoads("hospital", each.id), each.position) for each in district.hospitals]
    off = _far(roads, departures)
    allowed = min(len(departures) - 1, max(_ONE, int(most_off * len(departures))))
    if len(off) > allowed:
        raise _of_another_place(district, roads.summary(), off, len(departures))
    found = (*off, *_far(roads, hospitals))
    if found:
        _log.warning(
            "no road of the graph is near %s; 'dispatch-router district check' says where",
            _list(found),
        )
    return found


def _far(
    roads: LiesOnRoads, places: Sequence[tuple[FarFromRoads, LonLat]]
) -> tuple[FarFromRoads, ...]:
    near = roads.near_roads([position for _, position in places])
    return tuple(named for (named, _), is_near in zip(places, near, strict=True) if not is_near)


def _list(found: Sequence[FarFromRoads]) -> str:
    named = ", ".join(f"{each.kind} {each.id}" for each in found[:_NAMED])
    more = len(found) - _NAMED
    return f"{named} and {more} more" if more > 0 else named


def _of_another_place(
    district: District, graph: GraphSummary, off: Sequence[FarFromRoads], asked: int
) -> InvalidGraph:
    box, reach_m = graph.bounding_box, district.policy.snap.max_snap_m
    covers = f"{box.west:.4f} {box.south:.4f} - {box.east:.4f} {box.north:.4f}"
    return InvalidGraph(
        f"The road graph is not that of the district {district.id}: {len(off)} of {asked} "
        f"departure points are farther than {reach_m:g} m from every road, as {_list(off)}. It "
        f"covers {covers} (lon lat). Put the graph of this district in its place; "
        "'dispatch-router district check' names every such point.",
        f"路网与辖区{district.id}不符：{asked}个出发点中有{len(off)}个距任何道路都超过{reach_m:g}米。"
        f"该路网覆盖{covers}（经度 纬度）。请换用本辖区的路网；dispatch-router district check"
        "会逐一列出这些地点。",
    )
