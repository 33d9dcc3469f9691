"""Rosters in replies."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints

from dispatch_router.domain.rosters import DayKind
from dispatch_router.web.schemas.fields import StrictModel
from dispatch_router.web.schemas.shared import NameReply

DateText = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]
ClockText = Annotated[str, StringConstraints(pattern=r"^\d{2}:\d{2}$")]
DayName = Literal["workday", "rest_day", "mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class HoursReply(StrictModel):
    """A part of some days, local time of the district."""

    days: list[DayName]
    """On which it begins: kinds of days, weekdays, or both, which then both have to hold."""
    start: ClockText
    end: ClockText
    """Not included; not after `start`, it is on the next day."""


class ExceptionalDaysReply(StrictModel):
    """Holidays, or workdays that make up for them."""

    first: DateText
    last: DateText
    kind: DayKind
    name: NameReply


class CalendarReply(StrictModel):
    """The days that differ from the week; all others are workdays from Monday to Friday."""

    items: list[ExceptionalDaysReply]


class RosterReply(StrictModel):
    """Who is on duty when."""

    id: str
    name: NameReply
    unit_ids: list[str]
    """All that it is for."""
    named_unit_ids: list[str]
    """Those of them that it names itself."""
    post_ids: list[str]
    """Posts whose units it is for, patrols left out."""
    duty: list[HoursReply]
    away: list[HoursReply]
    """On duty, but not where they set off from: visiting homes, for example."""


class RosterPageReply(StrictModel):
    """One page of rosters."""

    items: list[RosterReply]
    next_cursor: str | None
