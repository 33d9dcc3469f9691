"""Tags that were read before mean what they meant, and are counted again."""

from __future__ import annotations

from collections import Counter

import pytest

from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.build import road_reader
from dispatch_router.routing.build.reasons import Dropped
from dispatch_router.routing.build.road_reader import RoadReader
from dispatch_router.routing.build.roads import read_road
from dispatch_router.routing.build.tags import Drops

TAGS = [
    {"highway": "residential", "name": "甲路", "maxspeed": "fast"},
    {"highway": "residential", "name": "乙路", "maxspeed": "fast"},
    {"highway": "steps", "note": "slippery"},
    {"highway": "primary", "source:maxspeed": "CN:urban", "source": "survey"},
    {"highway": "primary", "oneway:motorcycle": "no", "oneway": "yes", "access:conditional": "no"},
    {"highway": "moonwalk"},
    {"route": "ferry", "foot": "yes", "duration": "00:10"},
]


@pytest.mark.parametrize("remembered", [0, 1, 1000])
def test_a_reader_says_what_the_tags_say_however_much_it_remembers(monkeypatch, remembered):
    monkeypatch.setattr(road_reader, "MOST_REMEMBERED", remembered)
    reader = RoadReader()
    counted: dict[UnitMode, Drops] = {mode: Counter() for mode in UnitMode}
    expected: dict[UnitMode, Drops] = {mode: Counter() for mode in UnitMode}
    for tags in TAGS * 2:
        roads = reader.read(tags, counted)
        for mode in UnitMode:
            assert roads.get(mode) == read_road(tags, expected[mode], mode=mode)
    assert counted == expected
    assert counted[UnitMode.CAR][Dropped.SPEED_NOT_UNDERSTOOD] == 4
