"""Events as they are streamed."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from dispatch_router.domain.event_log import EventKind
from dispatch_router.web.schemas.fields import StrictModel


class EventReply(StrictModel):
    """One change, with its place in the chain."""

    number: Annotated[int, Field(ge=1)]
    """Counts the events without a gap; the `id` of the stream."""
    at: datetime
    """In UTC; never earlier than the event before."""
    kind: EventKind
    incident_id: str | None
    """Null where no incident is concerned."""
    assignment_id: str | None
    """Null where the incident itself changed, or none is concerned."""
    resource: str | None
    """What else changed, such as `posts/park-post`, `closures/{id}` or `units/{id}/status`; null
    where an incident or an assignment did."""
    state: dict[str, Any]
    """What changed as it is afterwards, or as it was where it was removed; of free words that
    somebody wrote only the SHA-256."""
    details: dict[str, Any]
    """What the state does not say."""
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    """Of this event and all before it."""
