"""Closures find the roads that slow and simple programs find by looking at every one of them."""

from __future__ import annotations

import itertools
import math
import random

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch_router.domain.closures import AlongLine, Area, NamedRoad
from dispatch_router.domain.geo import LonLat
from dispatch_router.routing.build.assemble import assemble
from dispatch_router.routing.build.sources import read_network
from dispatch_router.routing.closing.match import ClosureMatcher
from dispatch_router.routing.geodesy import metres_per_degree
from dispatch_router.routing.graph import RoadGraph, ever_permitted
from tests.closures import closure
from tests.naive.random_network import random_network, random_position
from tests.shared_data import shared_extract

Metres = tuple[float, float]
TRIANGLE = ((-1, -1), (1, -2), (0, 1))


class Plane:
    def __init__(self, positions: tuple[LonLat, ...]) -> None:
        lon, lat = [p.lon for p in positions], [p.lat for p in positions]
        self.lon, self.lat = (min(lon) + max(lon)) / 2, (min(lat) + max(lat)) / 2
        self.lon_m, self.lat_m = metres_per_degree(self.lat)

    def at(self, lon: float, lat: float) -> Metres:
        return (lon - self.lon) * self.lon_m, (lat - self.lat) * self.lat_m

    def line(self, positions: tuple[LonLat, ...]) -> list[Metres]:
        return [self.at(each.lon, each.lat) for each in positions]

    def edge(self, graph: RoadGraph, edge: int) -> list[Metres]:
        points = range(graph.edges.shape_first[edge], graph.edges.shape_first[edge + 1])
        lon_e7, lat_e7 = graph.edges.point_lon_e7, graph.edges.point_lat_e7
        return [self.at(int(lon_e7[p]) / 1e7, int(lat_e7[p]) / 1e7) for p in points]


def inside_area(graph: RoadGraph, area: Area) -> set[int]:
    plane = Plane(area.ring)
    outline = shapely.Polygon(plane.line(area.ring))
    found = set()
    for edge in range(len(graph.edges.tail)):
        line = plane.edge(graph, edge)
        pieces = [shapely.LineString(line[i : i + 2]) for i in range(len(line) - 1)]
        inside_m = sum(piece.intersection(outline).length for piece in pieces)
        if 0 < inside_m >= min(1.0, graph.edges.length_mm[edge] / 2000):
            found.add(edge)
    return found


def follows(place: Metres, heading: float, line: list[Metres], within_m: float) -> tuple[bool, ...]:
    """Near, as the road runs, against it."""
    near = forward = backward = False
    for piece, (start, end) in enumerate(itertools.pairwise(line)):
        length_m = math.dist(start, end)
        east, north = (end[0] - start[0]) / length_m, (end[1] - start[1]) / length_m
        along_m = (place[0] - start[0]) * east + (place[1] - start[1]) * north
        foot_m = min(max(along_m, 0.0), length_m)
        if math.dist(place, (start[0] + foot_m * east, start[1] + foot_m * north)) > within_m:
            continue
        if piece == 0 and along_m < 0:
            continue
        if piece == len(line) - 2 and along_m > length_m:
            continue
        turned = math.degrees(heading - math.atan2(end[1] - start[1], end[0] - start[0])) % 360
        near = True
        forward |= turned <= 30 or turned >= 330
        backward |= 150 <= turned <= 210
    return near, forward, backward


def along_line(graph: RoadGraph, drawn: AlongLine) -> tuple[set[int], set[int]]:
    """Edges in both directions, and directed edges that run as the line does."""
    plane = Plane(drawn.points)
    line = plane.line(drawn.points)
    half_line_m = shapely.LineString(line).length / 2
    edges, directed = set(), set()
    for edge in range(len(graph.edges.tail)):
        near_m = along_m = forward_m = backward_m = 0.0
        road = plane.edge(graph, edge)
        for start, end in itertools.pairwise(road):
            length_m = math.dist(start, end)
            pieces = math.ceil(length_m / 5)
            heading = math.atan2(end[1] - start[1], end[0] - start[0])
            for piece in range(pieces):
                share = (piece + 0.5) / pieces
                place = tuple(a + share * (b - a) for a, b in zip(start, end, strict=True))
                near, forward, backward = follows(place, heading, line, drawn.within_m)
                near_m += near * length_m / pieces
                along_m += (forward or backward) * length_m / pieces
                forward_m += forward * length_m / pieces
                backward_m += backward * length_m / pieces
        half_edge_m = graph.edges.length_mm[edge] / 2000
        enough_m = min(half_edge_m, half_line_m, max(drawn.within_m, 10.0))
        if 0 < along_m >= enough_m and along_m >= near_m / 2:
            edges.add(edge)
            directed |= {2 * edge} if forward_m >= enough_m else set()
            directed |= {2 * edge + 1} if backward_m >= enough_m else set()
    return edges, directed


def expected(graph: RoadGraph, directed: set[int]) -> list[int]:
    permitted = ever_permitted(graph.edges)
    return sorted(each for each in directed if permitted[each])


def both(edges: set[int]) -> set[int]:
    return {2 * edge + direction for edge in edges for direction in (0, 1)}


def random_graph(rng: random.Random) -> RoadGraph | None:
    network = random_network(rng, node_count=rng.randint(2, 20), edge_count=rng.randint(1, 30))
    return None if (network.free_flow_ms == -1).all() else assemble(network)


def random_ring(rng: random.Random) -> tuple[LonLat, ...]:
    middle, size = random_position(rng), rng.choice([0.0001, 0.001, 0.01])
    turns = sorted(rng.random() * 2 * math.pi for _ in range(rng.randint(3, 12)))
    corners = [
        LonLat(middle.lon + size * math.cos(turn), middle.lat + size * math.sin(turn))
        for turn in turns
    ]
    return (*corners, corners[0])


@settings(max_examples=150, deadline=None, derandomize=True)
@given(rng=st.randoms(use_true_random=True))
def test_an_area_closes_the_roads_that_shapely_finds_inside(rng: random.Random) -> None:
    graph = random_graph(rng)
    if graph is None:
        return
    matcher = ClosureMatcher(graph)
    for _ in range(5):
        area = Area(random_ring(rng))
        found = matcher.closed_edges(closure(area)).tolist()
        assert found == expected(graph, both(inside_area(graph, area)))


def random_line(rng: random.Random, graph: RoadGraph) -> AlongLine:
    """Drawn by hand along a road, or anywhere."""
    edge = rng.randrange(len(graph.edges.tail))
    points = range(graph.edges.shape_first[edge], graph.edges.shape_first[edge + 1])
    if rng.random() < 0.3:
        positions = [random_position(rng) for _ in range(rng.randint(2, 5))]
    else:
        shake = rng.choice([0.0, 20.0, 200.0])
        positions = [
            LonLat(
                (int(graph.edges.point_lon_e7[p]) + rng.uniform(-shake, shake)) / 1e7,
                (int(graph.edges.point_lat_e7[p]) + rng.uniform(-shake, shake)) / 1e7,
            )
            for p in points
        ]
    if len(set(positions)) < len(positions):
        positions = [random_position(rng), random_position(rng)]
    return AlongLine(tuple(positions), rng.choice([1.0, 15.3, 80.0]))


@settings(max_examples=40, deadline=None, derandomize=True)
@given(rng=st.randoms(use_true_random=True))
def test_a_line_closes_the_roads_that_are_found_place_by_place(rng: random.Random) -> None:
    graph = random_graph(rng)
    if graph is None:
        return
    matcher = ClosureMatcher(graph)
    for _ in range(3):
        drawn = random_line(rng, graph)
        edges, directed = along_line(graph, drawn)
        found = matcher.closed_edges(closure(drawn)).tolist()
        assert found == expected(graph, both(edges))
        found = matcher.closed_edges(closure(drawn, along_line=True)).tolist()
        assert found == expected(graph, directed)


@pytest.fixture(scope="module")
def town() -> RoadGraph:
    return assemble(read_network(shared_extract("liechtenstein-latest.osm.pbf")))


def test_on_real_roads_areas_and_names_close_what_is_found_by_looking_at_every_road(
    town: RoadGraph,
) -> None:
    rng, matcher = random.Random(7), ClosureMatcher(town)
    edges = town.edges
    for _ in range(10):
        point = rng.randrange(len(edges.point_edge))
        lon, lat = edges.point_lon_e7[point] / 1e7, edges.point_lat_e7[point] / 1e7
        size = rng.choice([0.0005, 0.003])
        corners = [
            LonLat(lon + size * dx, lat + size * dy) for dx, dy in ((-1, -1), (1, -2), (0, 1))
        ]
        area = Area((*corners, corners[0]))
        found = matcher.closed_edges(closure(area)).tolist()
        assert found == expected(town, both(inside_area(town, area)))
    for edge in rng.sample(range(len(edges.tail)), 10):
        name = town.name(int(edges.name[edge]))
        same = {
            other
            for other in range(len(edges.tail))
            for column in (edges.name, edges.name_zh, edges.name_en)
            if name and town.name(int(column[other])).casefold() == name.casefold()
        }
        found = matcher.closed_edges(closure(NamedRoad(name))).tolist()
        assert found == expected(town, both(same))


def test_a_heading_keeps_the_roads_whose_bearing_is_within_ninety_degrees(town: RoadGraph) -> None:
    whole = [LonLat(9.4, 47.0), LonLat(9.7, 47.0), LonLat(9.7, 47.3), LonLat(9.4, 47.3)]
    area, matcher, edges = Area((*whole, whole[0])), ClosureMatcher(town), town.edges
    for heading_deg in (0.0, 77.0, 200.0):
        found = set(matcher.closed_edges(closure(area, heading_deg=heading_deg)).tolist())
        for directed in matcher.closed_edges(closure(area)).tolist():
            first, last = (
                edges.shape_first[directed >> 1],
                edges.shape_first[(directed >> 1) + 1] - 1,
            )
            if directed & 1:
                first, last = last, first
            lon = (int(edges.point_lon_e7[last]) - int(edges.point_lon_e7[first])) / 1e7
            lat = (int(edges.point_lat_e7[last]) - int(edges.point_lat_e7[first])) / 1e7
            middle = (int(edges.point_lat_e7[last]) + int(edges.point_lat_e7[first])) / 2e7
            lon_m, lat_m = metres_per_degree(middle)
            bearing_deg = math.degrees(math.atan2(lon * lon_m, lat * lat_m))
            turned_deg = abs((bearing_deg - heading_deg + 180) % 360 - 180)
            if (lon, lat) != (0.0, 0.0):
                assert (directed in found) == (turned_deg <= 90)
            else:
                assert directed in found
