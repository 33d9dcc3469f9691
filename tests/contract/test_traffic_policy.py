"""``policy.yaml``: speeds by the hour, signals and emergency drives, read or refused."""

from __future__ import annotations

from datetime import time
from pathlib import Path
from typing import get_args

import pytest

from dispatch_router.domain.errors import InvalidDistrict
from dispatch_router.domain.policy import Policy
from dispatch_router.domain.road_classes import RoadClass
from dispatch_router.domain.traffic import EmergencyPolicy, SpeedPeriod, TrafficPolicy
from dispatch_router.domain.units import DepartureKind, UnitMode
from dispatch_router.storage.district_files import load_district, schema
from tests.district_folder import CORRECT, DistrictFolder, correct_folder
from tests.xipeng import XIPENG

TRAFFIC = """\
speeds:
  - {days: [mon, fri], start: "07:30", end: 09:00, classes: {primary: 0.6, trunk_link: 1.25}}
  - days: [sat]
    start: "22:00"
    end: "04:00"
    other: 1.1
    modes: [motorcycle]
signals: {routine_s: 12.5}
emergency:
  classes: {primary: 1.2}
  other: 1.05
  signal_s: 3
  contraflow: {classes: [residential], speed_kmh: 15, penalty_s: 20}
  turn_penalty_s: 7.5
  access: {speed_kmh: 10, penalty_s: 5}
"""
LINE = CORRECT["policy.yaml"].count("\n")


@pytest.fixture
def folder(tmp_path: Path) -> DistrictFolder:
    folder = correct_folder(tmp_path)
    folder.write("policy.yaml", CORRECT["policy.yaml"] + TRAFFIC)
    return folder


def test_everything_that_is_stated_reaches_the_domain(folder: DistrictFolder) -> None:
    assert folder.said() == []
    policy = load_district(folder.path).policy
    assert policy.traffic == TrafficPolicy(
        periods=(
            SpeedPeriod(
                frozenset({0, 4}),
                time(7, 30),
                time(9),
                {RoadClass.PRIMARY: 600, RoadClass.TRUNK_LINK: 1250},
            ),
            SpeedPeriod(
                frozenset({5}), time(22), time(4), {}, 1100, frozenset({UnitMode.MOTORCYCLE})
            ),
        ),
        signal_ms=12_500,
    )
    assert policy.emergency == EmergencyPolicy(
        permille={RoadClass.PRIMARY: 1200},
        other_permille=1050,
        signal_ms=3000,
        contraflow_classes=frozenset({RoadClass.RESIDENTIAL}),
        contraflow_kmh=15.0,
        contraflow_ms=20_000,
        turn_ms=7500,
        access_kmh=10.0,
        access_ms=5000,
    )


def test_what_is_left_out_is_the_domains_default(tmp_path: Path) -> None:
    policy = load_district(correct_folder(tmp_path).path).policy
    assert (policy.traffic, policy.emergency) == (TrafficPolicy(), EmergencyPolicy())


def test_parts_of_an_emergency_policy_may_be_left_out(tmp_path: Path) -> None:
    folder = correct_folder(tmp_path)
    folder.write("policy.yaml", CORRECT["policy.yaml"] + "emergency: {contraflow: {}, access: {}}")
    assert load_district(folder.path).policy.emergency == EmergencyPolicy()


def test_a_turn_out_rule_may_name_a_mode(folder: DistrictFolder) -> None:
    on_foot = "turn_out:\n  - {kind: station, mode: foot, start: 00:00, end: 00:00, turn_out_s: 30}"
    folder.spoil("policy.yaml", "turn_out:", on_foot)
    assert folder.said() == []
    rules = load_district(folder.path).policy.turn_out
    assert [rule.mode for rule in rules] == [UnitMode.FOOT, None, None, None, None]


def test_a_mode_that_no_rule_is_for_is_named(folder: DistrictFolder) -> None:
    folder.spoil("policy.yaml", "{kind: patrol,", "{kind: patrol, mode: car,")
    assert folder.said() == [
        f"policy.yaml:1: turn_out: No rule holds for a {DepartureKind.PATROL} by {mode} during "
        "1440 minutes of the day, the first of them 00:00."
        for mode in ("motorcycle", "foot")
    ]


@pytest.mark.parametrize(
    ("old", "new", "line", "expected"),
    [
        ("[mon, fri]", "[mon, friday]", 2, "speeds[0].days[1]: This has to be 'mon', 'tue'"),
        ("[mon, fri]", "[mon, mon]", 2, "speeds[0].days[1]: mon stands here twice."),
        ("[mon, fri]", "[]", 2, "speeds[0].days: At least 1 items are needed."),
        ("days: [sat]\n    start", "start", 3, "speeds[1].days: The key is missing."),
        ("end: 09:00", "end: 24:00", 2, "speeds[0].end: This has to be a time of day"),
        ("primary: 0.6", "primary: 60", 2, "speeds[0].classes.primary: This has to be 3.0 or less"),
        ("primary: 0.6", "primary: 0", 2, "speeds[0].classes.primary: This has to be 0.05 or more"),
        ("primary: 0.6", "avenue: 0.6", 2, "speeds[0].classes.avenue: This has to be 'motorway',"),
        ("[motorcycle]", "[foot]", 7, "speeds[1].modes[0]: This has to be 'car' or 'motorcycle'."),
        ("[motorcycle]", "[car, car]", 7, "speeds[1].modes[1]: car stands here twice."),
        ("12.5", "-1", 8, "signals.routine_s: This has to be 0.0 or more."),
        ("12.5", "soon", 8, "signals.routine_s: This has to be a number"),
        ("signal_s: 3", "signals_s: 3", 12, "emergency.signals_s: There is no such key"),
        ("[residential]", "[motorway]", 13,
         "emergency.contraflow.classes[0]: This has to be 'unknown',"),
        ("[residential]", "[road, road]", 13,
         "emergency.contraflow.classes[1]: road stands here twice."),
        ("speed_kmh: 15", "speed_kmh: 0", 13, "emergency.contraflow.speed_kmh: This has to be 1.0"),
        ("7.5", ".nan", 14, "emergency.turn_penalty_s: This has to be"),
        ("{speed_kmh: 10, penalty_s: 5}", "10", 15, "emergency.access: This has to be a mapping"),
    ],
)  # fmt: skip
def test_a_mistake_is_said_with_its_line(
    folder: DistrictFolder, old: str, new: str, line: int, expected: str
) -> None:
    folder.spoil("policy.yaml", old, new)
    said = folder.said()
    assert len(said) == 1, said
    assert said[0].startswith(f"policy.yaml:{LINE + line}: {expected}")
    with pytest.raises(InvalidDistrict, match=r"policy\.yaml"):
        load_district(folder.path)


def test_waiting_longer_at_signals_in_an_emergency_is_warned_of(folder: DistrictFolder) -> None:
    folder.spoil("policy.yaml", "signal_s: 3", "signal_s: 30")
    (mistake,) = folder.mistakes()
    assert mistake.warning
    assert (mistake.line, mistake.path) == (LINE + 12, "emergency.signal_s")


def test_the_classes_of_the_files_are_those_of_the_domain() -> None:
    named = {name.upper() for name in get_args(schema.RoadClassName)}
    assert named == {road_class.name for road_class in RoadClass}
    against = {name.upper() for name in get_args(schema.ContraflowClassName)}
    assert named - against == {"MOTORWAY", "MOTORWAY_LINK"}


def test_xipeng_states_rush_hours_of_workdays_and_the_price_of_every_exemption() -> None:
    policy: Policy = load_district(XIPENG).policy
    assert all(period.days == frozenset(range(5)) for period in policy.traffic.periods)
    assert policy.traffic.signal_ms > policy.emergency.signal_ms > 0
    assert min(policy.emergency.contraflow_ms, policy.emergency.turn_ms) > 0
