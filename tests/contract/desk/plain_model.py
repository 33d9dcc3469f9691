"""What the desk should be, as plainly as it can be said: the model that the real one is held to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dispatch_router.domain.assignments import AssignmentStatus, TimeLimits
from tests.small_district import SMALL_DISTRICT

S = AssignmentStatus
OPEN = {S.DISPATCHED, S.EN_ROUTE, S.ON_SCENE, S.TRANSPORTING}
LIMITS = TimeLimits()
WAYS = {
    (S.DISPATCHED, S.EN_ROUTE),
    (S.DISPATCHED, S.DECLINED),
    (S.DISPATCHED, S.CANCELLED),
    (S.EN_ROUTE, S.ON_SCENE),
    (S.EN_ROUTE, S.CANCELLED),
    (S.ON_SCENE, S.TRANSPORTING),
    # Reports are lost: what must have been in between is filled in.
    (S.DISPATCHED, S.ON_SCENE),
    (S.DISPATCHED, S.TRANSPORTING),
    (S.EN_ROUTE, S.TRANSPORTING),
    (S.ON_SCENE, S.CLEARED),
    (S.ON_SCENE, S.CANCELLED),
    (S.TRANSPORTING, S.CLEARED),
    (S.TRANSPORTING, S.CANCELLED),
}


@dataclass
class ModelAssignment:
    incident: str
    unit: str
    status: AssignmentStatus
    since: datetime
    relieves: str | None = None


@dataclass
class ModelReply:
    body: str
    reply: bytes
    at: datetime


@dataclass
class Model:
    """Refusals are codes; None is a success."""

    status: dict[str, str] = field(default_factory=dict)
    priority: dict[str, int] = field(default_factory=dict)
    kind: dict[str, str] = field(default_factory=dict)
    assignments: dict[str, ModelAssignment] = field(default_factory=dict)
    replies: dict[str, ModelReply] = field(default_factory=dict)
    units: set[str] = field(default_factory=lambda: {unit.id for unit in SMALL_DISTRICT.units})
    events: int = 0

    def file(self, incident: str, priority: int) -> None:
        self.status[incident], self.priority[incident] = "open", priority
        self.kind[incident] = "fight"
        self.events += 1

    def correct(self, incident: str, priority: int, kind: str) -> None:
        self.events += (self.priority[incident], self.kind[incident]) != (priority, kind)
        self.priority[incident], self.kind[incident] = priority, kind

    def keep_reply(self, key: str, body: str, reply: bytes, now: datetime) -> None:
        """Replies are forgotten after a week, once another one is kept."""
        self.forget_replies(now)
        self.replies[key] = ModelReply(body, reply, now)

    def forget_replies(self, now: datetime) -> None:
        self.replies = {k: r for k, r in self.replies.items() if r.at >= now - timedelta(days=7)}

    def busy(self) -> dict[str, str]:
        return {a.unit: a.incident for a in self.assignments.values() if a.status in OPEN}

    def open_ones(self) -> list[str]:
        return [key for key, a in self.assignments.items() if a.status in OPEN]

    def held(self, unit: str) -> str | None:
        open_ones = (k for k, a in self.assignments.items() if a.unit == unit and a.status in OPEN)
        return next(open_ones, None)

    def is_free(self, unit: str) -> bool:
        return unit in self.units and self.held(unit) is None

    def has_declined(self, incident: str, unit: str) -> bool:
        return any(
            (a.incident, a.unit, a.status) == (incident, unit, S.DECLINED)
            for a in self.assignments.values()
        )

    def may_reserve(self, incident: str, unit: str, divert: bool, has_reason: bool) -> str | None:
        """``has_reason``: one is given, or the unit is the first that is free and needs none."""
        if self.status[incident] != "open":
            return "incident_not_open"
        if unit not in self.units:
            return "unknown_unit"
        held = self.held(unit)
        if held is not None and not divert:
            return "unit_taken"
        if not has_reason:
            return "override_reason_required"
        if held is None:
            return None
        other = self.assignments[held]
        on_the_way = other.status in {S.DISPATCHED, S.EN_ROUTE}
        less_urgent = self.priority[other.incident] > self.priority[incident]
        divertible = on_the_way and less_urgent and other.incident != incident
        return None if divertible else "not_divertible"

    def reserve(self, assignment: str, incident: str, unit: str, now: datetime) -> None:
        held = self.held(unit)
        if held is not None:
            self._move(held, S.CANCELLED, now)
        self.assignments[assignment] = ModelAssignment(incident, unit, S.DISPATCHED, now)
        self.events += 1

    def may_move(self, assignment: str, status: AssignmentStatus) -> str | None:
        before = self.assignments[assignment].status
        possible = status is before or (before, status) in WAYS
        return None if possible and status is not S.EXPIRED else "illegal_transition"

    def move(self, assignment: str, status: AssignmentStatus, now: datetime) -> None:
        moved = self.assignments[assignment]
        if moved.status is status:
            return
        way = [S.DISPATCHED, S.EN_ROUTE, S.ON_SCENE, S.TRANSPORTING]
        steps = [status]
        if status in way and moved.status in way:
            steps = way[way.index(moved.status) + 1 : way.index(status) + 1]
        for step in steps:
            self._move(assignment, step, now)
            relieved = self.assignments.get(moved.relieves or "")
            if step is S.ON_SCENE and relieved is not None and relieved.status is S.ON_SCENE:
                self._move(moved.relieves or "", S.CLEARED, now)

    def may_hand_over(
        self, assignment: str, unit: str, at_post: bool, may_go: bool, has_reason: bool
    ) -> str | None:
        """``may_go``: the unit can go, or a reason is given for sending it all the same."""
        before = self.assignments[assignment]
        if before.status not in OPEN:
            return "illegal_transition"
        if unit not in self.units:
            return "unknown_unit"
        if not at_post:
            return "not_responsible"
        if self.held(unit):
            return "unit_taken"
        willing = has_reason or not self.has_declined(before.incident, unit)
        return None if may_go and willing else "override_reason_required"

    def hand_over(self, made: str, assignment: str, unit: str, now: datetime) -> None:
        incident = self.assignments[assignment].incident
        self.assignments[made] = ModelAssignment(incident, unit, S.DISPATCHED, now, assignment)
        self.events += 1

    def may_close(self, incident: str) -> str | None:
        if self.status[incident] == "merged":
            return "incident_not_open"
        in_use = incident in self.busy().values()
        return "incident_in_use" if in_use and self.status[incident] == "open" else None

    def close(self, incident: str) -> None:
        self.events += self.status[incident] == "open"
        self.status[incident] = "closed"

    def may_merge(self, incident: str, into: str) -> str | None:
        both_open = self.status[incident] == self.status[into] == "open"
        return None if both_open else "incident_not_open"

    def merge(self, incident: str, into: str) -> None:
        for assignment in self.assignments.values():
            if assignment.incident == incident and assignment.status in OPEN:
                assignment.incident = into
                self.events += 1
        self.status[incident] = "merged"
        self.events += 1
        # Nothing that was urgent is lost.
        if self.priority[incident] < self.priority[into]:
            self.priority[into] = self.priority[incident]
            self.events += 1

    def expire(self, now: datetime) -> None:
        for key, assignment in self.assignments.items():
            if assignment.status in OPEN and now - assignment.since > LIMITS.of(assignment.status):
                self._move(key, S.EXPIRED, now)

    def _move(self, key: str, status: AssignmentStatus, now: datetime) -> None:
        assignment = self.assignments[key]
        assignment.status, assignment.since = status, max(now, assignment.since)
        self.events += 1
