"""Edges of a networkx graph as a source of roads: untrusted attributes in, directed edges out."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import networkx as nx

from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.build.graph_shapes import Shape, edge_shape
from dispatch_router.routing.build.graph_values import (
    NotANumber,
    finite_number,
    shown,
    tags_of,
    values_of,
    way_id,
)
from dispatch_router.routing.build.names import NameTable, road_names
from dispatch_router.routing.build.reasons import Dropped
from dispatch_router.routing.build.roads import Road, read_road
from dispatch_router.routing.build.source_files import refuse
from dispatch_router.routing.build.tags import Drops, says_yes
from dispatch_router.routing.graph import LONGEST_DRIVE_MS, LONGEST_EDGE_MM
from dispatch_router.routing.road_classes import EmergencyOnly

FASTEST_KPH = 300.0
_NOT_TAGS = frozenset({"geometry", "length", "travel_time", "speed_kph", "osmid"})


@dataclass(frozen=True, slots=True)
class SourceEdge:
    """One directed edge of the source.

    Attributes:
        roads: what it is to each mode that can take it.
        stated_length_m, travel_time_s, speed_kph: as the source states; None where it does not.
    """

    tail: int
    head: int
    shape: Shape
    roads: Mapping[UnitMode, Road]
    way_id: int
    names: tuple[int, int, int]
    stated_length_m: float | None
    travel_time_s: float | None
    speed_kph: float | None


def directed_edges(
    graph: nx.Graph[Hashable], name: str
) -> Iterator[tuple[Hashable, Hashable, str, Mapping[str, Any]]]:
    """Yield both ends, a name for messages and the attributes of every directed edge."""
    for u, v, data in graph.edges(data=True):
        label = f"edge {shown(u)} -> {shown(v)}"
        yield u, v, label, data
        if graph.is_directed():
            continue
        if says_yes(tags_of({"oneway": data.get("oneway")}), "oneway"):
            refuse(
                name,
                f"{label} is one-way, but the graph is undirected; save the directed graph.",
                f"{label} 是单行道，但该图是无向图，请保存有向图。",
            )
        yield v, u, label, data


def read_edge(
    ends: tuple[int, int],
    data: Mapping[str, Any],
    places: Shape,
    names: NameTable,
    drops: Mapping[UnitMode, Drops],
) -> SourceEdge | None:
    """Read one directed edge; None where no mode can take it.

    Args:
        ends: numbers of its nodes, tail and head.
        data: its attributes.
        places: shape (nodes, 2), of all nodes.
        names: gets the names of the road.
        drops: what is left out or not understood is counted here, by mode.

    Raises:
        BadShape: the geometry cannot be used.
        NotANumber: a length, time or speed cannot be.
    """
    tail, head = ends
    tags = tags_of({key: value for key, value in data.items() if key not in _NOT_TAGS})
    # An edge is one direction; the other one, if it may be driven, is another edge.
    tags["oneway"] = "yes"
    roads = {
        mode: road
        for mode in UnitMode
        if (road := read_road(tags, drops[mode], mode=mode, may_lack_class=True)) is not None
        and (road.forward_kmh is not None or road.emergency[0] is not EmergencyOnly.NO)
    }
    shape = edge_shape(data.get("geometry"), places[tail], places[head])
    times = [
        _bounded(data, "length", LONGEST_EDGE_MM / 1000),
        _bounded(data, "travel_time", LONGEST_DRIVE_MS / 1000),
        _bounded(data, "speed_kph", FASTEST_KPH),
    ]
    if times[2] == 0:
        raise NotANumber("speed_kph is 0")
    if tail == head and (shape == shape[0]).all():
        for mode in roads:
            drops[mode][Dropped.ROAD_TOO_SHORT] += 1
        return None
    if not roads:
        return None
    first_values = {k: str(values_of(data[k])[0]) for k in tags if k in data and values_of(data[k])}
    return SourceEdge(
        tail,
        head,
        shape,
        roads,
        way_id(data.get("osmid")),
        names.indexes(road_names(first_values)),
        *times,
    )


def _bounded(data: Mapping[str, Any], key: str, most: float) -> float | None:
    if data.get(key) is None:
        return None
    try:
        number = finite_number(data[key])
    except NotANumber as error:
        raise NotANumber(f"{key} is not a number: {error}") from None
    if not 0 <= number <= most:
        raise NotANumber(f"{key} is {number:g}, not between 0 and {most:g}")
    return number
