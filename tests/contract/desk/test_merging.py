"""Merging incidents, on either database: nothing that was urgent or known of a call is lost."""

from __future__ import annotations

import pytest

from dispatch_router.domain.desk_errors import NotDivertible
from dispatch_router.domain.event_log import EventKind
from dispatch_router.domain.response import Response
from dispatch_router.storage.desk import SqlDeskStore
from tests.desk import SmallDesk, key, small_desk


@pytest.fixture
def desk(desk_store: SqlDeskStore) -> SmallDesk:
    return small_desk(desk_store)


def test_the_incident_that_goes_on_takes_the_more_urgent_of_both(
    desk: SmallDesk, desk_store: SqlDeskStore
) -> None:
    urgent = desk.file(priority=1, response=Response.EMERGENCY).incident
    routine = desk.file(priority=3).incident
    merged = desk.merge(urgent.id, routine.id)
    assert (merged.incident.priority, merged.incident.response) == (1, Response.EMERGENCY)
    assert (merged.incident.version, merged.changed) == (2, ("priority", "response"))
    assert merged.shown.decision_id == merged.recommendation.decision_id
    assert merged.first_before.unit_id == "p1"
    with desk_store.reading() as view:
        *_, last = view.events_after(0, 99)
    assert last.kind is EventKind.INCIDENT_CORRECTED
    assert last.details["merged_incident_id"] == urgent.id
    assert last.details["changed"] == ["priority", "response"]


@pytest.mark.parametrize(
    ("merged", "into", "changed"),
    [
        ((1, Response.ROUTINE), (2, Response.EMERGENCY), ("priority",)),
        ((3, Response.EMERGENCY), (2, Response.ROUTINE), ("response",)),
        ((3, Response.ROUTINE), (2, Response.EMERGENCY), ()),
        ((2, Response.ROUTINE), (2, Response.ROUTINE), ()),
    ],
)
def test_priority_and_response_are_each_the_more_urgent(
    desk: SmallDesk,
    merged: tuple[int, Response],
    into: tuple[int, Response],
    changed: tuple[str, ...],
) -> None:
    first, second = (desk.file(priority=p, response=r).incident for p, r in (merged, into))
    answer = desk.merge(first.id, second.id)
    priority, response = answer.incident.priority, answer.incident.response
    assert priority == min(merged[0], into[0])
    assert response is max(merged[1], into[1], key=[Response.ROUTINE, Response.EMERGENCY].index)
    assert answer.changed == changed
    assert (answer.recommendation is not None) == bool(changed)
    assert answer.incident.version == (2 if changed else 1)


def test_nobody_takes_a_unit_from_an_urgent_call_by_way_of_a_routine_one(desk: SmallDesk) -> None:
    urgent = desk.file(priority=1, response=Response.EMERGENCY).incident
    desk.reserve(urgent.id, "p1")
    routine = desk.file(priority=3).incident
    desk.merge(urgent.id, routine.id)
    later = desk.file(priority=2, type="fire")
    assert later.diversions == ()
    with pytest.raises(NotDivertible):
        desk.reserve(later.incident.id, "p1", divert=True)
    assert desk.busy() == {"p1": routine.id}


def test_a_merge_sent_again_changes_nothing_more(desk: SmallDesk) -> None:
    urgent, routine = (desk.file(priority=priority).incident for priority in (1, 3))
    first = desk.merge(urgent.id, routine.id, request=key("k"))
    reply = desk.reply
    assert desk.merge(urgent.id, routine.id, request=key("k")) is None
    assert desk.reply == reply
    again = desk.merge(urgent.id, routine.id)
    assert (again.incident, again.changed) == (first.incident, ())


def test_what_became_more_urgent_is_offered_units_of_others(desk: SmallDesk) -> None:
    desk.reserve(desk.file(priority=3).incident.id, "p1")
    urgent, routine = (desk.file(priority=priority).incident for priority in (1, 3))
    merged = desk.merge(urgent.id, routine.id)
    assert [offer.unit.unit_id for offer in merged.diversions] == ["p1"]
