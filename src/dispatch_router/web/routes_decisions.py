"""``/v1/decisions``: what was known and decided, and the same once more."""

from __future__ import annotations

import asyncio
import dataclasses
import threading
from functools import partial
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response

from dispatch_router.application.departures import departures_then
from dispatch_router.domain.decision_record import Asked, DecisionRecord, Replayed
from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.traffic import PERMILLE
from dispatch_router.web.collection_items import ItemId
from dispatch_router.web.desk_answers import answered_beside, json_response
from dispatch_router.web.openapi import documented
from dispatch_router.web.paths import DECISIONS
from dispatch_router.web.positions import departure_members, position_members
from dispatch_router.web.problems import NotFound, Overloaded
from dispatch_router.web.readiness import DispatchService, Readiness
from dispatch_router.web.request_keys import REUSED, keyed
from dispatch_router.web.schemas.decisions import DecisionReply, ReplayReply
from dispatch_router.web.validation import refuse_query


def add_decision_routes(router: APIRouter, readiness: Readiness) -> None:
    """Add the routes of decisions."""
    # One at a time: each has roads of its own in memory.
    replaying = threading.Lock()

    @router.get(
        DECISIONS + "/{decision_id}",
        summary="Read one decision",
        operation_id="read_decision",
        tags=["decisions"],
        **documented(DecisionReply, "not_found", "storage_unavailable"),
    )
    async def read_decision(request: Request, decision_id: ItemId) -> Response:
        """Give what a recommendation was made from, and the recommendation.

        As it was sent, but one of more than 32 KiB without the units that are not recommended.
        """
        refuse_query(request.scope)
        service = readiness.service()
        return json_response(await asyncio.to_thread(_read, service, decision_id))

    @router.post(
        DECISIONS + "/{decision_id}/replay",
        summary="Make one decision again",
        operation_id="replay_decision",
        tags=["decisions"],
        **keyed(
            documented(
                ReplayReply, "not_found", "storage_unavailable", REUSED, "request_in_progress"
            )
        ),
    )
    async def replay_decision(request: Request, decision_id: ItemId) -> Response:
        """Rank once more from the record alone: the clock, the units and the district of then.

        Nothing is stored and nothing changes. Where the road graph of then is gone, it says so.
        """
        refuse_query(request.scope)
        service = readiness.service()
        make = partial(_replay, service, decision_id, replaying)
        return await answered_beside(request, service.answered_once, make)


def _read(service: DispatchService, decision_id: str) -> bytes:
    return orjson.dumps(_members(_found(service, decision_id)))


def _replay(service: DispatchService, decision_id: str, replaying: threading.Lock) -> bytes:
    if not replaying.acquire(blocking=False):
        raise Overloaded(
            "Another decision is being made again. Ask again in a second.",
            "正在重放另一项决策，请稍后再试。",
        )
    try:
        record = _found(service, decision_id)
        return orjson.dumps(_replay_members(record, service.replay(record)))
    finally:
        replaying.release()


def _found(service: DispatchService, decision_id: str) -> DecisionRecord:
    record = service.decisions.find(decision_id)
    if record is None:
        raise NotFound(
            "There is no decision with this id, or it is kept no longer.",
            "没有这个编号的决策，或其记录已超过保存期限。",
        )
    return record


def _members(record: DecisionRecord) -> dict[str, Any]:
    """Return what ``DecisionReply`` documents."""
    crs = record.asked.crs
    return {
        "decision_id": record.decision_id,
        "at": record.at.isoformat(timespec="milliseconds"),
        "program": record.program,
        "graph_version": record.graph_version,
        "asked": _asked(record.asked),
        "closures": [
            {
                "id": closure.id,
                "reason": closure.reason,
                "speed_factor": closure.speed_permille / PERMILLE,
            }
            for closure in record.conditions.closures
        ],
        "units": [
            {
                "unit_id": unit.id,
                "position": departure_members(departure, crs),
            }
            for unit, departure in zip(record.district.units, departures_then(record), strict=True)
        ],
        "reply_sha256": record.reply_sha256,
        "recommendation": _json(record.reply),
    }


def _asked(asked: Asked) -> dict[str, Any]:
    question = asked.question
    where = question.where
    named = {"place": where, "crs": asked.crs}
    return {
        "location": position_members(where, asked.crs) if isinstance(where, LonLat) else named,
        "uncertainty_m": question.uncertainty_m,
        "type": question.call_type,
        "priority": question.priority,
        "response": question.response,
        "top": asked.top,
        "route": asked.with_routes,
        "list_others": asked.list_others,
    }


def _replay_members(record: DecisionRecord, replayed: Replayed) -> dict[str, Any]:
    """Return what ``ReplayReply`` documents."""
    return {
        "decision_id": record.decision_id,
        "identical": replayed.identical,
        "missing": [dataclasses.asdict(missing) for missing in replayed.missing],
        "recommendation": _json(replayed.reply),
    }


def _json(reply: bytes | None) -> orjson.Fragment | None:
    # As it is, to the byte.
    return None if reply is None else orjson.Fragment(reply)
