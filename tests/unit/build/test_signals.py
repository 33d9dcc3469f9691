"""Traffic signals along the roads."""

from __future__ import annotations

import numpy as np
import pytest

from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.build.signals import (
    BACKWARD,
    FORWARD,
    MOST,
    signal_directions,
    signals_passed,
)
from tests.osm_town import read_town, way

SIGNALS = {"highway": "traffic_signals"}


@pytest.mark.parametrize(
    ("tags", "bits"),
    [
        (SIGNALS, FORWARD | BACKWARD),
        ({**SIGNALS, "traffic_signals:direction": "forward"}, FORWARD),
        ({**SIGNALS, "traffic_signals:direction": "backward"}, BACKWARD),
        ({**SIGNALS, "traffic_signals:direction": "both"}, FORWARD | BACKWARD),
        ({"highway": "crossing;traffic_signals"}, FORWARD | BACKWARD),
        ({"highway": "crossing", "crossing": "traffic_signals"}, 0),
        ({"highway": "stop"}, 0),
    ],
)
def test_signals_face_both_directions_unless_one_is_named(tags, bits):
    assert signal_directions(tags) == bits


def test_a_signal_at_the_head_counts_and_at_the_tail_does_not(tmp_path):
    town = read_town(tmp_path, "a--b--c", way("ab"), way("bc"), nodes={"b": SIGNALS})
    assert town.signals() == {"ab": 1, "cb": 1}


def test_signals_between_junctions_count_for_those_whom_they_face(tmp_path):
    facing = {**SIGNALS, "traffic_signals:direction": "forward"}
    town = read_town(tmp_path, "a--b--c--d", way("abcd"), nodes={"b": facing, "c": SIGNALS})
    assert town.signals() == {"abcd": 2, "dcba": 1}


def test_walkers_wait_at_none(tmp_path):
    parts = (way("ab"), way("bc"))
    town = read_town(tmp_path, "a--b--c", *parts, nodes={"b": SIGNALS}, mode=UnitMode.FOOT)
    assert town.signals() == {}


def test_counts_stop_at_what_a_byte_holds():
    points = np.ones(MOST + 5, np.bool_)
    passed = signals_passed(np.array([0, len(points)]), points, ~points)
    assert passed.tolist() == [MOST, 0]
