"""Verifying the event log against itself, the desk against the log, and no unit given twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from dispatch_router.application.desk.documents import assignment_members, incident_state
from dispatch_router.application.desk.ports import DeskView
from dispatch_router.application.desk.told_states import (
    closure_state,
    closure_subject,
    status_state,
    status_subject,
)
from dispatch_router.domain.assignments import OPEN_STATUSES
from dispatch_router.domain.event_log import Event, EventKind, break_between, canonical_json
from dispatch_router.domain.names import Name

PAGE: Final = 1_000
MAX_FINDINGS: Final = 20
INCIDENT: Final = Name("警情", "incident ")
ASSIGNMENT: Final = Name("派警", "assignment ")
ELSE: Final = Name("", "")
"""Its subject says by itself what it is."""


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


def verify(desk: DeskView, known_sha256: str | None = None) -> Audit:
    """Look at every event, and compare what the desk has with what the log tells last.

    Args:
        desk: as it is at one time.
        known_sha256: the hash of an event that was noted down before and has to be there still: so
            even a log that was written anew from there on, with every state, is found out.
    """
    findings: list[Name] = []
    states: dict[str, str] = {}
    holders: dict[str, str] = {}
    previous, count, known_is_there = None, 0, known_sha256 is None
    for event in _events(desk):
        for wrong in (break_between(previous, event), _held_twice(holders, event)):
            if wrong is not None and len(findings) < MAX_FINDINGS:
                findings.append(wrong)
        if event.kind is EventKind.RESOURCE_REMOVED:
            states.pop(event.subject_id, None)
        else:
            states[event.subject_id] = canonical_json(event.state)
        known_is_there |= event.sha256 == known_sha256
        previous, count = event, count + 1
    if not known_is_there:
        findings.append(
            Name(f"没有哈希值为{known_sha256}的事件", f"no event has the hash {known_sha256}")
        )
    for finding in _differing(desk, states):
        if len(findings) >= MAX_FINDINGS:
            break
        findings.append(finding)
    return Audit(count, previous, tuple(findings[:MAX_FINDINGS]))


def _events(desk: DeskView) -> Iterator[Event]:
    number = 0
    while page := desk.events_after(number, PAGE):
        yield from page
        # One step at least, whatever the numbers say.
        number = max(number + 1, page[-1].number)


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
    if event.state.get("status") in OPEN_STATUSES:
        holders[unit_id] = assignment_id
        if holder not in {None, assignment_id}:
            return Name(
                f"第{event.number}号事件将{unit_id}派给了第二个派警",
                f"event {event.number} gives {unit_id} to a second assignment",
            )
    elif holder == assignment_id:
        del holders[unit_id]
    return None


def _differing(desk: DeskView, states: dict[str, str]) -> Iterator[Name]:
    """Say of all that is kept and not as the log tells, or not in it at all."""
    for resource in desk.resources():
        yield from _compared(states, ELSE, str(resource.key), resource.state())
    after: str | None = None
    while page := desk.incidents(after=after, limit=PAGE, status=None):
        for incident in page:
            yield from _compared(states, INCIDENT, incident.id, incident_state(incident))
            for assignment in desk.assignments_of(incident.id):
                members = assignment_members(assignment)
                yield from _compared(states, ASSIGNMENT, assignment.id, members)
        after = page[-1].id
    yield from _differing_reports(desk, states)
    for subject_id in states:
        yield Name(
            f"{subject_id}在日志中，但未保存在数据中", f"{subject_id} is in the log and is not kept"
        )


def _differing_reports(desk: DeskView, states: dict[str, str]) -> Iterator[Name]:
    after: str | None = None
    while page := desk.closures(after=after, limit=PAGE):
        for record in page:
            yield from _compared(states, ELSE, closure_subject(record.id), closure_state(record))
        after = page[-1].id
    for unit_id, kept in desk.statuses().items():
        yield from _compared(states, ELSE, status_subject(unit_id), status_state(unit_id, kept))


def _compared(
    states: dict[str, str], what: Name, subject_id: str, members: Mapping[str, Any]
) -> Iterator[Name]:
    told = states.pop(subject_id, None)
    subject, subject_zh = f"{what.en}{subject_id}", f"{what.zh}{subject_id}"
    if told is None:
        yield Name(f"{subject_zh}不在日志中", f"{subject} is not in the log")
    elif told != canonical_json(members):
        yield Name(f"{subject_zh}与日志记载不符", f"{subject} is not as the log tells")
