"""Incidents and assignments as the service reads them."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from dispatch_router.application.desk.assignment_records import Relief, Reservation
from dispatch_router.application.desk.incident_records import IncidentDraft
from dispatch_router.domain.assignments import MAX_REASON_CHARACTERS
from dispatch_router.domain.callers import CallerHashes, CallerHashing, dialled
from dispatch_router.domain.calls import (
    DEFAULT_PRIORITY,
    DEFAULT_TOP,
    MAX_TOP,
    MAX_UNCERTAINTY_M,
    PRIORITIES,
)
from dispatch_router.domain.crs import Crs
from dispatch_router.domain.incidents import (
    MAX_EXTERNAL_ID_CHARACTERS,
    MAX_TEXT_CHARACTERS,
    MAX_TYPE_CHARACTERS,
)
from dispatch_router.domain.response import Response
from dispatch_router.web.schemas.fields import (
    PRINTED_TEXT,
    WHOLE_NUMBER,
    WRITTEN_TEXT,
    StrictModel,
)
from dispatch_router.web.schemas.requests import Location, where_of
from dispatch_router.web.schemas.times import Instant

Uncertainty = Annotated[float, Field(ge=0, le=MAX_UNCERTAINTY_M, allow_inf_nan=False)]
CallType = Annotated[str, Field(max_length=MAX_TYPE_CHARACTERS, pattern=PRINTED_TEXT)]
Priority = Annotated[int, Field(ge=PRIORITIES[0], le=PRIORITIES[-1]), WHOLE_NUMBER]
ResponseName = Literal["routine", "emergency"]
ExternalId = Annotated[str, Field(max_length=MAX_EXTERNAL_ID_CHARACTERS, pattern=PRINTED_TEXT)]
WrittenText = Annotated[str, Field(max_length=MAX_TEXT_CHARACTERS, pattern=WRITTEN_TEXT)]
Reason = Annotated[str, Field(max_length=MAX_REASON_CHARACTERS, pattern=PRINTED_TEXT)]
GivenId = Annotated[str, Field(max_length=100, pattern=r"^[!-~]+$")]
UnitId = Annotated[str, Field(max_length=100, pattern=PRINTED_TEXT)]
Top = Annotated[int, Field(ge=1, le=MAX_TOP), WHOLE_NUMBER]
MoveTo = Literal["en_route", "on_scene", "transporting", "cleared", "cancelled", "declined"]
_CORRECTED: Final = frozenset({"uncertainty_m", "type", "priority", "external_id", "description"})


def _without_default(schema: dict[str, Any]) -> None:
    schema.pop("default", None)


# Left out, a member is never read; so the default is nothing that could be sent.
_LEFT_OUT: Final[Any] = Field(default=None, json_schema_extra=_without_default)


def _dialled(phone: str) -> str:
    number = dialled(phone)
    if number is None:
        # Its own message: what was sent must not come back in one.
        raise PydanticCustomError("phone_number", "no phone number")
    return number


class CallerRequest(StrictModel):
    """Who called. Neither is kept: a hash under a secret key takes its place."""

    phone: Annotated[str, Field(max_length=40), AfterValidator(_dialled)] | None = None
    """As it was typed or shown: spaces, dashes, brackets and +86 make no difference."""
    name: Annotated[str, Field(max_length=100, pattern=PRINTED_TEXT)] | None = None

    def __repr__(self) -> str:
        """Say nothing of it."""
        return "CallerRequest()"

    __str__ = __repr__


class IncidentRequest(StrictModel):
    """A call to file."""

    location: Location
    uncertainty_m: Uncertainty | None = None
    """As for a recommendation."""
    type: CallType
    """What kind of call, in the words of the call centre; equal words may be duplicates."""
    priority: Priority = DEFAULT_PRIORITY
    """1 is the most urgent."""
    response: ResponseName = "routine"
    """Which traffic rules bind the units on their way."""
    reported_at: Instant | None = None
    """When the call came in; within the last seven days. Left out: now."""
    external_id: ExternalId | None = None
    """What the call centre calls it. An equal one is a duplicate for sure."""
    description: WrittenText | None = None
    """In free words. It is kept, but stands neither in the event log nor in the service's log."""
    caller: CallerRequest | None = None
    """Who called; only a keyed hash is kept. The same phone makes a duplicate more likely."""
    top: Top = DEFAULT_TOP
    """How many candidates to rank at most."""

    @property
    def crs(self) -> Crs:
        """The coordinate system to answer in."""
        return Crs(self.location.crs)

    def caller_hashes(self, hashing: CallerHashing) -> CallerHashes:
        """Return what may be kept of who called.

        Raises:
            NoCallerKey: nothing can be.
        """
        caller = self.caller
        return CallerHashes() if caller is None else hashing.of(caller.phone, caller.name)

    def known_members(self, caller: CallerHashes) -> dict[str, Any]:
        """Return what was sent, the caller as it may be kept."""
        sent = self.model_dump(mode="json", by_alias=True, exclude_unset=True)
        return sent | {"caller": [caller.phone, caller.name]}

    def draft(self, caller: CallerHashes) -> IncidentDraft:
        """Return what is to be filed.

        Raises:
            OutsideDistrict: the coordinates lie beyond the edge of the map.
        """
        return IncidentDraft(
            where=where_of(self.location),
            type=self.type,
            priority=self.priority,
            uncertainty_m=self.uncertainty_m,
            response=Response(self.response),
            reported_at=self.reported_at,
            external_id=self.external_id,
            description=self.description,
            caller=caller,
        )


class IncidentCorrection(StrictModel):
    """What is known better now; what is left out stays."""

    location: Location = _LEFT_OUT
    """A new place. Without `uncertainty_m`, that of the old place is forgotten."""
    uncertainty_m: Uncertainty | None = _LEFT_OUT
    type: CallType = _LEFT_OUT
    priority: Priority = _LEFT_OUT
    response: ResponseName = _LEFT_OUT
    external_id: ExternalId | None = _LEFT_OUT
    description: WrittenText | None = _LEFT_OUT
    top: Top = DEFAULT_TOP
    """How many candidates to rank at most, where the ranking is made again."""

    @property
    def crs(self) -> Crs:
        """The coordinate system to answer in."""
        return Crs(self.location.crs) if "location" in self.model_fields_set else Crs.WGS84

    def changes(self) -> dict[str, Any]:
        """Return what was sent, and nothing else.

        Raises:
            OutsideDistrict: the coordinates lie beyond the edge of the map.
        """
        sent = self.model_fields_set
        changes: dict[str, Any] = {name: getattr(self, name) for name in _CORRECTED & sent}
        if "location" in sent:
            changes["location"] = where_of(self.location)
        if "response" in sent:
            changes["response"] = Response(self.response)
        return changes


class CloseRequest(StrictModel):
    """Why nothing is left to do."""

    outcome: WrittenText | None = None
    """In free words."""


class MergeRequest(StrictModel):
    """Which incident this one is the same as."""

    into: GivenId
    """The incident that goes on."""


class ReservationRequest(StrictModel):
    """The unit that the dispatcher picks."""

    unit_id: UnitId
    """Any unit of the district."""
    decision_id: GivenId | None = None
    """The recommendation for this incident that was looked at; left out, the latest."""
    override_reason: Reason | None = None
    """Required for another unit than the first that is free, and for one that has declined this
    incident."""
    divert: bool = False
    """Take the unit from a less urgent incident that it is still on the way to."""

    def reservation(self) -> Reservation:
        """Return what is wished for."""
        return Reservation(self.unit_id, self.decision_id, self.override_reason, self.divert)


class AssignmentMove(StrictModel):
    """The next step of an assignment."""

    status: MoveTo
    """Where it stands now."""
    reason: Reason | None = None
    """Why it was cancelled or declined."""
    hospital_id: GivenId | None = None
    """Where to, with `transporting`; sent again with another one, that one holds."""


class HandOverRequest(StrictModel):
    """Who takes over."""

    unit_id: UnitId
    """A unit of the responsible post."""
    override_reason: Reason | None = None
    """Required for a unit that cannot go now, or has declined the incident."""

    def relief(self) -> Relief:
        """Return what is wished for."""
        return Relief(self.unit_id, self.override_reason)
