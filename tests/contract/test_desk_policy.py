"""What ``policy.yaml`` says of the desk and of hospitals, read or refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from dispatch_router.domain.assignments import AssignmentStatus, TimeLimits
from dispatch_router.domain.desk_policy import DeskPolicy, DiversionPolicy
from dispatch_router.domain.duplicates import DuplicatePolicy
from dispatch_router.domain.hospitals import HospitalCapability
from dispatch_router.domain.policy import Policy
from dispatch_router.storage.district_files import load_district
from tests.district_folder import CORRECT, DistrictFolder, correct_folder

C = HospitalCapability
DESK = """\
desk:
  duplicates: {within_m: 150, uncertainty_m: 200, within_s: 900, at_most: 3}
  limits: {dispatched_s: 120, en_route_s: 3600, on_scene_s: 7200, transporting_s: 5400}
  diversion:
    may_take_from: {1: [3]}
    statuses: [dispatched]
hospitals:
  needs: [emergency_24h, trauma]
call_types:
  - id: eyes
    name: {zh: 眼伤, en: Eyes}
    hospital_needs: [eye]
"""
LINE = CORRECT["policy.yaml"].count("\n")


@pytest.fixture
def folder(tmp_path: Path) -> DistrictFolder:
    folder = correct_folder(tmp_path)
    folder.write("policy.yaml", CORRECT["policy.yaml"] + DESK)
    return folder


def test_what_is_said_is_read(folder: DistrictFolder) -> None:
    assert folder.said() == []
    policy = load_district(folder.path).policy
    assert policy.desk == DeskPolicy(
        duplicates=DuplicatePolicy(150.0, 200.0, 900.0, 3),
        limits=TimeLimits(120.0, 3600.0, 7200.0, 5400.0),
        diversion=DiversionPolicy({1: frozenset({3})}, frozenset({AssignmentStatus.DISPATCHED})),
    )
    assert policy.hospital_needs == {C.EMERGENCY_24H, C.TRAUMA}
    assert policy.call_types[0].hospital_needs == {C.EYE}


def test_what_is_left_out_has_its_default(tmp_path: Path) -> None:
    folder = correct_folder(tmp_path)
    policy = load_district(folder.path).policy
    assert (policy.desk, policy.hospital_needs) == (DeskPolicy(), {C.EMERGENCY_24H})
    folder.write("policy.yaml", CORRECT["policy.yaml"] + "desk: {limits: {on_scene_s: 60}}\n")
    assert load_district(folder.path).policy.desk == DeskPolicy(limits=TimeLimits(on_scene_s=60.0))


def test_a_record_of_a_policy_without_a_desk_can_still_be_read() -> None:
    assert Policy.__dataclass_fields__["desk"].default_factory() == DeskPolicy()  # type: ignore[misc]


def test_only_what_is_less_urgent_and_still_on_the_way_is_taken_by_default() -> None:
    rule, statuses = DiversionPolicy(), AssignmentStatus
    for priority in (1, 2, 3):
        for other in (1, 2, 3):
            assert rule.allows(priority, other, statuses.EN_ROUTE) is (other > priority)
            assert not rule.allows(priority, other, statuses.ON_SCENE)


@pytest.mark.parametrize(
    ("old", "new", "line", "expected"),
    [
        ("{1: [3]}", "{1: [1]}", 5,
         "desk.diversion.may_take_from[1][0]: Priority 1 is no less urgent than priority 1"),
        ("{1: [3]}", "{3: [2]}", 5,
         "desk.diversion.may_take_from[3][0]: Priority 2 is no less urgent than priority 3"),
        ("{1: [3]}", "{1: [3, 3]}", 5,
         "desk.diversion.may_take_from[1][1]: 3 stands here twice."),
        ("{1: [3]}", "{4: [3]}", 5, "desk.diversion.may_take_from[4]: This has to be 1, 2 or 3"),
        ("{1: [3]}", "{1: 3}", 5, "desk.diversion.may_take_from[1]: This has to be a list."),
        ("statuses: [dispatched]", "statuses: [on_scene]", 6,
         "desk.diversion.statuses[0]: This has to be 'dispatched' or 'en_route'"),
        ("statuses: [dispatched]", "statuses: [dispatched, dispatched]", 6,
         "desk.diversion.statuses[1]: dispatched stands here twice."),
        ("dispatched_s: 120", "dispatched_s: 0", 3,
         "desk.limits.dispatched_s: This has to be 1.0 or more."),
        ("on_scene_s: 7200", "on_scene_s: .inf", 3, "desk.limits.on_scene_s: This has to be"),
        ("at_most: 3", "at_most: 2.5", 2,
         "desk.duplicates.at_most: This has to be a whole number."),
        ("within_m: 150", "within_m: -1", 2,
         "desk.duplicates.within_m: This has to be 0.0 or more."),
        ("within_m: 150", "within_km: 1", 2, "desk.duplicates.within_km: There is no such key"),
        ("  needs: [emergency_24h, trauma]", "  needs: [beds]", 8,
         "hospitals.needs[0]: This has to be 'emergency_24h'"),
        ("  needs: [emergency_24h, trauma]", "  needs: [trauma, trauma]", 8,
         "hospitals.needs[1]: trauma stands here twice."),
        ("  needs: [emergency_24h, trauma]", "  needs: [emergency_24h, eye]", 8,
         "hospitals.needs: No hospital takes in all of this: emergency_24h, eye."),
        ("hospital_needs: [eye]", "hospital_needs: [burns]", 12,
         "call_types[0].hospital_needs: No hospital takes in all of this: burns."),
        ("hospital_needs: [eye]", "hospital_needs: [eye, eye]", 12,
         "call_types[0].hospital_needs[1]: eye stands here twice."),
    ],
)  # fmt: skip
def test_a_mistake_is_said_with_its_line(
    folder: DistrictFolder, old: str, new: str, line: int, expected: str
) -> None:
    folder.spoil("policy.yaml", old, new)
    said = folder.said()
    assert any(each.startswith(f"policy.yaml:{LINE + line}: {expected}") for each in said), said


def test_a_need_that_no_hospital_meets_is_only_warned_of(folder: DistrictFolder) -> None:
    folder.spoil("policy.yaml", "hospital_needs: [eye]", "hospital_needs: [burns]")
    assert [mistake.warning for mistake in folder.mistakes()] == [True]
    load_district(folder.path)


def test_without_hospitals_no_need_is_warned_of(folder: DistrictFolder) -> None:
    (folder.path / "hospitals.yaml").unlink()
    assert folder.said() == []
