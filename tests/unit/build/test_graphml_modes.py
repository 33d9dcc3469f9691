"""GraphML has one direction of driving per edge; each mode makes its own of it."""

from __future__ import annotations

from pathlib import Path

import networkx as nx
import pytest

from dispatch_router.domain.errors import InvalidGraph
from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.build.network import NOT_PERMITTED, Networks
from dispatch_router.routing.build.sources import read_network, read_networks
from dispatch_router.routing.road_classes import EmergencyOnly, RoadClass, RoadFlag

CAR, MOTORCYCLE, FOOT = UnitMode.CAR, UnitMode.MOTORCYCLE, UnitMode.FOOT
NO, CONTRAFLOW, CLOSED_ACCESS = EmergencyOnly


def saved(graph: nx.MultiDiGraph, folder: Path) -> Networks:
    for number, (_, data) in enumerate(graph.nodes(data=True)):
        data.setdefault("x", str(106.3 + 0.001 * number))
        data.setdefault("y", "29.3")
    nx.write_graphml(graph, folder / "town.graphml")
    return read_networks(folder / "town.graphml")


def town(*edges: tuple[str, str, dict[str, str]]) -> nx.MultiDiGraph:
    graph = nx.MultiDiGraph(crs="epsg:4326")
    for tail, head, tags in edges:
        graph.add_edge(tail, head, **{"highway": "residential", **tags})
    return graph


def test_a_graph_for_driving_gives_all_three_networks_and_walkers_go_both_ways(tmp_path):
    networks = saved(town(("a", "b", {"travel_time": "12.5", "length": "100"})), tmp_path)
    assert list(networks[CAR].free_flow_ms) == [12_500, NOT_PERMITTED]
    assert list(networks[MOTORCYCLE].free_flow_ms) == [12_500, NOT_PERMITTED]
    # 100 m at 5 km/h: what is stated is stated of driving.
    assert list(networks[FOOT].free_flow_ms) == [72_000, 72_000]
    assert not networks[FOOT].edge_flags[0] & (RoadFlag.ONEWAY | RoadFlag.SPEED_FROM_TAG)


def test_a_two_way_street_is_one_edge_to_walkers_too(tmp_path):
    networks = saved(town(("a", "b", {}), ("b", "a", {})), tmp_path)
    assert [len(networks[mode].edge_tail) for mode in UnitMode] == [1, 1, 1]


def test_walkers_may_be_told_to_go_one_way(tmp_path):
    networks = saved(town(("a", "b", {"oneway:foot": "yes"})), tmp_path)
    assert networks[FOOT].free_flow_ms[1] == NOT_PERMITTED


def test_footways_are_for_walkers_and_wide_ones_for_emergencies(tmp_path):
    networks = saved(
        town(("a", "b", {}), ("b", "c", {"highway": "steps"}), ("c", "d", {"highway": "footway"})),
        tmp_path,
    )
    assert list(networks[FOOT].edge_class) == [
        RoadClass.RESIDENTIAL,
        RoadClass.STEPS,
        RoadClass.FOOTWAY,
    ]
    assert len(networks[CAR].edge_tail) == 1


def test_emergency_drives_go_against_what_has_no_edge_back(tmp_path):
    networks = saved(
        town(
            ("a", "b", {}),
            ("b", "c", {"highway": "pedestrian"}),
            ("c", "b", {"highway": "pedestrian"}),
            ("c", "d", {"highway": "motorway"}),
        ),
        tmp_path,
    )
    car = networks[CAR]
    both_ways = car.emergency.reshape(-1, 2).tolist()
    assert both_ways == [[NO, CONTRAFLOW], [CLOSED_ACCESS, CLOSED_ACCESS], [NO, NO]]
    assert (car.free_flow_ms[2:4] == NOT_PERMITTED).all()
    assert not networks[FOOT].emergency.any()


def test_signals_count_for_those_who_come_to_them_on_wheels(tmp_path):
    graph = town(("a", "b", {}), ("b", "a", {}), ("b", "c", {}))
    graph.nodes["b"]["highway"] = "traffic_signals"
    networks = saved(graph, tmp_path)
    assert networks[CAR].signals.tolist() == [1, 0, 0, 1]
    assert not networks[FOOT].signals.any()


def test_what_is_for_emergencies_alone_makes_no_network(tmp_path):
    with pytest.raises(InvalidGraph, match="no road that a car can use"):
        saved(town(("a", "b", {"highway": "pedestrian"})), tmp_path)


def test_asking_for_a_mode_without_roads_says_so(tmp_path):
    saved(town(("a", "b", {"highway": "motorway"})), tmp_path)
    with pytest.raises(InvalidGraph, match="no road for mode foot"):
        read_network(tmp_path / "town.graphml", FOOT)
