"""Directions of traffic, by the oneway tags."""

from __future__ import annotations

from collections import Counter

import pytest

from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.build.oneway import Flow, traffic_flow
from dispatch_router.routing.build.reasons import Dropped
from dispatch_router.routing.build.tags import Drops


@pytest.mark.parametrize(
    ("tags", "flow"),
    [
        ({}, Flow.BOTH),
        ({"oneway": "yes"}, Flow.FORWARD),
        ({"oneway": "true"}, Flow.FORWARD),
        ({"oneway": "1"}, Flow.FORWARD),
        ({"oneway": "-1"}, Flow.BACKWARD),
        ({"oneway": "reverse"}, Flow.BACKWARD),
        ({"oneway": "no"}, Flow.BOTH),
        ({"oneway": " Yes "}, Flow.FORWARD),
        ({"oneway": "reversible"}, Flow.REVERSIBLE),
        ({"oneway": "alternating"}, Flow.ALTERNATING),
    ],
)
def test_oneway_values_mean_what_mappers_mean(tags, flow):
    assert traffic_flow(tags, UnitMode.CAR, Counter()) is flow


@pytest.mark.parametrize(
    "tags",
    [{"junction": "roundabout"}, {"junction": "circular"}, {"highway": "motorway"}],
)
def test_roundabouts_and_motorways_are_one_way_without_saying_so(tags):
    assert traffic_flow(tags, UnitMode.CAR, Counter()) is Flow.FORWARD
    assert traffic_flow({**tags, "oneway": "no"}, UnitMode.CAR, Counter()) is Flow.BOTH
    assert traffic_flow({**tags, "oneway": "-1"}, UnitMode.CAR, Counter()) is Flow.BACKWARD


def test_a_motorway_link_runs_both_ways_unless_it_says_otherwise():
    assert traffic_flow({"highway": "motorway_link"}, UnitMode.CAR, Counter()) is Flow.BOTH


def test_what_is_said_of_cars_wins_over_what_is_said_of_all():
    tags = {"oneway": "yes", "oneway:motor_vehicle": "no"}
    assert traffic_flow(tags, UnitMode.CAR, Counter()) is Flow.BOTH
    assert traffic_flow({**tags, "oneway:motorcar": "-1"}, UnitMode.CAR, Counter()) is Flow.BACKWARD


def test_a_one_way_street_for_bicycles_is_none_for_cars():
    assert traffic_flow({"oneway:bicycle": "yes"}, UnitMode.CAR, Counter()) is Flow.BOTH


def test_nonsense_is_counted_and_the_rest_of_the_tags_decide():
    drops: Drops = Counter()
    assert (
        traffic_flow({"oneway": "sometimes", "junction": "roundabout"}, UnitMode.CAR, drops)
        is Flow.FORWARD
    )
    assert drops == {Dropped.ONEWAY_NOT_UNDERSTOOD: 1}
