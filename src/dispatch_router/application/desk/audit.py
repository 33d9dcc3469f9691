"""Verifying the log against itself, all that is kept against the log, and no unit given twice."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from dispatch_router.application.desk.audit_kept import differing
from dispatch_router.application.desk.audit_ports import UNREADABLE, AuditedDesk, EventRow
from dispatch_router.application.desk.audit_told import Told
from dispatch_router.domain.assignments import OPEN_STATUSES
from dispatch_router.domain.event_log import Event, break_between
from dispatch_router.domain.names import Name

PAGE: Final = 1_000
MAX_FINDINGS: Final = 20


@dataclass(frozen=True, slots=True)
class Audit:
    """What a verification has found.

    Attributes:
        events: how many the log has.
        last: the last of them.
        findings: what is wrong, at most ``MAX_FINDINGS``; empty where nothing is.
    """

    events: int
    last: Event | None
    findings: tuple[Name, ...]


def verify(desk: AuditedDesk, known_sha256: str | None = None) -> Audit:
    """Look at every event, and compare what is kept with what the log tells last.

    Args:
        desk: as it is at one time.
        known_sha256: the hash of an event that was noted down before and has to be there still: so
            even a log that was written anew from there on, with every state, is found out.
    """
    findings: list[Name] = []
    holders: dict[str, str] = {}
    told, count, known_is_there = Told(), 0, known_sha256 is None
    previous: EventRow | None = None
    for row in _rows(desk):
        wrong = [_broken(previous, row)]
        if row.event is not None:
            wrong += [_held_twice(holders, row.event), told.hear(row.event)]
            known_is_there |= row.event.sha256 == known_sha256
        findings += [each for each in wrong if each is not None][: MAX_FINDINGS - len(findings)]
        previous, count = row, count + 1
    if not known_is_there:
        findings.append(
            Name(f"没有哈希值为{known_sha256}的事件", f"no event has the hash {known_sha256}")
        )
    findings += itertools.islice(differing(desk, told), max(0, MAX_FINDINGS - len(findings)))
    last = None if previous is None else previous.event
    return Audit(count, last, tuple(findings[:MAX_FINDINGS]))


def _rows(desk: AuditedDesk) -> Iterator[EventRow]:
    number = 0
    while page := desk.event_rows(number, PAGE):
        yield from page
        # One step at least, whatever the numbers say.
        number = max(number + 1, page[-1].number)


def _broken(previous: EventRow | None, row: EventRow) -> Name | None:
    """Say why a row of the log cannot follow the one before."""
    event = row.event
    if event is None:
        return Name(f"第{row.number}号事件无法读取", f"event {row.number} cannot be read")
    before = None if previous is None else previous.event
    if previous is not None and before is None:
        # Its hash is not known, so that it is taken for the one that the next is chained to.
        before = replace(event, number=previous.number, sha256=event.previous_sha256)
    try:
        return break_between(before, event)
    except UNREADABLE:
        return Name(f"第{row.number}号事件无法读取", f"event {row.number} cannot be read")


def _held_twice(holders: dict[str, str], event: Event) -> Name | None:
    """Follow who holds each unit, and say where a second assignment takes one.

    Args:
        holders: the open assignment of every busy unit; brought up to ``event``.
        event: the next of the log.
    """
    if event.assignment_id is None or "unit_id" not in event.state:
        return None
    assignment_id, unit_id = event.assignment_id, str(event.state["unit_id"])
    holder = holders.get(unit_id)
    if str(event.state.get("status")) in OPEN_STATUSES:
        holders[unit_id] = assignment_id
        if holder not in {None, assignment_id}:
            return Name(
                f"第{event.number}号事件将{unit_id}派给了第二个派警",
                f"event {event.number} gives {unit_id} to a second assignment",
            )
    elif holder == assignment_id:
        del holders[unit_id]
    return None
