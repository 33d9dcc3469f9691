"""Turn restrictions become forbidden sequences of directed edges."""

from __future__ import annotations

import pytest

from dispatch_router.routing.build.reasons import Dropped
from tests.osm_town import OsmTown, Rule, read_town, turn, way

CROSSING = """
      n
      |
      |
w-----x-----e
      |
      |
      s
"""
ARMS = (way("nx"), way("sx"), way("wx"), way("ex"))


def crossing(tmp_path, *rules: Rule) -> OsmTown:
    return read_town(tmp_path, CROSSING, *ARMS, *rules)


def test_a_forbidden_turn_is_the_two_edges_one_after_the_other(tmp_path):
    town = crossing(tmp_path, turn("no_left_turn", "sx", "x", "wx"))
    assert town.forbidden() == {"sx xw"}
    assert town.network.restrictions_kept == 1
    assert not town.network.dropped


def test_a_mandatory_turn_forbids_every_other_turn_and_the_u_turn(tmp_path):
    town = crossing(tmp_path, turn("only_straight_on", "sx", "x", "nx"))
    assert town.forbidden() == {"sx xw", "sx xe", "sx xs"}
    assert town.network.restrictions_kept == 1


def test_a_u_turn_on_the_same_way_is_the_edge_and_its_reverse(tmp_path):
    town = crossing(tmp_path, turn("no_u_turn", "sx", "x", "sx"))
    assert town.forbidden() == {"sx xs"}


def test_a_u_turn_in_the_middle_of_a_way_is_forbidden_from_both_sides(tmp_path):
    town = read_town(tmp_path, "a--b--c", way("abc"), turn("no_u_turn", "abc", "b", "abc"))
    assert town.forbidden() == {"ab ba", "cb bc"}


@pytest.mark.parametrize("excepted", ["motorcar", "emergency", "psv;motor_vehicle", "vehicle"])
def test_a_rule_that_excepts_cars_or_emergency_vehicles_does_not_count(tmp_path, excepted):
    rule = Rule(
        turn("no_left_turn", "sx", "x", "wx").members,
        {"type": "restriction", "restriction": "no_left_turn", "except": excepted},
    )
    town = crossing(tmp_path, rule)
    assert town.forbidden() == set()
    assert town.network.dropped == {Dropped.RESTRICTION_EXCEPTED: 1}


def test_a_rule_that_excepts_buses_holds_for_cars(tmp_path):
    rule = Rule(
        turn("no_left_turn", "sx", "x", "wx").members,
        {"type": "restriction", "restriction": "no_left_turn", "except": "psv;bicycle"},
    )
    assert crossing(tmp_path, rule).forbidden() == {"sx xw"}


def test_a_rule_for_cars_wins_over_the_general_one(tmp_path):
    members = turn("", "sx", "x", "wx").members
    rule = Rule(
        members,
        {
            "type": "restriction",
            "restriction": "no_left_turn",
            "restriction:motorcar": "only_left_turn",
        },
    )
    assert crossing(tmp_path, rule).forbidden() == {"sx xn", "sx xe", "sx xs"}


@pytest.mark.parametrize(
    ("tags", "reason"),
    [
        ({"restriction:hgv": "no_left_turn"}, Dropped.RESTRICTION_NOT_FOR_MODE),
        (
            {"type": "restriction:bus", "restriction": "no_left_turn"},
            Dropped.RESTRICTION_NOT_FOR_MODE,
        ),
        (
            {"restriction:conditional": "no_left_turn @ (07:00-09:00)"},
            Dropped.RESTRICTION_CONDITIONAL,
        ),
        (
            {"restriction:motorcar:conditional": "no_left_turn @ (wet)"},
            Dropped.RESTRICTION_CONDITIONAL,
        ),
        (
            {"restriction": "no_left_turn", "hour_on": "07:00", "hour_off": "09:00"},
            Dropped.RESTRICTION_CONDITIONAL,
        ),
        ({"restriction": "give_way"}, Dropped.RESTRICTION_KIND),
        ({}, Dropped.RESTRICTION_KIND),
    ],
)
def test_rules_that_do_not_hold_for_cars_at_all_hours_are_dropped_with_the_reason(
    tmp_path, tags, reason
):
    rule = Rule(turn("", "sx", "x", "wx").members, {"type": "restriction", **tags})
    town = crossing(tmp_path, rule)
    assert town.forbidden() == set()
    assert town.network.restrictions_kept == 0
    assert town.network.dropped == {reason: 1}


def test_the_old_form_of_a_rule_for_cars_counts(tmp_path):
    rule = Rule(
        turn("", "sx", "x", "wx").members,
        {"type": "restriction:motorcar", "restriction": "no_left_turn"},
    )
    assert crossing(tmp_path, rule).forbidden() == {"sx xw"}


def test_no_entry_holds_from_every_road_and_no_exit_into_every_road(tmp_path):
    entry = Rule(
        [("way", "sx", "from"), ("way", "ex", "from"), ("node", "x", "via"), ("way", "wx", "to")],
        {"type": "restriction", "restriction": "no_entry"},
    )
    leave = Rule(
        [("way", "nx", "from"), ("node", "x", "via"), ("way", "ex", "to"), ("way", "wx", "to")],
        {"type": "restriction", "restriction": "no_exit"},
    )
    town = crossing(tmp_path, entry, leave)
    assert town.forbidden() == {"sx xw", "ex xw", "nx xe", "nx xw"}
    assert town.network.restrictions_kept == 2


@pytest.mark.parametrize(
    "members",
    [
        [("way", "sx", "from"), ("node", "x", "via")],
        [("way", "sx", "from"), ("way", "wx", "to")],
        [("way", "sx", "from"), ("node", "x", "via"), ("node", "n", "via"), ("way", "wx", "to")],
        [("way", "sx", "from"), ("node", "x", "via"), ("way", "ex", "via"), ("way", "wx", "to")],
        [("way", "sx", "from"), ("way", "ex", "from"), ("node", "x", "via"), ("way", "wx", "to")],
        [("node", "s", "from"), ("node", "x", "via"), ("way", "wx", "to")],
        [],
    ],
)
def test_a_rule_with_the_wrong_members_is_dropped(tmp_path, members):
    town = crossing(tmp_path, Rule(members, {"type": "restriction", "restriction": "no_left_turn"}))
    assert town.network.dropped == {Dropped.RESTRICTION_MALFORMED: 1}


def test_a_rule_that_names_a_road_outside_the_extract_is_dropped(tmp_path):
    town = crossing(tmp_path, turn("no_left_turn", "sx", "x", "zz"))
    assert town.network.dropped == {Dropped.RESTRICTION_OUTSIDE: 1}


def test_a_rule_about_a_road_that_is_not_for_cars_is_dropped(tmp_path):
    town = read_town(
        tmp_path,
        CROSSING,
        way("sx"),
        way("ex"),
        way("wx", highway="footway"),
        turn("no_left_turn", "sx", "x", "wx"),
    )
    assert town.network.dropped == {
        Dropped.ROAD_NOT_FOR_MODE: 1,
        Dropped.RESTRICTION_NOT_ON_ROADS: 1,
    }


def test_a_rule_whose_roads_do_not_meet_there_is_dropped(tmp_path):
    town = crossing(tmp_path, turn("no_left_turn", "sx", "n", "wx"))
    assert town.network.dropped == {Dropped.RESTRICTION_DISJOINT: 1}


def test_a_rule_against_the_traffic_changes_nothing(tmp_path):
    town = read_town(
        tmp_path,
        CROSSING,
        way("sx"),
        way("ex"),
        way("wx", oneway="yes"),
        turn("no_left_turn", "sx", "x", "wx"),
    )
    assert town.forbidden() == set()
    assert town.network.dropped == {Dropped.RESTRICTION_MOOT: 1}


def test_a_rule_on_a_way_that_passes_through_is_ambiguous_unless_it_is_one_way(tmp_path):
    rule = turn("no_left_turn", "sxn", "x", "wx")
    both = read_town(tmp_path, CROSSING, way("sxn"), way("wx"), rule)
    assert both.network.dropped == {Dropped.RESTRICTION_AMBIGUOUS: 1}
    one_way = read_town(tmp_path, CROSSING, way("sxn", oneway="yes"), way("wx"), rule)
    assert one_way.forbidden() == {"sx xw"}


def test_a_barrier_at_the_junction_makes_the_rule_moot(tmp_path):
    town = read_town(
        tmp_path,
        CROSSING,
        *ARMS,
        turn("no_left_turn", "sx", "x", "wx"),
        nodes={"x": {"barrier": "bollard"}},
    )
    assert town.forbidden() == set()
    assert Dropped.RESTRICTION_DISJOINT in town.network.dropped


def test_a_rule_said_twice_is_kept_twice_but_forbids_once(tmp_path):
    rule = turn("no_left_turn", "sx", "x", "wx")
    town = crossing(tmp_path, rule, rule)
    assert len(town.network.forbidden) == 1
    assert town.network.restrictions_kept == 2


def test_a_rule_with_absurdly_many_members_is_dropped(tmp_path):
    members = [("way", "sx", "from")] * 200
    town = crossing(tmp_path, Rule(members, {"type": "restriction", "restriction": "no_entry"}))
    assert town.network.dropped == {Dropped.RESTRICTION_TOO_LARGE: 1}


def test_a_relation_that_holds_itself_harms_nobody(tmp_path):
    rule = Rule([("relation", "x", "via")], {"type": "restriction", "restriction": "no_u_turn"})
    assert crossing(tmp_path, rule).network.dropped == {Dropped.RESTRICTION_MALFORMED: 1}
