"""Random small road networks: one-way streets, loops, parallel roads, dead ends, turn rules."""

from __future__ import annotations

import random

import numpy as np

from dispatch_router.domain.geo import LonLat
from dispatch_router.routing.build.network import NOT_PERMITTED, RoadNetwork, SourceInfo
from dispatch_router.routing.geodesy import shape_lengths_mm
from dispatch_router.routing.road_classes import EmergencyOnly

WEST_E7, SOUTH_E7 = 1_063_000_000, 292_900_000
EXTENT_E7 = 200_000


def random_network(rng: random.Random, *, node_count: int, edge_count: int) -> RoadNetwork:
    nodes = [_random_point(rng) for _ in range(node_count)]
    ends = [(rng.randrange(node_count), rng.randrange(node_count)) for _ in range(edge_count)]
    shapes = [
        [nodes[tail], *(_random_point(rng) for _ in range(rng.choice([0, 0, 1, 3]))), nodes[head]]
        for tail, head in ends
    ]
    points = [point for shape in shapes for point in shape]
    shape_first = np.cumsum([0, *map(len, shapes)]).astype(np.int32)
    lon = np.array([point[0] for point in points], dtype=np.int32)
    lat = np.array([point[1] for point in points], dtype=np.int32)
    nameless = np.zeros(edge_count, dtype=np.int32)
    free_flow_ms = np.array([ms for _ in ends for ms in _times(rng)], dtype=np.int32)
    emergency = [rng.choice(list(EmergencyOnly)) if ms < 0 else 0 for ms in free_flow_ms.tolist()]
    return RoadNetwork(
        source=SourceInfo("random", "osm", None, "", synthetic=True),
        node_lon_e7=np.array([node[0] for node in nodes], dtype=np.int32),
        node_lat_e7=np.array([node[1] for node in nodes], dtype=np.int32),
        edge_tail=np.array([tail for tail, _ in ends], dtype=np.int32),
        edge_head=np.array([head for _, head in ends], dtype=np.int32),
        shape_first=shape_first,
        shape_lon_e7=lon,
        shape_lat_e7=lat,
        edge_length_mm=shape_lengths_mm(shape_first, lon, lat),
        free_flow_ms=free_flow_ms,
        emergency=np.array(emergency, dtype=np.uint8),
        signals=np.zeros(2 * edge_count, dtype=np.uint8),
        edge_class=np.zeros(edge_count, dtype=np.uint8),
        edge_flags=np.zeros(edge_count, dtype=np.uint16),
        edge_layer=np.zeros(edge_count, dtype=np.int8),
        edge_way_id=np.zeros(edge_count, dtype=np.int64),
        edge_name=nameless,
        edge_name_zh=nameless,
        edge_name_en=nameless,
        names=("",),
        forbidden=_forbidden(rng, ends),
    )


def random_position(rng: random.Random) -> LonLat:
    margin = EXTENT_E7 // 20
    return LonLat(
        (WEST_E7 + rng.randrange(-margin, EXTENT_E7 + margin)) / 1e7,
        (SOUTH_E7 + rng.randrange(-margin, EXTENT_E7 + margin)) / 1e7,
    )


def _random_point(rng: random.Random) -> tuple[int, int]:
    return WEST_E7 + rng.randrange(EXTENT_E7), SOUTH_E7 + rng.randrange(EXTENT_E7)


def _times(rng: random.Random) -> tuple[int, int]:
    ms = rng.choice([rng.randrange(1, 20), rng.randrange(1, 60_000)])
    return rng.choice([(ms, ms), (ms, ms + 7), (ms, NOT_PERMITTED), (NOT_PERMITTED, ms)])


def _forbidden(rng: random.Random, ends: list[tuple[int, int]]) -> tuple[tuple[int, ...], ...]:
    tail = [node for pair in ends for node in pair]
    head = [node for pair in ends for node in reversed(pair)]
    words = []
    for _ in range(rng.randrange(0, 12)):
        word = [rng.randrange(len(tail))]
        for _ in range(rng.choice([1, 1, 1, 2, 3])):
            onward = [edge for edge in range(len(tail)) if tail[edge] == head[word[-1]]]
            word.append(rng.choice(onward))
        words.append(tuple(word))
    return tuple(words)
