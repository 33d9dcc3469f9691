"""The onward leg at the desk, on either database: what is needed, and where somebody is taken."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from dispatch_router.application.desk.audit import verify
from dispatch_router.application.desk.onward import OnwardDesk, OnwardWish
from dispatch_router.domain.call_types import CallType
from dispatch_router.domain.desk_errors import IllegalTransition, UnknownAssignment, UnknownHospital
from dispatch_router.domain.hospitals import HospitalCapability
from dispatch_router.domain.names import Name
from dispatch_router.domain.onward import NeedsSource, OnwardLegs, OnwardQuestion
from dispatch_router.domain.response import Response
from dispatch_router.domain.units import UnitMode
from dispatch_router.storage.desk import SqlDeskStore
from tests.desk import S, SmallDesk, small_desk
from tests.small_district import POLICY, small_district

C = HospitalCapability
EYES = CallType("eyes", Name("眼伤", "Eyes"), frozenset(), frozenset({C.EYE}))
QUARREL = CallType("quarrel", Name("纠纷", "Quarrel"), frozenset())
DISTRICT = small_district(policy=replace(POLICY, call_types=(EYES, QUARREL)))


class NotedQuestions:
    """Notes what is asked in the place of ranking."""

    def __init__(self) -> None:
        self.asked: list[OnwardQuestion] = []

    def rank(self, question: OnwardQuestion, **how: Any) -> OnwardLegs:
        self.asked.append(question)
        return None  # type: ignore[return-value]


@pytest.fixture
def desk(desk_store: SqlDeskStore) -> SmallDesk:
    return small_desk(desk_store, district=DISTRICT)


@pytest.fixture
def on_scene(desk: SmallDesk) -> str:
    """An assignment whose unit has arrived."""
    made = desk.reserve(desk.file().incident.id, "p1")
    desk.move(made.id, S.EN_ROUTE, S.ON_SCENE)
    assignment_id: str = made.id
    return assignment_id


def question(desk: SmallDesk, store: SqlDeskStore, call_type: str, **wish: Any) -> OnwardQuestion:
    filed = desk.file(type=call_type, response=Response.EMERGENCY)
    made, noted = desk.reserve(filed.incident.id, "p1"), NotedQuestions()
    OnwardDesk(DISTRICT, store, noted).hospitals(made.id, OnwardWish(3, **wish))
    (asked,) = noted.asked
    assert asked.scene == filed.incident.position
    return asked


def test_what_is_needed_is_what_the_type_of_the_call_says(
    desk: SmallDesk, desk_store: SqlDeskStore
) -> None:
    asked = question(desk, desk_store, "eyes")
    assert (asked.needs, asked.needs_from) == ({C.EYE}, NeedsSource.CALL_TYPE)


@pytest.mark.parametrize("call_type", ["quarrel", "in the call centre's own words"])
def test_where_the_type_says_nothing_the_policy_does(
    desk: SmallDesk, desk_store: SqlDeskStore, call_type: str
) -> None:
    asked = question(desk, desk_store, call_type)
    assert (asked.needs, asked.needs_from) == ({C.EMERGENCY_24H}, NeedsSource.POLICY)


def test_the_dispatcher_has_the_last_word(desk: SmallDesk, desk_store: SqlDeskStore) -> None:
    asked = question(desk, desk_store, "eyes", needs=frozenset({C.BURNS}))
    assert (asked.needs, asked.needs_from) == ({C.BURNS}, NeedsSource.REQUEST)


def test_the_drive_is_the_unit_s_and_keeps_the_incident_s_rules(
    desk: SmallDesk, desk_store: SqlDeskStore
) -> None:
    asked = question(desk, desk_store, "eyes")
    assert (asked.mode, asked.response) == (UnitMode.CAR, Response.EMERGENCY)


def test_both_can_be_asked_for_otherwise(desk: SmallDesk, desk_store: SqlDeskStore) -> None:
    asked = question(desk, desk_store, "eyes", mode=UnitMode.MOTORCYCLE, response=Response.ROUTINE)
    assert (asked.mode, asked.response) == (UnitMode.MOTORCYCLE, Response.ROUTINE)


def test_an_assignment_that_is_not_there_has_no_onward_leg(desk_store: SqlDeskStore) -> None:
    with pytest.raises(UnknownAssignment):
        OnwardDesk(DISTRICT, desk_store, NotedQuestions()).hospitals("nope", OnwardWish(3))


def test_where_somebody_is_taken_is_kept_with_the_step_and_told(
    desk: SmallDesk, desk_store: SqlDeskStore, on_scene: str
) -> None:
    desk.move(on_scene, S.TRANSPORTING, hospital_id="river-h")
    kept = desk.desk.assignments.read(on_scene)
    assert kept.hospital_id == kept.steps[-1].hospital_id == "river-h"
    assert [step.hospital_id for step in kept.steps[:-1]] == [None] * 3
    with desk_store.reading() as view:
        last = view.last_event()
        assert last is not None
        assert last.state["steps"][-1]["hospital_id"] == "river-h"
        assert "hospital_id" not in last.state["steps"][0]
        assert verify(view, None).findings == ()
    desk.move(on_scene, S.CLEARED)
    assert desk.desk.assignments.read(on_scene).hospital_id == "river-h"


def test_another_hospital_on_the_way_changes_where_and_not_since_when(
    desk: SmallDesk, on_scene: str
) -> None:
    first = desk.move(on_scene, S.TRANSPORTING)
    assert first.hospital_id is None
    desk.clock.at += timedelta(minutes=2)
    told = desk.move(on_scene, S.TRANSPORTING, hospital_id="town-h")
    changed = desk.move(on_scene, S.TRANSPORTING, hospital_id="river-h")
    assert (told.hospital_id, changed.hospital_id) == ("town-h", "river-h")
    assert changed.since == first.since
    assert changed.version == first.version + 2
    assert desk.move(on_scene, S.TRANSPORTING) == changed
    assert desk.move(on_scene, S.TRANSPORTING, hospital_id="river-h") == changed


def test_a_hospital_that_is_not_there_is_refused_and_nothing_changes(
    desk: SmallDesk, on_scene: str
) -> None:
    before = desk.desk.assignments.read(on_scene)
    with pytest.raises(UnknownHospital):
        desk.move(on_scene, S.TRANSPORTING, hospital_id="nope")
    assert desk.desk.assignments.read(on_scene) == before


def test_only_transporting_goes_to_a_hospital(desk: SmallDesk, on_scene: str) -> None:
    with pytest.raises(IllegalTransition, match="Only transporting goes to a hospital"):
        desk.move(on_scene, S.CLEARED, hospital_id="town-h")
