"""``rosters.yaml``: read when right, left out where nobody needs it, and held to what it says."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from dispatch_router.domain.rosters import (
    Calendar,
    DayKind,
    DutyPlan,
    Hours,
    OnDuty,
    on_duty,
)
from dispatch_router.storage.district_files import load_district
from tests.district_folder import DistrictFolder, correct_folder
from tests.xipeng import XIPENG


@pytest.fixture
def folder(tmp_path: Path) -> DistrictFolder:
    return correct_folder(tmp_path)


def test_a_post_stands_for_the_crews_that_sit_there(folder: DistrictFolder) -> None:
    plan = load_district(folder.path).duty_plan
    everyone, team = plan.rosters
    assert everyone.unit_ids == {"t1", "p1", "x1"}
    assert team.unit_ids == {"t1"}


def test_days_and_hours_mean_what_they_say(folder: DistrictFolder) -> None:
    plan = load_district(folder.path).duty_plan
    assert plan.calendar.kind_of(date(2025, 9, 28)) is DayKind.WORKDAY
    assert plan.calendar.kind_of(date(2025, 10, 8)) is DayKind.REST_DAY
    assert plan.calendar.kind_of(date(2025, 10, 9)) is DayKind.WORKDAY
    workday = frozenset({DayKind.WORKDAY})
    assert plan.rosters[0].duty == (Hours(frozenset(), workday, time(8, 30), time(18)),)
    assert plan.rosters[0].away == (Hours(frozenset({1}), workday, time(14, 30), time(16, 30)),)


def test_a_district_can_do_without_rosters(folder: DistrictFolder) -> None:
    (folder.path / "rosters.yaml").unlink()
    assert folder.said() == []
    assert load_district(folder.path).duty_plan == DutyPlan(Calendar(), ())


def test_rosters_under_a_wrong_ending_are_not_passed_over(folder: DistrictFolder) -> None:
    (folder.path / "rosters.yaml").rename(folder.path / "rosters.yml")
    assert folder.said() == [
        "rosters.yaml: The file is missing; rename rosters.yml to rosters.yaml."
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("posts: [town, park]", "posts: [town, pork]",
         "rosters.yaml:7: rosters[0].posts[1]: The district has no post pork."),
        ("units: [x1]", "units: [x1, x2]",
         "rosters.yaml:8: rosters[0].units[1]: The district has no unit x2."),
        ("    units: [t1]\n", "",
         "rosters.yaml:13: rosters[1]: The roster is for nobody"),
        ("id: weekend-team", "id: everyone",
         "rosters.yaml:13: rosters[1].id: The id everyone stands in line 5 already."),
        ("units: [t1]", "units: [t1, t1]",
         "rosters.yaml:15: rosters[1].units[1]: t1 stands here twice."),
        ("days: [workday, tue]", "days: [tue, tue]",
         "rosters.yaml:12: rosters[0].away[0].days[1]: tue stands here twice."),
        ("days: [rest_day]", "days: [holiday]",
         "rosters.yaml:17: rosters[1].duty[0].days[0]: This has to be 'workday', 'rest_day'"),
        ("end: 18:00", "end: 24:00",
         "rosters.yaml:10: rosters[0].duty[0].end: This has to be a time of day"),
        ("first: 2025-09-28", "first: 2025-09-31",
         "rosters.yaml:3: calendar[1].first: There is no such day"),
        ("first: 2025-09-28", "first: 28.9.2025",
         "rosters.yaml:3: calendar[1].first: This has to be a date"),
        ("first: 2025-09-28", "first: 2025-10-08",
         "rosters.yaml:3: calendar[1].first: Line 2 speaks of the same days"),
        ("last: 2025-10-08", "last: 2025-09-30",
         "rosters.yaml:2: calendar[0].last: The last day is before the first."),
        ("calendar:", "calender:",
         "rosters.yaml:1: calender: There is no such key"),
        ("rosters:", "teams:",
         "rosters.yaml:1: The key rosters is missing."),
    ],
)  # fmt: skip
def test_a_mistake_is_said_with_its_line(
    folder: DistrictFolder, old: str, new: str, expected: str
) -> None:
    folder.spoil("rosters.yaml", old, new)
    said = folder.said()
    assert any(each.startswith(expected) for each in said), said


def test_a_file_of_another_form_is_refused(folder: DistrictFolder) -> None:
    folder.write("rosters.yaml", "- id: everyone\n")
    assert folder.said() == ["rosters.yaml:1: This has to be a mapping of keys to values."]


def test_in_xipeng_every_crew_is_on_duty_at_every_hour() -> None:
    district = load_district(XIPENG)
    zone = ZoneInfo(district.timezone)
    assert district.duty_plan.rosters
    for unit in district.units:
        assert district.duty_plan.rosters_of(unit.id)
        for day in range(14, 25):
            at = datetime(2026, 2, day, 3, tzinfo=zone)
            assert on_duty(district.duty_plan, unit.id, at) == OnDuty(None)
