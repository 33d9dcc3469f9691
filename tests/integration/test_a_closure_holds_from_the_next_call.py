"""A road is closed, the next recommendation knows, and lifting the closure undoes that."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dispatch_router.application.closure_drafts import ClosureDraft
from dispatch_router.bootstrap import open_service
from dispatch_router.config import DistrictSettings, StateSettings
from dispatch_router.domain.calls import CallQuestion
from dispatch_router.domain.closures import NamedRoad
from dispatch_router.domain.recommendation import Recommendation
from dispatch_router.web.readiness import DispatchService

VILLAGE_ROAD = NamedRoad("迎新路")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DispatchService]:
    state = StateSettings(state_dir=tmp_path_factory.mktemp("state"))
    opened = open_service(DistrictSettings(), state)
    yield opened
    opened.close()


@pytest.fixture(scope="module", params=["bounded search", "labels"])
def either_search(request: pytest.FixtureRequest, service: DispatchService) -> DispatchService:
    if request.param == "labels":
        service.complete()
    return service


def ask(service: DispatchService) -> Recommendation:
    return service.recommender.recommend(CallQuestion("迎新村"), top=50, with_routes=False)


def seconds_of(answer: Recommendation, unit_id: str) -> float | None:
    found = [each for each in answer.candidates if each.unit.id == unit_id]
    return found[0].time.total_ms / 1000 if found else None


def test_a_closed_road_changes_the_next_answer_and_lifting_it_brings_back_the_first(
    either_search: DispatchService,
) -> None:
    service = either_search
    before = ask(service)
    (made,) = service.closures.add([ClosureDraft(VILLAGE_ROAD, "塌方")], batch=False)

    closed = ask(service)
    service.closures.lift(made.id)
    lifted = ask(service)

    fast, slow = seconds_of(before, "park-crew"), seconds_of(closed, "park-crew")
    assert fast is not None
    assert slow is None or slow > fast + 60
    assert [each.time for each in lifted.candidates] == [each.time for each in before.candidates]


def test_a_slowed_road_makes_the_way_longer(either_search: DispatchService) -> None:
    service = either_search
    before = seconds_of(ask(service), "park-crew")
    draft = ClosureDraft(VILLAGE_ROAD, "积水", speed_permille=500)
    (made,) = service.closures.add([draft], batch=False)

    slowed = seconds_of(ask(service), "park-crew")
    service.closures.lift(made.id)

    assert before is not None
    assert slowed is not None
    assert slowed > before + 60
