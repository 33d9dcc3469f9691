"""Assignments at the desk, on either database."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dispatch_router.domain.assignments import AssignmentStatus
from dispatch_router.domain.desk_errors import (
    IllegalTransition,
    NotDivertible,
    NotResponsible,
    OverrideReasonRequired,
    UnitTaken,
    UnknownAssignment,
    UnknownDecision,
    UnknownUnit,
)
from dispatch_router.storage.desk import SqlDeskStore
from tests.desk import S, SmallDesk, key, small_desk

MINUTE = timedelta(minutes=1)


@pytest.fixture
def desk(desk_store: SqlDeskStore) -> SmallDesk:
    return small_desk(desk_store)


@pytest.fixture
def incident(desk: SmallDesk) -> str:
    """An incident whose first unit is p1, then x1, then t1 and t2."""
    return desk.file().incident.id


def test_the_first_unit_is_reserved_without_a_reason(desk: SmallDesk, incident: str) -> None:
    assignment = desk.reserve(incident, "p1", override_reason=None)
    assert (assignment.status, assignment.unit_id) == (S.DISPATCHED, "p1")
    assert assignment.decision_id == desk.desk.incidents.read(incident).decision_id
    assert desk.desk.assignments.read(assignment.id) == assignment
    assert desk.busy() == {"p1": incident}


def test_another_unit_than_the_first_needs_a_reason_which_is_kept(
    desk: SmallDesk, incident: str
) -> None:
    with pytest.raises(OverrideReasonRequired, match="p1 is the first that is free"):
        desk.reserve(incident, "t1", override_reason=None)
    assert desk.busy() == {}
    assert desk.reserve(incident, "t1", override_reason="dog").override_reason == "dog"


def test_once_the_first_is_busy_the_next_one_is_the_first(desk: SmallDesk, incident: str) -> None:
    desk.reserve(incident, "p1")
    assert desk.reserve(incident, "x1", override_reason=None).unit_id == "x1"
    assert desk.busy() == {"p1": incident, "x1": incident}


def test_a_unit_that_is_taken_is_refused_with_the_next_best(desk: SmallDesk, incident: str) -> None:
    held = desk.reserve(incident, "p1")
    other = desk.file().incident.id
    with pytest.raises(UnitTaken) as refused:
        desk.reserve(other, "p1")
    assert refused.value.held_by == held.id
    assert refused.value.next_best is not None
    assert refused.value.next_best.unit_id == "x1"
    assert refused.value.next_best.time_to_person_ms > 0


def test_where_nobody_is_left_no_next_best_is_named(desk: SmallDesk, incident: str) -> None:
    for unit in ("t1", "t2", "p1", "x1", "r1"):
        desk.reserve(incident, unit)
    with pytest.raises(UnitTaken) as refused:
        desk.reserve(incident, "p1")
    assert refused.value.next_best is None


def test_units_and_decisions_that_do_not_belong_here_are_refused(
    desk: SmallDesk, incident: str
) -> None:
    other = desk.desk.incidents.read(desk.file().incident.id)
    with pytest.raises(UnknownUnit):
        desk.reserve(incident, "z9")
    with pytest.raises(UnknownDecision):
        desk.reserve(incident, "p1", decision_id=other.decision_id)
    with pytest.raises(UnknownDecision):
        desk.reserve(incident, "p1", decision_id="nothing")
    with pytest.raises(UnknownAssignment):
        desk.move("nothing", S.EN_ROUTE)


def test_a_reservation_sent_again_reserves_once(desk: SmallDesk, incident: str) -> None:
    made = desk.reserve(incident, "p1", request=key("k"))
    assert desk.reserve(incident, "p1", request=key("k")) is None, "done again"
    assert desk.desk.incidents.read(incident).assignments == (made,)


def test_an_assignment_goes_its_way_with_the_time_of_every_step(
    desk: SmallDesk, incident: str
) -> None:
    made = desk.reserve(incident, "p1")
    start = desk.clock.at
    for status in (S.EN_ROUTE, S.ON_SCENE, S.TRANSPORTING, S.CLEARED):
        desk.clock.at += MINUTE
        desk.move(made.id, status)
    done = desk.desk.assignments.read(made.id)
    assert [(step.status, (step.at - start) / MINUTE) for step in done.steps] == [
        (S.DISPATCHED, 0),
        (S.EN_ROUTE, 1),
        (S.ON_SCENE, 2),
        (S.TRANSPORTING, 3),
        (S.CLEARED, 4),
    ]
    assert desk.busy() == {}
    assert desk.reserve(incident, "p1", override_reason=None).unit_id == "p1"


def test_a_step_that_was_taken_already_is_no_mistake_and_no_change(
    desk: SmallDesk, incident: str
) -> None:
    made = desk.reserve(incident, "p1")
    first = desk.move(made.id, S.EN_ROUTE)
    desk.clock.at += MINUTE
    assert desk.move(made.id, S.EN_ROUTE) == first


def test_a_step_that_does_not_follow_is_refused(desk: SmallDesk, incident: str) -> None:
    made = desk.reserve(incident, "p1")
    # Not on_scene: a lost report must not let the unit expire and be taken for free on the scene.
    with pytest.raises(IllegalTransition, match="it can become cancelled, declined, en_route, on"):
        desk.move(made.id, S.CLEARED)
    with pytest.raises(IllegalTransition, match="expires by itself"):
        desk.move(made.id, S.EXPIRED)
    desk.move(made.id, S.DECLINED, reason="flat tyre")
    with pytest.raises(IllegalTransition, match="the end of it"):
        desk.move(made.id, S.EN_ROUTE)
    assert desk.desk.assignments.read(made.id).reason == "flat tyre"


@pytest.mark.parametrize(
    ("reported", "missing"),
    [
        ([S.ON_SCENE], [S.EN_ROUTE]),
        ([S.TRANSPORTING], [S.EN_ROUTE, S.ON_SCENE]),
        ([S.EN_ROUTE, S.TRANSPORTING], [S.ON_SCENE]),
        ([S.EN_ROUTE, S.ON_SCENE, S.TRANSPORTING], []),
    ],
)
def test_steps_that_nobody_reported_are_filled_in_and_told(
    desk: SmallDesk,
    desk_store: SqlDeskStore,
    incident: str,
    reported: list[AssignmentStatus],
    missing: list[AssignmentStatus],
) -> None:
    made = desk.reserve(incident, "p1")
    desk.clock.at += MINUTE
    moved = desk.move(made.id, *reported)
    assert desk.desk.assignments.read(made.id) == moved
    way = [S.DISPATCHED, S.EN_ROUTE, S.ON_SCENE, S.TRANSPORTING]
    assert [step.status for step in moved.steps] == way[: way.index(reported[-1]) + 1]
    assert [step.status for step in moved.steps if step.filled_in] == missing
    assert moved.version == len(moved.steps)
    with desk_store.reading() as view:
        events = [event for event in view.events_after(0, 99) if event.assignment_id == made.id]
    assert [event.state["status"] for event in events] == [step.status for step in moved.steps]
    told = [event.state["status"] for event in events if event.details.get("filled_in")]
    assert told == missing


def test_a_unit_whose_setting_off_was_not_reported_does_not_expire_on_the_scene(
    desk: SmallDesk, incident: str
) -> None:
    made = desk.reserve(incident, "p1")
    desk.clock.at += 2 * MINUTE
    desk.move(made.id, S.ON_SCENE)
    desk.clock.at += 60 * MINUTE
    desk.desk.tick()
    assert desk.busy() == {"p1": incident}


def test_a_relief_that_takes_somebody_away_has_relieved_on_the_way(
    desk: SmallDesk, incident: str
) -> None:
    quick = desk.reserve(incident, "p1")
    desk.move(quick.id, S.ON_SCENE)
    relief = desk.hand_over(quick.id, "t1")
    desk.move(relief.id, S.TRANSPORTING)
    assert desk.desk.assignments.read(quick.id).status is S.CLEARED


def test_a_unit_that_does_not_answer_is_free_again_after_three_minutes(
    desk: SmallDesk, incident: str
) -> None:
    silent, gone = desk.reserve(incident, "p1"), desk.reserve(incident, "x1")
    desk.move(gone.id, S.EN_ROUTE)
    desk.clock.at += 3 * MINUTE
    desk.desk.tick()
    assert set(desk.busy()) == {"p1", "x1"}
    desk.clock.at += timedelta(seconds=1)
    desk.desk.tick()
    assert set(desk.busy()) == {"x1"}
    assert desk.desk.assignments.read(silent.id).status is S.EXPIRED
    desk.clock.at += 240 * MINUTE
    desk.desk.tick()
    assert desk.busy() == {}


def test_a_clock_that_goes_back_takes_no_step_back(desk: SmallDesk, incident: str) -> None:
    made = desk.reserve(incident, "p1")
    desk.clock.at -= 60 * MINUTE
    moved = desk.move(made.id, S.EN_ROUTE)
    assert moved.since == made.since
    desk.desk.tick()
    assert desk.busy() == {"p1": incident}


def test_a_unit_on_its_way_is_diverted_to_something_more_urgent_at_a_price(
    desk: SmallDesk, incident: str
) -> None:
    held = desk.reserve(incident, "p1")
    desk.move(held.id, S.EN_ROUTE)
    urgent = desk.file(priority=1, type="fire").incident.id
    (offer, *_) = desk.desk.diversions.offered(urgent)
    assert (offer.unit.unit_id, offer.assignment.id) == ("p1", held.id)
    assert (offer.price.incident_id, offer.price.priority) == (incident, 2)
    assert offer.price.next_best is not None
    assert offer.price.next_best.unit_id == "x1"

    diverted = desk.reserve(urgent, "p1", divert=True)
    assert diverted.diverted_from == held.id
    left = desk.desk.assignments.read(held.id)
    assert (left.status, left.reason) == (
        S.CANCELLED,
        f"改派至警情{urgent} / diverted to incident {urgent}",
    )
    assert desk.busy() == {"p1": urgent}


def test_a_unit_is_not_taken_from_the_person_nor_from_something_as_urgent(
    desk: SmallDesk, incident: str
) -> None:
    held = desk.reserve(incident, "p1")
    as_urgent = desk.file(type="fire").incident.id
    with pytest.raises(NotDivertible):
        desk.reserve(as_urgent, "p1", divert=True)
    desk.move(held.id, S.EN_ROUTE, S.ON_SCENE)
    urgent = desk.file(priority=1, type="flood").incident.id
    with pytest.raises(NotDivertible):
        desk.reserve(urgent, "p1", divert=True)
    assert desk.desk.diversions.offered(urgent) == []
    assert desk.busy() == {"p1": incident}


def test_diverting_needs_a_reason_and_without_one_changes_nothing(
    desk: SmallDesk, incident: str
) -> None:
    held = desk.reserve(incident, "p1")
    urgent = desk.file(priority=1, type="fire").incident.id
    with pytest.raises(OverrideReasonRequired):
        desk.reserve(urgent, "p1", divert=True, override_reason=None)
    assert desk.desk.assignments.read(held.id) == held


def test_the_responsible_post_takes_over_once_it_is_on_the_scene(
    desk: SmallDesk, incident: str
) -> None:
    quick = desk.reserve(incident, "p1")
    desk.move(quick.id, S.EN_ROUTE, S.ON_SCENE)
    with pytest.raises(NotResponsible, match="town"):
        desk.hand_over(quick.id, "r1")
    relief = desk.hand_over(quick.id, "t1")
    assert relief.relieves == quick.id
    assert desk.busy() == {"p1": incident, "t1": incident}
    desk.move(relief.id, S.EN_ROUTE, S.ON_SCENE)
    assert desk.busy() == {"t1": incident}
    assert desk.desk.assignments.read(quick.id).status is S.CLEARED
    with pytest.raises(IllegalTransition, match="nothing to hand over"):
        desk.hand_over(quick.id, "t2")


def test_outside_every_zone_nobody_is_responsible(desk: SmallDesk) -> None:
    incident = desk.file(where="双福").incident.id
    made = desk.reserve(incident, "r1")
    with pytest.raises(NotResponsible, match="outside every zone"):
        desk.hand_over(made.id, "t1")


def test_a_unit_that_is_taken_relieves_nobody(desk: SmallDesk, incident: str) -> None:
    quick, busy = desk.reserve(incident, "p1"), desk.reserve(incident, "t1")
    with pytest.raises(UnitTaken) as refused:
        desk.hand_over(quick.id, "t1")
    assert refused.value.held_by == busy.id
