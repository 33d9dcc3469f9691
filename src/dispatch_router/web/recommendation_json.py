"""The answer to one call as JSON: milliseconds to seconds, WGS-84 to the caller's coordinates.

This is the busiest code outside of the search. Names and enumerations are left to orjson as they
are, and what repeats in every answer, one row per unit, is encoded once.
"""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter
from typing import Any, Final

import orjson

from dispatch_router.application.decision_log import WrittenAnswer
from dispatch_router.domain.crs import Crs
from dispatch_router.domain.district import District
from dispatch_router.domain.recommendation import (
    Baseline,
    CallLocation,
    Candidate,
    PassedOver,
    Reason,
    Recommendation,
    TimeToPerson,
)
from dispatch_router.domain.travel import Exemption, OnFoot
from dispatch_router.domain.units import Unit
from dispatch_router.web.positions import departure_members, line_members, position_members

Members = dict[str, Any]
_OTHERS: Final = b'"not_recommended":'
_NO_OTHERS: Final = _OTHERS + b"[]"


class RecommendationWriter:
    """Writes recommendations; knows the rows of the district that it wrote of last."""

    def __init__(self) -> None:
        self._last: tuple[District, dict[str, bytes]] | None = None

    def write(self, recommendation: Recommendation, crs: Crs, *, list_others: bool = True) -> bytes:
        """Return what ``RecommendationReply`` documents, in UTF-8."""
        return self.write_both(recommendation, crs, list_others=list_others).reply

    def write_both(
        self, recommendation: Recommendation, crs: Crs, *, list_others: bool = True
    ) -> WrittenAnswer:
        """Return the same, and beside it what it is without the units that are not recommended."""
        short = orjson.dumps(_members(recommendation, crs))
        if not list_others:
            return WrittenAnswer(short, short)
        # Where others have this text in a string, its quotes are escaped.
        head, _, tail = short.partition(_NO_OTHERS)
        rows = _not_recommended(
            recommendation.not_recommended, self._rows_of(recommendation.district)
        )
        reply = b"".join((head, _OTHERS, b"[", *rows, b"]", tail))
        return WrittenAnswer(reply, short)

    def _rows_of(self, district: District) -> dict[str, bytes]:
        """Return the beginning of the row of every unit."""
        last = self._last
        if last is None or last[0] is not district:
            self._last = last = district, _row_starts(district)
        return last[1]


def _members(recommendation: Recommendation, crs: Crs) -> Members:
    r = recommendation
    return {
        "decision_id": r.decision_id,
        "graph_version": r.graph_version,
        "at": r.at.isoformat(timespec="milliseconds"),
        "response": r.response,
        "degraded": r.degraded,
        "notices": r.notices,
        "closures_in_force": r.closures_in_force,
        "location": _call_location(r.location, crs),
        "candidates": [_candidate(c, crs) for c in r.candidates],
        "not_recommended": (),
        "not_recommended_count": len(r.not_recommended),
        "baseline": r.baseline and _baseline(r.baseline),
    }


def _row_starts(district: District) -> dict[str, bytes]:
    # The reason completes the object, so its closing brace is left off.
    return {
        unit.id: orjson.dumps(_unit_members(unit)).removesuffix(b"}") + b","
        for unit in district.units
    }


def _not_recommended(passed_over: PassedOver, row_starts: dict[str, bytes]) -> Iterator[bytes]:
    """Yield the rows and the commas between them, to be joined without a copy of each run."""
    # What is done for every unit is done without a step in Python for each.
    comma = b""
    for reason, units in passed_over.runs:
        row_end = orjson.dumps(_reason(reason)).removeprefix(b"{")
        starts = map(row_starts.__getitem__, map(attrgetter("id"), units))
        yield comma
        yield (row_end + b",").join(starts)
        yield row_end
        comma = b","


def _unit_members(unit: Unit) -> Members:
    return {"unit_id": unit.id, "unit_name": unit.name, "post_id": unit.post_id, "kind": unit.kind}


def _call_location(location: CallLocation, crs: Crs) -> Members:
    return {
        **position_members(location.position, crs),
        "uncertainty_m": location.uncertainty_m,
        "place_name": location.place_name,
        "road_name": location.road_name,
        "distance_to_road_m": (
            None if location.distance_to_road_m is None else round(location.distance_to_road_m, 1)
        ),
        "zone_id": location.zone_id,
        "responsible_post_id": location.responsible_post_id,
    }


def _candidate(candidate: Candidate, crs: Crs) -> Members:
    c = candidate
    members: Members = {
        "rank": c.rank,
        "unit_id": c.unit.id,
        "unit_name": c.unit.name,
        "post_id": c.unit.post_id,
        "kind": c.unit.kind,
        "mode": c.unit.mode,
        "time_to_person_s": c.time.total_ms / 1000,
        "p90_s": c.p90_ms / 1000,
        "on_time_probability": round(c.on_time_probability, 4),
        "parts": _parts(c.time),
        "distance_m": round(c.distance_m, 1),
        "basis": c.basis,
        "position": departure_members(c.departure, crs),
        "familiar": c.familiar,
        "responsible": c.responsible,
        "exemptions": [exemption_members(exemption) for exemption in c.exemptions],
        "without_exemptions_s": _seconds(c.without_exemptions_ms),
        "on_foot": c.on_foot and on_foot_members(c.on_foot, crs),
        "saves_s": _seconds(c.saves_ms),
        "tie_with": c.tie_with,
        "why": c.why,
        "why_zh": c.why_zh,
    }
    if c.route is not None:
        members["route"] = line_members(c.route)
    return members


def exemption_members(exemption: Exemption) -> Members:
    """Return what ``ExemptionReply`` documents."""
    return {
        "rule": exemption.rule,
        "road_name": exemption.road_name,
        "length_m": round(exemption.length_m, 1),
        "drive_s": exemption.drive_ms / 1000,
        "line": line_members(exemption.line),
    }


def on_foot_members(on_foot: OnFoot, crs: Crs) -> Members:
    """Return what ``OnFootReply`` documents."""
    return {
        "start": position_members(on_foot.start, crs),
        "walk_s": on_foot.walk_ms / 1000,
        "distance_m": round(on_foot.distance_m, 1),
        "past_closure": on_foot.past_closure,
    }


def _seconds(ms: int | None) -> float | None:
    return None if ms is None else ms / 1000


def _reason(reason: Reason) -> Members:
    return {
        "reason": reason.code,
        "at_least_s": _seconds(reason.at_least_ms),
        "what_would_change": reason.what_would_change,
        "what_would_change_zh": reason.what_would_change_zh,
    }


def _baseline(baseline: Baseline) -> Members:
    return {
        "station_id": baseline.station_id,
        "unit_id": baseline.unit.id,
        "unit_name": baseline.unit.name,
        "time_to_person_s": baseline.time.total_ms / 1000,
        "parts": _parts(baseline.time),
    }


def _parts(time: TimeToPerson) -> Members:
    return {
        "turn_out_s": time.turn_out_ms / 1000,
        "drive_s": time.drive_ms / 1000,
        "locate_s": time.locate_ms / 1000,
    }
