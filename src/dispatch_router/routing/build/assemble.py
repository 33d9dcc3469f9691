"""From a road network to a graph that can be searched."""

from __future__ import annotations

import dataclasses

import numpy as np

from dispatch_router.domain.geo import BoundingBox
from dispatch_router.domain.travel import GraphSummary
from dispatch_router.routing.build.grid import build_grid
from dispatch_router.routing.build.hilbert import hilbert_rank
from dispatch_router.routing.build.network import RoadNetwork
from dispatch_router.routing.build.unfold import unfold_turn_rules
from dispatch_router.routing.geodesy import segment_lengths_mm
from dispatch_router.routing.graph import Edges, Int64, Nodes, RoadGraph, States
from dispatch_router.routing.hierarchy.order import build_order
from dispatch_router.routing.version import content_version


def assemble(network: RoadNetwork, *, built_at: str | None = None) -> RoadGraph:
    """Order nodes along a space-filling curve, unfold turn rules, order states, index segments.

    Args:
        network: what a reader returned.
        built_at: RFC 3339, kept in the summary and not in the version; None to leave it out.

    Raises:
        InvalidGraph: the network has no road.
    """
    network = _nodes_along_a_curve(network)
    edges = _edges(network)
    states, core_share = unfold_turn_rules(
        node_count=len(network.node_lon_e7), edges=edges, forbidden=network.forbidden
    )
    unordered = RoadGraph(
        nodes=Nodes(network.node_lon_e7, network.node_lat_e7),
        edges=edges,
        states=states,
        grid=build_grid(edges),
        summary=_summary(network, edges, states, core_share, built_at),
    )
    states = dataclasses.replace(states, rank=build_order(unordered))
    graph = dataclasses.replace(unordered, states=states)
    summary = dataclasses.replace(graph.summary, version=content_version(graph))
    return dataclasses.replace(graph, summary=summary)


def _nodes_along_a_curve(network: RoadNetwork) -> RoadNetwork:
    # Neighbours on the map become neighbours in memory: a search touches fewer cache lines.
    rank = hilbert_rank(network.node_lon_e7, network.node_lat_e7)
    order = np.argsort(rank, kind="stable")
    new_number = np.empty(len(order), dtype=np.int32)
    new_number[order] = np.arange(len(order), dtype=np.int32)
    return dataclasses.replace(
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
    network: RoadNetwork, edges: Edges, states: States, core_share: float, built_at: str | None
) -> GraphSummary:
    return GraphSummary(
        version="",
        source=network.source.name,
        data_date=network.source.data_date,
        built_at=built_at,
        attribution=network.source.attribution,
        synthetic=network.source.synthetic,
        bounding_box=BoundingBox(
            west=float(edges.point_lon_e7.min()) / 1e7,
            south=float(edges.point_lat_e7.min()) / 1e7,
            east=float(edges.point_lon_e7.max()) / 1e7,
            north=float(edges.point_lat_e7.max()) / 1e7,
        ),
        node_count=len(network.node_lon_e7),
        edge_count=len(edges.tail),
        arc_count=len(states.tail),
        road_km=float(edges.length_mm.sum()) / 1e6,
        largest_component_share=core_share,
        restriction_count=network.restrictions_kept,
    )
