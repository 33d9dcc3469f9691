"""Turn restrictions whose ``via`` is one way or several."""

from __future__ import annotations

from dispatch_router.routing.build.reasons import Dropped
from tests.osm_town import read_town, turn, way

DUAL = """
a<----b<----c
      |
d---->e---->f
"""


def test_a_rule_over_a_way_forbids_the_whole_sequence(tmp_path):
    town = read_town(
        tmp_path,
        DUAL,
        way("de", oneway="yes"),
        way("ef", oneway="yes"),
        way("cb", oneway="yes"),
        way("ba", oneway="yes"),
        way("eb"),
        turn("no_u_turn", "de", "eb", "ba"),
    )
    assert town.forbidden() == {"de eb ba"}
    assert town.network.restrictions_kept == 1


LONG_VIA = """
      g
      |
a--b--c--d--e
   |     |
   h     f
"""


def test_a_rule_over_several_ways_in_any_order_follows_them_through_every_junction(tmp_path):
    town = read_town(
        tmp_path,
        LONG_VIA,
        way("ab"),
        way("bc"),
        way("cd"),
        way("de"),
        way("cg"),
        way("df"),
        way("bh"),
        turn("no_straight_on", "ab", "cd bc", "de"),
    )
    assert town.forbidden() == {"ab bc cd de"}


def test_a_via_way_that_a_side_street_cuts_is_followed_edge_by_edge(tmp_path):
    town = read_town(
        tmp_path,
        LONG_VIA,
        way("ab"),
        way("bcd"),
        way("de"),
        way("cg"),
        turn("no_straight_on", "ab", "bcd", "de"),
    )
    assert town.forbidden() == {"ab bc cd de"}


def test_a_mandatory_rule_over_a_way_forbids_leaving_it_anywhere(tmp_path):
    town = read_town(
        tmp_path,
        LONG_VIA,
        way("ab"),
        way("bcd"),
        way("de"),
        way("cg"),
        way("df"),
        way("bh"),
        turn("only_straight_on", "ab", "bcd", "de"),
    )
    assert town.forbidden() == {
        *("ab ba", "ab bh"),
        *("ab bc cb", "ab bc cg"),
        *("ab bc cd dc", "ab bc cd df"),
    }


def test_a_rule_over_a_way_against_its_traffic_changes_nothing(tmp_path):
    town = read_town(
        tmp_path,
        LONG_VIA,
        way("ab"),
        way("bcd", oneway="-1"),
        way("de"),
        turn("no_straight_on", "ab", "bcd", "de"),
    )
    assert town.network.dropped == {Dropped.RESTRICTION_MOOT: 1}


def test_a_rule_over_a_way_that_touches_neither_road_is_dropped(tmp_path):
    town = read_town(
        tmp_path,
        LONG_VIA,
        way("ab"),
        way("bc"),
        way("de"),
        way("cg"),
        turn("no_straight_on", "ab", "cg", "de"),
    )
    assert town.network.dropped == {Dropped.RESTRICTION_DISJOINT: 1}


def test_two_ways_round_a_ring_are_ambiguous(tmp_path):
    town = read_town(
        tmp_path,
        """
           b
          / \\
        s-a   c-t
          \\ /
           d
        """,
        way("sa"),
        way("abcda"),
        way("ct"),
        turn("no_straight_on", "sa", "abcda", "ct"),
    )
    assert town.network.dropped == {Dropped.RESTRICTION_AMBIGUOUS: 1}
