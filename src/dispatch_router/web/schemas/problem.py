"""What a request that fails is answered."""

from __future__ import annotations

from dispatch_router.web.schemas.fields import Seconds, StrictModel


class FieldErrorReply(StrictModel):
    """One mistake in a request."""

    path: str
    """Where, members joined by dots; empty for the body as a whole."""
    message: str
    message_zh: str


class NextBestReply(StrictModel):
    """Who could go in place of a unit that is taken."""

    unit_id: str
    time_to_person_s: Seconds


class ProblemReply(StrictModel):
    """A problem, as RFC 9457 has it."""

    type: str
    title: str
    status: int
    code: str
    """What programs should look at; never changes. The API documentation lists all codes."""
    detail: str
    """What is wrong and what to do."""
    detail_zh: str
    instance: str | None = None
    """With `internal_error`: what to look for in the log."""
    errors: list[FieldErrorReply] | None = None
    """With `invalid_request` and `inconsistent_resource`: every mistake."""
    held_by: str | None = None
    """With `unit_taken` and `unit_busy`: the assignment that the unit has."""
    used_by: list[str] | None = None
    """With `resource_in_use`: what refers to it, such as `units/park-crew`."""
    current_etag: str | None = None
    """With `precondition_failed`: the `ETag` that the item has now; null where there is none."""
    next_best: NextBestReply | None = None
    """With `unit_taken`: who could go in its place; null where nobody can."""
