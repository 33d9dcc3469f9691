"""A networkx graph, as osmnx makes them, into a road network.

A directed edge says that its direction may be driven; ``oneway`` is not read again. Where an edge
states its ``travel_time`` (seconds) or else its ``speed_kph``, that holds; ``length`` (metres)
holds too. Otherwise the tags decide as they do for OpenStreetMap data.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import networkx as nx
import numpy as np
import numpy.typing as npt

from dispatch_router.routing.build.edge_times import (
    MM_MS_PER_KMH,
    TOO_LONG,
    TOO_LONG_ZH,
    stored_ms,
)
from dispatch_router.routing.build.graph_shapes import (
    BadShape,
    Shape,
    check_crs,
    edge_shape,
    node_places,
)
from dispatch_router.routing.build.graph_values import (
    NotANumber,
    finite_number,
    shown,
    tags_of,
    values_of,
    way_id,
)
from dispatch_router.routing.build.names import NameTable, road_names
from dispatch_router.routing.build.network import NOT_PERMITTED, RoadNetwork, SourceInfo
from dispatch_router.routing.build.progress import Progress
from dispatch_router.routing.build.reasons import Dropped
from dispatch_router.routing.build.roads import Road, read_road
from dispatch_router.routing.build.source_files import refuse
from dispatch_router.routing.build.tags import Drops, says_yes
from dispatch_router.routing.geodesy import shape_lengths_mm
from dispatch_router.routing.graph import LONGEST_DRIVE_MS, LONGEST_EDGE_MM
from dispatch_router.routing.road_classes import RoadFlag

FASTEST_KPH = 300.0
SAME_LENGTH_MM = 10
"""Two directions whose stated lengths differ by more are two edges."""
_NOT_TAGS = frozenset({"geometry", "length", "travel_time", "speed_kph", "osmid"})
_PROGRESS_EVERY = 1 << 13


@dataclass(frozen=True, slots=True)
class _OneWay:
    """One directed edge of the source that a police car may drive."""

    tail: int
    head: int
    shape: Shape
    road: Road
    way_id: int
    names: tuple[int, int, int]
    stated_length_m: float | None
    travel_time_s: float | None
    speed_kph: float | None


@dataclass(frozen=True, slots=True)
class _Measured:
    """Lengths and times of all one-way edges, in order."""

    length_mm: npt.NDArray[np.int64]
    drive_ms: npt.NDArray[np.int32]


def network_from_graph(
    graph: nx.Graph[Hashable], source: SourceInfo, progress: Progress
) -> RoadNetwork:
    """Turn a graph with ``x`` and ``y`` on its nodes into a road network.

    Two directed edges over the same line in opposite directions become one edge.

    Raises:
        InvalidGraph: something in it cannot be used; the detail names the node or edge.
    """
    check_crs(graph, source.name)
    numbers, places = node_places(graph, source.name)
    drops: Drops = Counter()
    names = NameTable()
    one_ways = []
    edge_count = max(1, graph.number_of_edges())
    for read, (u, v, label, data) in enumerate(_directed_edges(graph, source.name)):
        if read % _PROGRESS_EVERY == 0:
            progress("reading edges", min(1.0, read / edge_count))
        try:
            one_way = _read_edge(numbers[u], numbers[v], data, places, names, drops)
        except (BadShape, NotANumber) as error:
            refuse(source.name, f"{label}: {error}.", f"{label}：{error}。")
        if one_way is not None:
            one_ways.append(one_way)
    progress("reading edges", 1.0)
    if not one_ways:
        refuse(source.name, "has no road that a car can use.", "没有汽车可以行驶的道路。")
    return _network(one_ways, places, names, source, drops)


def _directed_edges(
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


def _read_edge(
    tail: int,
    head: int,
    data: Mapping[str, Any],
    places: Shape,
    names: NameTable,
    drops: Drops,
) -> _OneWay | None:
    tags = tags_of({key: value for key, value in data.items() if key not in _NOT_TAGS})
    # An edge is one direction; the other one, if it may be driven, is another edge.
    tags["oneway"] = "yes"
    road = read_road(tags, drops, may_lack_class=True)
    shape = edge_shape(data.get("geometry"), places[tail], places[head])
    times = [
        _bounded(data, "length", LONGEST_EDGE_MM / 1000),
        _bounded(data, "travel_time", LONGEST_DRIVE_MS / 1000),
        _bounded(data, "speed_kph", FASTEST_KPH),
    ]
    if times[2] == 0:
        raise NotANumber("speed_kph is 0")
    if road is None or road.forward_kmh is None:
        return None
    if tail == head and (shape == shape[0]).all():
        drops[Dropped.ROAD_TOO_SHORT] += 1
        return None
    first_values = {k: str(values_of(data[k])[0]) for k in tags if k in data and values_of(data[k])}
    return _OneWay(
        tail,
        head,
        shape,
        road,
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


def _network(
    one_ways: list[_OneWay], places: Shape, names: NameTable, source: SourceInfo, drops: Drops
) -> RoadNetwork:
    measured = _measure(one_ways, source.name)
    pairs = _pairs(one_ways, measured.length_mm)
    edges = [one_ways[forward] for forward, _ in pairs]
    forward = np.array([pair[0] for pair in pairs])
    backward = np.array([pair[1] for pair in pairs])
    free_flow_ms = np.full((len(pairs), 2), NOT_PERMITTED, np.int32)
    free_flow_ms[:, 0] = measured.drive_ms[forward]
    free_flow_ms[backward >= 0, 1] = measured.drive_ms[backward[backward >= 0]]
    ends = np.array([(edge.tail, edge.head) for edge in edges])
    used, numbered = np.unique(ends, return_inverse=True)
    new_ends = numbered.reshape(ends.shape).astype(np.int32)
    if len(used) < len(places):
        drops[Dropped.NODE_WITHOUT_ROAD] += len(places) - len(used)
    shape_first, points = _joined_shapes(edges)
    name_indexes = np.array([edge.names for edge in edges], np.int32)
    return RoadNetwork(
        source=source,
        node_lon_e7=places[used, 0],
        node_lat_e7=places[used, 1],
        edge_tail=new_ends[:, 0].copy(),
        edge_head=new_ends[:, 1].copy(),
        shape_first=shape_first,
        shape_lon_e7=points[:, 0].copy(),
        shape_lat_e7=points[:, 1].copy(),
        edge_length_mm=measured.length_mm[forward],
        free_flow_ms=free_flow_ms.ravel(),
        emergency=np.zeros(2 * len(pairs), np.uint8),
        signals=np.zeros(2 * len(pairs), np.uint8),
        edge_class=np.array([edge.road.road_class for edge in edges], np.uint8),
        edge_flags=_flags(edges, is_one_way=backward < 0),
        edge_layer=np.array([edge.road.layer for edge in edges], np.int8),
        edge_way_id=np.array([edge.way_id for edge in edges], np.int64),
        edge_name=name_indexes[:, 0].copy(),
        edge_name_zh=name_indexes[:, 1].copy(),
        edge_name_en=name_indexes[:, 2].copy(),
        names=names.names(),
        forbidden=(),
        dropped=dict(sorted(drops.items())),
    )


def _measure(one_ways: list[_OneWay], source_name: str) -> _Measured:
    """Return lengths in millimetres and times in milliseconds; what the source states holds."""
    shape_first, points = _joined_shapes(one_ways)
    length_mm = shape_lengths_mm(shape_first, points[:, 0], points[:, 1])
    drive_ms = np.empty(len(one_ways), np.float64)
    for index, edge in enumerate(one_ways):
        if edge.stated_length_m:
            length_mm[index] = max(1, round(edge.stated_length_m * 1000))
        speed_kmh = edge.speed_kph or edge.road.forward_kmh
        if edge.travel_time_s is not None:
            drive_ms[index] = round(edge.travel_time_s * 1000)
        elif speed_kmh is not None:
            drive_ms[index] = round(int(length_mm[index]) * MM_MS_PER_KMH / speed_kmh)
    try:
        whole_ms = stored_ms(length_mm, np.maximum(drive_ms, 1.0)[:, np.newaxis])
    except OverflowError as error:
        way = one_ways[error.args[0]].way_id
        refuse(source_name, f"the edge of way {way} {TOO_LONG}", f"道路{way}{TOO_LONG_ZH}")
    return _Measured(length_mm, whole_ms)


def _pairs(one_ways: list[_OneWay], length_mm: npt.NDArray[np.int64]) -> list[tuple[int, int]]:
    """Return, for every edge to be, its forward and backward one-way edge; -1 for none."""
    waiting: dict[tuple[int, int, bytes], list[int]] = {}
    pairs: list[tuple[int, int]] = []
    for index, edge in enumerate(one_ways):
        opposite = waiting.get((edge.head, edge.tail, edge.shape[::-1].tobytes()), [])
        position = next(
            (
                p
                for p in opposite
                if abs(length_mm[pairs[p][0]] - length_mm[index]) <= SAME_LENGTH_MM
            ),
            None,
        )
        if position is not None:
            opposite.remove(position)
            pairs[position] = (pairs[position][0], index)
            continue
        key = (edge.tail, edge.head, edge.shape.tobytes())
        waiting.setdefault(key, []).append(len(pairs))
        pairs.append((index, -1))
    return pairs


def _joined_shapes(one_ways: list[_OneWay]) -> tuple[npt.NDArray[np.int32], Shape]:
    shapes = [edge.shape for edge in one_ways]
    first = np.concatenate(([0], np.cumsum([len(shape) for shape in shapes])))
    return first.astype(np.int32), np.concatenate(shapes)


def _flags(edges: list[_OneWay], *, is_one_way: npt.NDArray[np.bool_]) -> npt.NDArray[np.uint16]:
    flags = np.array([edge.road.flags for edge in edges], np.uint16)
    from_source = [edge.travel_time_s is not None or bool(edge.speed_kph) for edge in edges]
    flags[np.array(from_source)] |= np.uint16(RoadFlag.SPEED_FROM_TAG)
    return np.where(is_one_way, flags, flags & ~np.uint16(RoadFlag.ONEWAY))
