"""The event log: every change, chained by hashes so that no edit goes unnoticed.

An event's hash is SHA-256 over the hash before it and the canonical JSON of the event: members
sorted, no white space, UTF-8. Whoever changes, removes or inserts an event breaks the chain from
there on; whoever cuts its end off leaves states behind that the log does not tell of.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple

from dispatch_router.domain.names import Name

NO_HASH: Final = "0" * 64
"""What the first event is chained to."""


class EventKind(StrEnum):
    """What has happened."""

    INCIDENT_FILED = "incident_filed"
    INCIDENT_CORRECTED = "incident_corrected"
    INCIDENT_MERGED = "incident_merged"
    INCIDENT_CLOSED = "incident_closed"
    UNIT_RESERVED = "unit_reserved"
    ASSIGNMENT_MOVED = "assignment_moved"
    ASSIGNMENT_TRANSFERRED = "assignment_transferred"
    RESOURCE_ADDED = "resource_added"
    RESOURCE_CHANGED = "resource_changed"
    RESOURCE_REMOVED = "resource_removed"
    CLOSURE_MADE = "closure_made"
    CLOSURE_LIFTED = "closure_lifted"
    UNIT_STATUS_STATED = "unit_status_stated"


OF_RESOURCES: Final = frozenset(
    {EventKind.RESOURCE_ADDED, EventKind.RESOURCE_CHANGED, EventKind.RESOURCE_REMOVED}
)
"""They change what the district is made of."""


@dataclass(frozen=True, slots=True)
class Event:
    """One change.

    Attributes:
        number: counts the events from 1, without a gap.
        at: never earlier than the event before.
        incident_id: of the incident that it belongs to; None where it belongs to none.
        assignment_id: of the assignment that changed; None where something else did.
        state: what has changed as it is afterwards, or as it was where it is gone, as JSON members.
        details: what the state does not say: the reason, the price.
        previous_sha256: of the event before.
        sha256: of this one.
        resource: what of the district changed, such as ``posts/park``, ``closures/c1`` or
            ``units/p1/status``; None where an incident or an assignment did.
    """

    number: int
    at: datetime
    kind: EventKind
    incident_id: str | None
    assignment_id: str | None
    state: Mapping[str, Any]
    details: Mapping[str, Any]
    previous_sha256: str
    sha256: str
    resource: str | None = None

    @property
    def subject_id(self) -> str:
        """Whose state it tells."""
        return self.assignment_id or self.incident_id or self.resource or ""


@dataclass(frozen=True, slots=True)
class Change:
    """An event before it has its place in the chain."""

    kind: EventKind
    incident_id: str | None
    assignment_id: str | None
    state: Mapping[str, Any]
    details: Mapping[str, Any]
    resource: str | None = None


class Link(NamedTuple):
    """What the next event is chained to: an event's number, time and hash."""

    number: int
    at: datetime
    sha256: str


def chained(change: Change, at: datetime, previous: Event | Link | None) -> Event:
    """Give a change its place after ``previous``; None begins the log.

    A clock that went back does not make the event earlier than the one before.
    """
    number, previous_sha256 = 1, NO_HASH
    if previous is not None:
        number, previous_sha256 = previous.number + 1, previous.sha256
        at = max(at, previous.at)
    event = Event(
        number=number,
        at=at,
        kind=change.kind,
        incident_id=change.incident_id,
        assignment_id=change.assignment_id,
        state=change.state,
        details=change.details,
        previous_sha256=previous_sha256,
        sha256="",
        resource=change.resource,
    )
    return replace(event, sha256=hash_of(event))


def canonical_json(members: Mapping[str, Any]) -> str:
    """Write JSON in the one form that is hashed."""
    return json.dumps(
        members, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


def body_of(event: Event) -> dict[str, Any]:
    """Return what the hash is taken of, beside the hash before."""
    # Only where there is one: the hashes of events from before there were any have to hold.
    resource = {} if event.resource is None else {"resource": event.resource}
    return {
        **resource,
        "number": event.number,
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "kind": event.kind.value,
        "incident_id": event.incident_id,
        "assignment_id": event.assignment_id,
        "state": event.state,
        "details": event.details,
    }


def hash_of(event: Event) -> str:
    """Return the hash that the event has to have."""
    text = event.previous_sha256 + canonical_json(body_of(event))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def break_between(previous: Event | None, event: Event) -> Name | None:
    """Say why ``event`` cannot follow ``previous``; None where it does.

    Args:
        previous: None where ``event`` should be the first.
        event: the next one that the log has.
    """
    number, sha256 = (previous.number, previous.sha256) if previous else (0, NO_HASH)
    if event.number != number + 1:
        return Name(f"缺少第{number + 1}号事件", f"event {number + 1} is missing")
    if event.previous_sha256 != sha256:
        return Name(
            f"第{event.number}号事件所链接的不是它的前一事件",
            f"event {event.number} is chained to another event than the one before it",
        )
    if event.sha256 != hash_of(event):
        return Name(
            f"第{event.number}号事件在写入后被改动",
            f"event {event.number} was changed after it was written",
        )
    return None
