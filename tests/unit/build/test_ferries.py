"""Car ferries."""

from __future__ import annotations

import pytest

from dispatch_router.routing.build.ferries import parse_duration_s
from dispatch_router.routing.build.reasons import Dropped
from dispatch_router.routing.road_classes import RoadClass
from tests.osm_town import line, read_town, way


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("20", 1200),
        ("00:20", 1200),
        ("0:05", 300),
        ("01:30:30", 5430),
        ("PT20M", 1200),
        ("PT1H30M", 5400),
        ("P1DT1H", 90000),
        ("pt45s", 45),
    ],
)
def test_a_duration_is_read_in_every_form(value, seconds):
    assert parse_duration_s(value) == seconds


@pytest.mark.parametrize(
    "value", ["", "soon", "0", "00:00", "P", "PT", "-5", "1:75", "9999:00", "99999", "20 min"]
)
def test_a_duration_that_cannot_be_is_none(value):
    assert parse_duration_s(value) is None


def test_a_car_ferry_takes_as_long_as_its_line_says_shared_out_by_length(tmp_path):
    town = read_town(
        tmp_path,
        "a--------b--c",
        line("abc", route="ferry", motor_vehicle="yes", duration="00:11"),
        way("bc"),
    )
    assert town.network.edge_class[town.edge("ab")] == RoadClass.FERRY
    assert town.ms("ab") == pytest.approx(11 * 60_000 * 9 / 12, rel=1e-3)


def test_a_ferry_that_does_not_say_it_takes_cars_is_left_out(tmp_path):
    town = read_town(
        tmp_path,
        "a--b--c--d",
        way("ab"),
        line("bc", route="ferry"),
        line("cd", route="ferry", access="yes", foot="yes"),
    )
    assert town.edges() == {"ab"}
    assert town.network.dropped[Dropped.FERRY_NOT_FOR_MODE] == 2


def test_a_ferry_without_a_usable_duration_goes_at_the_speed_of_ferries(tmp_path):
    town = read_town(
        tmp_path,
        "a--b--c--d",
        line("ab", route="ferry", vehicle="yes"),
        line("bc", route="ferry", motorcar="yes", duration="00:00:01"),
        line("cd", route="ferry", motorcar="yes", duration="a while"),
    )
    assert [town.kmh(leg) for leg in ("ab", "bc", "cd")] == pytest.approx([10, 10, 10], rel=1e-3)
    assert town.network.dropped[Dropped.DURATION_NOT_UNDERSTOOD] == 2


def test_the_duration_of_a_line_that_leaves_the_extract_says_nothing(tmp_path):
    town = read_town(
        tmp_path,
        "a--b--c",
        line("abc", route="ferry", motor_vehicle="yes", duration="02:00"),
        missing="c",
    )
    assert town.kmh("ab") == pytest.approx(10, rel=1e-3)
