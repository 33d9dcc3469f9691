"""docs/graph-build.md says what the code does."""

from __future__ import annotations

import re

from dispatch_router.cli.graph import ExitCode
from dispatch_router.domain.units import UnitMode
from dispatch_router.routing.build import speeds
from dispatch_router.routing.build.road_kinds import NARROWEST_M
from dispatch_router.routing.build.speed_limits import parse_limit_kmh
from dispatch_router.routing.build.straight_lines import ENDS, STARTS
from tests.docs.pages import ROOT, Page

PAGE = Page(ROOT / "docs" / "graph-build.md")
ROWS = [
    tuple(cell.strip() for cell in line.strip("|").split("|"))
    for line in PAGE.text.splitlines()
    if line.startswith("|")
]


def test_every_class_is_listed_with_its_speed():
    listed = {row[0]: row[1] for row in ROWS if len(row) == 2}
    for road_class, kmh in speeds.CLASS_KMH.items():
        assert listed[road_class.name.lower()] == f"{kmh:g}"


def test_every_ground_is_listed_with_its_speed():
    listed = {}
    for label, kmh in (row for row in ROWS if len(row) == 2):
        if match := re.fullmatch(r"`(\w+)=` (.+)", label):
            listed.update({(match[1], value): float(kmh) for value in match[2].split(", ")})
    tables = {
        "surface": speeds._SURFACE_KMH,
        "smoothness": speeds._SMOOTHNESS_KMH,
        "tracktype": speeds._TRACK_GRADE_KMH,
    }
    for key, table in tables.items():
        plain = {value: kmh for value, kmh in table.items() if ":" not in value}
        assert {v: kmh for (k, v), kmh in listed.items() if k == key} == plain


def test_every_exit_code_is_listed():
    listed = {row[0] for row in ROWS if row[0].isdecimal()}
    assert listed == {str(int(code)) for code in ExitCode}


def test_the_factors_and_caps_are_those_of_the_code():
    assert f"counts at {speeds.STREET_FACTOR:.0%}".replace("%", " %") in PAGE.text
    assert f"on motorways at {speeds.MOTORWAY_FACTOR:.0%}".replace("%", " %") in PAGE.text
    assert f"slowly ({speeds.RESTRICTED_KMH:g} km/h at most)" in PAGE.text
    assert f"{speeds.ALTERNATING_KMH:g} km/h at most, because of the wait" in " ".join(
        PAGE.text.split()
    )


def test_walkers_and_what_fits_in_an_emergency_are_those_of_the_code():
    text = " ".join(PAGE.text.split())
    assert f"{speeds.WALK_KMH:g} km/h, on steps {speeds.STEPS_KMH:g} km/h" in text
    car_m, motorcycle_m = NARROWEST_M[UnitMode.CAR], NARROWEST_M[UnitMode.MOTORCYCLE]
    assert f"A car fits from {car_m:g} m on, a motorcycle from {motorcycle_m:g} m" in text
    assert f"from {STARTS} places to {ENDS}" in text


def test_the_limits_given_as_examples_are_read_as_the_page_says():
    examples = re.findall(r"`([^`]+)` \((\d+)\)", PAGE.text)
    assert len(examples) >= 5
    for value, kmh in examples:
        assert parse_limit_kmh(value) == float(kmh)
