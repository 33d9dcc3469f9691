"""From road networks to graphs that can be searched."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np

from dispatch_router.domain.geo import BoundingBox
from dispatch_router.domain.travel import GraphSummary, NetworkSummary
from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.build.grid import build_grid
from dispatch_router.routing.build.hilbert import hilbert_rank
from dispatch_router.routing.build.network import RoadNetwork, SourceInfo
from dispatch_router.routing.build.straight_lines import fit_straight_lines
from dispatch_router.routing.build.unfold import unfold_turn_rules
from dispatch_router.routing.geodesy import segment_lengths_mm
from dispatch_router.routing.graph import DistrictRoads, Edges, Int64, Nodes, RoadGraph
from dispatch_router.routing.hierarchy.order import build_order
from dispatch_router.routing.reach import core_share
from dispatch_router.routing.version import content_version

_NO_SUMMARY = GraphSummary(
    version="",
    source="",
    data_date=None,
    built_at=None,
    attribution="",
    synthetic=False,
    bounding_box=BoundingBox(0.0, 0.0, 0.0, 0.0),
    node_count=0,
    edge_count=0,
    arc_count=0,
    road_km=0.0,
    largest_component_share=0.0,
    restriction_count=0,
)
"""Until every network of the district is there to be summed up."""


def assemble(network: RoadNetwork, *, built_at: str | None = None) -> RoadGraph:
    """Make the graph of a district with a single network; see ``assemble_district``."""
    return assemble_district({network.mode: network}, built_at=built_at).networks[network.mode]


def assemble_district(
    networks: Mapping[UnitMode, RoadNetwork], *, built_at: str | None = None
) -> DistrictRoads:
    """Make the graphs of all modes: see the steps of ``_network_graph``.

    Args:
        networks: what a reader returned, one or more, all of one source.
        built_at: RFC 3339, kept in the summary and not in the version; None to leave it out.

    Raises:
        InvalidGraph: a network has no road.
    """
    modes = [mode for mode in UnitMode if mode in networks]
    # Ordering the hierarchy takes longest, and holds no lock: one thread for each network.
    with ThreadPoolExecutor(len(modes)) as pool:
        graphs_of_modes = pool.map(_network_graph, [networks[mode] for mode in modes])
        built = dict(zip(modes, graphs_of_modes, strict=True))
    graphs = {mode: graph for mode, (graph, _) in built.items()}
    source = next(iter(networks.values())).source
    summary = _summary(source, graphs, tuple(network for _, network in built.values()), built_at)
    in_district = {mode: replace(graph, summary=summary) for mode, graph in graphs.items()}
    return DistrictRoads(networks=in_district, summary=summary)


def _network_graph(network: RoadNetwork) -> tuple[RoadGraph, NetworkSummary]:
    """Order nodes along a space-filling curve, unfold turn rules, index segments, order states."""
    network = _nodes_along_a_curve(network)
    edges = _edges(network)
    nodes = Nodes(network.node_lon_e7, network.node_lat_e7)
    states, reach = unfold_turn_rules(
        node_count=len(nodes.lon_e7), edges=edges, forbidden=network.forbidden
    )
    graph = RoadGraph(nodes, edges, states, build_grid(edges), summary=_NO_SUMMARY)
    graph = replace(graph, states=replace(states, rank=build_order(graph)))
    fit = fit_straight_lines(nodes, edges, states, reach)
    return graph, NetworkSummary(
        mode=network.mode,
        node_count=len(nodes.lon_e7),
        edge_count=len(edges.tail),
        arc_count=len(states.tail),
        road_km=float(edges.length_mm.sum()) / 1e6,
        largest_component_share=core_share(edges, reach, states.head_state),
        restriction_count=network.restrictions_kept,
        detour_factor=fit.detour_factor,
        road_speed_m_s=fit.road_speed_m_s,
    )


def _nodes_along_a_curve(network: RoadNetwork) -> RoadNetwork:
    # Neighbours on the map become neighbours in memory: a search touches fewer cache lines.
    rank = hilbert_rank(network.node_lon_e7, network.node_lat_e7)
    order = np.argsort(rank, kind="stable")
    new_number = np.empty(len(order), dtype=np.int32)
    new_number[order] = np.arange(len(order), dtype=np.int32)
    return replace(
        network,
        node_lon_e7=network.node_lon_e7[order],
        node_lat_e7=network.node_lat_e7[order],
        edge_tail=new_number[network.edge_tail],
        edge_head=new_number[network.edge_head],
    )


def _edges(network: RoadNetwork) -> Edges:
    encoded = [name.encode("utf-8") for name in network.names]
    name_first = np.zeros(len(encoded) + 1, dtype=np.int32)
    np.cumsum([len(name) for name in encoded], out=name_first[1:])
    point_count = np.diff(network.shape_first)
    return Edges(
        tail=network.edge_tail,
        head=network.edge_head,
        length_mm=network.edge_length_mm,
        free_flow_ms=network.free_flow_ms,
        emergency=network.emergency,
        signals=network.signals,
        road_class=network.edge_class,
        flags=network.edge_flags,
        layer=network.edge_layer,
        way_id=network.edge_way_id,
        name=network.edge_name,
        name_zh=network.edge_name_zh,
        name_en=network.edge_name_en,
        shape_first=network.shape_first,
        point_lon_e7=network.shape_lon_e7,
        point_lat_e7=network.shape_lat_e7,
        point_along_mm=_points_along_mm(network),
        point_edge=np.repeat(np.arange(len(point_count), dtype=np.int32), point_count),
        name_first=name_first,
        name_utf8=np.frombuffer(b"".join(encoded), dtype=np.uint8),
    )


def _points_along_mm(network: RoadNetwork) -> Int64:
    """Way to every shape point, stretched so that the last one stands at the edge's length."""
    first = network.shape_first
    step_mm = segment_lengths_mm(network.shape_lon_e7, network.shape_lat_e7)
    travelled_mm = np.concatenate(([0.0], np.cumsum(step_mm)))
    start_mm = travelled_mm[first[:-1]]
    measured_mm = np.maximum(travelled_mm[first[1:] - 1] - start_mm, 1e-3)
    stretch = np.repeat(network.edge_length_mm / measured_mm, np.diff(first))
    along_mm = np.rint((travelled_mm - np.repeat(start_mm, np.diff(first))) * stretch)
    along_mm[first[1:] - 1] = network.edge_length_mm
    whole_mm: Int64 = along_mm.astype(np.int64)
    return whole_mm


def _summary(
    source: SourceInfo,
    graphs: Mapping[UnitMode, RoadGraph],
    networks: tuple[NetworkSummary, ...],
    built_at: str | None,
) -> GraphSummary:
    foremost = networks[0]
    lon_e7 = [graph.edges.point_lon_e7 for graph in graphs.values()]
    lat_e7 = [graph.edges.point_lat_e7 for graph in graphs.values()]
    return GraphSummary(
        version=content_version(graphs),
        source=source.name,
        data_date=source.data_date,
        built_at=built_at,
        attribution=source.attribution,
        synthetic=source.synthetic,
        bounding_box=BoundingBox(
            west=min(int(lon.min()) for lon in lon_e7) / 1e7,
            south=min(int(lat.min()) for lat in lat_e7) / 1e7,
            east=max(int(lon.max()) for lon in lon_e7) / 1e7,
            north=max(int(lat.max()) for lat in lat_e7) / 1e7,
        ),
        node_count=foremost.node_count,
        edge_count=foremost.edge_count,
        arc_count=foremost.arc_count,
        road_km=foremost.road_km,
        largest_component_share=foremost.largest_component_share,
        restriction_count=foremost.restriction_count,
        networks=networks,
    )
