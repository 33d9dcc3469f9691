"""Incidents and assignments as JSON members: as they are stored, and as the log tells of them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from dispatch_router.domain.assignments import Assignment, AssignmentStatus, Step
from dispatch_router.domain.callers import CallerHashes
from dispatch_router.domain.decisions import Decision, RankedUnit
from dispatch_router.domain.event_log import canonical_json
from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.incidents import Incident, IncidentStatus
from dispatch_router.domain.response import Response

Members = dict[str, Any]


def written_time(at: datetime) -> str:
    """Write an instant so that text sorts as time does."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def incident_members(incident: Incident) -> Members:
    """Write everything that is known of an incident."""
    return {
        "id": incident.id,
        "lon": incident.position.lon,
        "lat": incident.position.lat,
        "place": incident.place,
        "uncertainty_m": incident.uncertainty_m,
        "type": incident.type,
        "priority": incident.priority,
        "response": incident.response.value,
        "reported_at": written_time(incident.reported_at),
        "filed_at": written_time(incident.filed_at),
        "external_id": incident.external_id,
        "description": incident.description,
        "status": incident.status.value,
        "version": incident.version,
        "zone_id": incident.zone_id,
        "responsible_post_id": incident.responsible_post_id,
        "closed_at": _time_or_none(incident.closed_at),
        "outcome": incident.outcome,
        "merged_into": incident.merged_into,
        **_caller_members(incident.caller),
    }


def incident_columns(incident: Incident) -> Members:
    """Return what an incident is looked for by, as it stands beside its document."""
    return {
        "status": incident.status.value,
        "type": incident.type,
        "reported_at": written_time(incident.reported_at),
        "lon": incident.position.lon,
        "lat": incident.position.lat,
        "external_id": incident.external_id,
        "caller_phone": incident.caller.phone,
        "merged_into": incident.merged_into,
    }


def incident_of(members: Mapping[str, Any]) -> Incident:
    """Read what ``incident_members`` wrote."""
    return Incident(
        id=members["id"],
        position=LonLat(members["lon"], members["lat"]),
        place=members["place"],
        uncertainty_m=members["uncertainty_m"],
        type=members["type"],
        priority=members["priority"],
        response=Response(members["response"]),
        reported_at=datetime.fromisoformat(members["reported_at"]),
        filed_at=datetime.fromisoformat(members["filed_at"]),
        external_id=members["external_id"],
        description=members["description"],
        status=IncidentStatus(members["status"]),
        version=members["version"],
        zone_id=members["zone_id"],
        responsible_post_id=members["responsible_post_id"],
        closed_at=_read_or_none(members["closed_at"]),
        outcome=members["outcome"],
        merged_into=members["merged_into"],
        caller=CallerHashes(members.get("caller_phone_hmac"), members.get("caller_name_hmac")),
    )


def incident_state(incident: Incident) -> Members:
    """Write an incident for the log, which is kept for good and read by many.

    What somebody wrote in free words may name people, so the log has the hash of it alone.
    """
    members = incident_members(incident)
    for name in ("description", "outcome"):
        members[f"{name}_sha256"] = digest_or_none(members.pop(name))
    return members


def assignment_members(assignment: Assignment) -> Members:
    """Write everything that is known of an assignment."""
    return {
        "id": assignment.id,
        "incident_id": assignment.incident_id,
        "unit_id": assignment.unit_id,
        "status": assignment.status.value,
        "steps": [_step_members(step) for step in assignment.steps],
        "decision_id": assignment.decision_id,
        "override_reason": assignment.override_reason,
        "reason": assignment.reason,
        "diverted_from": assignment.diverted_from,
        "relieves": assignment.relieves,
        "version": assignment.version,
    }


def assignment_columns(assignment: Assignment) -> Members:
    """Return what an assignment is looked for by, as it stands beside its document."""
    return {
        "incident_id": assignment.incident_id,
        "unit_id": assignment.unit_id,
        "status": assignment.status.value,
    }


def assignment_of(members: Mapping[str, Any]) -> Assignment:
    """Read what ``assignment_members`` wrote."""
    return Assignment(
        id=members["id"],
        incident_id=members["incident_id"],
        unit_id=members["unit_id"],
        steps=tuple(_step_of(step) for step in members["steps"]),
        decision_id=members["decision_id"],
        override_reason=members["override_reason"],
        reason=members["reason"],
        diverted_from=members["diverted_from"],
        relieves=members["relieves"],
        version=members["version"],
    )


def _caller_members(caller: CallerHashes) -> Members:
    # Only what there is: incidents that were written before have none.
    members = {"caller_phone_hmac": caller.phone, "caller_name_hmac": caller.name}
    return {name: digest for name, digest in members.items() if digest is not None}


def _step_members(step: Step) -> Members:
    members: Members = {"status": step.status.value, "at": written_time(step.at)}
    # Of most steps there is neither, and those that were written before had none.
    if step.hospital_id is not None:
        members["hospital_id"] = step.hospital_id
    if step.filled_in:
        members["filled_in"] = True
    return members


def _step_of(members: Mapping[str, Any]) -> Step:
    at = datetime.fromisoformat(members["at"])
    status, filled_in = AssignmentStatus(members["status"]), members.get("filled_in", False)
    return Step(status, at, members.get("hospital_id"), filled_in)


def decision_members(decision: Decision) -> Members:
    """Write what is kept of a decision."""
    return {
        "id": decision.id,
        "incident_id": decision.incident_id,
        "at": written_time(decision.at),
        "graph_version": decision.graph_version,
        "ranked": [[each.unit_id, each.time_to_person_ms] for each in decision.ranked],
    }


def decision_sha256(decision: Decision) -> str:
    """Return what the event of a decision's incident has of the decision."""
    text = canonical_json(decision_members(decision))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def decision_of_members(members: Mapping[str, Any]) -> Decision:
    """Read what ``decision_members`` wrote."""
    return Decision(
        id=members["id"],
        incident_id=members["incident_id"],
        at=datetime.fromisoformat(members["at"]),
        graph_version=members["graph_version"],
        ranked=tuple(RankedUnit(unit_id, time_ms) for unit_id, time_ms in members["ranked"]),
    )


def _time_or_none(at: datetime | None) -> str | None:
    return None if at is None else written_time(at)


def _read_or_none(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def digest_or_none(text: str | None) -> str | None:
    """Return the SHA-256 of free words; None where there are none."""
    return None if text is None else hashlib.sha256(text.encode("utf-8")).hexdigest()
