"""A service with fifty units on straight roads and real storage: it starts within a second.

``python -m tests.e2e.desk_service STATE_DIR [DATABASE_URL]`` prints its port.
"""

from __future__ import annotations

import secrets
import socket
import sys
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from dispatch_router.application.busy_units import nobody
from dispatch_router.application.close_roads import CloseRoads
from dispatch_router.application.crews import Crews
from dispatch_router.application.decision_ids import TimeOrderedIds
from dispatch_router.application.desk.desk import open_desk
from dispatch_router.application.district.now import Assembly
from dispatch_router.application.position_keeper import KEPT_EVERY_S, PositionKeeper
from dispatch_router.application.reload_roads import ReloadRoads
from dispatch_router.application.retries import AnsweredOnce
from dispatch_router.application.road_conditions import RoadConditions
from dispatch_router.application.roads_in_use import RoadsInUse
from dispatch_router.bootstrap import SystemClock
from dispatch_router.bootstrap_decisions import advice_writer
from dispatch_router.bootstrap_state import OtherServices, open_kept_state
from dispatch_router.config import LimitSettings, ServerSettings, StateSettings
from dispatch_router.domain.rosters import DutyPlan
from dispatch_router.domain.units import DepartureKind
from dispatch_router.ticker import Ticker
from dispatch_router.web.readiness import DispatchService, Readiness
from dispatch_router.web.recommendation_json import RecommendationWriter
from dispatch_router.web.server import http_server
from tests.decisions import PROGRAM, memory_log, straight_replay
from tests.fake_roads import StraightRoads
from tests.resources import district_in_use
from tests.small_district import SMALL_DISTRICT, unit

UNITS = tuple(f"u{number:02d}" for number in range(50))
DISTRICT = replace(
    SMALL_DISTRICT,
    units=tuple(unit(name, DepartureKind.STATION, "town") for name in UNITS),
    duty_plan=DutyPlan(),
)


def open_service(settings: StateSettings) -> DispatchService:
    state, clock, roads = open_kept_state(settings), SystemClock(), StraightRoads()
    in_use, zone = RoadsInUse(roads, Crews(DISTRICT)), ZoneInfo(DISTRICT.timezone)
    conditions = RoadConditions(in_use, DISTRICT.policy.traffic.periods, zone)
    ids = TimeOrderedIds(clock, secrets.randbits)
    assembly = Assembly(
        in_use, state.units, state.units, clock, ids, conditions.bring_up_to, nobody, state.is_away
    )
    changing = district_in_use(assembly, DISTRICT, state.desk, clock)
    recommender = changing.current().recommender
    desk = open_desk(
        DISTRICT, state.desk, lambda _: recommender, clock, ids, write_advice=advice_writer(PROGRAM)
    )
    changing.follow(desk.events)
    closures = CloseRoads(in_use, conditions, state.closures, clock, ids)
    closures.follow(desk.events)
    others = OtherServices(
        state,
        on_desk=(desk.events.catch_up, closures.catch_up),
        on_units=changing.catch_up_units,
    )

    keeper = PositionKeeper(changing)
    keeping = Ticker(keeper.keep, KEPT_EVERY_S)

    def close() -> None:
        others.stop()
        keeping.stop()
        keeper.keep()
        state.close()

    return DispatchService(
        in_use=changing,
        now=changing.current(),
        graph=in_use.summary,
        writer=RecommendationWriter(),
        closures=closures,
        desk=desk,
        decisions=memory_log(at_the_desk=state.desk_decisions),
        replay=straight_replay(roads),
        reload=ReloadRoads(in_use, lambda: roads, lambda _: ()),
        answered_once=AnsweredOnce(state.replies, clock),
        works_from_memory=state.is_away,
        close=close,
    )


def main() -> None:
    url = sys.argv[2] if len(sys.argv) > 2 else None
    settings = StateSettings(state_dir=Path(sys.argv[1]), database_url=url)
    listener = socket.create_server(("127.0.0.1", 0), backlog=512)
    readiness = Readiness(
        lambda: open_service(settings),
        on_ready=lambda: print(listener.getsockname()[1], flush=True),
    )
    http_server(readiness, LimitSettings(), ServerSettings()).run(sockets=[listener])


if __name__ == "__main__":
    main()
