"""Handing an incident over to a unit of the post that is responsible for it."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from dispatch_router.application.desk.assignment_records import Relief
from dispatch_router.application.desk.changes import add_assignment
from dispatch_router.application.desk.choices import next_best, require_unit
from dispatch_router.application.desk.parts import (
    DeskParts,
    answer_once,
    earlier_reply,
    found_assignment,
    open_incident,
)
from dispatch_router.application.desk.ports import DeskTransaction, DeskView
from dispatch_router.application.retries import Answer
from dispatch_router.domain.assignments import Assignment, AssignmentStatus, Step
from dispatch_router.domain.desk_errors import (
    IllegalTransition,
    NotResponsible,
    OverrideReasonRequired,
    UnitTaken,
)
from dispatch_router.domain.errors import OutsideDistrict, UnknownPlace
from dispatch_router.domain.incidents import Incident
from dispatch_router.domain.recommendation import Reason, ReasonCode

_NO_HINDRANCE: Final = frozenset({ReasonCode.SLOWER, ReasonCode.BUSY})
"""Whoever is slower can go, and whether a unit is taken the database says."""


def hand_over(
    parts: DeskParts, assignment_id: str, relief: Relief, answer: Answer[Assignment]
) -> bytes:
    """Send a unit of the responsible post, which takes over once it is on the scene.

    Raises:
        UnknownAssignment: there is none.
        IncidentNotOpen: its incident is over.
        IllegalTransition: the assignment is over.
        UnknownUnit: the district has no such unit.
        NotResponsible: the unit is of another post, or no post is responsible.
        UnitTaken: the unit has an open assignment; the next best is of the same post.
        OverrideReasonRequired: it cannot go, or has declined the incident, and nobody says why it
            is sent all the same.
        StorageUnavailable: it could not be done.
    """
    if (kept := earlier_reply(parts, answer)) is not None:
        return kept
    hindrance = None if relief.override_reason else _hindrance(parts, assignment_id, relief.unit_id)
    try:
        return _hand_over(parts, assignment_id, relief, hindrance, answer)
    except UnitTaken as taken:
        with parts.store.reading() as desk:
            incident_id = found_assignment(desk, assignment_id).incident_id
        post_id = parts.unit_posts().get(relief.unit_id)
        best = next_best(parts, incident_id, of_post=post_id)
        raise UnitTaken(taken.unit_id, taken.held_by, best) from None


def _hand_over(
    parts: DeskParts,
    assignment_id: str,
    relief: Relief,
    hindrance: Reason | None,
    answer: Answer[Assignment],
) -> bytes:
    unit_id = relief.unit_id

    def work(desk: DeskTransaction, at: datetime) -> Assignment:
        relieved = found_assignment(desk, assignment_id)
        if not relieved.is_open:
            raise IllegalTransition(
                f"The assignment is {relieved.status}: there is nothing to hand over.",
                f"该派警已结束（{relieved.status}），无需移交。",
            )
        incident = open_incident(desk, relieved.incident_id)
        require_unit(desk, parts, unit_id)
        _require_responsible(parts, incident, unit_id)
        held = desk.open_assignment_of(unit_id)
        if held is not None:
            raise UnitTaken(unit_id, held.id, None)
        if relief.override_reason is None:
            _require_willing(desk, incident.id, unit_id, hindrance)
        assignment = Assignment(
            id=parts.ids.next_id(),
            incident_id=incident.id,
            unit_id=unit_id,
            steps=(Step(AssignmentStatus.DISPATCHED, at),),
            override_reason=relief.override_reason,
            relieves=relieved.id,
        )
        if not add_assignment(desk, assignment, at):
            raise UnitTaken(unit_id, None, None)
        return assignment

    return answer_once(parts, answer, work)


def _hindrance(parts: DeskParts, assignment_id: str, unit_id: str) -> Reason | None:
    """Say why a unit cannot go to an assignment's incident, ranked before anything is written.

    Where the assignment or its incident cannot be handed over at all, the transaction says so.
    """
    with parts.store.reading() as desk:
        assignment = desk.assignment(assignment_id)
        incident = None if assignment is None else desk.incident(assignment.incident_id)
    if incident is None or not incident.is_open:
        return None
    try:
        question = incident.question(parts.call_types)
        advice = parts.recommender.recommend(question, top=1, with_routes=False)
    except (OutsideDistrict, UnknownPlace):
        # The map or the gazetteer has lost the place: nobody can say who could not go.
        return None
    reasons = (
        reason
        for reason, units in advice.not_recommended.runs
        if reason.code not in _NO_HINDRANCE and any(unit.id == unit_id for unit in units)
    )
    return next(reasons, None)


def _require_willing(
    desk: DeskView, incident_id: str, unit_id: str, hindrance: Reason | None
) -> None:
    if hindrance is not None:
        raise OverrideReasonRequired(
            f"{unit_id} cannot go now ({hindrance.code}): {hindrance.what_would_change} Say in "
            "override_reason why it is sent all the same.",
            f"{unit_id}目前不能出警（{hindrance.code}）：{hindrance.what_would_change_zh}"
            "如仍要派出，请在override_reason中说明理由。",
        )
    if unit_id in desk.declined(incident_id):
        raise OverrideReasonRequired(
            f"{unit_id} has declined this incident. Say in override_reason why it is sent again.",
            f"{unit_id}已拒绝过该警情。如仍要派出，请在override_reason中说明理由。",
        )


def _require_responsible(parts: DeskParts, incident: Incident, unit_id: str) -> None:
    post_id = incident.responsible_post_id
    if post_id is None:
        raise NotResponsible(
            "The incident lies outside every zone, so no post is responsible for it.",
            "该警情不在任何警务区内，没有责任站点。",
        )
    if parts.unit_posts().get(unit_id) != post_id:
        raise NotResponsible(
            f"The responsible post is {post_id}, and {unit_id} is not based there.",
            f"责任站点为{post_id}，{unit_id}不属于该站点。",
        )
