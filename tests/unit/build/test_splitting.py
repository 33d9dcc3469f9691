"""Ways become edges."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from dispatch_router.routing.build.network import RoadNetwork
from dispatch_router.routing.build.reasons import Dropped
from dispatch_router.routing.build.sources import read_network
from dispatch_router.routing.geodesy import shape_lengths_mm
from tests.osm_town import read_town, turn, way


def check_sound(network: RoadNetwork) -> None:
    """What every network must hold."""
    first, last = network.shape_first[:-1], network.shape_first[1:] - 1
    assert (last > first).all()
    for node, point in ((network.edge_tail, first), (network.edge_head, last)):
        assert (network.node_lon_e7[node] == network.shape_lon_e7[point]).all()
        assert (network.node_lat_e7[node] == network.shape_lat_e7[point]).all()
    assert (network.edge_length_mm >= 1).all()
    times = network.free_flow_ms
    assert ((times >= 1) | (times == -1)).all()
    tails = np.stack((network.edge_tail, network.edge_head), axis=1).ravel()
    heads = np.stack((network.edge_head, network.edge_tail), axis=1).ravel()
    for word in network.forbidden:
        assert len(word) >= 2
        for before, after in itertools.pairwise(word):
            assert heads[before] == tails[after]
    for index in (network.edge_name, network.edge_name_zh, network.edge_name_en):
        assert index.max() < len(network.names)


def test_roads_are_cut_where_they_meet_and_nowhere_else(tmp_path):
    town = read_town(
        tmp_path,
        """
        a--b--c--d
              |
              e
        """,
        way("abcd"),
        way("ce"),
    )
    assert town.edges() == {"abc", "cd", "ce"}
    check_sound(town.network)


def test_both_directions_of_a_street_are_one_edge(tmp_path):
    town = read_town(tmp_path, "a--b", way("ab"))
    assert town.drivable() == {"ab", "ba"}
    assert len(town.network.edge_tail) == 1


def test_one_way_streets_run_as_tagged(tmp_path):
    town = read_town(
        tmp_path,
        "a--b--c--d",
        way("ab", oneway="yes"),
        way("bc", oneway="-1"),
        way("cd", oneway="reversible"),
    )
    assert town.drivable() == {"ab", "cb"}
    assert town.edges() == {"ab", "bc", "cd"}


def test_a_roundabout_runs_one_way_between_its_arms(tmp_path):
    town = read_town(
        tmp_path,
        """
        x--a--b
           |  |
           d--c--y
        """,
        way("abcda", junction="roundabout"),
        way("xa"),
        way("cy"),
    )
    assert town.drivable() == {"abc", "cda", "xa", "ax", "cy", "yc"}


def test_a_way_that_crosses_itself_is_cut_there(tmp_path):
    town = read_town(
        tmp_path,
        """
           d--c
           |  |
        a--x--b
           |
           e
        """,
        way("axbcdxe"),
    )
    assert town.edges() == {"ax", "xbcdx", "xe"}
    check_sound(town.network)


def test_a_ring_is_one_edge_from_its_first_node_round_to_it(tmp_path):
    town = read_town(
        tmp_path,
        """
        a--b
        |  |
        d--c
        """,
        way("abcda"),
    )
    assert town.edges() == {"abcda"}
    assert town.network.edge_tail[0] == town.network.edge_head[0]


def test_nodes_said_twice_in_a_row_count_once(tmp_path):
    town = read_town(tmp_path, "a--b--c", way("aabbbc"), way("cc"))
    assert town.edges() == {"abc"}
    assert town.network.dropped[Dropped.ROAD_TOO_SHORT] == 1


def test_a_way_whose_nodes_are_missing_is_cut_into_the_pieces_that_exist(tmp_path):
    town = read_town(tmp_path, "a--b--c--d--e--f", way("abcdef"), missing="c")
    assert town.edges() == {"ab", "def"}
    assert town.network.dropped == {Dropped.ROAD_CUT: 1}


def test_a_lone_node_between_gaps_is_counted_and_left_out(tmp_path):
    town = read_town(tmp_path, "a--b--c--d--e--f", way("abcdef"), missing="bd")
    assert town.edges() == {"ef"}
    assert town.network.dropped == {Dropped.ROAD_CUT: 1, Dropped.PART_CUT_OFF: 2}


def test_a_way_wholly_outside_the_extract_is_counted(tmp_path):
    town = read_town(tmp_path, "a--b--c--d", way("ab"), way("cd"), missing="cd")
    assert town.edges() == {"ab"}
    assert town.network.dropped == {Dropped.ROAD_OUTSIDE: 1}


def test_a_way_that_returns_after_a_gap_starts_anew(tmp_path):
    town = read_town(tmp_path, "a--b--c--d", way("abcbcd"), missing="c")
    assert town.edges() == {"ab"}
    assert town.network.dropped == {Dropped.ROAD_CUT: 1, Dropped.PART_CUT_OFF: 2}


def test_roads_are_cut_where_a_turn_rule_stands(tmp_path):
    town = read_town(tmp_path, "a--b--c", way("abc"), turn("no_u_turn", "abc", "b", "abc"))
    assert town.edges() == {"ab", "bc"}


def test_lengths_and_times_are_those_of_the_ellipsoid(tmp_path):
    town = read_town(tmp_path, "a---------b", way("ab", maxspeed="45"))
    length_mm = shape_lengths_mm(
        town.network.shape_first, town.network.shape_lon_e7, town.network.shape_lat_e7
    )
    assert town.network.edge_length_mm == pytest.approx([1_000_000], abs=20)
    assert (town.network.edge_length_mm == length_mm).all()
    assert town.ms("ab") == round(int(length_mm[0]) * 3.6 / 36)


def test_small_parts_that_hang_on_nothing_are_kept(tmp_path):
    town = read_town(tmp_path, "a--b   c--d", way("ab"), way("cd"))
    assert town.edges() == {"ab", "cd"}


def test_two_places_at_the_same_spot_are_still_two_nodes(tmp_path):
    (tmp_path / "same.osm").write_text(
        '<osm version="0.6"><node id="1" lon="1" lat="2"/><node id="2" lon="1" lat="2"/>'
        '<way id="9"><nd ref="1"/><nd ref="2"/><tag k="highway" v="road"/></way></osm>'
    )
    network = read_network(tmp_path / "same.osm")
    assert len(network.node_lon_e7) == 2
    assert list(network.edge_length_mm) == [1]
    assert list(network.free_flow_ms) == [1, 1]


def test_every_edge_knows_its_way_and_its_names(tmp_path):
    town = read_town(
        tmp_path, "a--b--c", way("ab", name="西彭大道", name__en="Xipeng Avenue"), way("bc")
    )
    edge = town.edge("ab")
    assert town.network.edge_way_id[edge] == 100
    assert town.network.names[town.network.edge_name[edge]] == "西彭大道"
    assert town.network.names[town.network.edge_name_en[edge]] == "Xipeng Avenue"
    assert town.network.edge_name_zh[edge] == 0
    assert town.network.edge_name[town.edge("bc")] == 0
