"""What the log tells, gathered event by event: what an audit holds all that is kept against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from dispatch_router.application.desk.kept_before import SOURCE
from dispatch_router.application.district.keep import FROM_FILES
from dispatch_router.domain.event_log import OF_RESOURCES, Event, EventKind, canonical_json
from dispatch_router.domain.names import Name

OF_REPORTS: Final = frozenset(
    {EventKind.CLOSURE_MADE, EventKind.CLOSURE_LIFTED, EventKind.UNIT_STATUS_STATED}
)
"""What older versions have kept without an event."""


class ToldDecision(NamedTuple):
    """A recommendation as the event of its incident tells of it.

    Attributes:
        sha256: None where the event is older than hashes of decisions.
    """

    incident_id: str | None
    sha256: str | None


@dataclass(slots=True)
class Told:
    """All that the log tells.

    Attributes:
        states: the last state of everything, by subject, in the one form that is hashed.
        decisions: by id.
        resources_version: number of the event that changed a resource last; None where none did.
        resources: the states of the district's resources after the last event of each run that
            came from its files, and those that have changed since, in order: ``None`` is gone.
        reports: whether there are events of closures or statuses.
    """

    states: dict[str, str] = field(default_factory=dict)
    decisions: dict[str, ToldDecision] = field(default_factory=dict)
    resources_version: int | None = None
    loaded: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    since_loaded: list[tuple[str, Mapping[str, Any] | None]] = field(default_factory=list)
    reports: bool = False
    _reported: bool = False

    def hear(self, event: Event) -> Name | None:
        """Take the next event, and say what of it no service would have written."""
        gone = event.kind is EventKind.RESOURCE_REMOVED
        if gone:
            self.states.pop(event.subject_id, None)
        else:
            self.states[event.subject_id] = canonical_json(event.state)
        if event.kind in OF_RESOURCES:
            self._hear_of_resource(event, gone=gone)
        if event.assignment_id is None and event.details.get("decision_id"):
            sha256 = event.details.get("decision_sha256")
            told = ToldDecision(event.incident_id, None if sha256 is None else str(sha256))
            self.decisions[str(event.details["decision_id"])] = told
        return self._told_late(event) if event.kind in OF_REPORTS else None

    def _hear_of_resource(self, event: Event, *, gone: bool) -> None:
        self.resources_version = event.number
        self.since_loaded.append((event.subject_id, None if gone else event.state))
        if event.details.get("source") != FROM_FILES["source"]:
            return
        for subject_id, state in self.since_loaded:
            if state is None:
                self.loaded.pop(subject_id, None)
            else:
                self.loaded[subject_id] = state
        self.since_loaded.clear()

    def _told_late(self, event: Event) -> Name | None:
        """Find what was kept behind the log's back and told of once the note of that was gone."""
        self.reports = True
        if event.details.get("source") != SOURCE["source"]:
            self._reported = True
        elif self._reported:
            return Name(
                f"第{event.number}号事件补记了日志早应记载的内容",
                f"event {event.number} tells belatedly of what the log told of by then",
            )
        return None
