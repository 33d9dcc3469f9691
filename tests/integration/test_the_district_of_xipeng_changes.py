"""The bundled district on its real roads: changed while calls go on, kept over a restart."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest

from dispatch_router.application.district.expected import Expected
from dispatch_router.bootstrap import open_service
from dispatch_router.config import DistrictSettings, StateSettings
from dispatch_router.domain.calls import CallQuestion
from dispatch_router.domain.crs import Crs
from dispatch_router.domain.resource_errors import InconsistentResource
from dispatch_router.domain.resources import ResourceKey, ResourceKind
from dispatch_router.web.readiness import DispatchService, Readiness

YINGXIN = CallQuestion("迎新村")
PARK = ResourceKey(ResourceKind.POSTS, "park-post")
CREW = ResourceKey(ResourceKind.UNITS, "park-crew")
NEAR_YINGXIN, FAR_OFF = {"lon": 106.2717, "lat": 29.3772}, {"lon": 107.9, "lat": 28.0}


@pytest.fixture
def state(tmp_path: Path) -> StateSettings:
    return StateSettings(state_dir=tmp_path / "state")


@pytest.fixture
def readiness(state: StateSettings) -> Iterator[Readiness]:
    """A service that has loaded, as requests ask for it."""
    readiness = opened(state)
    yield readiness
    readiness.stop()


def opened(state: StateSettings) -> Readiness:
    readiness = Readiness(lambda: open_service(DistrictSettings(), state))
    readiness.load()
    return readiness


def move(service: DispatchService, position: dict[str, float]) -> None:
    members = {**service.now.resources[PARK].members, "position": position}
    service.in_use.put(PARK, members, Expected())


def seconds(service: DispatchService) -> float:
    """From the order until the crew of the park is in Yingxin."""
    answer = service.recommender.recommend(YINGXIN, top=9, with_routes=False)
    return next(c.time.total_ms / 1000 for c in answer.candidates if c.unit.id == CREW.id)


def test_a_post_that_moves_is_nearer_at_once_and_after_a_restart(
    readiness: Readiness, state: StateSettings
) -> None:
    before = seconds(readiness.service())
    move(readiness.service(), NEAR_YINGXIN)
    moved = seconds(readiness.service())
    assert moved < before - 60
    readiness.stop()
    again = opened(state)
    assert seconds(again.service()) == moved
    again.stop()
    # The fixture stops what was stopped already.
    readiness._service = None


def test_a_position_where_no_road_is_near_is_taken_for_a_slip(readiness: Readiness) -> None:
    with pytest.raises(InconsistentResource, match="position"):
        move(readiness.service(), FAR_OFF)


def test_a_district_that_nobody_asks_any_more_is_forgotten(readiness: Readiness) -> None:
    first = weakref.ref(readiness.service().now.tied)
    move(readiness.service(), NEAR_YINGXIN)
    readiness.service()
    gc.collect()
    assert first() is None


def test_no_call_waits_for_a_change_or_is_dropped(readiness: Readiness) -> None:
    failures: list[BaseException] = []
    answered, stop = [0], threading.Event()

    def ask() -> None:
        try:
            while not stop.is_set():
                service = readiness.service()
                answer = service.recommender.recommend(YINGXIN, top=9, with_routes=False)
                reply = service.writer.write(answer, Crs.WGS84)
                assert len(answer.candidates) + len(answer.not_recommended) == len(
                    service.district.units
                )
                assert reply
                answered[0] += 1
        except BaseException as error:  # noqa: BLE001  # told below
            failures.append(error)

    asking = [threading.Thread(target=ask) for _ in range(2)]
    for thread in asking:
        thread.start()
    for step in range(10):
        service = readiness.service()
        move(service, {"lon": 106.30 - step / 1000, "lat": 29.36})
        new = ResourceKey(ResourceKind.UNITS, f"crew-{step}")
        members = {**service.now.resources[CREW].members, "id": new.id}
        service.in_use.put(new, members, Expected(absent=True))
        service.in_use.remove(new, Expected())
    stop.set()
    for thread in asking:
        thread.join()
    assert failures == []
    assert answered[0] > 30
