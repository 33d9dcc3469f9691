"""A networkx graph, as osmnx makes them, into road networks.

A directed edge says that its direction may be driven; ``oneway`` is not read again. Walkers may
take it both ways. Where an edge states its ``travel_time`` (seconds) or else its ``speed_kph``,
that holds for vehicles; ``length`` (metres) holds for all. Otherwise the tags decide as they do
for OpenStreetMap data.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass

import networkx as nx
import numpy as np
import numpy.typing as npt

from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.build.edge_times import (
    MM_MS_PER_KMH,
    TOO_LONG,
    TOO_LONG_ZH,
    stored_ms,
)
from dispatch_router.routing.build.graph_edges import SourceEdge, directed_edges, read_edge
from dispatch_router.routing.build.graph_shapes import BadShape, Shape, check_crs, node_places
from dispatch_router.routing.build.graph_values import NotANumber, tags_of
from dispatch_router.routing.build.names import NameTable
from dispatch_router.routing.build.network import (
    NOT_PERMITTED,
    Networks,
    RoadNetwork,
    SourceInfo,
    usable_networks,
)
from dispatch_router.routing.build.progress import Progress
from dispatch_router.routing.build.reasons import Dropped
from dispatch_router.routing.build.signals import signal_directions
from dispatch_router.routing.build.source_files import refuse
from dispatch_router.routing.build.tags import Drops
from dispatch_router.routing.geodesy import shape_lengths_mm
from dispatch_router.routing.road_classes import RoadFlag

SAME_LENGTH_MM = 10
"""Two directions whose stated lengths differ by more are two edges."""
_PROGRESS_EVERY = 1 << 13


@dataclass(frozen=True, slots=True)
class _Source:
    """What the networks of all modes are made from.

    Attributes:
        places: shape (nodes, 2), of all nodes.
        has_signals: shape (nodes,), traffic signals stand there.
    """

    info: SourceInfo
    places: Shape
    has_signals: npt.NDArray[np.bool_]
    names: NameTable


@dataclass(frozen=True, slots=True)
class _Measured:
    """Lengths and times of all directed edges, in order."""

    length_mm: npt.NDArray[np.int64]
    travel_ms: npt.NDArray[np.int32]


def network_from_graph(
    graph: nx.Graph[Hashable], source: SourceInfo, progress: Progress
) -> Networks:
    """Turn a graph with ``x`` and ``y`` on its nodes into a road network for each mode.

    Two directed edges over the same line in opposite directions become one edge.

    Raises:
        InvalidGraph: something in it cannot be used; the detail names the node or edge.
    """
    check_crs(graph, source.name)
    numbers, places = node_places(graph, source.name)
    drops: dict[UnitMode, Drops] = {mode: Counter() for mode in UnitMode}
    names = NameTable()
    edges = []
    edge_count = max(1, graph.number_of_edges())
    for read, (u, v, label, data) in enumerate(directed_edges(graph, source.name)):
        if read % _PROGRESS_EVERY == 0:
            progress("reading edges", min(1.0, read / edge_count))
        try:
            edge = read_edge((numbers[u], numbers[v]), data, places, names, drops)
        except (BadShape, NotANumber) as error:
            refuse(source.name, f"{label}: {error}.", f"{label}：{error}。")
        if edge is not None:
            edges.append(edge)
    progress("reading edges", 1.0)
    by_mode = {mode: [edge for edge in edges if mode in edge.roads] for mode in UnitMode}
    read_as = _Source(source, places, _nodes_with_signals(graph), names)
    networks = {
        mode: _network(mode, own, read_as, drops[mode]) for mode, own in by_mode.items() if own
    }
    return usable_networks(networks, source.name)


def _nodes_with_signals(graph: nx.Graph[Hashable]) -> npt.NDArray[np.bool_]:
    # Whom they face is not known: a node belongs to no way in such a graph.
    tags = (tags_of({"highway": data.get("highway")}) for _, data in graph.nodes(data=True))
    return np.array([signal_directions(each) != 0 for each in tags])


def _network(
    mode: UnitMode, source_edges: list[SourceEdge], source: _Source, drops: Drops
) -> RoadNetwork:
    info, places = source.info, source.places
    measured = _measure(mode, source_edges, info.name)
    pairs = np.array(_pairs(source_edges, measured.length_mm))
    edges = [source_edges[forward] for forward in pairs[:, 0].tolist()]
    ends = np.array([(edge.tail, edge.head) for edge in edges])
    used, numbered = np.unique(ends, return_inverse=True)
    new_ends = numbered.reshape(ends.shape).astype(np.int32)
    if len(used) < len(places):
        drops[Dropped.NODE_WITHOUT_ROAD] += len(places) - len(used)
    shape_first, points = _joined_shapes(edges)
    name_indexes = np.array([edge.names for edge in edges], np.int32)
    both_ways_ms = _both_ways_ms(mode, source_edges, measured, pairs)
    return RoadNetwork(
        source=info,
        node_lon_e7=places[used, 0],
        node_lat_e7=places[used, 1],
        edge_tail=new_ends[:, 0].copy(),
        edge_head=new_ends[:, 1].copy(),
        shape_first=shape_first,
        shape_lon_e7=points[:, 0].copy(),
        shape_lat_e7=points[:, 1].copy(),
        edge_length_mm=measured.length_mm[pairs[:, 0]],
        free_flow_ms=both_ways_ms.ravel(),
        emergency=_emergency(mode, source_edges, pairs),
        signals=_signals(mode, source.has_signals[ends]),
        edge_class=np.array([edge.roads[mode].road_class for edge in edges], np.uint8),
        edge_flags=_flags(mode, edges, is_one_way=both_ways_ms[:, 1] == NOT_PERMITTED),
        edge_layer=np.array([edge.roads[mode].layer for edge in edges], np.int8),
        edge_way_id=np.array([edge.way_id for edge in edges], np.int64),
        edge_name=name_indexes[:, 0].copy(),
        edge_name_zh=name_indexes[:, 1].copy(),
        edge_name_en=name_indexes[:, 2].copy(),
        names=source.names.names(),
        forbidden=(),
        dropped=dict(sorted(drops.items())),
        mode=mode,
    )


def _measure(mode: UnitMode, edges: list[SourceEdge], source_name: str) -> _Measured:
    """Return lengths in millimetres and times in milliseconds; what the source states holds."""
    shape_first, points = _joined_shapes(edges)
    length_mm = shape_lengths_mm(shape_first, points[:, 0], points[:, 1])
    travel_ms = np.full(len(edges), np.nan)
    for index, edge in enumerate(edges):
        if edge.stated_length_m:
            length_mm[index] = max(1, round(edge.stated_length_m * 1000))
        speed_kmh = edge.roads[mode].forward_kmh
        travel_time_s = None
        if speed_kmh is None:
            continue
        # What is stated is stated of driving.
        if mode is not UnitMode.FOOT:
            speed_kmh, travel_time_s = edge.speed_kph or speed_kmh, edge.travel_time_s
        if travel_time_s is not None:
            travel_ms[index] = round(travel_time_s * 1000)
        else:
            travel_ms[index] = round(int(length_mm[index]) * MM_MS_PER_KMH / speed_kmh)
    try:
        whole_ms = stored_ms(length_mm, np.maximum(travel_ms, 1.0)[:, np.newaxis], mode)
    except OverflowError as error:
        way = edges[error.args[0]].way_id
        refuse(source_name, f"the edge of way {way} {TOO_LONG}", f"道路{way}{TOO_LONG_ZH}")
    return _Measured(length_mm, whole_ms)


def _both_ways_ms(
    mode: UnitMode, edges: list[SourceEdge], measured: _Measured, pairs: npt.NDArray[np.int64]
) -> npt.NDArray[np.int32]:
    """Return the times of every edge along and against its shape, shape (edges, 2)."""
    forward, backward = pairs[:, 0], pairs[:, 1]
    both_ways_ms = np.full((len(pairs), 2), NOT_PERMITTED, np.int32)
    both_ways_ms[:, 0] = measured.travel_ms[forward]
    if mode is UnitMode.FOOT:
        stated = [edges[index].roads[mode].backward_kmh for index in forward.tolist()]
        returns = np.array([speed_kmh is not None for speed_kmh in stated])
        both_ways_ms[returns, 1] = measured.travel_ms[forward[returns]]
    both_ways_ms[backward >= 0, 1] = measured.travel_ms[backward[backward >= 0]]
    return both_ways_ms


def _emergency(
    mode: UnitMode, edges: list[SourceEdge], pairs: npt.NDArray[np.int64]
) -> npt.NDArray[np.uint8]:
    """Return what is open to emergency drives alone, shape (2 * edges,)."""
    of_edge = np.array([edge.roads[mode].emergency for edge in edges], np.uint8)
    forward, backward = pairs[:, 0], pairs[:, 1]
    # The other direction is what its own edge says, and against the one way where it has none.
    returning = np.where(backward >= 0, of_edge[backward, 0], of_edge[forward, 1])
    return np.stack((of_edge[forward, 0], returning), axis=1).ravel()


def _signals(mode: UnitMode, at_ends: npt.NDArray[np.bool_]) -> npt.NDArray[np.uint8]:
    """Count the signals at the head of every directed edge, given those at both ends."""
    heads = at_ends[:, ::-1] if mode is not UnitMode.FOOT else np.zeros_like(at_ends)
    return heads.astype(np.uint8).ravel()


def _pairs(edges: list[SourceEdge], length_mm: npt.NDArray[np.int64]) -> list[tuple[int, int]]:
    """Return, for every edge to be, its forward and backward directed edge; -1 for none."""
    waiting: dict[tuple[int, int, bytes], list[int]] = {}
    pairs: list[tuple[int, int]] = []
    for index, edge in enumerate(edges):
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


def _joined_shapes(edges: list[SourceEdge]) -> tuple[npt.NDArray[np.int32], Shape]:
    shapes = [edge.shape for edge in edges]
    first = np.concatenate(([0], np.cumsum([len(shape) for shape in shapes])))
    return first.astype(np.int32), np.concatenate(shapes)


def _flags(
    mode: UnitMode, edges: list[SourceEdge], *, is_one_way: npt.NDArray[np.bool_]
) -> npt.NDArray[np.uint16]:
    flags = np.array([edge.roads[mode].flags for edge in edges], np.uint16)
    if mode is not UnitMode.FOOT:
        from_source = [edge.travel_time_s is not None or bool(edge.speed_kph) for edge in edges]
        flags[np.array(from_source)] |= np.uint16(RoadFlag.SPEED_FROM_TAG)
    return np.where(is_one_way, flags, flags & ~np.uint16(RoadFlag.ONEWAY))
