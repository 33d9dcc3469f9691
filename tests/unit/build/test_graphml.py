"""GraphML from osmnx and networkx."""

from __future__ import annotations

from pathlib import Path

import networkx as nx
import pytest
from shapely import LineString

from dispatch_router.domain.errors import InvalidGraph
from dispatch_router.routing.build.network import NOT_PERMITTED, RoadNetwork
from dispatch_router.routing.build.reasons import Dropped
from dispatch_router.routing.build.sources import read_network
from dispatch_router.routing.road_classes import RoadClass, RoadFlag

PLACES = {"a": (106.300, 29.300), "b": (106.301, 29.300), "c": (106.301, 29.301)}


def saved(graph: nx.Graph, folder: Path) -> RoadNetwork:
    """Save as osmnx does, and read back."""
    for node, data in graph.nodes(data=True):
        if node in PLACES:
            data.setdefault("x", str(PLACES[node][0]))
            data.setdefault("y", str(PLACES[node][1]))
    for *_, data in graph.edges(data=True):
        for key, value in data.items():
            data[key] = str(value)
    nx.write_graphml(graph, folder / "town.graphml")
    return read_network(folder / "town.graphml")


def street(**attributes: object) -> nx.MultiDiGraph:
    """One street from a to b, one way."""
    graph = nx.MultiDiGraph(crs="epsg:4326", created_with="OSMnx 2.1.1")
    graph.add_edge("a", "b", **{"highway": "residential", **attributes})
    return graph


def refused(graph: nx.Graph, folder: Path) -> str:
    with pytest.raises(InvalidGraph) as caught:
        saved(graph, folder)
    assert caught.value.detail.startswith("town.graphml: ")
    return caught.value.detail


def test_stated_travel_times_are_kept_to_the_millisecond(tmp_path):
    network = saved(street(travel_time=12.3456, speed_kph=99, maxspeed="30"), tmp_path)
    assert list(network.free_flow_ms) == [12_346, NOT_PERMITTED]
    assert network.edge_flags[0] & RoadFlag.SPEED_FROM_TAG


def test_stated_speeds_are_kept(tmp_path):
    network = saved(street(speed_kph=36, length=500, maxspeed="30"), tmp_path)
    assert list(network.free_flow_ms) == [50_000, NOT_PERMITTED]


def test_a_travel_time_of_nothing_is_a_millisecond(tmp_path):
    assert saved(street(travel_time=0.0), tmp_path).free_flow_ms[0] == 1


def test_without_times_or_speeds_the_tags_decide_as_for_openstreetmap(tmp_path):
    network = saved(street(length=100, maxspeed=["50", "30"]), tmp_path)
    assert network.free_flow_ms[0] == round(100_000 * 3.6 / 24)
    assert network.edge_class[0] == RoadClass.RESIDENTIAL
    assert network.edge_flags[0] == RoadFlag.ONEWAY | RoadFlag.SPEED_FROM_TAG


def test_a_stated_length_holds_and_without_one_the_line_is_measured(tmp_path):
    assert saved(street(length=123.4567), tmp_path).edge_length_mm[0] == 123_457
    assert saved(street(), tmp_path).edge_length_mm[0] == pytest.approx(97_170, abs=300)


def test_two_directions_over_the_same_line_become_one_edge(tmp_path):
    graph = street(
        travel_time=10, geometry="LINESTRING (106.3 29.3, 106.3005 29.3005, 106.301 29.3)"
    )
    graph.add_edge(
        "b",
        "a",
        highway="residential",
        travel_time=20,
        geometry="LINESTRING (106.301 29.3, 106.3005 29.3005, 106.3 29.3)",
    )
    network = saved(graph, tmp_path)
    assert list(network.free_flow_ms) == [10_000, 20_000]
    assert list(network.shape_first) == [0, 3]
    assert not network.edge_flags[0] & RoadFlag.ONEWAY


def test_two_lines_between_the_same_nodes_stay_two_edges(tmp_path):
    graph = street(travel_time=10)
    graph.add_edge(
        "b", "a", travel_time=20, geometry="LINESTRING (106.301 29.3, 106.3 29.31, 106.3 29.3)"
    )
    graph.add_edge("a", "b", travel_time=30)
    assert len(saved(graph, tmp_path).edge_tail) == 3


def test_a_line_drawn_the_other_way_round_is_turned(tmp_path):
    network = saved(
        street(geometry="LINESTRING (106.301 29.3, 106.3005 29.3005, 106.3 29.3)"), tmp_path
    )
    assert network.shape_lon_e7[0] == network.node_lon_e7[network.edge_tail[0]]
    assert network.shape_lon_e7[-1] == network.node_lon_e7[network.edge_head[0]]


def test_a_line_that_stops_short_of_its_nodes_is_led_to_them(tmp_path):
    network = saved(street(geometry="LINESTRING (106.3001 29.3, 106.3009 29.3)"), tmp_path)
    assert list(network.shape_lon_e7) == [1063000000, 1063001000, 1063009000, 1063010000]


def test_a_loop_driven_both_ways_is_one_edge(tmp_path):
    line = [(106.3, 29.3), (106.301, 29.3), (106.301, 29.301), (106.3, 29.3)]
    graph = nx.MultiDiGraph()
    graph.add_edge("a", "a", geometry=LineString(line).wkt)
    graph.add_edge("a", "a", geometry=LineString(line[::-1]).wkt)
    network = saved(graph, tmp_path)
    assert len(network.edge_tail) == 1
    assert (network.free_flow_ms > 0).all()


def test_a_plain_digraph_of_networkx_is_read(tmp_path):
    graph = nx.DiGraph()
    graph.add_edge("a", "b", travel_time=5.0)
    graph.add_edge("b", "c", travel_time=7.0)
    graph.add_edge("c", "b", travel_time=8.0)
    network = saved(graph, tmp_path)
    assert list(network.free_flow_ms) == [5_000, NOT_PERMITTED, 7_000, 8_000]
    assert list(network.edge_class) == [RoadClass.UNKNOWN, RoadClass.UNKNOWN]
    assert network.source.attribution == ""


def test_an_undirected_graph_runs_both_ways_unless_it_has_one_way_streets(tmp_path):
    graph = nx.Graph()
    graph.add_edge("a", "b", travel_time=5.0)
    assert list(saved(graph, tmp_path).free_flow_ms) == [5_000, 5_000]
    graph.edges["a", "b"]["oneway"] = "True"
    assert "undirected" in refused(graph, tmp_path)


def test_numbers_may_be_numbers_and_lists_may_be_text(tmp_path):
    graph = nx.MultiDiGraph()
    graph.add_node("a", x=106.3, y=29.3)
    graph.add_node("b", x=106.301, y=29.3)
    graph.add_edge(
        "a",
        "b",
        highway="['primary', 'secondary']",
        osmid="[42, 43]",
        name="['甲路', '乙路']",
        travel_time=3,
    )
    nx.write_graphml(graph, tmp_path / "numbers.graphml")
    network = read_network(tmp_path / "numbers.graphml")
    assert list(network.edge_class) == [RoadClass.PRIMARY]
    assert list(network.edge_way_id) == [42]
    assert network.names == ("", "甲路")
    assert network.free_flow_ms[0] == 3_000


def test_places_may_be_called_lon_and_lat(tmp_path):
    graph = nx.DiGraph()
    graph.add_node("p", lon=106.3, lat=29.3)
    graph.add_node("q", lon=106.301, lat=29.3)
    graph.add_edge("p", "q", travel_time=5.0)
    assert sorted(saved(graph, tmp_path).node_lon_e7) == [1063000000, 1063010000]


def test_what_is_not_for_cars_is_left_out_and_counted(tmp_path):
    graph = street()
    graph.add_edge("b", "c", highway="footway")
    graph.add_node("lonely", x="106.3", y="29.3")
    network = saved(graph, tmp_path)
    assert len(network.edge_tail) == 1
    assert network.dropped == {Dropped.ROAD_NOT_FOR_MODE: 1, Dropped.NODE_WITHOUT_ROAD: 2}


def test_the_source_says_when_and_by_whom(tmp_path):
    graph = street()
    graph.graph["created_date"] = "2026-03-04 05:06:07"
    source = saved(graph, tmp_path).source
    assert (source.kind, source.name) == ("graphml", "town.graphml")
    assert source.data_date == "2026-03-04T05:06:07-00:00"
    assert "OpenStreetMap" in source.attribution


@pytest.mark.parametrize("key", ["travel_time", "speed_kph", "length"])
@pytest.mark.parametrize(
    "value", ["nan", "inf", "-inf", "-1", "1e400", "fast", "", "1_000", "True"]
)
def test_a_number_that_is_none_names_its_edge(tmp_path, key, value):
    assert "edge a -> b" in refused(street(**{key: value}), tmp_path)


def test_a_speed_of_nothing_is_refused(tmp_path):
    assert "speed_kph is 0" in refused(street(speed_kph=0), tmp_path)


def test_a_drive_of_weeks_is_refused_and_not_shortened(tmp_path):
    assert "edge a -> b" in refused(street(travel_time=2_000_000), tmp_path)
    slow = street(osmid=5, length=100_000, speed_kph=0.01)
    assert "the edge of way 5 is longer than 4,000 km or takes" in refused(slow, tmp_path)


@pytest.mark.parametrize(
    "geometry",
    [
        "POINT (1 2)",
        "LINESTRING EMPTY",
        "LINESTRING (106 29)",
        "garbage",
        "[1, 2]",
        "LINESTRING (106.3 29.3, 999 29.3)",
        "LINESTRING (106.3 29.3, nan 29.3)",
        "POLYGON ((0 0, 1 1, 1 0, 0 0))",
        "LINESTRING (" * 5000,
    ],
)
def test_a_geometry_that_is_no_line_names_its_edge(tmp_path, geometry):
    assert "edge a -> b" in refused(street(geometry=geometry), tmp_path)


@pytest.mark.parametrize(
    ("x", "y"), [("nan", "1"), ("1", "inf"), ("181", "1"), ("1", "-91"), ("", "1"), ("x", "y")]
)
def test_a_node_that_is_not_on_the_earth_is_named(tmp_path, x, y):
    graph = street()
    graph.add_node("a", x=x, y=y)
    assert "node a" in refused(graph, tmp_path)


def test_a_node_without_a_place_is_named(tmp_path):
    graph = street()
    graph.add_edge("b", "nowhere")
    assert "node nowhere" in refused(graph, tmp_path)


def test_projected_metres_are_refused_and_the_crs_named(tmp_path):
    graph = street()
    graph.graph["crs"] = "EPSG:32648"
    assert "EPSG:32648" in refused(graph, tmp_path)


def test_text_that_would_run_as_python_does_not(tmp_path):
    trap = tmp_path / "ran"
    code = f"[__import__('pathlib').Path({str(trap)!r}).touch()]"
    network = saved(street(name=code, osmid=code, maxspeed="[" * 1500), tmp_path)
    assert not trap.exists()
    assert network.edge_way_id[0] == 0


@pytest.mark.parametrize(
    "text",
    [
        "<graphml/>",
        "<graphml><graph edgedefault='directed'></graph></graphml>",
        "<graphml xmlns='http://graphml.graphdrawing.org/xmlns'><graph edgedefault='directed'>"
        "<node id='a'/></graph></graphml>",
        "<graphml xmlns='http://graphml.graphdrawing.org/xmlns'><graph edgedefault='directed'>"
        "<edge source='a' target='b'/></graph></graphml>",
        "<graphml xmlns='http://graphml.graphdrawing.org/xmlns'><graph>",
        "<graphml xmlns='http://graphml.graphdrawing.org/xmlns'><key id='d0' for='node' "
        "attr.name='x' attr.type='double'/><graph edgedefault='directed'>"
        "<node id='a'><data key='d0'>abc</data></node></graph></graphml>",
        "<graphml xmlns='http://graphml.graphdrawing.org/xmlns'><graph edgedefault='directed'>"
        "<node id='a'><data key='none'>1</data></node></graph></graphml>",
    ],
)
def test_graphml_that_is_empty_or_broken_is_refused(tmp_path, text):
    path = tmp_path / "broken.graphml"
    path.write_text(text)
    with pytest.raises(InvalidGraph, match=r"^broken\.graphml: "):
        read_network(path)
