"""Which streets of a drawn town a closure concerns."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from dispatch_router.domain.closures import AlongLine, Area, Closure, NamedRoad
from dispatch_router.domain.conditions import ClosedRoads
from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.names import Name
from dispatch_router.routing.build.assemble import assemble
from dispatch_router.routing.closing.listing import describe_closed_roads
from dispatch_router.routing.closing.match import closed_edges
from tests.ascii_map import Town, ascii_map, cell_position
from tests.closures import area, closure

TOWN = ascii_map(
    """
    A---B---C
    |   |   |
    D->-E---F
    |   |   |
    G---H---I
    """
)


def streets(town: Town, closed: Closure) -> set[str]:
    """Name directed streets by the letters that they lead from and to."""
    nodes, edges = town.graph.nodes, town.graph.edges
    at = {(round(p.lon, 6), round(p.lat, 6)): x for x in town.cells if (p := town.at(x))}
    places = zip(nodes.lon_e7.tolist(), nodes.lat_e7.tolist(), strict=True)
    letters = [at[round(lon / 1e7, 6), round(lat / 1e7, 6)] for lon, lat in places]
    found = set()
    for directed in closed_edges(town.graph, closed).tolist():
        ends = letters[edges.tail[directed >> 1]], letters[edges.head[directed >> 1]]
        found.add("".join(reversed(ends) if directed & 1 else ends))
    return found


def around(column: float, row: float, cells: float = 0.5) -> Area:
    return area(
        cell_position(column - cells, row - cells),
        cell_position(column + cells, row - cells),
        cell_position(column + cells, row + cells),
        cell_position(column - cells, row + cells),
    )


def drawn(*points: tuple[float, float], within_m: float = 15.0) -> AlongLine:
    return AlongLine(tuple(cell_position(*point) for point in points), within_m)


def test_an_area_closes_every_street_that_has_a_part_inside_in_both_directions() -> None:
    assert streets(TOWN, closure(around(2, 0))) == {"AB", "BA"}
    assert streets(TOWN, closure(around(4, 0))) == {"AB", "BA", "BC", "CB", "BE", "EB"}


def test_a_street_that_no_drive_may_take_is_not_listed() -> None:
    assert streets(TOWN, closure(around(2, 2))) == {"DE"}


def test_an_area_that_merely_touches_a_street_leaves_it_open() -> None:
    beside = area(*(cell_position(x, y) for x, y in ((1, 0.004), (3, 0.004), (3, 1), (1, 1))))
    assert streets(TOWN, closure(beside)) == set()


def test_an_area_with_no_street_inside_closes_nothing() -> None:
    assert streets(TOWN, closure(around(2, 1, 0.3))) == set()
    assert streets(TOWN, closure(area(LonLat(0, 0), LonLat(1, 0), LonLat(1, 1)))) == set()


def test_a_heading_keeps_the_directions_within_ninety_degrees_of_it() -> None:
    assert streets(TOWN, closure(around(2, 0), heading_deg=90.0)) == {"AB"}
    assert streets(TOWN, closure(around(2, 0), heading_deg=225.0)) == {"BA"}
    assert streets(TOWN, closure(around(0, 1), heading_deg=45.0)) == {"DA"}
    assert streets(TOWN, closure(around(4, 0), heading_deg=100.0)) == {"AB", "BC", "BE"}


def test_a_line_closes_the_street_that_it_follows_and_not_those_that_it_crosses() -> None:
    assert streets(TOWN, closure(drawn((0, 0.05), (8, 0.05)))) == {"AB", "BA", "BC", "CB"}


def test_a_line_over_a_part_of_a_street_closes_the_street_from_junction_to_junction() -> None:
    assert streets(TOWN, closure(drawn((1, 0), (2, 0)))) == {"AB", "BA"}


def test_a_line_drawn_a_little_past_a_junction_does_not_close_what_comes_after() -> None:
    assert streets(TOWN, closure(drawn((0, 0), (4.1, 0)))) == {"AB", "BA"}


def test_a_line_round_a_corner_closes_both_streets() -> None:
    assert streets(TOWN, closure(drawn((0, 0), (4, 0), (4, 2)))) == {"AB", "BA", "BE", "EB"}


def test_a_line_farther_from_a_street_than_stated_does_not_close_it() -> None:
    assert streets(TOWN, closure(drawn((0, 0.2), (8, 0.2)))) == set()
    assert streets(TOWN, closure(drawn((0, 0.2), (8, 0.2), within_m=25.0))) != set()


def test_a_line_across_the_blocks_follows_no_street() -> None:
    assert streets(TOWN, closure(drawn((0, 0), (4, 4)))) == set()


def test_along_a_line_only_traffic_that_moves_as_it_is_drawn_is_concerned() -> None:
    there = drawn((8, 0), (4, 0), (4, 2))
    assert streets(TOWN, closure(there, along_line=True)) == {"CB", "BE"}
    there_and_back = drawn((0, 0), (4, 0), (0, 0))
    assert streets(TOWN, closure(there_and_back, along_line=True)) == {"AB", "BA"}


def test_a_line_of_one_place_closes_nothing() -> None:
    assert streets(TOWN, closure(drawn((1, 0), (1, 0)))) == set()


def named_town() -> Town:
    """A-B is Yingxin Road, B-C is Yingxin Lane, both named in Chinese too; D->-E likewise."""
    network = dataclasses.replace(
        TOWN.network,
        names=("", "Yingxin Road", "迎新路", "Yingxin Lane", "ＹＩＮＧＸＩＮ road"),
        edge_name=column(AB=2, BC=3, DE=4),
        edge_name_zh=column(AB=2),
        edge_name_en=column(AB=1),
    )
    return dataclasses.replace(TOWN, network=network, graph=assemble(network))


def column(**names: int) -> np.ndarray:
    letters = list(TOWN.cells)
    ends = zip(TOWN.network.edge_tail, TOWN.network.edge_head, strict=True)
    return np.array([names.get(letters[a] + letters[b], 0) for a, b in ends], dtype=np.int32)


@pytest.mark.parametrize("name", ["Yingxin Road", "yingxin  road", " ＹＩＮＧＸＩＮＲＯＡＤ"])
def test_a_name_closes_every_part_of_the_roads_that_have_it(name: str) -> None:
    assert streets(named_town(), closure(NamedRoad(name))) == {"AB", "BA", "DE"}


def test_a_name_is_found_in_either_language_and_as_a_whole_only() -> None:
    town = named_town()
    assert streets(town, closure(NamedRoad("迎新路"))) == {"AB", "BA"}
    assert streets(town, closure(NamedRoad("Yingxin"))) == set()
    assert streets(town, closure(NamedRoad(" "))) == set()


def test_the_roads_of_a_closure_are_listed_once_whatever_the_direction_and_the_mode() -> None:
    town = named_town()
    closed = closed_edges(town.graph, closure(NamedRoad("Yingxin Road")))

    listed = describe_closed_roads([(town.graph, closed), (town.graph, closed)])

    assert listed.length_m == pytest.approx(800, abs=0.5)
    assert listed.road_names == (
        Name("迎新路", "Yingxin Road"),
        Name("ＹＩＮＧＸＩＮ road", "ＹＩＮＧＸＩＮ road"),
    )
    assert [[round(each.lon, 5) for each in line] for line in listed.lines] == [
        [round(town.at("A").lon, 5), round(town.at("B").lon, 5)],
        [round(town.at("D").lon, 5), round(town.at("E").lon, 5)],
    ]


def test_no_roads_are_listed_as_none() -> None:
    listed = describe_closed_roads([(TOWN.graph, np.empty(0, dtype=np.int32))])
    assert listed == ClosedRoads(0.0, (), ()) == describe_closed_roads([])
