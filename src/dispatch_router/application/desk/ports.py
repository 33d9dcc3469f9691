"""What the desk needs from outside."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from dispatch_router.application.district.ports import ResourceChanges, ResourceView
from dispatch_router.application.retries import KeptReply, RequestKey
from dispatch_router.application.unit_ports import KeptStatus
from dispatch_router.domain.assignments import Assignment
from dispatch_router.domain.calls import CallQuestion
from dispatch_router.domain.closures import ClosureRecord
from dispatch_router.domain.decisions import Decision
from dispatch_router.domain.duplicates import KnownCall
from dispatch_router.domain.event_log import Change, Event
from dispatch_router.domain.geo import BoundingBox
from dispatch_router.domain.incidents import Incident, IncidentStatus
from dispatch_router.domain.packed_record import PackedRecord
from dispatch_router.domain.recommendation import Recommendation
from dispatch_router.domain.turn_out import UnderWay


class Recommends(Protocol):
    """Ranks the units for a call."""

    def recommend(self, question: CallQuestion, *, top: int, with_routes: bool) -> Recommendation:
        """Answer one call.

        Raises:
            OutsideDistrict: no road is near.
            UnknownPlace: the gazetteer has no such place.
        """
        ...

    def recommend_under_way(
        self, question: CallQuestion, under_way: Mapping[str, UnderWay], *, top: int
    ) -> Recommendation:
        """Rank units that were sent elsewhere, as if they were sent to this call instead.

        Raises:
            OutsideDistrict: no road is near.
        """
        ...


@dataclass(frozen=True, slots=True)
class Held:
    """A unit that is on the way to an incident."""

    assignment: Assignment
    incident: Incident


class DeskView(ResourceView, Protocol):
    """The desk as it is at one time, and the district's resources, which change with it."""

    def incident(self, incident_id: str) -> Incident | None:
        """Return one incident."""
        ...

    def incidents(
        self, *, after: str | None, limit: int, status: IncidentStatus | None
    ) -> Sequence[Incident]:
        """Return incidents by id, those after ``after``, in the order in which they were filed."""
        ...

    def like(
        self, incident: Incident, since: datetime, until: datetime, box: BoundingBox
    ) -> Sequence[KnownCall]:
        """Return calls of open incidents that may be the same, the latest; a hundred of each kind.

        Those of its type inside ``box`` that were reported from ``since`` to ``until``, those of
        its caller's phone that were reported then, and those of its external id; of the latter two
        also those that were merged, as the open incident that they went on as.
        """
        ...

    def assignment(self, assignment_id: str) -> Assignment | None:
        """Return one assignment."""
        ...

    def assignments_of(self, incident_id: str) -> Sequence[Assignment]:
        """Return the assignments of an incident, by id."""
        ...

    def open_assignments(self) -> Sequence[Assignment]:
        """Return every open assignment, by unit."""
        ...

    def open_assignment_of(self, unit_id: str) -> Assignment | None:
        """Return the open assignment of a unit."""
        ...

    def held_on_the_way(self) -> Sequence[Held]:
        """Return every unit that was sent and has not arrived, by unit."""
        ...

    def passed_over(self, unit_ids: Collection[str], incident_id: str) -> frozenset[str]:
        """Return those of the units that are busy or have declined an incident; fifty at most."""
        ...

    def declined(self, incident_id: str) -> frozenset[str]:
        """Return the units that have declined an incident."""
        ...

    def latest_decision(self, incident_id: str) -> Decision | None:
        """Return the recommendation that was made last for an incident."""
        ...

    def decision(self, decision_id: str) -> Decision | None:
        """Return one recommendation."""
        ...

    def kept_reply(self, request: RequestKey) -> KeptReply | None:
        """Return how a request was answered; None where none was, or too long ago."""
        ...

    def closures(self, *, after: str | None, limit: int) -> Sequence[ClosureRecord]:
        """Return closures by id, over and lifted ones too, those after ``after``."""
        ...

    def statuses(self) -> Mapping[str, KeptStatus]:
        """Return what every unit stated last of its service, by unit."""
        ...

    def tells_of_all(self) -> bool:
        """Tell whether the log was made to tell of what was kept before it told of all."""
        ...

    def events_after(self, number: int, limit: int) -> Sequence[Event]:
        """Return events in order, those after ``number``."""
        ...

    def last_event(self) -> Event | None:
        """Return the event that was appended last."""
        ...


class DeskTransaction(DeskView, ResourceChanges, Protocol):
    """Changes that are made together or not at all; one transaction after the other."""

    def add_incident(self, incident: Incident) -> None:
        """Keep a new incident."""
        ...

    def change_incident(self, incident: Incident) -> None:
        """Keep what an incident has become."""
        ...

    def add_assignment(self, assignment: Assignment) -> bool:
        """Keep a new assignment, unless its unit has an open one: the database decides that.

        Returns:
            Whether it was kept.
        """
        ...

    def change_assignment(self, assignment: Assignment) -> None:
        """Keep what an assignment has become."""
        ...

    def add_decision(self, decision: Decision) -> None:
        """Keep a recommendation."""
        ...

    def add_record(self, record: PackedRecord) -> None:
        """Keep all that a recommendation was made from; records that are too old are forgotten."""
        ...

    @property
    def appended(self) -> Sequence[Event]:
        """What was appended to the log so far, in order and as reading it will give it."""
        ...

    def append(self, change: Change, at: datetime) -> Event:
        """Put a change at the end of the log."""
        ...

    def append_all(self, changes: Sequence[Change], at: datetime) -> Sequence[Event]:
        """Put several changes at the end of the log, in their order."""
        ...

    def note_that_all_is_told(self) -> None:
        """Note that from now on the log tells of all that is kept."""
        ...

    def keep_reply(self, request: RequestKey, reply: bytes, at: datetime) -> None:
        """Keep how a request was answered; answers that are too old are forgotten.

        Raises:
            TakenMeanwhile: a request under the key was answered sooner.
        """
        ...


class DeskStore(Protocol):
    """Keeps the desk; what it has accepted is not lost, whatever stops the process.

    Every method, and leaving a transaction, raises ``StorageUnavailable`` where it cannot be done.
    """

    def reading(self) -> AbstractContextManager[DeskView]:
        """Read everything inside as it is at one time."""
        ...

    def writing(self) -> AbstractContextManager[DeskTransaction]:
        """Do everything inside, or nothing of it; writers wait for each other."""
        ...
