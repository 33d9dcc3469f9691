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
    incident_id: str
    assignment_id: str | None
    """Null where the incident itself changed."""
    state: dict[str, Any]
    """The incident or assignment as it is afterwards; of free words only the SHA-256."""
    details: dict[str, Any]
    """What the state does not say."""
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    """Of this event and all before it."""
