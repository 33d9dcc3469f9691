"""OpenStreetMap data into a road network."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from dispatch_router.routing.build.edge_times import (
    TOO_LONG,
    TOO_LONG_ZH,
    driving_ms,
    stored_ms,
)
from dispatch_router.routing.build.names import clean_name
from dispatch_router.routing.build.network import RoadNetwork, SourceInfo
from dispatch_router.routing.build.osm_file import (
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
from dispatch_router.routing.build.source_files import SourceFile, refuse
from dispatch_router.routing.build.splitter import SplitWays, split_ways
from dispatch_router.routing.geodesy import shape_lengths_mm

OSM_ATTRIBUTION = "© OpenStreetMap contributors, ODbL 1.0"

SLOWEST_FERRY_KMH = 1.0
FASTEST_FERRY_KMH = 90.0
"""A duration that implies less or more is a typing error."""


def read_osm(source: SourceFile, progress: Progress = no_progress) -> RoadNetwork:
    """Read every road that a police car can use.

    Roads of which the extract lacks nodes are cut there, and the parts that it has are kept.

    Raises:
        InvalidGraph: the file is damaged, or has no road.
    """
    roads = read_osm_roads(source, progress)
    nodes = read_osm_nodes(source, roads, progress)
    progress("cutting roads at junctions", 0.0)
    way_node = np.searchsorted(nodes.ids, np.array(roads.way_nodes, np.int64))
    split = split_ways(
        np.array(roads.way_first, np.int64),
        way_node,
        is_known=nodes.is_known,
        stops_cars=nodes.stops_cars,
        must_split=_via_nodes(roads, nodes),
    )
    if not len(split.edge_way):
        refuse(source.path.name, "has no road that a car can use.", "没有汽车可以行驶的道路。")
    _count_dropped(roads, nodes, split)
    progress("cutting roads at junctions", 1.0)
    return _network(source, roads, nodes, split)


def _via_nodes(roads: OsmRoads, nodes: OsmNodes) -> npt.NDArray[np.bool_]:
    """Mark the nodes that turn restrictions speak of: a rule can only stand between two edges."""
    via = [r.via_node for r in roads.turn_relations if r.via_node is not None]
    return np.isin(nodes.ids, np.array(via, np.int64))


def _count_dropped(roads: OsmRoads, nodes: OsmNodes, split: SplitWays) -> None:
    counts = {
        Dropped.ROAD_TOO_SHORT: split.empty_ways,
        Dropped.ROAD_OUTSIDE: split.outside_ways,
        Dropped.ROAD_CUT: split.cut_ways,
        Dropped.PART_CUT_OFF: split.lone_parts,
        Dropped.BARRIER: int(nodes.stops_cars.sum()),
    }
    roads.drops.update({reason: count for reason, count in counts.items() if count})


def _network(source: SourceFile, roads: OsmRoads, nodes: OsmNodes, split: SplitWays) -> RoadNetwork:
    shape_first = split.shape_first.astype(np.int32)
    shape_lon_e7, shape_lat_e7 = nodes.lon_e7[split.shape_node], nodes.lat_e7[split.shape_node]
    length_mm = shape_lengths_mm(shape_first, shape_lon_e7, shape_lat_e7)
    speed_kmh = _speeds_kmh(roads, split, length_mm)
    way_ids = np.array(roads.way_ids, np.int64)
    try:
        free_flow_ms = stored_ms(length_mm, driving_ms(length_mm, speed_kmh))
    except OverflowError as error:
        way_id = way_ids[split.edge_way[error.args[0]]]
        refuse(source.path.name, f"way {way_id} {TOO_LONG}", f"道路{way_id}{TOO_LONG_ZH}")
    forbidden, restrictions_kept = _turn_rules(roads, nodes, split, way_ids, speed_kmh)
    names = np.array(roads.way_names, np.int32)[split.edge_way]
    return RoadNetwork(
        source=_source_info(source, roads),
        node_lon_e7=nodes.lon_e7[split.graph_node],
        node_lat_e7=nodes.lat_e7[split.graph_node],
        edge_tail=split.edge_tail.astype(np.int32),
        edge_head=split.edge_head.astype(np.int32),
        shape_first=shape_first,
        shape_lon_e7=shape_lon_e7,
        shape_lat_e7=shape_lat_e7,
        edge_length_mm=length_mm,
        free_flow_ms=free_flow_ms,
        emergency=np.zeros(2 * len(length_mm), np.uint8),
        signals=np.zeros(2 * len(length_mm), np.uint8),
        edge_class=np.array([r.road_class for r in roads.roads], np.uint8)[split.edge_way],
        edge_flags=np.array([r.flags for r in roads.roads], np.uint16)[split.edge_way],
        edge_layer=np.array([r.layer for r in roads.roads], np.int8)[split.edge_way],
        edge_way_id=way_ids[split.edge_way],
        edge_name=names[:, 0].copy(),
        edge_name_zh=names[:, 1].copy(),
        edge_name_en=names[:, 2].copy(),
        names=roads.names.names(),
        forbidden=forbidden,
        dropped=dict(sorted(roads.drops.items())),
        restrictions_kept=restrictions_kept,
    )


def _speeds_kmh(
    roads: OsmRoads, split: SplitWays, length_mm: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    """Return the speed of every edge along and against its shape, NaN where not permitted."""
    stated = [(r.forward_kmh, r.backward_kmh) for r in roads.roads]
    # None becomes NaN.
    way_kmh = np.array(stated, np.float64)
    way_mm = np.bincount(split.edge_way, weights=length_mm, minlength=len(stated))
    for way, road in enumerate(roads.roads):
        # The duration is of the whole line; of a line that the extract cuts, it says nothing.
        if road.crossing_s is None or not split.way_is_whole[way]:
            continue
        crossing_kmh = way_mm[way] * 1e-6 / (road.crossing_s / 3600)
        if SLOWEST_FERRY_KMH <= crossing_kmh <= FASTEST_FERRY_KMH:
            way_kmh[way, ~np.isnan(way_kmh[way])] = crossing_kmh
        else:
            roads.drops[Dropped.DURATION_NOT_UNDERSTOOD] += 1
    return way_kmh[split.edge_way]


def _turn_rules(
    roads: OsmRoads,
    nodes: OsmNodes,
    split: SplitWays,
    way_ids: npt.NDArray[np.int64],
    speed_kmh: npt.NDArray[np.float64],
) -> tuple[tuple[tuple[int, ...], ...], int]:
    named_ways = {way for relation in roads.turn_relations for way in relation.ways()}
    named = np.flatnonzero(np.isin(way_ids, np.array(sorted(named_ways), np.int64)))
    # The edges of a way follow one another, and the ways are in order.
    first = np.searchsorted(split.edge_way, named)
    last = np.searchsorted(split.edge_way, named, side="right")
    spans = zip(way_ids[named].tolist(), first.tolist(), last.tolist(), strict=True)
    via = np.flatnonzero(_via_nodes(roads, nodes))
    edges = RestrictedEdges(
        edge_tail=split.edge_tail,
        edge_head=split.edge_head,
        is_permitted=~np.isnan(speed_kmh).ravel(),
        edges_of_way={way: np.arange(a, b) for way, a, b in spans if a < b},
        node_of_id={
            node_id: node
            for node_id, node in zip(
                nodes.ids[via].tolist(), split.node_index[via].tolist(), strict=True
            )
            if node >= 0
        },
        way_ids_in_source=roads.seen_ways,
    )
    return forbidden_sequences(edges, roads.turn_relations, roads.drops)


def _source_info(source: SourceFile, roads: OsmRoads) -> SourceInfo:
    """Describe the source; ``synthetic`` where its generator says so, with its own attribution."""
    return SourceInfo(
        name=source.path.name,
        kind="osm",
        data_date=data_date(source, roads),
        attribution=clean_name(source.root.get("attribution", "")) or OSM_ATTRIBUTION,
        synthetic="synthetic" in generator(source).lower(),
    )
