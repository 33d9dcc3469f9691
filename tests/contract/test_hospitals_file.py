"""``hospitals.yaml``: read when right, left out where there are none, and held to what it says."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.hospitals import CAPABILITY_NAMES, Hospital, HospitalCapability
from dispatch_router.domain.names import Name
from dispatch_router.storage.district_files import check_district, load_district
from dispatch_router.storage.district_files.hospital_words import CapabilityName
from tests.district_folder import DistrictFolder, correct_folder
from tests.xipeng import XIPENG


@pytest.fixture
def folder(tmp_path: Path) -> DistrictFolder:
    return correct_folder(tmp_path)


def test_a_hospital_says_where_it_is_and_whom_it_takes_in(folder: DistrictFolder) -> None:
    general, clinic = load_district(folder.path).hospitals
    assert general == Hospital(
        id="general",
        name=Name("镇医院", "Town Hospital"),
        position=LonLat(106.21, 29.30),
        approximate=True,
        takes=frozenset({HospitalCapability.EMERGENCY_24H, HospitalCapability.TRAUMA}),
    )
    assert clinic.takes == {HospitalCapability.EYE}


def test_a_district_can_do_without_hospitals(folder: DistrictFolder) -> None:
    (folder.path / "hospitals.yaml").unlink()
    assert folder.said() == []
    assert load_district(folder.path).hospitals == ()


def test_hospitals_under_a_wrong_ending_are_not_passed_over(folder: DistrictFolder) -> None:
    (folder.path / "hospitals.yaml").rename(folder.path / "hospitals.yml")
    assert folder.said() == [
        "hospitals.yaml: The file is missing; rename hospitals.yml to hospitals.yaml."
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("id: clinic", "id: general",
         "hospitals.yaml:6: [1].id: The id general stands in line 1 already."),
        ("id: clinic", "id: Clinic",
         "hospitals.yaml:6: [1].id: This has to be made of small letters"),
        ("takes: [eye]", "takes: []",
         "hospitals.yaml:10: [1].takes: At least 1 items are needed."),
        ("takes: [eye]", "takes: [eyes]",
         "hospitals.yaml:10: [1].takes[0]: This has to be 'emergency_24h', 'trauma'"),
        ("takes: [eye]", "takes: [eye, eye]",
         "hospitals.yaml:10: [1].takes[1]: eye stands here twice."),
        ("takes: [eye]", "takes: eye",
         "hospitals.yaml:10: [1].takes: This has to be a list."),
        ("  takes: [eye]\n", "",
         "hospitals.yaml:6: [1].takes: The key is missing."),
        ("takes: [eye]", "beds: 20",
         "hospitals.yaml:10: [1].beds: There is no such key"),
        ("{lon: 106.31, lat: 29.30}", "{lon: 29.30, lat: 106.31}",
         "hospitals.yaml:8: [1].position.lat: lat has to lie between -90 and 90; perhaps"),
        ("approximate: false", "approximate: no",
         "hospitals.yaml:9: [1].approximate: This has to be true or false."),
        ("{zh: 眼科门诊, en: Eye Clinic}", "眼科门诊",
         "hospitals.yaml:7: [1].name: This has to be a mapping"),
    ],
)  # fmt: skip
def test_a_mistake_is_said_with_its_line(
    folder: DistrictFolder, old: str, new: str, expected: str
) -> None:
    folder.spoil("hospitals.yaml", old, new)
    said = folder.said()
    assert any(each.startswith(expected) for each in said), said


def test_a_file_of_another_form_is_refused(folder: DistrictFolder) -> None:
    folder.write("hospitals.yaml", "hospitals: []\n")
    assert folder.said() == ["hospitals.yaml:1: This has to be a list of items."]


def test_a_file_of_too_many_hospitals_is_refused(folder: DistrictFolder) -> None:
    folder.write("hospitals.yaml", "- {}\n" * 501)
    assert "hospitals.yaml:1: There have to be 0 to 500 items, not 501." in folder.said()


def test_a_hospital_far_from_every_road_is_a_mistake(folder: DistrictFolder) -> None:
    found = check_district(folder.path, lambda position, _: position.lon != 106.31)
    assert [str(each) for each in found] == [
        "hospitals.yaml:8: [1].position: 106.31 29.3 is farther than 2000 m (max_snap_m) from "
        "every road of the graph."
    ]


def test_the_files_and_the_program_know_the_same_capabilities() -> None:
    assert list(get_args(CapabilityName)) == list(HospitalCapability)
    assert set(CAPABILITY_NAMES) == set(HospitalCapability)


def test_in_xipeng_every_hospital_says_that_it_is_made_up() -> None:
    hospitals = load_district(XIPENG).hospitals
    assert hospitals
    for hospital in hospitals:
        assert hospital.approximate
        assert hospital.name.zh.endswith("（虚构）")
        assert hospital.name.en.endswith("(made up)")
