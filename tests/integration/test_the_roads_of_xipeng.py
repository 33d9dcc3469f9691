"""The bundled district: the script draws what the repository holds, and it looks like a town."""

from __future__ import annotations

import gzip
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from shapely.geometry import Polygon
from shapely.ops import unary_union

from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.access import road_access
from dispatch_router.routing.build.assemble import assemble_district
from dispatch_router.routing.build.sources import read_networks
from dispatch_router.routing.graph import RoadGraph
from dispatch_router.routing.road_classes import EmergencyOnly, RoadClass, RoadFlag
from dispatch_router.routing.snapping import snap
from dispatch_router.storage.district_files.load import check_district, load_district
from tests.xipeng import (
    REPOSITORY,
    ROADS,
    XIPENG,
    committed_graph,
    committed_roads,
    drawn_xml,
)
from tools.make_xipeng import landscape
from tools.make_xipeng.bridges import crosses_river
from tools.make_xipeng.draw import Drawing, draw
from tools.make_xipeng.osm_writer import osm_xml, write_osm
from tools.make_xipeng.plane import BOX_EAST, BOX_NORTH, BOX_SOUTH, BOX_WEST
from tools.make_xipeng.svg_map import svg_map

PICTURE = REPOSITORY / "docs/images/xipeng.svg"
RUN_THE_SCRIPT = "run python -m tools.make_xipeng and build the graph again"


@pytest.fixture(scope="module")
def drawing() -> Drawing:
    return draw()


@pytest.fixture(scope="module")
def graph() -> RoadGraph:
    return committed_graph()


def test_the_script_draws_the_roads_that_the_repository_holds(drawing: Drawing) -> None:
    # Unpacked, because another zlib may pack the same text into other bytes.
    assert osm_xml(drawing.sheet) == drawn_xml(), RUN_THE_SCRIPT


def test_the_packed_file_names_no_date_and_no_file(drawing: Drawing, tmp_path: Path) -> None:
    first, second = (tmp_path / name for name in ("a.gz", "b.gz"))
    write_osm(drawing.sheet, first)
    write_osm(drawing.sheet, second)

    assert first.read_bytes() == second.read_bytes()
    assert first.read_bytes()[3:8] == bytes(5)
    assert gzip.decompress(first.read_bytes()) == gzip.decompress(ROADS.read_bytes())


def test_the_script_draws_the_picture_that_the_repository_holds(drawing: Drawing) -> None:
    assert svg_map(drawing, XIPENG) == PICTURE.read_text(encoding="utf-8"), RUN_THE_SCRIPT
    assert PICTURE.stat().st_size < 400_000


def test_building_the_roads_gives_the_graph_that_the_repository_holds(graph: RoadGraph) -> None:
    built = assemble_district(read_networks(ROADS))

    assert built.summary.version == graph.summary.version, RUN_THE_SCRIPT


def test_the_graph_says_that_it_is_synthetic_and_names_geonames(graph: RoadGraph) -> None:
    assert graph.summary.synthetic
    assert "GeoNames" in graph.summary.attribution


def test_there_are_three_thousand_junctions_or_more(graph: RoadGraph) -> None:
    degree = np.bincount(np.concatenate((graph.edges.tail, graph.edges.head)))

    assert (degree >= 3).sum() >= 3000


def test_every_road_can_be_reached_and_left(graph: RoadGraph) -> None:
    assert graph.summary.largest_component_share == 1.0


def test_two_bridges_and_no_ford_cross_the_daxi(drawing: Drawing) -> None:
    over = [road for road in drawing.sheet.roads if crosses_river(road.points, landscape.DAXI)]

    assert [road.tags["bridge:name"] for road in over] == ["大溪河大桥", "双溪桥"]


def test_the_expressway_meets_other_roads_at_its_ramps_and_gates_alone(drawing: Drawing) -> None:
    motorway = {
        point
        for road in drawing.sheet.roads
        if road.tags["highway"] == "motorway"
        for point in road.points
    }
    meeting = {
        (road.tags["highway"], road.tags.get("access"))
        for road in drawing.sheet.roads
        if motorway & set(road.points)
    }

    assert meeting == {("motorway", None), ("motorway_link", None), ("service", "private")}


def test_every_crossing_of_the_expressway_is_a_bridge_or_lies_over_a_tunnel(
    drawing: Drawing,
) -> None:
    carriageways = [road for road in drawing.sheet.roads if road.tags["highway"] == "motorway"]
    open_road = [road for road in carriageways if not {"bridge", "tunnel"} & road.tags.keys()]
    others = [road for road in drawing.sheet.roads if road.level == 0 and "bridge" not in road.tags]
    at_grade = [
        (lower.tags, carriageway.tags)
        for carriageway in open_road
        for lower in others
        if not set(lower.points) & set(carriageway.points)
        and crosses_river(lower.points, carriageway.points)
    ]

    assert at_grade == []


@pytest.mark.parametrize(
    "road_class",
    [
        RoadClass.MOTORWAY,
        RoadClass.MOTORWAY_LINK,
        RoadClass.PRIMARY,
        RoadClass.SECONDARY,
        RoadClass.TERTIARY,
        RoadClass.UNCLASSIFIED,
        RoadClass.RESIDENTIAL,
        RoadClass.LIVING_STREET,
        RoadClass.SERVICE,
        RoadClass.TRACK,
    ],
)
def test_it_has_kilometres_of_each_class(graph: RoadGraph, road_class: RoadClass) -> None:
    length_mm = graph.edges.length_mm[graph.edges.road_class == road_class].sum()

    assert length_mm > 3_000_000


@pytest.mark.parametrize("flag", [f for f in RoadFlag if f is not RoadFlag.REVERSIBLE])
def test_it_has_roads_of_each_kind(graph: RoadGraph, flag: RoadFlag) -> None:
    assert ((graph.edges.flags & flag) != 0).sum() >= 2


@pytest.mark.parametrize(
    "road_class", [RoadClass.FOOTWAY, RoadClass.PATH, RoadClass.STEPS, RoadClass.PEDESTRIAN]
)
def test_walkers_have_ways_of_their_own(road_class: RoadClass) -> None:
    edges = committed_graph(UnitMode.FOOT).edges

    assert (edges.road_class == road_class).sum() >= 4


def test_nearly_every_way_can_be_walked_to() -> None:
    on_foot = committed_roads().summary.network(UnitMode.FOOT)

    # But for what leads to the expressway alone.
    assert on_foot is not None
    assert on_foot.largest_component_share > 0.999


def test_a_motorcycle_may_go_where_a_car_may(graph: RoadGraph) -> None:
    motorcycle = committed_graph(UnitMode.MOTORCYCLE)

    assert np.array_equal(motorcycle.edges.free_flow_ms, graph.edges.free_flow_ms)


def test_ways_for_feet_leave_the_drives_of_cars_as_they_were(drawing: Drawing) -> None:
    for_feet = {"footway", "path", "steps", "pedestrian"}
    corners = {
        point
        for road in drawing.sheet.roads
        if road.tags["highway"] not in for_feet and road.tags.get("name") != "消防通道"
        for point in road.points
    }
    on_foot = [road for road in drawing.sheet.roads if road.tags["highway"] in for_feet]

    assert len(on_foot) >= 1000
    assert all(set(road.points) <= corners for road in on_foot)


def test_an_emergency_drive_may_go_against_streets_and_into_closed_lanes(graph: RoadGraph) -> None:
    edges = graph.edges
    closed = np.flatnonzero(edges.emergency == EmergencyOnly.CLOSED_ACCESS) // 2
    against = np.flatnonzero(edges.emergency == EmergencyOnly.CONTRAFLOW) // 2

    assert {graph.name(edges.name[edge]) for edge in closed} == {"消防通道", "步行街"}
    assert (edges.road_class[against] == RoadClass.RESIDENTIAL).sum() >= 20
    assert not (edges.road_class[against] == RoadClass.MOTORWAY).any()


def test_main_streets_have_signals_where_they_cross(graph: RoadGraph) -> None:
    with_signals = graph.edges.road_class[np.flatnonzero(graph.edges.signals) // 2]

    assert graph.edges.signals.sum() >= 60
    assert np.isin(with_signals, [RoadClass.SECONDARY, RoadClass.TERTIARY]).sum() >= 40


def test_streets_are_one_way_along_and_against_their_drawing() -> None:
    assert '<tag k="oneway" v="-1"/>' in drawn_xml()
    assert '<tag k="oneway" v="yes"/>' in drawn_xml()


def test_the_toll_station_has_a_service_road_beside_it(drawing: Drawing) -> None:
    beside = [r for r in drawing.sheet.roads if r.tags.get("name") == "收费站辅道"]

    assert {road.tags["highway"] for road in beside} == {"service"}
    assert {"barrier": "toll_booth"} in drawing.sheet.point_tags.values()


def test_turn_restrictions_are_of_every_common_kind_and_are_kept(drawing: Drawing) -> None:
    kinds = Counter(each.tags["restriction"] for each in drawing.sheet.restrictions)
    over_a_way = [each for each in drawing.sheet.restrictions if len(each.via) > 1]

    assert set(kinds) == {"no_left_turn", "no_right_turn", "no_u_turn", "only_straight_on"}
    assert len(over_a_way) >= 3
    assert committed_graph().summary.restriction_count >= 30


def test_every_element_has_an_id_that_openstreetmap_does_not_use() -> None:
    ids = [int(found) for found in re.findall(r" id='(\d+)'", drawn_xml())]

    assert min(ids) > 900_000_000_000


def test_the_files_are_small() -> None:
    graph_bytes = sum(file.stat().st_size for file in (XIPENG / "graph").iterdir())

    assert ROADS.stat().st_size < 1_500_000
    assert graph_bytes < 8_000_000


def test_the_district_check_finds_nothing(graph: RoadGraph) -> None:
    def near_road(position: LonLat, within_m: float) -> bool:
        return len(snap(graph, position, max_m=within_m, within_m=0.0)) > 0

    assert check_district(XIPENG, near_road) == []


def test_the_station_has_three_zone_posts_and_two_patrols() -> None:
    district = load_district(XIPENG)

    assert Counter(post.kind.value for post in district.posts) == {"station": 1, "zone_post": 3}
    assert all(post.approximate for post in district.posts)
    assert sum(unit.beat is not None for unit in district.units) == 2


def test_every_place_and_every_departure_point_lies_beside_a_road(graph: RoadGraph) -> None:
    district = load_district(XIPENG)
    positions = [place.position for place in district.places]
    positions += [post.position for post in district.posts]
    positions += [unit.beat for unit in district.units if unit.beat is not None]

    far = [
        position
        for position in positions
        if road_access(graph, snap(graph, position, max_m=2000, within_m=0)).distance_m > 100
    ]

    assert far == []


def test_the_zones_cover_the_town_box_and_no_more() -> None:
    zones = [
        Polygon([(corner.lon, corner.lat) for corner in zone.ring])
        for zone in load_district(XIPENG).zones
    ]
    box_area = (BOX_EAST - BOX_WEST) * (BOX_NORTH - BOX_SOUTH)

    assert unary_union(zones).area == pytest.approx(box_area, rel=1e-4)
    assert sum(zone.area for zone in zones) == pytest.approx(box_area, rel=1e-4)


def test_the_gazetteer_has_the_anchors_of_geonames() -> None:
    places = {place.name.zh: place.position for place in load_district(XIPENG).places}

    assert len(places) >= 25
    assert (places["西彭"].lon, places["西彭"].lat) == (106.32124, 29.29418)
    assert (places["陶家"].lon, places["陶家"].lat) == (106.32152, 29.37325)
