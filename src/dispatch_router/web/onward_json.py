"""The onward leg to a hospital as JSON members, for orjson."""

from __future__ import annotations

from typing import Any

from dispatch_router.application.desk.onward import Onward
from dispatch_router.domain.crs import Crs
from dispatch_router.domain.onward import OtherHospital, RankedHospital, time_ms
from dispatch_router.domain.travel import Basis
from dispatch_router.web.positions import line_members, position_members
from dispatch_router.web.recommendation_json import exemption_members, on_foot_members

Members = dict[str, Any]


def onward_members(onward: Onward, crs: Crs) -> Members:
    """Return what ``OnwardReply`` documents."""
    assignment, legs = onward.assignment, onward.legs
    return {
        "assignment_id": assignment.id,
        "incident_id": assignment.incident_id,
        "unit_id": assignment.unit_id,
        "graph_version": legs.graph_version,
        "at": legs.at.isoformat(timespec="milliseconds"),
        "mode": legs.question.mode,
        "response": legs.question.response,
        "needs": sorted(legs.question.needs),
        "needs_from": legs.question.needs_from,
        "degraded": legs.degraded,
        "notices": legs.notices,
        "closures_in_force": legs.closures_in_force,
        "hospitals": [_ranked(each, crs) for each in legs.hospitals],
        "others": [_other(each) for each in legs.others],
    }


def _ranked(ranked: RankedHospital, crs: Crs) -> Members:
    hospital, leg = ranked.hospital, ranked.leg
    members: Members = {
        "rank": ranked.rank,
        "hospital_id": hospital.id,
        "hospital_name": hospital.name,
        "position": position_members(hospital.position, crs),
        "suitable": ranked.is_suitable,
        "missing": ranked.missing,
        "time_to_hospital_s": time_ms(leg) / 1000,
        "drive_s": leg.drive_ms / 1000,
        "walk_s": leg.walk_ms / 1000,
        "distance_m": round(leg.distance_m, 1),
        "basis": leg.basis,
        "degraded": leg.basis is Basis.STRAIGHT_LINE or not ranked.is_suitable,
        "exemptions": [exemption_members(exemption) for exemption in leg.exemptions],
        "without_exemptions_s": None if leg.ordinary_ms is None else leg.ordinary_ms / 1000,
        "on_foot": leg.on_foot and on_foot_members(leg.on_foot, crs),
        "why": ranked.why,
        "why_zh": ranked.why_zh,
    }
    if leg.route is not None:
        members["route"] = line_members(leg.route)
    return members


def _other(other: OtherHospital) -> Members:
    return {
        "hospital_id": other.hospital.id,
        "hospital_name": other.hospital.name,
        "reason": other.reason,
        "time_to_hospital_s": None if other.time_ms is None else other.time_ms / 1000,
        "missing": other.missing,
        "what_would_change": other.what_would_change,
        "what_would_change_zh": other.what_would_change_zh,
    }
