"""The ways from one scene to hospitals equal the networkx twin's, to the millisecond."""

from __future__ import annotations

import os
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.response import Response
from dispatch_router.domain.travel import Basis
from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.build.assemble import assemble
from dispatch_router.routing.build.network import NOT_PERMITTED
from dispatch_router.routing.build.sources import read_network
from dispatch_router.routing.engine import RoadEngine
from dispatch_router.routing.graph import RoadGraph
from dispatch_router.storage.district_files import load_district
from tests.district_roads import roads_for_cars
from tests.naive.comparison import LOCATE, SNAP, WALK_MS_PER_MM, snapped
from tests.naive.random_network import random_network, random_position
from tests.naive.twin import NaiveTwin
from tests.xipeng import ROADS, XIPENG

EXAMPLES = 30 if os.environ.get("NUMBA_DISABLE_JIT") == "1" else 150


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(
    rng=st.randoms(use_true_random=True),
    node_count=st.integers(2, 14),
    edge_count=st.integers(1, 30),
    hospital_count=st.integers(0, 8),
)
def test_random_networks_random_scenes_random_hospitals(
    rng: random.Random, node_count: int, edge_count: int, hospital_count: int
) -> None:
    network = random_network(rng, node_count=node_count, edge_count=edge_count)
    if (network.free_flow_ms == NOT_PERMITTED).all():
        return
    graph = assemble(network)
    engine = RoadEngine(roads_for_cars(graph), SNAP, LOCATE, with_hierarchy=rng.random() < 0.5)
    twin = NaiveTwin(network)
    hospitals = [random_position(rng) for _ in range(hospital_count)]
    near = [hospital for hospital in hospitals if len(snapped(graph, hospital)) > 0]
    for _ in range(3):
        scene = random_position(rng)
        assert ways_ms(engine, scene, near) == [
            twin_way_ms(graph, twin, scene, hospital) for hospital in near
        ]


@pytest.mark.parametrize("with_hierarchy", [False, True])
def test_the_hospitals_of_xipeng_from_scenes_all_over_it(with_hierarchy: bool) -> None:
    network = read_network(ROADS)
    graph = assemble(network)
    twin = NaiveTwin(network)
    engine = RoadEngine(roads_for_cars(graph), SNAP, LOCATE, with_hierarchy=with_hierarchy)
    district = load_district(XIPENG)
    hospitals = [hospital.position for hospital in district.hospitals]
    assert len(hospitals) >= 5
    assert all(len(snapped(graph, hospital)) > 0 for hospital in hospitals)
    for place in district.places[:12]:
        found = ways_ms(engine, place.position, hospitals)
        assert found == [
            twin_way_ms(graph, twin, place.position, hospital) for hospital in hospitals
        ]


def ways_ms(engine: RoadEngine, scene: LonLat, hospitals: list[LonLat]) -> list[int | None]:
    ways = engine.ways_from(scene, UnitMode.CAR, hospitals, response=Response.ROUTINE)
    assert all(leg is not None for leg in ways.legs)
    return [
        None if leg is None or leg.basis is Basis.STRAIGHT_LINE else leg.drive_ms + leg.walk_ms
        for leg in ways.legs
    ]


def twin_way_ms(graph: RoadGraph, twin: NaiveTwin, scene: LonLat, hospital: LonLat) -> int | None:
    (total,) = twin.totals_ms(
        [snapped(graph, scene)],
        snapped(graph, hospital),
        offset_ms=[0],
        yard_speed_m_s=SNAP.yard_speed_m_s,
        walk_ms_per_mm=WALK_MS_PER_MM,
    )
    return total
