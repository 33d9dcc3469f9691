"""Incidents and assignments as JSON members, for orjson; times have the district's offset."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from dispatch_router.application.desk.assignment_records import (
    Diversion,
    DiversionPrice,
    Reserved,
)
from dispatch_router.application.desk.incident_records import (
    Corrected,
    Filed,
    Merged,
    ShownIncident,
)
from dispatch_router.domain.assignments import Assignment, AssignmentStatus
from dispatch_router.domain.crs import Crs
from dispatch_router.domain.decisions import RankedUnit
from dispatch_router.domain.duplicates import LikelyDuplicate
from dispatch_router.domain.incidents import Incident
from dispatch_router.web.positions import position_members

Members = dict[str, Any]


class DeskWriter:
    """Writes what is at the desk of one district."""

    def __init__(self, timezone: ZoneInfo) -> None:
        """Write for one district.

        Args:
            timezone: of the district.
        """
        self._timezone = timezone

    def filed(self, filed: Filed, crs: Crs) -> Members:
        """Return what ``FiledReply`` documents."""
        return {
            "incident": self.incident(filed.incident, crs),
            # As it is kept, to the byte.
            "recommendation": orjson.Fragment(filed.reply),
            "duplicates": _duplicates(filed.duplicates),
            "diversions": [diversion_members(each) for each in filed.diversions],
        }

    def corrected(self, corrected: Corrected, crs: Crs) -> Members:
        """Return what ``CorrectedReply`` documents."""
        reply = corrected.reply
        return {
            "incident": self.incident(corrected.incident, crs),
            "changed": corrected.changed,
            "recommendation": None if reply is None else orjson.Fragment(reply),
            "first_before": _ranked(corrected.first_before),
            "duplicates": _duplicates(corrected.duplicates),
            "diversions": [diversion_members(each) for each in corrected.diversions],
        }

    def shown(self, shown: ShownIncident, crs: Crs) -> Members:
        """Return what ``ShownIncidentReply`` documents."""
        return {
            **self.incident(shown.incident, crs),
            "assignments": [self.assignment(each) for each in shown.assignments],
            "decision_id": shown.decision_id,
        }

    def merged(self, merged: Merged) -> Members:
        """Return what ``MergedReply`` documents."""
        reply = merged.reply
        return {
            **self.shown(merged.shown, Crs.WGS84),
            "changed": merged.changed,
            "recommendation": None if reply is None else orjson.Fragment(reply),
            "first_before": _ranked(merged.first_before),
            "diversions": [diversion_members(each) for each in merged.diversions],
        }

    def incident(self, incident: Incident, crs: Crs) -> Members:
        """Return what ``IncidentReply`` documents."""
        return {
            "id": incident.id,
            "location": position_members(incident.position, crs),
            "place": incident.place,
            "uncertainty_m": incident.uncertainty_m,
            "type": incident.type,
            "priority": incident.priority,
            "response": incident.response,
            "reported_at": self._local(incident.reported_at),
            "filed_at": self._local(incident.filed_at),
            "external_id": incident.external_id,
            "description": incident.description,
            "status": incident.status,
            "version": incident.version,
            "zone_id": incident.zone_id,
            "responsible_post_id": incident.responsible_post_id,
            "closed_at": self._local(incident.closed_at),
            "outcome": incident.outcome,
            "merged_into": incident.merged_into,
        }

    def assignment(self, assignment: Assignment) -> Members:
        """Return what ``AssignmentReply`` documents."""
        since = {step.status: step.at for step in assignment.steps}
        return {
            "id": assignment.id,
            "incident_id": assignment.incident_id,
            "unit_id": assignment.unit_id,
            "status": assignment.status,
            "dispatched_at": self._local(since[AssignmentStatus.DISPATCHED]),
            "en_route_at": self._local(since.get(AssignmentStatus.EN_ROUTE)),
            "on_scene_at": self._local(since.get(AssignmentStatus.ON_SCENE)),
            "transporting_at": self._local(since.get(AssignmentStatus.TRANSPORTING)),
            "filled_in": [step.status for step in assignment.steps if step.filled_in],
            "ended_at": None if assignment.is_open else self._local(assignment.since),
            "decision_id": assignment.decision_id,
            "override_reason": assignment.override_reason,
            "reason": assignment.reason,
            "diverted_from": assignment.diverted_from,
            "relieves": assignment.relieves,
            "hospital_id": assignment.hospital_id,
            "version": assignment.version,
        }

    def reserved(self, reserved: Reserved) -> Members:
        """Return what ``ReservedReply`` documents."""
        price = reserved.price and _price(reserved.price)
        return {**self.assignment(reserved.assignment), "price": price}

    def _local(self, at: datetime | None) -> str | None:
        return None if at is None else at.astimezone(self._timezone).isoformat()


def diversion_members(diversion: Diversion) -> Members:
    """Return what ``DiversionReply`` documents."""
    return {
        "unit_id": diversion.unit.unit_id,
        "time_to_person_s": diversion.unit.time_to_person_ms / 1000,
        "saves_s": None if diversion.saves_ms is None else diversion.saves_ms / 1000,
        "assignment_id": diversion.assignment.id,
        "price": _price(diversion.price),
    }


def _price(price: DiversionPrice) -> Members:
    return {
        "incident_id": price.incident_id,
        "priority": price.priority,
        "next_best": _ranked(price.next_best),
    }


def _ranked(unit: RankedUnit | None) -> Members | None:
    if unit is None:
        return None
    return {"unit_id": unit.unit_id, "time_to_person_s": unit.time_to_person_ms / 1000}


def _duplicates(duplicates: Iterable[LikelyDuplicate]) -> list[Members]:
    return [
        {
            "incident_id": each.incident_id,
            "distance_m": round(each.distance_m, 1),
            "apart_s": each.apart_s,
            "same_external_id": each.same_external_id,
            "same_caller": each.same_caller,
            "merged_incident_id": each.merged_id,
        }
        for each in duplicates
    ]
