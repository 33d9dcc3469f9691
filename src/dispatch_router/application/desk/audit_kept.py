"""Comparing all that is kept with what the log tells of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

import orjson

from dispatch_router.application.desk.audit_ports import (
    UNREADABLE,
    AuditedDesk,
    DocumentRow,
    DocumentTable,
    resource_of_state,
)
from dispatch_router.application.desk.audit_told import Told
from dispatch_router.application.desk.documents import (
    assignment_columns,
    assignment_members,
    assignment_of,
    decision_of_members,
    decision_sha256,
    incident_columns,
    incident_of,
    incident_state,
)
from dispatch_router.application.district.ports import KeptDistrict
from dispatch_router.domain.event_log import canonical_json
from dispatch_router.domain.names import Name
from dispatch_router.domain.resources import Resources

PAGE: Final = 1_000
INCIDENT: Final = Name("警情", "incident ")
ASSIGNMENT: Final = Name("派警", "assignment ")
DECISION: Final = Name("决策", "decision ")
ELSE: Final = Name("", "")
"""Its subject says by itself what it is."""


class _Read(NamedTuple):
    """What a document says: its id, its columns, and its state as the log has it."""

    id: str
    columns: Mapping[str, Any]
    state: Mapping[str, Any]


def differing(desk: AuditedDesk, told: Told) -> Iterator[Name]:
    """Say of all that is kept and not as the log tells, or not in it at all.

    Args:
        desk: as it is at one time.
        told: all that its log tells; used up.
    """
    for row in desk.state_rows():
        if row.state is None:
            told.states.pop(row.subject_id, None)
            yield _unreadable(ELSE, row.subject_id)
        else:
            yield from _compared(told.states, ELSE, row.subject_id, row.state)
    yield from _documents(desk, told, "incidents", INCIDENT, _incident)
    yield from _documents(desk, told, "assignments", ASSIGNMENT, _assignment)
    yield from _decisions(desk, told)
    for subject_id in (*told.states, *told.decisions):
        yield Name(
            f"{subject_id}在日志中，但未保存在数据中", f"{subject_id} is in the log and is not kept"
        )
    yield from _notes(desk, told)


def _documents(
    desk: AuditedDesk,
    told: Told,
    table: DocumentTable,
    what: Name,
    read: Callable[[Mapping[str, Any]], _Read],
) -> Iterator[Name]:
    for row in _rows(desk, table):
        try:
            kept = read(orjson.loads(row.document))
        except UNREADABLE:
            told.states.pop(row.id, None)
            yield _unreadable(what, row.id)
            continue
        yield from _columns(what, row, kept.id, kept.columns)
        yield from _compared(told.states, what, row.id, kept.state)


def _decisions(desk: AuditedDesk, told: Told) -> Iterator[Name]:
    for row in _rows(desk, "incident_decisions"):
        expected = told.decisions.pop(row.id, None)
        try:
            decision = decision_of_members(orjson.loads(row.document))
            sha256 = decision_sha256(decision)
            ranked = [(each.unit_id, each.time_to_person_ms) for each in decision.ranked]
        except UNREADABLE:
            yield _unreadable(DECISION, row.id)
            continue
        yield from _columns(DECISION, row, decision.id, {"incident_id": decision.incident_id})
        if expected is None:
            yield _not_told(DECISION, row.id)
            continue
        # A log that is older than hashes of decisions leaves the record that was kept with it.
        as_told = expected.sha256 == sha256
        if expected.sha256 is None:
            as_told = _as_recorded(desk, row.id, ranked)
        if not as_told or expected.incident_id != decision.incident_id:
            yield _not_as_told(DECISION, row.id)


def _as_recorded(desk: AuditedDesk, decision_id: str, ranked: list[tuple[str, int]]) -> bool:
    try:
        recorded = desk.recorded_ranking(decision_id)
    except UNREADABLE:
        return False
    # Records are forgotten after some time, decisions are not.
    return recorded is None or list(recorded) == ranked


def _notes(desk: AuditedDesk, told: Told) -> Iterator[Name]:
    """Look at what is kept beside: whose the district is, and since when the log tells of all."""
    try:
        kept = desk.kept_district()
        is_there = kept is not None or told.resources_version is None
        fits = is_there and (kept is None or _fits(kept, told))
    except UNREADABLE:
        fits = False
    if not fits:
        yield Name(
            "辖区记录（kept_district）与日志记载不符",
            "what is noted of the district (kept_district) is not as the log tells",
        )
    if (told.reports and not desk.told_since()) or len(desk.told_since()) > 1:
        yield Name(
            "日志记载完整的标记（log_tells_of_all）已被改动",
            "the note that the log tells of all (log_tells_of_all) was changed",
        )


def _fits(kept: KeptDistrict, told: Told) -> bool:
    """Tell whether a district has the version of its last event, and the files that were loaded.

    Files that say what was kept already make no event, so that any state since counts.
    """
    if kept.version != (told.resources_version or 0):
        return False
    states = dict(told.loaded)
    if _digests(states) == kept.files:
        return True
    for subject_id, state in told.since_loaded:
        if state is None:
            states.pop(subject_id, None)
        else:
            states[subject_id] = state
        if _digests(states) == kept.files:
            return True
    return False


def _digests(states: Mapping[str, Mapping[str, Any]]) -> Mapping[str, str]:
    return Resources(map(resource_of_state, states.values()), 0).digests()


def _rows(desk: AuditedDesk, table: DocumentTable) -> Iterator[DocumentRow]:
    after = ""
    while page := desk.document_rows(table, after, PAGE):
        yield from page
        after = page[-1].id


def _incident(members: Mapping[str, Any]) -> _Read:
    incident = incident_of(members)
    return _Read(incident.id, incident_columns(incident), incident_state(incident))


def _assignment(members: Mapping[str, Any]) -> _Read:
    assignment = assignment_of(members)
    return _Read(assignment.id, assignment_columns(assignment), assignment_members(assignment))


def _columns(
    what: Name, row: DocumentRow, its_id: str, expected: Mapping[str, Any]
) -> Iterator[Name]:
    """Name the columns, by which rows are found, that are not as the document says."""
    kept = {"id": row.id, **row.columns}
    for name, value in {"id": its_id, **expected}.items():
        if kept[name] != value:
            yield Name(
                f"{what.zh}{row.id}的{name}列与其内容不符",
                f"the column {name} of {what.en}{row.id} is not as its document says",
            )


def _compared(
    states: dict[str, str], what: Name, subject_id: str, members: Mapping[str, Any]
) -> Iterator[Name]:
    told = states.pop(subject_id, None)
    if told is None:
        yield _not_told(what, subject_id)
    elif told != canonical_json(members):
        yield _not_as_told(what, subject_id)


def _not_told(what: Name, subject_id: str) -> Name:
    return Name(f"{what.zh}{subject_id}不在日志中", f"{what.en}{subject_id} is not in the log")


def _not_as_told(what: Name, subject_id: str) -> Name:
    return Name(
        f"{what.zh}{subject_id}与日志记载不符", f"{what.en}{subject_id} is not as the log tells"
    )


def _unreadable(what: Name, subject_id: str) -> Name:
    return Name(f"{what.zh}{subject_id}无法读取", f"{what.en}{subject_id} cannot be read")
