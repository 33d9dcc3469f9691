"""Snapping finds the roads that shapely finds by looking at every one of them."""

from __future__ import annotations

import random

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch_router.domain.geo import LonLat
from dispatch_router.routing.build.assemble import assemble
from dispatch_router.routing.build.network import NOT_PERMITTED
from dispatch_router.routing.geodesy import metres_per_degree
from dispatch_router.routing.graph import RoadGraph
from dispatch_router.routing.snapping import CANDIDATES_AT_MOST, position_along, snap
from tests.ascii_map import ascii_map, cell_position
from tests.naive.random_network import random_network, random_position

ROUNDING_M = 0.002


def distances_m(graph: RoadGraph, position: LonLat) -> np.ndarray:
    """Distance to every edge, in a plane that touches the earth at the position."""
    lon_m, lat_m = metres_per_degree(position.lat)
    x = (graph.edges.point_lon_e7 / 1e7 - position.lon) * lon_m
    y = (graph.edges.point_lat_e7 / 1e7 - position.lat) * lat_m
    lines = shapely.linestrings(x, y, indices=graph.edges.point_edge)
    return np.asarray(shapely.distance(lines, shapely.Point(0, 0)))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    rng=st.randoms(use_true_random=True),
    node_count=st.integers(2, 40),
    edge_count=st.integers(1, 60),
    within_m=st.sampled_from([0.0, 10.0, 300.0]),
    max_m=st.sampled_from([50.0, 500.0, 3_000.0]),
)
def test_the_nearest_roads_are_found_nearest_first(
    rng: random.Random, node_count: int, edge_count: int, within_m: float, max_m: float
) -> None:
    network = random_network(rng, node_count=node_count, edge_count=edge_count)
    if (network.free_flow_ms == NOT_PERMITTED).all():
        return
    graph = assemble(network)
    for _ in range(5):
        position = random_position(rng)
        found = snap(graph, position, max_m=max_m, within_m=within_m)
        exact_m = distances_m(graph, position)
        nearest_m = exact_m.min()
        if nearest_m > max_m + ROUNDING_M:
            assert len(found) == 0
            continue
        reach_m = min(max_m, nearest_m + within_m)
        surely = set(np.flatnonzero(exact_m < reach_m - ROUNDING_M).tolist())
        perhaps = set(np.flatnonzero(exact_m <= reach_m + ROUNDING_M).tolist())
        edges = found.edge.tolist()
        assert set(edges) <= perhaps
        assert surely <= set(edges) or len(edges) == CANDIDATES_AT_MOST
        assert len(edges) == len(set(edges))
        np.testing.assert_allclose(found.distance_mm / 1e3, exact_m[edges], atol=ROUNDING_M)
        order = list(zip(found.distance_mm.tolist(), edges, strict=True))
        assert order == sorted(order)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(rng=st.randoms(use_true_random=True))
def test_the_point_along_the_road_is_as_far_from_the_position_as_said(rng: random.Random) -> None:
    network = random_network(rng, node_count=8, edge_count=12)
    if (network.free_flow_ms == NOT_PERMITTED).all():
        return
    graph = assemble(network)
    position = random_position(rng)
    lon_m, lat_m = metres_per_degree(position.lat)
    found = snap(graph, position, max_m=3_000.0, within_m=500.0)
    for edge, along_mm, distance_mm in zip(
        found.edge.tolist(), found.along_mm.tolist(), found.distance_mm.tolist(), strict=True
    ):
        assert 0 <= along_mm <= graph.edges.length_mm[edge]
        on_road = position_along(graph, edge, along_mm)
        distance_m = np.hypot(
            (on_road.lon - position.lon) * lon_m, (on_road.lat - position.lat) * lat_m
        )
        assert distance_m == pytest.approx(distance_mm / 1e3, abs=0.01)


def test_a_long_street_is_nearer_than_the_nearest_junction() -> None:
    town = ascii_map(
        """
        A------------------------B

                    c---d
        """
    )
    found = snap(town.graph, cell_position(12, 0.5), max_m=1_000, within_m=0.1)
    on_road = position_along(town.graph, int(found.edge[0]), int(found.along_mm[0]))
    assert on_road.lat == pytest.approx(town.at("A").lat, abs=1e-6)
    assert on_road.lon == pytest.approx(cell_position(12, 0).lon, abs=1e-6)


def test_distance_is_metres_and_not_degrees() -> None:
    # At 29.3 degrees north 0.0010 degrees of longitude are 97 m and 0.0009 of latitude are 100 m.
    town = ascii_map(
        """
        A---B
            |
            |
            |
            C
        """
    )
    corner = town.at("B")
    inside = LonLat(corner.lon - 0.0010, corner.lat - 0.0009)
    found = snap(town.graph, inside, max_m=1_000, within_m=0.1)
    on_road = position_along(town.graph, int(found.edge[0]), int(found.along_mm[0]))
    assert on_road.lon == pytest.approx(corner.lon, abs=1e-6)
    assert on_road.lat == pytest.approx(inside.lat, abs=1e-6)


def test_nothing_is_found_from_the_other_side_of_the_earth() -> None:
    town = ascii_map("A---B")
    for position in (LonLat(0, 0), LonLat(-180, 90), LonLat(180, -90), LonLat(106.3, 40)):
        assert len(snap(town.graph, position, max_m=2_000, within_m=10)) == 0
