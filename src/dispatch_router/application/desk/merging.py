"""Letting an incident go on as another: with its units, and no less urgent than either."""

from __future__ import annotations

from datetime import datetime

from dispatch_router.application.desk.advice import AdviceWish, Outdated, ranked_before
from dispatch_router.application.desk.changes import change_assignment, change_incident
from dispatch_router.application.desk.corrections import differing, keep_corrected
from dispatch_router.application.desk.diversions import standing
from dispatch_router.application.desk.incident_records import Merged
from dispatch_router.application.desk.looking import shown
from dispatch_router.application.desk.parts import (
    DeskParts,
    answer_once,
    earlier_reply,
    found_incident,
    open_incident,
)
from dispatch_router.application.desk.ports import DeskTransaction
from dispatch_router.application.desk.ranked_calls import RankedCall, ranked_call
from dispatch_router.application.retries import Answer
from dispatch_router.domain.errors import InvalidQuestion, OutsideDistrict, UnknownPlace
from dispatch_router.domain.event_log import EventKind
from dispatch_router.domain.incidents import Incident


def merge(parts: DeskParts, incident_id: str, into_id: str, answer: Answer[Merged]) -> bytes:
    """Let an incident go on as another; units on the way to it are on the way to that one.

    The one that goes on takes the more urgent priority and response of the two, or what was urgent
    of the first call would be lost; where that changes it, it is recommended for again.

    Raises:
        UnknownIncident: one of the two is not there.
        IncidentNotOpen: one of the two is over.
        InvalidQuestion: the two are one.
        StorageUnavailable: it could not be done.
    """
    return ranked_before(lambda: _merge(parts, incident_id, into_id, answer))


def _merge(parts: DeskParts, incident_id: str, into_id: str, answer: Answer[Merged]) -> bytes:
    if (kept := earlier_reply(parts, answer)) is not None:
        return kept
    with parts.store.reading() as view:
        ranked_for = view.incident(incident_id), view.incident(into_id)
    raised, ranked = _ranked(parts, *ranked_for)

    def work(desk: DeskTransaction, at: datetime) -> Merged:
        if incident_id == into_id:
            raise InvalidQuestion(
                "An incident cannot be merged into itself.", "警情不能并入自身。", "into"
            )
        incident = found_incident(desk, incident_id)
        if incident.merged_into == into_id:
            return Merged(shown(desk, found_incident(desk, into_id)))
        incident, into = open_incident(desk, incident_id), open_incident(desk, into_id)
        if ranked_for != (incident, into):
            raise Outdated
        _hand_on(desk, incident, into, at)
        if raised is None:
            return Merged(shown(desk, into))
        return _raise(desk, ranked, into, raised, incident_id, at)

    return answer_once(parts, answer, work)


def _ranked(
    parts: DeskParts, incident: Incident | None, into: Incident | None
) -> tuple[Incident | None, RankedCall | None]:
    """Return what the other one becomes, where it becomes more urgent, and who should go then."""
    if incident is None or into is None or not (incident.is_open and into.is_open):
        return None, None
    raised = into.as_urgent_as(incident)
    if raised == into:
        return None, None
    question = raised.question(parts.call_types)
    try:
        ranked = ranked_call(parts, question, AdviceWish(), into.id)
    except (UnknownPlace, OutsideDistrict):
        # The map or the gazetteer has lost the place: no reason to keep two incidents of one.
        return raised, None
    return ranked.placed(raised), ranked


def _hand_on(desk: DeskTransaction, incident: Incident, into: Incident, at: datetime) -> None:
    for assignment in desk.assignments_of(incident.id):
        if assignment.is_open:
            moved = assignment.moved_to(into.id)
            kind = EventKind.ASSIGNMENT_TRANSFERRED
            change_assignment(desk, kind, moved, at, from_incident_id=incident.id)
    merged = incident.merged(max(at, incident.filed_at), into.id)
    change_incident(desk, EventKind.INCIDENT_MERGED, merged, at)


def _raise(
    desk: DeskTransaction,
    ranked: RankedCall | None,
    before: Incident,
    raised: Incident,
    incident_id: str,
    at: datetime,
) -> Merged:
    changed = differing(before, raised)
    first_before = keep_corrected(desk, raised, changed, ranked, at, merged_incident_id=incident_id)
    return Merged(
        shown(desk, raised),
        changed,
        None if ranked is None else ranked.advice,
        None if ranked is None else ranked.written.reply,
        first_before,
        () if ranked is None else standing(desk, ranked.offers),
    )
