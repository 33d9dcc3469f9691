"""Reserving units for incidents, and moving assignments along."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from dispatch_router.application.desk.advice import ranked_before
from dispatch_router.application.desk.assignment_records import (
    DiversionPrice,
    Relief,
    Reservation,
    Reserved,
)
from dispatch_router.application.desk.changes import add_assignment, change_assignment
from dispatch_router.application.desk.choices import (
    decision_for,
    first_free,
    next_best,
    require_reason,
    require_unit,
)
from dispatch_router.application.desk.diversions import LeftBehind, divertible, left_behind
from dispatch_router.application.desk.handing_over import hand_over
from dispatch_router.application.desk.parts import (
    DeskParts,
    answer_once,
    found_assignment,
    open_incident,
    require_version,
)
from dispatch_router.application.desk.ports import DeskTransaction
from dispatch_router.application.retries import Answer
from dispatch_router.domain.assignments import BY_TIME_ALONE, Assignment, AssignmentStatus, Step
from dispatch_router.domain.desk_errors import (
    IllegalTransition,
    UnitTaken,
    UnknownHospital,
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
            StorageUnavailable: it could not be done.
        """
        try:
            return ranked_before(lambda: self._reserve(incident_id, wish, answer))
        except UnitTaken as taken:
            if taken.next_best is not None:
                raise
            best = next_best(self._parts, incident_id)
            raise UnitTaken(taken.unit_id, taken.held_by, best) from None

    def _reserve(self, incident_id: str, wish: Reservation, answer: Answer[Reserved]) -> bytes:
        ranked = self._left_behind(wish, answer) if wish.divert else None

        def work(desk: DeskTransaction, at: datetime) -> Reserved:
            incident = open_incident(desk, incident_id)
            require_unit(desk, self._parts, wish.unit_id)
            decision = decision_for(desk, incident_id, wish.decision_id)
            held = desk.open_assignment_of(wish.unit_id)
            if held is not None and not wish.divert:
                raise UnitTaken(wish.unit_id, held.id, first_free(desk, self._parts, decision))
            require_reason(desk, self._parts, wish, decision, incident_id)
            price = None
            if held is not None:
                price = self._release(desk, incident, held, ranked, at)
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
                raise UnitTaken(wish.unit_id, None, first_free(desk, self._parts, decision))
            return Reserved(assignment, price)

        return answer_once(self._parts, answer, work)

    def move(
        self,
        assignment_id: str,
        status: AssignmentStatus,
        reason: str | None,
        answer: Answer[Assignment],
        hospital_id: str | None = None,
        seen: frozenset[str] | None = None,
    ) -> bytes:
        """Move an assignment along; a unit that relieves another lets it go by arriving.

        Steps that must have been before and that nobody reported are filled in, each with an event.

        Args:
            assignment_id: the one to move.
            status: the next step.
            reason: why, for what ends it early.
            answer: how to reply.
            hospital_id: where to, for transporting.
            seen: the versions that it may have; None for any.

        Raises:
            UnknownAssignment: there is none.
            VersionChanged: it has another version than was seen.
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
            require_version(seen, before.version)
            *missing, moved = before.moved_through(status, at, reason, hospital_id)
            self._require_hospital(hospital_id)
            if moved is before:
                return before
            for each in missing:
                _take_step(desk, each, at, filled_in=True)
            _take_step(desk, moved, at)
            return moved

        return answer_once(self._parts, answer, work)

    def hand_over(self, assignment_id: str, relief: Relief, answer: Answer[Assignment]) -> bytes:
        """Send a unit of the responsible post, which takes over; see ``hand_over``."""
        return hand_over(self._parts, assignment_id, relief, answer)

    def read(self, assignment_id: str) -> Assignment:
        """Return one assignment.

        Raises:
            UnknownAssignment: there is none.
        """
        with self._parts.store.reading() as desk:
            return found_assignment(desk, assignment_id)

    def _require_hospital(self, hospital_id: str | None) -> None:
        if hospital_id is not None and hospital_id not in self._parts.hospitals():
            raise UnknownHospital(
                "The district has no hospital with this id. GET /v1/hospitals lists them.",
                "本辖区没有这个编号的医院。可通过 GET /v1/hospitals 查看。",
            )

    def _left_behind(self, wish: Reservation, answer: Answer[Reserved]) -> LeftBehind | None:
        """Rank who could go where the unit would be taken from, before anything is written."""
        with self._parts.store.reading() as desk:
            held = desk.open_assignment_of(wish.unit_id)
            left = None if held is None else desk.incident(held.incident_id)
            if left is None or (answer.key and desk.kept_reply(answer.key)):
                return None
        return left_behind(self._parts, left)

    def _release(
        self,
        desk: DeskTransaction,
        incident: Incident,
        held: Assignment,
        ranked: LeftBehind | None,
        at: datetime,
    ) -> DiversionPrice:
        left = divertible(desk, self._parts.policy.diversion, incident, held, ranked)
        price = left.price(desk, held.unit_id)
        reason = f"改派至警情{incident.id} / diverted to incident {incident.id}"
        cancelled = held.moved(AssignmentStatus.CANCELLED, at, reason)
        kind = EventKind.ASSIGNMENT_MOVED
        change_assignment(desk, kind, cancelled, at, **_price_members(price))
        return price


def _take_step(desk: DeskTransaction, moved: Assignment, at: datetime, **details: Any) -> None:
    change_assignment(desk, EventKind.ASSIGNMENT_MOVED, moved, at, **details)
    if moved.status is AssignmentStatus.ON_SCENE and moved.relieves is not None:
        _relieve(desk, moved, at)


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
