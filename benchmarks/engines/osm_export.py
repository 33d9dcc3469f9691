"""A comparison graph as OpenStreetMap data, for engines that read nothing else.

Every road between two nodes is a straight way of its own with two tags that together say its time:
``tenths``, for a profile of ours, and ``maxspeed``, whole km/h along the straight line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import osmium

from benchmarks.engines.graphs import TENTH_MS
from benchmarks.engines.question import links_of
from dispatch_router.routing.geodesy import segment_lengths_mm
from dispatch_router.routing.graph import Int32, Int64, RoadGraph
from dispatch_router.routing.road_classes import RoadClass

SLOWEST_KMH, FASTEST_KMH = 1, 140
"""What ``maxspeed`` may say: Valhalla takes nothing faster."""

NOT_A_HIGHWAY = {RoadClass.UNKNOWN: "road", RoadClass.FERRY: "unclassified"}


@dataclass(frozen=True)
class Roads:
    """Fastest roads between pairs of nodes; a two-way road once.

    Attributes:
        tail, head: shape (roads,), nodes.
        ms: shape (roads,).
        both_ways: shape (roads,), bool; the same time in both directions.
        road_class: shape (roads,).
        straight_mm: shape (roads,), from tail to head as the crow flies.
    """

    tail: Int32
    head: Int32
    ms: Int32
    both_ways: np.ndarray
    road_class: np.ndarray
    straight_mm: Int64


def osm_id(number: int) -> int:
    """The id of a node or way: positive, as some readers take 0 for none."""
    return number + 1


def roads_of(graph: RoadGraph) -> Roads:
    """Join the two directions of a road where they take the same time."""
    links = links_of(graph)
    node_count = np.int64(len(graph.nodes.lon_e7))
    there, back = links.tail * node_count + links.head, links.head * node_count + links.tail
    # Links are ordered by their ends, so ``there`` is ascending.
    place = np.minimum(np.searchsorted(there, back), len(there) - 1)
    both_ways = (there[place] == back) & (links.ms[place] == links.ms)
    once = ~both_ways | (links.tail < links.head)
    tail, head = links.tail[once], links.head[once]
    ends = np.column_stack((tail, head)).ravel()
    straight_mm = segment_lengths_mm(graph.nodes.lon_e7[ends], graph.nodes.lat_e7[ends])[::2]
    return Roads(
        tail=tail,
        head=head,
        ms=links.ms[once],
        both_ways=both_ways[once],
        road_class=np.asarray(graph.edges.road_class)[links.edge[once] >> 1],
        straight_mm=np.rint(straight_mm).astype(np.int64),
    )


def write_osm(graph: RoadGraph, path: Path) -> None:
    """Write nodes and roads; the format is told by the file's name."""
    lon, lat = graph.nodes.lon_e7 / 1e7, graph.nodes.lat_e7 / 1e7
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for number, location in enumerate(zip(lon.tolist(), lat.tolist(), strict=True)):
            node = osmium.osm.mutable.Node(id=osm_id(number), version=1, location=location)
            writer.add_node(node)
        for number, (ends, tags) in enumerate(_ways(roads_of(graph))):
            way = osmium.osm.mutable.Way(id=osm_id(number), version=1, nodes=ends, tags=tags)
            writer.add_way(way)


def _ways(roads: Roads) -> Iterator[tuple[list[int], dict[str, str]]]:
    kmh = np.rint(roads.straight_mm * 3.6 / roads.ms).astype(np.int64)
    kmh = np.clip(kmh, SLOWEST_KMH, FASTEST_KMH)
    columns = (roads.tail, roads.head, roads.ms, roads.both_ways, roads.road_class, kmh)
    for tail, head, ms, both_ways, road_class, speed in zip(
        *(column.tolist() for column in columns), strict=True
    ):
        tags = {
            "highway": NOT_A_HIGHWAY.get(road_class, RoadClass(road_class).name.lower()),
            "maxspeed": str(speed),
            "oneway": "no" if both_ways else "yes",
            "tenths": str(ms // TENTH_MS),
        }
        yield [osm_id(tail), osm_id(head)], tags
