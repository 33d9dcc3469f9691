"""What every use case of the desk is made from, and how it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from dispatch_router.application.desk.advice import WritesAdvice
from dispatch_router.application.desk.committed import CommittedEvents
from dispatch_router.application.desk.ports import (
    DeskStore,
    DeskTransaction,
    DeskView,
    Recommends,
)
from dispatch_router.application.ports import Clock, DecisionIds
from dispatch_router.application.retries import Answer, TakenMeanwhile, first_reply
from dispatch_router.domain.assignments import Assignment
from dispatch_router.domain.desk_errors import (
    IncidentNotOpen,
    UnknownAssignment,
    UnknownIncident,
    VersionChanged,
)
from dispatch_router.domain.desk_policy import DeskPolicy
from dispatch_router.domain.incidents import Incident

MadeT = TypeVar("MadeT")


@dataclass(frozen=True, slots=True)
class DeskParts:
    """What the desk works with.

    Attributes:
        recommender: ranks the units that can be sent, or those that could be diverted.
        unit_posts: returns the post of every unit of the district.
        events: hears of every commit.
        write_advice: writes recommendations, and packs what they were made from.
        hospitals: returns the ids of those that the district has.
        call_types: those that the policy knows what a unit needs for.
    """

    store: DeskStore
    recommender: Recommends
    clock: Clock
    ids: DecisionIds
    unit_posts: Callable[[], Mapping[str, str]]
    events: CommittedEvents
    write_advice: WritesAdvice
    hospitals: Callable[[], frozenset[str]] = frozenset
    call_types: frozenset[str] = frozenset()
    policy: DeskPolicy = field(default_factory=DeskPolicy)


def answer_once(
    parts: DeskParts,
    answer: Answer[MadeT],
    work: Callable[[DeskTransaction, datetime], MadeT],
) -> bytes:
    """Do the work in one transaction and return the reply; a repeated key gets the first reply.

    What is refused changes nothing and keeps no reply, so that it can be tried again.

    Raises:
        IdempotencyKeyReused: the key belongs to another request.
        StorageUnavailable: it could not be done.
    """
    try:
        with parts.store.writing() as desk:
            kept = _kept(desk, answer)
            if kept is not None:
                return kept
            at = parts.clock.now()
            reply = answer.write(work(desk, at))
            if answer.key is not None:
                desk.keep_reply(answer.key, reply, at)
    except TakenMeanwhile:
        return earlier_reply(parts, answer) or reply
    # Committed, then published.
    parts.events.tell(desk.appended)
    return reply


def earlier_reply(parts: DeskParts, answer: Answer[MadeT]) -> bytes | None:
    """Return the reply that was given before under the key of a request; None where none was.

    To be asked before work that need not be done twice, outside of the transaction: ``answer_once``
    asks once more inside.

    Raises:
        IdempotencyKeyReused: the key belongs to another request.
        StorageUnavailable: it cannot be read.
    """
    if answer.key is None:
        return None
    with parts.store.reading() as desk:
        return _kept(desk, answer)


def found_incident(desk: DeskView, incident_id: str) -> Incident:
    """Return an incident.

    Raises:
        UnknownIncident: there is none.
    """
    incident = desk.incident(incident_id)
    if incident is None:
        raise UnknownIncident(
            "There is no incident with this id. GET /v1/incidents lists them.",
            "没有这个编号的警情。可通过 GET /v1/incidents 查看。",
        )
    return incident


def open_incident(desk: DeskView, incident_id: str) -> Incident:
    """Return an incident that units can be sent to.

    Raises:
        UnknownIncident: there is none.
        IncidentNotOpen: it is over.
    """
    incident = found_incident(desk, incident_id)
    if not incident.is_open:
        into = f" It goes on as {incident.merged_into}." if incident.merged_into else ""
        into_zh = f"已并入{incident.merged_into}。" if incident.merged_into else ""
        raise IncidentNotOpen(
            f"The incident is {incident.status}.{into} File a new one if need be.",
            f"该警情已结束（{incident.status}）。{into_zh}如需再次出警，请重新登记。",
        )
    return incident


def require_version(seen: frozenset[str] | None, version: int) -> None:
    """Refuse to change what is not as the client has seen it.

    Args:
        seen: it is one of these versions; None where any will do.
        version: the one that it has.

    Raises:
        VersionChanged: it is another.
    """
    if seen is not None and str(version) not in seen:
        raise VersionChanged(version)


def found_assignment(desk: DeskView, assignment_id: str) -> Assignment:
    """Return an assignment.

    Raises:
        UnknownAssignment: there is none.
    """
    assignment = desk.assignment(assignment_id)
    if assignment is None:
        raise UnknownAssignment(
            "There is no assignment with this id. GET /v1/incidents/{id} lists an incident's.",
            "没有这个编号的派警。可通过 GET /v1/incidents/{id} 查看警情的派警。",
        )
    return assignment


def _kept(desk: DeskView, answer: Answer[MadeT]) -> bytes | None:
    if answer.key is None:
        return None
    return first_reply(desk.kept_reply(answer.key), answer.key)
