"""OpenStreetMap data into road networks, one for each mode."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.build.edge_times import (
    TOO_LONG,
    TOO_LONG_ZH,
    driving_ms,
    stored_ms,
)
from dispatch_router.routing.build.names import clean_name
from dispatch_router.routing.build.network import Networks, RoadNetwork, SourceInfo, usable_networks
from dispatch_router.routing.build.osm_file import (
    ModeRoads,
    OsmNodes,
    OsmRoads,
    data_date,
    generator,
    read_osm_nodes,
    read_osm_roads,
)
from dispatch_router.routing.build.progress import Progress, no_progress
from dispatch_router.routing.build.reasons import Dropped
from dispatch_router.routing.build.restrictions import RestrictedEdges, forbidden_sequences
from dispatch_router.routing.build.signals import BACKWARD, FORWARD, signals_passed
from dispatch_router.routing.build.source_files import SourceFile, refuse
from dispatch_router.routing.build.splitter import SplitWays, split_ways
from dispatch_router.routing.geodesy import shape_lengths_mm

OSM_ATTRIBUTION = "© OpenStreetMap contributors, ODbL 1.0"

SLOWEST_FERRY_KMH = 1.0
FASTEST_FERRY_KMH = 90.0
"""A duration that implies less or more is a typing error."""


@dataclass(frozen=True, slots=True)
class _ModeWays:
    """The ways that one mode can use, cut into edges.

    Attributes:
        roads: what each way is to the mode, and the restrictions that hold for it.
        way: shape (ways,), their indexes among all ways.
        way_ids: shape (ways,).
        split: their edges; its ``edge_way`` counts these ways alone.
        via: shape (source nodes,), turn restrictions speak of it.
    """

    roads: ModeRoads
    way: npt.NDArray[np.int64]
    way_ids: npt.NDArray[np.int64]
    split: SplitWays
    via: npt.NDArray[np.bool_]


def read_osm(source: SourceFile, progress: Progress = no_progress) -> Networks:
    """Read every road that police units can use: a network for each mode that has any.

    Roads of which the extract lacks nodes are cut there, and the parts that it has are kept.

    Raises:
        InvalidGraph: the file is damaged, or has no road for cars.
    """
    roads = read_osm_roads(source, progress)
    nodes = read_osm_nodes(source, roads, progress)
    progress("cutting roads at junctions", 0.0)
    by_mode = {mode: _cut(roads, nodes, mode) for mode in UnitMode}
    progress("cutting roads at junctions", 1.0)
    info = _source_info(source, roads)
    networks = {
        mode: _network(info, roads, nodes, mode, ways)
        for mode, ways in by_mode.items()
        if len(ways.split.edge_way)
    }
    return usable_networks(networks, info.name)


def _cut(roads: OsmRoads, nodes: OsmNodes, mode: UnitMode) -> _ModeWays:
    mode_roads = roads.by_mode[mode]
    way = np.array(mode_roads.ways, np.int64)
    all_first = np.array(roads.way_first, np.int64)
    counts = np.diff(all_first)[way]
    first = np.concatenate((np.zeros(1, np.int64), np.cumsum(counts)))
    place = np.repeat(all_first[way] - first[:-1], counts) + np.arange(first[-1])
    way_node = np.searchsorted(nodes.ids, np.array(roads.way_nodes, np.int64)[place])
    # A rule can only stand between two edges.
    via_ids = [r.via_node for r in mode_roads.turn_relations if r.via_node is not None]
    via = np.isin(nodes.ids, np.array(via_ids, np.int64))
    stops = nodes.stops[mode]
    split = split_ways(first, way_node, is_known=nodes.is_known, is_barrier=stops, must_split=via)
    counts_dropped = {
        Dropped.ROAD_TOO_SHORT: split.empty_ways,
        Dropped.ROAD_OUTSIDE: split.outside_ways,
        Dropped.ROAD_CUT: split.cut_ways,
        Dropped.PART_CUT_OFF: split.lone_parts,
        Dropped.BARRIER: len(np.unique(way_node[stops[way_node]])),
    }
    mode_roads.drops.update({reason: n for reason, n in counts_dropped.items() if n})
    return _ModeWays(mode_roads, way, np.array(roads.way_ids, np.int64)[way], split, via)


def _network(
    info: SourceInfo, roads: OsmRoads, nodes: OsmNodes, mode: UnitMode, ways: _ModeWays
) -> RoadNetwork:
    split = ways.split
    shape_first = split.shape_first.astype(np.int32)
    shape_lon_e7, shape_lat_e7 = nodes.lon_e7[split.shape_node], nodes.lat_e7[split.shape_node]
    length_mm = shape_lengths_mm(shape_first, shape_lon_e7, shape_lat_e7)
    speed_kmh = _speeds_kmh(ways, length_mm)
    try:
        free_flow_ms = stored_ms(length_mm, driving_ms(length_mm, speed_kmh), mode)
    except OverflowError as error:
        way_id = ways.way_ids[split.edge_way[error.args[0]]]
        refuse(info.name, f"way {way_id} {TOO_LONG}", f"道路{way_id}{TOO_LONG_ZH}")
    is_permitted = ~np.isnan(speed_kmh).ravel()
    forbidden, restrictions_kept = _turn_rules(ways, nodes, is_permitted, roads.seen_ways)
    names = np.array(roads.way_names, np.int32)[ways.way[split.edge_way]]
    kept = ways.roads.roads
    return RoadNetwork(
        source=info,
        node_lon_e7=nodes.lon_e7[split.graph_node],
        node_lat_e7=nodes.lat_e7[split.graph_node],
        edge_tail=split.edge_tail.astype(np.int32),
        edge_head=split.edge_head.astype(np.int32),
        shape_first=shape_first,
        shape_lon_e7=shape_lon_e7,
        shape_lat_e7=shape_lat_e7,
        edge_length_mm=length_mm,
        free_flow_ms=free_flow_ms,
        emergency=np.array([road.emergency for road in kept], np.uint8)[split.edge_way].ravel(),
        signals=_signals(mode, nodes, split),
        edge_class=np.array([road.road_class for road in kept], np.uint8)[split.edge_way],
        edge_flags=np.array([road.flags for road in kept], np.uint16)[split.edge_way],
        edge_layer=np.array([road.layer for road in kept], np.int8)[split.edge_way],
        edge_way_id=ways.way_ids[split.edge_way],
        edge_name=names[:, 0].copy(),
        edge_name_zh=names[:, 1].copy(),
        edge_name_en=names[:, 2].copy(),
        names=roads.names.names(),
        forbidden=forbidden,
        dropped=dict(sorted(ways.roads.drops.items())),
        restrictions_kept=restrictions_kept,
        mode=mode,
    )


def _speeds_kmh(ways: _ModeWays, length_mm: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Return the speed of every edge along and against its shape, NaN where not permitted."""
    stated = [(r.forward_kmh, r.backward_kmh) for r in ways.roads.roads]
    # None becomes NaN.
    way_kmh = np.array(stated, np.float64)
    way_mm = np.bincount(ways.split.edge_way, weights=length_mm, minlength=len(stated))
    for way, road in enumerate(ways.roads.roads):
        # The duration is of the whole line; of a line that the extract cuts, it says nothing.
        if road.crossing_s is None or not ways.split.way_is_whole[way]:
            continue
        crossing_kmh = way_mm[way] * 1e-6 / (road.crossing_s / 3600)
        if SLOWEST_FERRY_KMH <= crossing_kmh <= FASTEST_FERRY_KMH:
            way_kmh[way, ~np.isnan(way_kmh[way])] = crossing_kmh
        else:
            ways.roads.drops[Dropped.DURATION_NOT_UNDERSTOOD] += 1
    return way_kmh[ways.split.edge_way]


def _signals(mode: UnitMode, nodes: OsmNodes, split: SplitWays) -> npt.NDArray[np.uint8]:
    """Count the signals passed along each directed edge: one hardly delays a walker."""
    if mode is UnitMode.FOOT:
        return np.zeros(2 * len(split.edge_way), np.uint8)
    along = nodes.signals[split.shape_node]
    return signals_passed(split.shape_first, (along & FORWARD) != 0, (along & BACKWARD) != 0)


def _turn_rules(
    ways: _ModeWays,
    nodes: OsmNodes,
    is_permitted: npt.NDArray[np.bool_],
    way_ids_in_source: set[int],
) -> tuple[tuple[tuple[int, ...], ...], int]:
    relations, split, way_ids = ways.roads.turn_relations, ways.split, ways.way_ids
    named_ways = {way for relation in relations for way in relation.ways()}
    named = np.flatnonzero(np.isin(way_ids, np.array(sorted(named_ways), np.int64)))
    # The edges of a way follow one another, and the ways are in order.
    first = np.searchsorted(split.edge_way, named)
    last = np.searchsorted(split.edge_way, named, side="right")
    spans = zip(way_ids[named].tolist(), first.tolist(), last.tolist(), strict=True)
    via = np.flatnonzero(ways.via)
    node_of_id = zip(nodes.ids[via].tolist(), split.node_index[via].tolist(), strict=True)
    edges = RestrictedEdges(
        edge_tail=split.edge_tail,
        edge_head=split.edge_head,
        is_permitted=is_permitted,
        edges_of_way={way: np.arange(a, b) for way, a, b in spans if a < b},
        node_of_id={node_id: node for node_id, node in node_of_id if node >= 0},
        way_ids_in_source=way_ids_in_source,
    )
    return forbidden_sequences(edges, relations, ways.roads.drops)


def _source_info(source: SourceFile, roads: OsmRoads) -> SourceInfo:
    """Describe the source; ``synthetic`` where its generator says so, with its own attribution."""
    return SourceInfo(
        name=source.path.name,
        kind="osm",
        data_date=data_date(source, roads),
        attribution=clean_name(source.root.get("attribution", "")) or OSM_ATTRIBUTION,
        synthetic="synthetic" in generator(source).lower(),
    )
