"""Speed limits, by the maxspeed tags."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch_router.routing.build.reasons import Dropped
from dispatch_router.routing.build.speed_limits import (
    FASTEST_LIMIT_KMH,
    SLOWEST_LIMIT_KMH,
    parse_limit_kmh,
    speed_limit_kmh,
)
from dispatch_router.routing.build.tags import Drops


@pytest.mark.parametrize(
    ("value", "kmh"),
    [
        ("50", 50.0),
        (" 50 ", 50.0),
        ("50 km/h", 50.0),
        ("50km/h", 50.0),
        ("50 kph", 50.0),
        ("37.5", 37.5),
        ("５０", 50.0),
        ("30 mph", 48.28032),
        ("30mph", 48.28032),
        ("10 knots", 18.52),
        ("walk", 6.0),
        ("none", 130.0),
        ("CN:urban", 50.0),
        ("CN:rural", 70.0),
        ("CN:motorway", 120.0),
        ("DE:rural", 100.0),
        ("DE:zone:30", 30.0),
        ("DE:zone30", 30.0),
        ("FR:30", 30.0),
        ("BE-VLG:urban", 50.0),
        ("XX:living_street", 20.0),
        ("50;30", 30.0),
        ("80; 50", 50.0),
        ("120|100|60", 60.0),
        ("signals;60", 60.0),
    ],
)
def test_a_limit_is_read_in_every_form_that_mappers_use(value, kmh):
    assert parse_limit_kmh(value) == pytest.approx(kmh)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "fast",
        "signals",
        "variable",
        "0",
        "-50",
        "2",
        "999",
        "1e3",
        "nan",
        "inf",
        "50 bananas",
        "0x32",
        "50,5",
        "CN:",
        "CN:moon",
        "5" * 5000,
        ";;;",
        "٥٠ mph x",
    ],
)
def test_nonsense_and_limits_that_change_are_no_limit(value):
    assert parse_limit_kmh(value) is None


@given(st.text(max_size=60))
@settings(max_examples=200)
def test_whatever_is_tagged_a_limit_is_within_bounds_or_none(text):
    limit_kmh = parse_limit_kmh(text)
    assert limit_kmh is None or SLOWEST_LIMIT_KMH <= limit_kmh <= FASTEST_LIMIT_KMH


def test_a_direction_has_its_own_limit():
    tags = {"maxspeed": "50", "maxspeed:backward": "30"}
    assert speed_limit_kmh(tags, "forward", Counter()) == 50.0
    assert speed_limit_kmh(tags, "backward", Counter()) == 30.0


def test_the_kind_of_limit_serves_where_the_limit_itself_is_not_tagged():
    assert speed_limit_kmh({"source:maxspeed": "CN:urban"}, "forward", Counter()) == 50.0
    assert speed_limit_kmh({"maxspeed:type": "CN:urban"}, "forward", Counter()) == 50.0
    assert speed_limit_kmh({"source:maxspeed": "sign"}, "forward", Counter()) is None


def test_nonsense_is_counted_but_variable_limits_are_not_a_mistake():
    drops: Drops = Counter()
    assert speed_limit_kmh({"maxspeed": "fast"}, "forward", drops) is None
    assert drops == {Dropped.SPEED_NOT_UNDERSTOOD: 1}
    assert speed_limit_kmh({"maxspeed": "signals"}, "forward", drops) is None
    assert drops == {Dropped.SPEED_NOT_UNDERSTOOD: 1}
