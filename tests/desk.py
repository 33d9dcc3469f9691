"""A desk for tests: the small district on straight roads."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dispatch_router.application.busy_units import BusyUnits
from dispatch_router.application.crews import Crews
from dispatch_router.application.desk.advice import AdviceWish
from dispatch_router.application.desk.assignment_records import Relief, Reservation
from dispatch_router.application.desk.desk import Desk, open_desk
from dispatch_router.application.desk.documents import assignment_members, incident_members
from dispatch_router.application.desk.incident_records import Filed, IncidentDraft
from dispatch_router.application.desk.open_assignments import OpenAssignments
from dispatch_router.application.desk.ports import DeskStore
from dispatch_router.application.recommend import Recommender
from dispatch_router.application.retries import Answer, RequestKey
from dispatch_router.application.roads_in_use import RoadsInUse
from dispatch_router.bootstrap_decisions import advice_writer
from dispatch_router.domain.assignments import Assignment, AssignmentStatus
from dispatch_router.domain.desk_policy import DeskPolicy
from dispatch_router.domain.district import District
from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.incidents import Incident
from tests.decisions import PROGRAM
from tests.fake_roads import StraightFleet, StraightRoads
from tests.small_district import SMALL_DISTRICT, StoppedClock

S = AssignmentStatus


class SortedIds:
    """Ids that sort as they were given."""

    def __init__(self, prefix: str = "") -> None:
        self._prefix, self._count = prefix, itertools.count(1)

    def next_id(self) -> str:
        return f"{self._prefix}{next(self._count):06d}"


def draft(**changes: Any) -> IncidentDraft:
    """A call from between the park's post and the patrol."""
    members: dict[str, Any] = {"where": LonLat(106.29, 29.30), "type": "fight", "priority": 2}
    return IncidentDraft(**(members | changes))


def key(text: str, body: str = "", caller: str = "anybody") -> RequestKey:
    return RequestKey(caller, text, f"sha of {body}")


def incident_of_filed(filed: Filed) -> Incident:
    return filed.incident


@dataclass
class SmallDesk:
    """The desk, and short words for what is done at it; results come back as domain values.

    Attributes:
        reply: the bytes that the last request was answered with.
    """

    desk: Desk
    clock: StoppedClock
    reply: bytes = b""

    def file(self, *, request: RequestKey | None = None, **changes: Any) -> Filed:
        return self._made(
            lambda answer: self.desk.incidents.file(draft(**changes), AdviceWish(), answer), request
        )

    def reserve(
        self, incident: str, unit: str, *, request: RequestKey | None = None, **wish: Any
    ) -> Any:
        """Return the assignment; None where the request was answered before."""
        wished = Reservation(unit, **({"override_reason": "told to"} | wish))
        made = self._made(
            lambda answer: self.desk.assignments.reserve(incident, wished, answer),
            request,
        )
        return None if made is None else made.assignment

    def move(
        self,
        assignment: str,
        *statuses: AssignmentStatus,
        reason: str | None = None,
        hospital_id: str | None = None,
    ) -> Any:
        made = None
        for status in statuses:
            made = self._made(
                lambda answer, status=status: self.desk.assignments.move(
                    assignment, status, reason, answer, hospital_id
                ),
            )
        return made

    def hand_over(self, assignment: str, unit: str, reason: str | None = None) -> Assignment:
        relief = Relief(unit, reason)
        return self._made(  # type: ignore[no-any-return]
            lambda answer: self.desk.assignments.hand_over(assignment, relief, answer),
        )

    def correct(self, incident: str, **changes: Any) -> Any:
        return self._made(
            lambda answer: self.desk.incidents.correct(incident, changes, AdviceWish(), answer)
        )

    def merge(self, incident: str, into: str, *, request: RequestKey | None = None) -> Any:
        return self._made(lambda answer: self.desk.incidents.merge(incident, into, answer), request)

    def close(self, incident: str, outcome: str | None = None) -> Any:
        return self._made(lambda answer: self.desk.incidents.close(incident, outcome, answer))

    def busy(self) -> dict[str, str]:
        """Units and their incidents, as the ranking sees them."""
        by_unit = self.desk.open_assignments.by_unit
        return {unit: assignment.incident_id for unit, assignment in by_unit.items()}

    def _made(self, do: Callable[[Answer[Any]], bytes], request: RequestKey | None = None) -> Any:
        made: list[Any] = []

        def write(value: Any) -> bytes:
            made.append(value)
            return json.dumps(_id_of(value)).encode()

        self.reply = do(Answer(write, request))
        return made[0] if made else None


def small_desk(
    store: DeskStore,
    *,
    clock: StoppedClock | None = None,
    district: District = SMALL_DISTRICT,
    ids: SortedIds | None = None,
    policy: DeskPolicy | None = None,
) -> SmallDesk:
    clock, ids = clock or StoppedClock(), ids or SortedIds()
    in_use, busy = RoadsInUse(StraightRoads(), Crews(district)), BusyUnits()
    recommender = Recommender(district, in_use, clock, ids, busy=busy.now)

    def following(known: OpenAssignments) -> Recommender[StraightFleet]:
        busy.follow(known)
        return recommender

    desk = open_desk(
        district, store, following, clock, ids, policy, write_advice=advice_writer(PROGRAM)
    )
    return SmallDesk(desk, clock)


def _id_of(value: Any) -> Any:
    for name in ("incident", "assignment"):
        value = getattr(value, name, value)
    return incident_members(value) if isinstance(value, Incident) else assignment_members(value)
