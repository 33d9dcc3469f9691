"""``rosters.yaml``: whether it makes sense, and what it means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, time
from typing import Final

from dispatch_router.domain.names import Name
from dispatch_router.domain.rosters import (
    Calendar,
    DayKind,
    DutyPlan,
    ExceptionalDays,
    Hours,
    Roster,
)
from dispatch_router.storage.district_files.fields import NameRow
from dispatch_router.storage.district_files.folder import Folder
from dispatch_router.storage.district_files.mistakes import Mistake
from dispatch_router.storage.district_files.roster_schema import (
    ExceptionalDaysRow,
    HoursRow,
    RosterRow,
)
from dispatch_router.storage.district_files.rows import Item, repeated_ids, said_twice
from dispatch_router.storage.district_files.schema import UnitRow

_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def check_rosters(folder: Folder) -> Iterator[Mistake]:
    """Find ids that name nothing, rosters of nobody, and days that are said twice."""
    units = {item.text("id") for item in folder.units.items} if folder.units.known else None
    posts = {item.text("id") for item in folder.posts.items} if folder.posts.known else None
    yield from repeated_ids(folder.rosters.items)
    for roster in folder.rosters.items:
        yield from _unknown(roster, "units", units, "The district has no unit", "本辖区没有力量")
        yield from _unknown(roster, "posts", posts, "The district has no post", "本辖区没有站点")
        if not roster.at("units") and not roster.at("posts"):
            yield roster.mistake(
                (), "The roster is for nobody: name units or posts.", "未指定units或posts。"
            )
        for key in ("units", "posts"):
            yield from said_twice(roster, (key,))
        for key in ("duty", "away"):
            hours = roster.at(key)
            for index in range(len(hours) if isinstance(hours, list) else 0):
                yield from said_twice(roster, (key, index, "days"))
    yield from _check_calendar(folder)


def duty_plan_of(
    calendar: Sequence[ExceptionalDaysRow],
    rosters: Sequence[RosterRow],
    units: Sequence[UnitRow],
) -> DutyPlan:
    """Turn ``rosters.yaml`` into the domain's plan; a post stands for the units that sit there."""
    seated: dict[str, list[str]] = {}
    for unit in units:
        if not unit.patrol:
            seated.setdefault(unit.post, []).append(unit.id)
    days = sorted((_exceptional_days(row) for row in calendar), key=lambda each: each.first)
    return DutyPlan(Calendar(tuple(days)), tuple(_roster(row, seated) for row in rosters))


def _unknown(
    roster: Item, key: str, known: set[str | None] | None, said: str, said_zh: str
) -> Iterator[Mistake]:
    for index, named in roster.texts(key):
        if known is not None and named not in known:
            yield roster.mistake((key, index), f"{said} {named}.", f"{said_zh}{named}。")


def _check_calendar(folder: Folder) -> Iterator[Mistake]:
    taken: list[tuple[date, date, int]] = []
    for item in folder.calendar.items:
        row = item.part(ExceptionalDaysRow)
        if row is None:
            continue
        days = _exceptional_days(row)
        if days.last < days.first:
            yield item.mistake(
                ("last",), "The last day is before the first.", "结束日期早于开始日期。"
            )
        for first, last, line in taken:
            if days.first <= last and first <= days.last:
                yield item.mistake(
                    ("first",),
                    f"Line {line} speaks of the same days: a day is of one kind.",
                    f"与第{line}行的日期重叠，每一天只能属于一种。",
                )
                break
        taken.append((days.first, days.last, item.document.line_of(item.path)))


def _exceptional_days(row: ExceptionalDaysRow) -> ExceptionalDays:
    first = date.fromisoformat(row.first)
    last = first if row.last is None else date.fromisoformat(row.last)
    return ExceptionalDays(first, last, DayKind(row.kind), _name(row.name))


def _roster(row: RosterRow, seated: dict[str, list[str]]) -> Roster:
    at_posts = (unit_id for post_id in row.posts for unit_id in seated.get(post_id, ()))
    return Roster(
        id=row.id,
        name=_name(row.name),
        unit_ids=frozenset((*row.units, *at_posts)),
        duty=tuple(_hours(each) for each in row.duty),
        away=tuple(_hours(each) for each in row.away),
    )


def _hours(row: HoursRow) -> Hours:
    return Hours(
        weekdays=frozenset(_WEEKDAYS.index(day) for day in row.days if day in _WEEKDAYS),
        kinds=frozenset(DayKind(day) for day in row.days if day not in _WEEKDAYS),
        start=time.fromisoformat(row.start),
        end=time.fromisoformat(row.end),
    )


def _name(row: NameRow) -> Name:
    return Name(zh=row.zh, en=row.en)
