"""Reserving units for incidents, and moving assignments along."""

from __future__ import annotations

from datetime import datetime

from dispatch_router.application.desk.assignment_records import (
    DiversionPrice,
    Reservation,
    Reserved,
)
from dispatch_router.application.desk.changes import add_assignment, change_assignment
from dispatch_router.application.desk.diversions import divertible, price_of
from dispatch_router.application.desk.parts import (
    Answer,
    DeskParts,
    answer_once,
    found_assignment,
    open_incident,
)
from dispatch_router.application.desk.ports import DeskTransaction, DeskView
from dispatch_router.domain.assignments import BY_TIME_ALONE, Assignment, AssignmentStatus, Step
from dispatch_router.domain.calls import MAX_TOP
from dispatch_router.domain.decisions import Decision, RankedUnit, decision_of
from dispatch_router.domain.desk_errors import (
    IllegalTransition,
    NotResponsible,
    OverrideReasonRequired,
    UnitTaken,
    UnknownDecision,
    UnknownHospital,
    UnknownUnit,
)
from dispatch_router.domain.event_log import EventKind
from dispatch_router.domain.incidents import Incident


class Assignments:
    """What dispatchers and units do; safe to share between threads."""

    def __init__(self, parts: DeskParts) -> None:
        self._parts = parts

    def reserve(self, incident_id: str, wish: Reservation, answer: Answer[Reserved]) -> bytes:
        """Reserve the unit that the dispatcher picks.

        Raises:
            UnknownIncident: there is none.
            IncidentNotOpen: it is over.
            UnknownUnit: the district has no such unit.
            UnknownDecision: it was not made for this incident.
            UnitTaken: the unit has an open assignment.
            NotDivertible: it cannot be taken from that.
            OverrideReasonRequired: another than the first that is free, without a reason.
        """

        def work(desk: DeskTransaction, at: datetime) -> Reserved:
            incident = open_incident(desk, incident_id)
            self._require_unit(desk, wish.unit_id)
            decision = _decision(desk, incident_id, wish.decision_id)
            held = desk.open_assignment_of(wish.unit_id)
            if held is not None and not wish.divert:
                raise self._taken(desk, incident, wish.unit_id, held, decision)
            if wish.override_reason is None:
                _require_first(wish.unit_id, self._first_free(desk, decision))
            price = None
            if held is not None:
                price = self._release(desk, incident, held, at)
            assignment = Assignment(
                id=self._parts.ids.next_id(),
                incident_id=incident_id,
                unit_id=wish.unit_id,
                steps=(Step(AssignmentStatus.DISPATCHED, at),),
                decision_id=None if decision is None else decision.id,
                override_reason=wish.override_reason,
                diverted_from=None if held is None else held.id,
            )
            if not add_assignment(desk, assignment, at, **_price_members(price)):
                raise self._taken(desk, incident, wish.unit_id, None, decision)
            return Reserved(assignment, price)

        return answer_once(self._parts, answer, work)

    def move(
        self,
        assignment_id: str,
        status: AssignmentStatus,
        reason: str | None,
        answer: Answer[Assignment],
        hospital_id: str | None = None,
    ) -> bytes:
        """Move an assignment along; a unit that relieves another lets it go by arriving.

        Args:
            assignment_id: the one to move.
            status: the next step.
            reason: why, for what ends it early.
            answer: how to reply.
            hospital_id: where to, for transporting.

        Raises:
            UnknownAssignment: there is none.
            UnknownHospital: the district has no such hospital.
            IllegalTransition: that step does not follow, or comes by time alone, or goes to no
                hospital.
        """

        def work(desk: DeskTransaction, at: datetime) -> Assignment:
            if status in BY_TIME_ALONE:
                raise IllegalTransition(
                    "An assignment expires by itself. Cancel it in place of that.",
                    "派警由系统自动过期，请改用取消（cancelled）。",
                )
            before = found_assignment(desk, assignment_id)
            moved = before.moved(status, at, reason, hospital_id)
            self._require_hospital(hospital_id)
            if moved is before:
                return before
            change_assignment(desk, EventKind.ASSIGNMENT_MOVED, moved, at)
            if status is AssignmentStatus.ON_SCENE and moved.relieves is not None:
                _relieve(desk, moved, at)
            return moved

        return answer_once(self._parts, answer, work)

    def hand_over(self, assignment_id: str, unit_id: str, answer: Answer[Assignment]) -> bytes:
        """Send a unit of the responsible post, which takes over once it is on the scene.

        Raises:
            UnknownAssignment: there is none.
            IncidentNotOpen: its incident is over.
            IllegalTransition: the assignment is over.
            UnknownUnit: the district has no such unit.
            NotResponsible: the unit is of another post, or no post is responsible.
            UnitTaken: the unit has an open assignment.
        """

        def work(desk: DeskTransaction, at: datetime) -> Assignment:
            relieved = found_assignment(desk, assignment_id)
            if not relieved.is_open:
                raise IllegalTransition(
                    f"The assignment is {relieved.status}: there is nothing to hand over.",
                    f"该派警已结束（{relieved.status}），无需移交。",
                )
            incident = open_incident(desk, relieved.incident_id)
            self._require_unit(desk, unit_id)
            self._require_responsible(incident, unit_id)
            assignment = Assignment(
                id=self._parts.ids.next_id(),
                incident_id=incident.id,
                unit_id=unit_id,
                steps=(Step(AssignmentStatus.DISPATCHED, at),),
                relieves=relieved.id,
            )
            if not add_assignment(desk, assignment, at):
                held = desk.open_assignment_of(unit_id)
                raise UnitTaken(unit_id, held.id if held else None, None)
            return assignment

        return answer_once(self._parts, answer, work)

    def read(self, assignment_id: str) -> Assignment:
        """Return one assignment.

        Raises:
            UnknownAssignment: there is none.
        """
        with self._parts.store.reading() as desk:
            return found_assignment(desk, assignment_id)

    def _require_unit(self, desk: DeskView, unit_id: str) -> None:
        # The store may know of a deletion that this service has not heard of yet.
        if unit_id not in self._parts.unit_posts() or desk.has_lost_unit(unit_id):
            raise UnknownUnit(
                "The district has no unit with this id. GET /v1/units lists them.",
                "本辖区没有这个编号的力量。可通过 GET /v1/units 查看。",
            )

    def _require_hospital(self, hospital_id: str | None) -> None:
        if hospital_id is not None and hospital_id not in self._parts.hospitals():
            raise UnknownHospital(
                "The district has no hospital with this id. GET /v1/hospitals lists them.",
                "本辖区没有这个编号的医院。可通过 GET /v1/hospitals 查看。",
            )

    def _require_responsible(self, incident: Incident, unit_id: str) -> None:
        post_id = incident.responsible_post_id
        if post_id is None:
            raise NotResponsible(
                "The incident lies outside every zone, so no post is responsible for it.",
                "该警情不在任何警务区内，没有责任站点。",
            )
        if self._parts.unit_posts().get(unit_id) != post_id:
            raise NotResponsible(
                f"The responsible post is {post_id}, and {unit_id} is not based there.",
                f"责任站点为{post_id}，{unit_id}不属于该站点。",
            )

    def _release(
        self, desk: DeskTransaction, incident: Incident, held: Assignment, at: datetime
    ) -> DiversionPrice:
        left = divertible(desk, self._parts.policy.diversion, incident, held)
        price = price_of(desk, self._parts, left, held.unit_id)
        reason = f"改派至警情{incident.id} / diverted to incident {incident.id}"
        cancelled = held.moved(AssignmentStatus.CANCELLED, at, reason)
        kind = EventKind.ASSIGNMENT_MOVED
        change_assignment(desk, kind, cancelled, at, **_price_members(price))
        return price

    def _first_free(self, desk: DeskView, decision: Decision | None) -> RankedUnit | None:
        if decision is None:
            return None
        # The district may have lost a unit since it was recommended.
        gone = frozenset(decision.unit_ids) - self._parts.unit_posts().keys()
        return decision.first_free(desk.busy_among(decision.unit_ids) | gone)

    def _taken(
        self,
        desk: DeskView,
        incident: Incident,
        unit_id: str,
        held: Assignment | None,
        decision: Decision | None,
    ) -> UnitTaken:
        next_best = self._first_free(desk, decision)
        if next_best is None:
            advice = self._parts.recommender.recommend(
                incident.question(self._parts.call_types), top=MAX_TOP, with_routes=False
            )
            next_best = self._first_free(desk, decision_of(advice, incident.id))
        return UnitTaken(unit_id, held.id if held else None, next_best)


def _decision(desk: DeskView, incident_id: str, decision_id: str | None) -> Decision | None:
    if decision_id is None:
        return desk.latest_decision(incident_id)
    decision = desk.decision(decision_id)
    if decision is None or decision.incident_id != incident_id:
        raise UnknownDecision(
            "This decision was not made for the incident. Leave decision_id out for the latest.",
            "该决策不属于此警情。省略decision_id即采用最近一次决策。",
        )
    return decision


def _require_first(unit_id: str, first: RankedUnit | None) -> None:
    if first is not None and first.unit_id == unit_id:
        return
    named = f"{first.unit_id} is the first that is free" if first else "no candidate is free"
    named_zh = f"首选空闲力量为{first.unit_id}" if first else "推荐力量均不空闲"
    raise OverrideReasonRequired(
        f"{unit_id} is not the first choice: {named}. Say why in override_reason.",
        f"{unit_id}不是首选：{named_zh}。请在override_reason中说明理由。",
    )


def _relieve(desk: DeskTransaction, arrived: Assignment, at: datetime) -> None:
    relieved = desk.assignment(arrived.relieves or "")
    if relieved is not None and relieved.status is AssignmentStatus.ON_SCENE:
        cleared = relieved.moved(AssignmentStatus.CLEARED, at)
        kind = EventKind.ASSIGNMENT_MOVED
        change_assignment(desk, kind, cleared, at, relieved_by=arrived.id)


def _price_members(price: DiversionPrice | None) -> dict[str, object]:
    if price is None:
        return {}
    best = price.next_best
    return {
        "left_incident_id": price.incident_id,
        "left_priority": price.priority,
        "next_best_unit_id": best.unit_id if best else None,
        "next_best_time_to_person_ms": best.time_to_person_ms if best else None,
    }
