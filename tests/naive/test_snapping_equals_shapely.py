"""Snapping finds the roads that shapely finds by looking at every one of them."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch_router.domain.geo import LonLat
from dispatch_router.routing.build.assemble import assemble
from dispatch_router.routing.build.network import NOT_PERMITTED, RoadNetwork
from dispatch_router.routing.geodesy import metres_per_degree
from dispatch_router.routing.graph import RoadGraph
from dispatch_router.routing.road_classes import EmergencyOnly
from dispatch_router.routing.snapping import (
    CANDIDATES_AT_MOST,
    CLOSED_AT_MOST,
    position_along,
    snap,
)
from tests.ascii_map import ascii_map, cell_position
from tests.naive.random_network import random_network, random_position

ROUNDING_M = 0.002
ORDINARY_AT_MOST = CANDIDATES_AT_MOST - CLOSED_AT_MOST


def distances_m(graph: RoadGraph, position: LonLat) -> np.ndarray:
    """Distance to every edge, in a plane that touches the earth at the position."""
    lon_m, lat_m = metres_per_degree(position.lat)
    x = (graph.edges.point_lon_e7 / 1e7 - position.lon) * lon_m
    y = (graph.edges.point_lat_e7 / 1e7 - position.lat) * lat_m
    lines = shapely.linestrings(x, y, indices=graph.edges.point_edge)
    return np.asarray(shapely.distance(lines, shapely.Point(0, 0)))


def with_closed_roads(network: RoadNetwork, rng: random.Random) -> RoadNetwork:
    """Close some roads to all but emergency drives."""
    share = rng.choice([0.0, 0.3, 0.9])
    closed = np.repeat([rng.random() < share for _ in network.edge_tail], 2)
    return replace(
        network,
        free_flow_ms=np.where(closed, NOT_PERMITTED, network.free_flow_ms).astype(np.int32),
        emergency=np.where(closed, EmergencyOnly.CLOSED_ACCESS, 0).astype(np.uint8),
    )


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
    network = with_closed_roads(
        random_network(rng, node_count=node_count, edge_count=edge_count), rng
    )
    if (network.free_flow_ms == NOT_PERMITTED).all():
        return
    graph = assemble(network)
    is_closed = (graph.edges.free_flow_ms.reshape(-1, 2) == NOT_PERMITTED).all(axis=1)
    for _ in range(5):
        position = random_position(rng)
        found = snap(graph, position, max_m=max_m, within_m=within_m)
        exact_m = distances_m(graph, position)
        nearest_m = exact_m[~is_closed].min()
        if nearest_m > max_m + ROUNDING_M:
            assert len(found) == 0
            continue
        reach_m = min(max_m, nearest_m + within_m)
        surely = set(np.flatnonzero(exact_m < reach_m - ROUNDING_M).tolist())
        perhaps = set(np.flatnonzero(exact_m <= reach_m + ROUNDING_M).tolist())
        edges = found.edge.tolist()
        assert set(edges) <= perhaps
        missed = surely - set(edges)
        closed_count = int(is_closed[edges].sum())
        assert (
            not missed
            or is_closed[list(missed)].all()
            or len(edges) - closed_count == ORDINARY_AT_MOST
        )
        assert not is_closed[list(missed)].any() or closed_count == CLOSED_AT_MOST
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


def test_a_closed_road_beside_a_place_does_not_hide_the_open_one_that_is_farther() -> None:
    town = ascii_map("A---b\n|\n|\nd---e", closed=["de", "ed"], exempt=True)
    beside = town.between("d", "e", 0.9)
    found = snap(town.graph, beside, max_m=2_000, within_m=10)
    lengths = [
        position_along(town.graph, int(e), int(a)).lat
        for e, a in zip(found.edge, found.along_mm, strict=True)
    ]
    assert lengths == pytest.approx([town.at("d").lat, town.at("A").lat], abs=1e-6)
