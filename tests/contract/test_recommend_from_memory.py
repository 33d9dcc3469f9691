"""While the database that services share is away, the answer says what it rests on."""

from __future__ import annotations

from typing import Any

import pytest

from dispatch_router.web.schemas.recommendation import RecommendationReply
from tests.fake_roads import StraightRoads
from tests.web import Client, small_app, small_service


class Service:
    """A service whose database is away when it is told so."""

    def __init__(self, roads: StraightRoads | None = None) -> None:
        self.is_away = True
        self.client = Client(small_app(small_service(roads=roads, is_away=lambda: self.is_away)))

    def recommend(self) -> dict[str, Any]:
        answer = self.client.recommend()
        RecommendationReply.model_validate_json(answer.content)
        members: dict[str, Any] = answer.json()
        return members


@pytest.fixture
def service() -> Service:
    return Service()


def test_the_answer_is_degraded_and_says_why_in_both_languages(service: Service) -> None:
    answer = service.recommend()
    assert answer["degraded"]
    (notice,) = answer["notices"]
    assert notice["code"] == "from_memory"
    assert "database" in notice["text"]
    assert "共享数据库" in notice["text_zh"]


def test_nothing_is_said_once_the_database_is_back(service: Service) -> None:
    away = service.recommend()
    service.is_away = False
    back = service.recommend()
    assert not back["degraded"]
    assert back["notices"] == []
    assert back["candidates"] == away["candidates"]


def test_what_concerns_the_roads_comes_first() -> None:
    service = Service(StraightRoads(cut_off=(0, 1, 2, 3, 4)))
    assert [notice["code"] for notice in service.recommend()["notices"]][-1] == "from_memory"


def test_what_was_decided_from_memory_is_made_again_as_it_was(service: Service) -> None:
    made = service.recommend()
    service.is_away = False
    now = service.recommend()
    for decision in (made, now):
        path = f"/v1/decisions/{decision['decision_id']}/replay"
        replayed = service.client.post(path).json()
        assert replayed["identical"]
        assert replayed["recommendation"]["degraded"] == decision["degraded"]


def test_the_metrics_say_it(service: Service) -> None:
    said = "dispatch_router_works_from_memory"
    assert f"{said} 1\n" in service.client.get("/metrics").text
    service.is_away = False
    assert f"{said} 0\n" in service.client.get("/metrics").text
