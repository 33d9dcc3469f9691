"""The machine's clock jumps back an hour: nothing is lost, doubled, opened or freed by that."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dispatch_router.application.decision_ids import TimeOrderedIds
from dispatch_router.application.desk.audit import verify
from dispatch_router.domain.assignments import TimeLimits
from dispatch_router.storage.desk import SqlDeskStore
from tests.desk import S, key, small_desk
from tests.small_district import NOON_IN_CHINA, StoppedClock
from tests.web import Client, small_app, small_service

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
CALL = {"location": {"lon": 106.29, "lat": 29.3}}


class Service:
    """The small district on real storage, at five to two in China: people are on duty."""

    def __init__(self, state: Path) -> None:
        self.clock = StoppedClock(NOON_IN_CHINA + 115 * MINUTE)
        self.state = state
        self.start()

    def start(self) -> None:
        self.service = small_service(clock=self.clock, state=self.state)
        self.client = Client(small_app(self.service))

    def restart(self) -> None:
        self.service.close()
        self.start()

    def candidates(self) -> dict[str, dict[str, Any]]:
        reply = self.client.recommend(CALL | {"top": 10}).json()
        return {each["unit_id"]: each for each in reply["candidates"]}


@pytest.fixture
def service(tmp_path: Path) -> Any:
    made = Service(tmp_path / "state")
    yield made
    made.service.close()


def test_the_log_stays_in_order_and_verifies(desk_store: SqlDeskStore) -> None:
    desk = small_desk(desk_store)
    incident = desk.file().incident.id
    made = desk.reserve(incident, "p1", request=key("before"))
    desk.clock.at -= HOUR
    moved = desk.move(made.id, S.EN_ROUTE, S.ON_SCENE, S.CLEARED)
    desk.close(incident)
    assert [step.at for step in moved.steps] == sorted(step.at for step in moved.steps)
    with desk_store.reading() as view:
        events = view.events_after(0, 100)
        assert verify(view).findings == ()
    assert [event.at for event in events] == sorted(event.at for event in events)
    assert [event.number for event in events] == list(range(1, len(events) + 1))


def test_a_retry_gets_its_first_answer(desk_store: SqlDeskStore) -> None:
    desk = small_desk(desk_store)
    incident = desk.file().incident.id
    desk.reserve(incident, "p1", request=key("once"))
    desk.clock.at -= HOUR
    assert desk.reserve(incident, "p1", request=key("once")) is None
    assert desk.busy() == {"p1": incident}


def test_a_unit_is_freed_by_time_only_once_the_clock_has_caught_up(
    desk_store: SqlDeskStore,
) -> None:
    desk, limit = small_desk(desk_store), TimeLimits().of(S.DISPATCHED)
    incident = desk.file().incident.id
    desk.reserve(incident, "p1")
    desk.clock.at -= HOUR
    for wait in (limit + MINUTE, HOUR - limit - MINUTE):
        desk.clock.at += wait
        desk.desk.tick()
        assert desk.busy() == {"p1": incident}
    desk.clock.at += limit + MINUTE
    desk.desk.tick()
    assert desk.busy() == {}


def test_ids_stay_unique_and_in_order() -> None:
    clock = StoppedClock()
    ids = TimeOrderedIds(clock, random.Random(1).getrandbits)
    made = [ids.next_id() for _ in range(10)]
    clock.at -= HOUR
    made += [ids.next_id() for _ in range(10)]
    assert made == sorted(set(made))


def test_a_road_that_was_closed_stays_closed_also_over_a_restart(service: Service) -> None:
    closed = {"road": "直路", "reason": "塌方"}
    assert service.client.post("/v1/closures", json=closed).status_code == 201
    coming = closed | {"from": "2025-06-02T14:30:00+08:00"}
    assert service.client.post("/v1/closures", json=coming).status_code == 201
    service.clock.at -= HOUR

    def in_force() -> tuple[list[bool], int]:
        listed = service.client.get("/v1/closures").json()["items"]
        now = service.client.recommend(CALL).json()["closures_in_force"]
        return [each["in_force"] for each in listed], now

    assert in_force() == ([True, False], 1)
    service.restart()
    assert in_force() == ([True, False], 1)


def test_positions_are_believed_by_the_new_time_and_no_age_is_negative(service: Service) -> None:
    position = {"lon": 106.26, "lat": 29.3}

    def report(**more: str) -> Any:
        return service.client.request("PUT", "/v1/units/x1/position", json=position | more).json()

    assert report()["accepted"]
    service.clock.at -= HOUR
    # What was taken before stands until something newer is told.
    assert service.candidates()["x1"]["position"]["age_s"] == 0
    assert report(at="2025-06-02T13:55:00+08:00")["reason"] == "future"
    position["lon"] = 106.27
    assert report()["accepted"]
    assert service.candidates()["x1"]["position"]["lon"] == 106.27
    service.clock.at += 2 * MINUTE
    assert service.candidates()["x1"]["position"]["age_s"] == 120


def test_who_is_on_duty_follows_the_clock(service: Service) -> None:
    service.clock.at -= 6 * HOUR
    assert "t1" not in service.candidates()
    service.clock.at += 6 * HOUR
    assert "t1" in service.candidates()
