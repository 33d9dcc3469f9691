"""The keys of ``rosters.yaml``, strictly."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from dispatch_router.storage.district_files.fields import ClockTime, Id, NameRow, Strict


def _in_the_calendar(text: str) -> str:
    try:
        date.fromisoformat(text)
    except ValueError:
        raise PydanticCustomError("no_date", "there is no such day") from None
    return text


Date = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"),
    AfterValidator(_in_the_calendar),
]
DayName = Literal["workday", "rest_day", "mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Ids = Annotated[list[Id], Field(default_factory=list, max_length=5_000)]


class ExceptionalDaysRow(Strict):
    """One item of ``calendar``."""

    first: Date
    last: Date | None = None
    kind: Literal["workday", "rest_day"]
    name: NameRow


class HoursRow(Strict):
    """One item of ``duty`` or ``away``."""

    days: Annotated[list[DayName], Field(min_length=1, max_length=9)]
    start: ClockTime
    end: ClockTime


class RosterRow(Strict):
    """One item of ``rosters``."""

    id: Id
    name: NameRow
    units: Ids
    posts: Ids
    duty: Annotated[list[HoursRow], Field(min_length=1, max_length=100)]
    away: Annotated[list[HoursRow], Field(default_factory=list, max_length=100)]
