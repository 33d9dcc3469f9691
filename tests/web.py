"""The application with the small district on straight roads, for tests of HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from fastapi import FastAPI

from dispatch_router.application.access import Access
from dispatch_router.application.busy_units import BusyUnits
from dispatch_router.application.close_roads import CloseRoads
from dispatch_router.application.crews import Crews
from dispatch_router.application.desk.desk import open_desk
from dispatch_router.application.desk.kept_before import tell_of_what_was_kept_before
from dispatch_router.application.desk.open_assignments import OpenAssignments
from dispatch_router.application.district.now import Assembly
from dispatch_router.application.district.ranking import RecommendsNow
from dispatch_router.application.reload_roads import ReloadRoads
from dispatch_router.application.retries import AnsweredOnce
from dispatch_router.application.road_conditions import RoadConditions
from dispatch_router.application.roads_in_use import RoadsInUse
from dispatch_router.bootstrap_decisions import advice_writer
from dispatch_router.config import LimitSettings
from dispatch_router.domain.callers import CallerHashing
from dispatch_router.domain.district import District
from dispatch_router.storage.closures import SqlClosures
from dispatch_router.storage.decisions import SqlDeskDecisions
from dispatch_router.storage.desk import SqlDeskStore
from dispatch_router.storage.replies import SqlReplies
from dispatch_router.storage.sql import SqlDatabase
from dispatch_router.storage.sqlite import open_state
from dispatch_router.storage.units import SqlUnits
from dispatch_router.web.app import create_app
from dispatch_router.web.paths import RECOMMENDATIONS
from dispatch_router.web.readiness import DispatchService, Readiness
from dispatch_router.web.recommendation_json import RecommendationWriter
from tests.decisions import PROGRAM, memory_log, straight_replay
from tests.desk import SortedIds
from tests.fake_roads import StraightRoads
from tests.memory_database import MemoryDatabase
from tests.resources import district_in_use, files_of, kept_in
from tests.small_district import SMALL_DISTRICT, CountedIds, StoppedClock
from tests.units import MemoryUnits

YINGXIN = {"location": {"place": "迎新村"}}


def small_service(
    district: District = SMALL_DISTRICT,
    roads: StraightRoads | None = None,
    *,
    clock: StoppedClock | None = None,
    state: Path | None = None,
    units: MemoryUnits | None = None,
    database: SqlDatabase | None = None,
    ids: SortedIds | None = None,
    is_away: Callable[[], bool] = lambda: False,
) -> DispatchService:
    """The small district's service; its state is forgotten with it unless a folder is named.

    Args:
        ids: names everything alike, so that services can share a database.
    """
    roads, clock = roads or StraightRoads(), clock or StoppedClock()
    kept = None if state is None else open_state(state)
    database = database or MemoryDatabase()
    kept_units = (units or SqlUnits(database)) if kept is None else kept.units
    closures = SqlClosures(database) if kept is None else kept.closures
    desk_store = SqlDeskStore(database) if kept is None else kept.desk
    tell_of_what_was_kept_before(desk_store, clock.now())
    # It may have been changed by a service that was there before.
    district = files_of(district).of(kept_in(desk_store, district, clock))
    in_use, zone = RoadsInUse(roads, Crews(district)), ZoneInfo(district.timezone)
    conditions = RoadConditions(in_use, district.policy.traffic.periods, zone)
    replies = SqlReplies(database) if kept is None else kept.replies
    desk_decisions = SqlDeskDecisions(database) if kept is None else kept.desk_decisions
    desk_ids, busy = ids or SortedIds(), BusyUnits()
    decision_ids, bring_up_to = ids or CountedIds(), conditions.bring_up_to
    assembly = Assembly(
        in_use, kept_units, kept_units, clock, decision_ids, bring_up_to, busy.now, is_away
    )
    changing = district_in_use(assembly, district, desk_store, clock)

    def following(desk: OpenAssignments) -> RecommendsNow:
        busy.follow(desk)
        return RecommendsNow(lambda: changing.current().recommender)

    desk = open_desk(
        district,
        desk_store,
        following,
        clock,
        desk_ids,
        write_advice=advice_writer(PROGRAM),
        unit_posts=lambda: changing.current().unit_posts,
        hospitals=lambda: changing.current().hospital_ids,
    )
    changing.follow(desk.events)
    closing = CloseRoads(in_use, conditions, closures, clock, ids or CountedIds())
    closing.follow(desk.events)
    return DispatchService(
        in_use=changing,
        now=changing.current(),
        graph=in_use.summary,
        writer=RecommendationWriter(),
        closures=closing,
        decisions=memory_log(at_the_desk=desk_decisions),
        replay=straight_replay(roads),
        desk=desk,
        reload=ReloadRoads(in_use, lambda: roads, lambda _: ()),
        answered_once=AnsweredOnce(replies, clock),
        callers=CallerHashing(b"k" * 32),
        works_from_memory=is_away,
        close=(lambda: None) if kept is None else kept.close,
    )


def small_app(
    service: DispatchService | None = None, access: Access | None = None, **limits: Any
) -> FastAPI:
    service = service or small_service()
    readiness = Readiness(lambda: service)
    app = create_app(readiness, LimitSettings(**limits), access)
    readiness.load()
    return app


class Client:
    """Asks an application without a network, one request after the other."""

    def __init__(self, app: FastAPI | None = None) -> None:
        self._app = app or small_app()

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.request("GET", path, **options)

    def post(self, path: str, **options: Any) -> httpx.Response:
        return self.request("POST", path, **options)

    def recommend(self, body: object = YINGXIN) -> httpx.Response:
        return self.post(RECOMMENDATIONS, json=body)

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        return asyncio.run(self._request(method, path, **options))

    async def _request(self, method: str, path: str, **options: Any) -> httpx.Response:
        transport = httpx.ASGITransport(self._app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.request(method, path, **options)


def problem(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """Check that a response is the documented problem and return it."""
    assert response.headers["content-type"] == "application/problem+json"
    members: dict[str, Any] = response.json()
    assert (response.status_code, members["code"]) == (status, code), members
    assert members["status"] == status
    assert members["type"] == f"urn:dispatch-router:problem:{code}"
    assert members["title"]
    assert members["detail"]
    assert members["detail_zh"]
    return members
