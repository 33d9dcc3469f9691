"""What an audit reads: rows as they are, also those that somebody has made unreadable."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple, Protocol, TypeAlias

from dispatch_router.application.district.ports import KeptDistrict
from dispatch_router.domain.event_log import Event
from dispatch_router.domain.resources import Resource, ResourceKey, ResourceKind

DocumentTable: TypeAlias = Literal["incidents", "assignments", "incident_decisions"]
UNREADABLE: tuple[type[Exception], ...] = (ValueError, TypeError, LookupError, AttributeError)
"""What reading something raises that was never written so."""


class EventRow(NamedTuple):
    """A row of the log; the event is None where it cannot be read."""

    number: int
    event: Event | None


class DocumentRow(NamedTuple):
    """A row that is looked for by its columns and says the rest in a JSON document."""

    id: str
    columns: Mapping[str, Any]
    document: str


class StateRow(NamedTuple):
    """Anything else that the log tells of, with its state; None where it cannot be read."""

    subject_id: str
    state: Mapping[str, Any] | None


class AuditedDesk(Protocol):
    """All that is kept, as it is at one time."""

    def event_rows(self, after: int, limit: int) -> Sequence[EventRow]:
        """Return rows of the log by number, those after ``after``."""
        ...

    def document_rows(self, table: DocumentTable, after: str, limit: int) -> Sequence[DocumentRow]:
        """Return rows by id, those after ``after``."""
        ...

    def state_rows(self) -> Iterator[StateRow]:
        """Yield what is kept of the district, the closures and what units stated."""
        ...

    def recorded_ranking(self, decision_id: str) -> Sequence[tuple[str, int]] | None:
        """Return whom a decision's record names, with milliseconds; None where there is none.

        Raises:
            ValueError, LookupError, TypeError: it cannot be read.
        """
        ...

    def kept_district(self) -> KeptDistrict | None:
        """Return whose resources are kept.

        Raises:
            ValueError, TypeError: it cannot be read.
        """
        ...

    def told_since(self) -> Sequence[int]:
        """Return the notes that the log tells of all from there on; there should be one."""
        ...


def resource_of_state(state: Mapping[str, Any]) -> Resource:
    """Read what ``Resource.state`` wrote.

    Raises:
        ValueError, LookupError, TypeError: it did not write this.
    """
    kind = ResourceKind(state["kind"])
    return Resource(ResourceKey(kind, state["id"]), state["place"], state["members"])
