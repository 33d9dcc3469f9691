"""A place at the other end of the earth is outside, and that is known at once."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.policy import SnapPolicy
from dispatch_router.routing.build.assemble import assemble
from dispatch_router.routing.snapping import snap
from dispatch_router.storage.district_files import load_district
from tests.ascii_map import ascii_map
from tests.xipeng import XIPENG, committed_graph


@pytest.mark.parametrize("lon", [-180.0, 0.0, 106.3, 180.0])
@pytest.mark.parametrize("lat", [-90.0, -89.99, 0.0, 29.3, 89.99, 90.0])
def test_no_place_on_earth_takes_long_to_look_for(lon: float, lat: float) -> None:
    graph = committed_graph()
    policy: SnapPolicy = load_district(XIPENG).policy.snap
    within_m = policy.candidate_within_m
    snap(graph, LonLat(106.3, 29.3), max_m=policy.max_snap_m, within_m=within_m)
    start = time.perf_counter()
    found = snap(graph, LonLat(lon, lat), max_m=policy.max_snap_m, within_m=within_m)
    assert time.perf_counter() - start < 0.1
    assert (len(found) > 0) == ((lon, lat) == (106.3, 29.3))


def test_a_place_beside_the_map_is_still_tied_to_its_edge() -> None:
    graph = committed_graph()
    box = graph.summary.bounding_box
    middle = LonLat(box.east + 0.01, (box.south + box.north) / 2)
    assert len(snap(graph, middle, max_m=50_000.0, within_m=30.0)) > 0
    assert len(snap(graph, middle, max_m=100.0, within_m=30.0)) == 0


def test_a_road_at_the_pole_is_looked_up_at_once() -> None:
    town = ascii_map("A--b")
    at_the_pole = np.full_like(town.network.shape_lat_e7, 900_000_000)
    graph = assemble(replace(town.network, shape_lat_e7=at_the_pole))
    found = snap(graph, LonLat(town.at("A").lon, 90.0), max_m=300.0, within_m=30.0)
    assert found.edge.tolist() == [0]
