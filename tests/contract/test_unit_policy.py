"""What ``policy.yaml`` and ``units.yaml`` say of positions and capabilities."""

from __future__ import annotations

from pathlib import Path

import pytest

from dispatch_router.domain.call_types import CallType
from dispatch_router.domain.names import Name
from dispatch_router.domain.positions import PositionPolicy
from dispatch_router.storage.district_files import load_district
from tests.district_folder import CORRECT, DistrictFolder, correct_folder

POSITIONS = "positions: {stale_after_s: 30, lost_after_s: 300, drift: 0.5}\n"
CALL_TYPES = """\
call_types:
  - {id: lift, name: {zh: 电梯困人, en: Lift}, needs: [tools]}
  - {id: quarrel, name: {zh: 纠纷, en: Quarrel}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> DistrictFolder:
    folder = correct_folder(tmp_path)
    folder.write("policy.yaml", CORRECT["policy.yaml"] + POSITIONS + CALL_TYPES)
    folder.spoil("units.yaml", "familiar_zones: [west]", "capabilities: [tools, dog]")
    return folder


def test_what_is_said_is_read(folder: DistrictFolder) -> None:
    assert folder.said() == []
    district = load_district(folder.path)
    assert district.policy.positions == PositionPolicy(
        stale_after_s=30.0, lost_after_s=300.0, drift=0.5
    )
    lift, quarrel = district.policy.call_types
    assert lift == CallType("lift", Name("电梯困人", "Lift"), frozenset({"tools"}))
    assert quarrel.needs == frozenset()
    assert district.units[0].capabilities == {"tools", "dog"}
    assert district.units[1].capabilities == frozenset()


def test_what_is_left_out_has_its_default(tmp_path: Path) -> None:
    policy = load_district(correct_folder(tmp_path).path).policy
    assert (policy.positions, policy.call_types) == (PositionPolicy(), ())


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("policy.yaml", "lost_after_s: 300", "lost_after_s: 20",
         "policy.yaml:16: positions: A position is lost"),
        ("policy.yaml", "drift: 0.5", "drift: -1",
         "policy.yaml:16: positions.drift: This has to be 0.0 or more."),
        ("policy.yaml", "id: quarrel", "id: lift",
         "policy.yaml:19: call_types[1].id: The id lift stands here twice."),
        ("policy.yaml", "needs: [tools]", "needs: [tools, tools]",
         "policy.yaml:18: call_types[0].needs[1]: tools stands here twice."),
        ("policy.yaml", "needs: [tools]", "needs: [crane]",
         "policy.yaml:18: call_types[0].needs[0]: No unit has the capability crane"),
        ("units.yaml", "[tools, dog]", "[tools, tools]",
         "units.yaml:5: [0].capabilities[1]: tools stands here twice."),
        ("units.yaml", "[tools, dog]", "[Tools]",
         "units.yaml:5: [0].capabilities[0]: This has to be made of small letters"),
    ],
)  # fmt: skip
def test_a_mistake_is_said_with_its_line(
    folder: DistrictFolder, file: str, old: str, new: str, expected: str
) -> None:
    folder.spoil(file, old, new)
    said = folder.said()
    assert any(each.startswith(expected) for each in said), said


def test_a_call_that_nobody_can_be_sent_to_is_only_warned_of(folder: DistrictFolder) -> None:
    folder.spoil("policy.yaml", "needs: [tools]", "needs: [crane]")
    assert [mistake.warning for mistake in folder.mistakes()] == [True]
    load_district(folder.path)
