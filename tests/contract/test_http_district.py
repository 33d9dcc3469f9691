"""What the service tells of its district, its graph and itself."""

from __future__ import annotations

import pytest

from dispatch_router.config import LimitSettings
from dispatch_router.web.app import create_app
from dispatch_router.web.collection_routes import page_of
from dispatch_router.web.readiness import DispatchService, Readiness
from dispatch_router.web.schemas.resources import (
    GraphReply,
    HospitalPageReply,
    HospitalReply,
    PostPageReply,
    PostReply,
    ZonePageReply,
    ZoneReply,
)
from dispatch_router.web.schemas.rosters import CalendarReply, RosterPageReply, RosterReply
from dispatch_router.web.schemas.units import UnitPageReply, UnitReply
from tests.small_district import SMALL_DISTRICT
from tests.web import YINGXIN, Client, problem


def test_the_graph_says_what_answers_and_whether_it_is_made_up() -> None:
    graph = GraphReply.model_validate_json(Client().get("/v1/graph").content)
    assert graph.graph_version == Client().recommend().json()["graph_version"]
    assert graph.synthetic
    assert graph.district.id == "small"
    assert graph.district.name.zh == "小区"


@pytest.mark.parametrize(
    ("path", "page", "expected"),
    [
        ("/v1/posts", PostPageReply, ["park", "river", "town"]),
        ("/v1/units", UnitPageReply, ["p1", "r1", "t1", "t2", "x1"]),
        ("/v1/zones", ZonePageReply, ["east", "west"]),
        ("/v1/rosters", RosterPageReply, ["everyone"]),
        ("/v1/hospitals", HospitalPageReply, ["clinic", "river-h", "town-h"]),
    ],
)
def test_a_list_is_ordered_by_id_whole_and_in_pages(
    path: str, page: type[PostPageReply], expected: list[str]
) -> None:
    client = Client()
    whole = page.model_validate_json(client.get(path).content)
    assert [item.id for item in whole.items] == expected
    assert whole.next_cursor is None

    collected: list[str] = []
    cursor = ""
    while True:
        part = page.model_validate_json(client.get(f"{path}?limit=2{cursor}").content)
        assert len(part.items) <= 2
        collected += [item.id for item in part.items]
        if part.next_cursor is None:
            break
        cursor = f"&cursor={part.next_cursor}"
    assert collected == expected


@pytest.mark.parametrize(
    ("path", "reply", "item"),
    [
        ("/v1/posts/park", PostReply, "park"),
        ("/v1/units/x1", UnitReply, "x1"),
        ("/v1/zones/west", ZoneReply, "west"),
        ("/v1/hospitals/clinic", HospitalReply, "clinic"),
    ],
)
def test_one_item_reads_as_in_the_list(path: str, reply: type[PostReply], item: str) -> None:
    client = Client()
    one = client.get(path)
    assert reply.model_validate_json(one.content).id == item
    items = client.get(path.rpartition("/")[0]).json()["items"]
    assert one.json() in items


def test_a_patrol_sets_off_from_its_beat_and_the_others_from_their_post() -> None:
    client = Client()
    assert client.get("/v1/units/x1").json()["position"]["source"] == "beat"
    assert client.get("/v1/units/t1").json()["position"]["source"] == "post"
    recommended = {c["unit_id"]: c["position"] for c in client.recommend().json()["candidates"]}
    for unit_id, position in recommended.items():
        assert client.get(f"/v1/units/{unit_id}").json()["position"] == position


def test_positions_come_in_the_coordinates_asked_for() -> None:
    client = Client()
    plain = client.get("/v1/posts/park").json()["position"]
    shifted = client.get("/v1/posts/park?crs=gcj02").json()["position"]
    assert plain == {"lon": 106.3, "lat": 29.3, "crs": "wgs84"}
    assert shifted["crs"] == "gcj02"
    assert 0.001 < shifted["lon"] - plain["lon"] < 0.01


@pytest.mark.parametrize("path", ["/v1/posts/nope", "/v1/units/%E8%BF%8E", "/v1/zones/park"])
def test_an_item_that_is_not_there_is_not_found(path: str) -> None:
    problem(Client().get(path), 404, "not_found")


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=-1", "limit"),
        ("limit=5.0", "limit"),
        ("limit=%205", "limit"),
        ("limit=1_0", "limit"),
        ("limit=", "limit"),
        ("limit=" + "9" * 5_000, "limit"),
        ("limit=1&limit=2", "limit"),
        ("cursor=", "cursor"),
        ("cursor=%00", "cursor"),
        ("cursor=" + "x" * 101, "cursor"),
        ("crs=mars", "crs"),
        ("page=2", "page"),
    ],
)
def test_a_bad_query_says_which_parameter(query: str, name: str) -> None:
    answer = problem(Client().get(f"/v1/posts?{query}"), 422, "invalid_request")
    assert [error["path"] for error in answer["errors"]] == [name]


@pytest.mark.parametrize(
    ("path", "cursor"),
    [
        ("/v1/posts", "../"),
        ("/v1/posts", "Park"),
        ("/v1/units", "park--crew"),
        ("/v1/closures", "zzz"),
        ("/v1/closures.geojson", "../"),
        ("/v1/incidents", "zzz"),
    ],
)
def test_a_cursor_that_no_page_can_have_named_is_refused(path: str, cursor: str) -> None:
    answer = problem(Client().get(f"{path}?cursor={cursor}"), 422, "invalid_request")
    (error,) = answer["errors"]
    assert error["path"] == "cursor"
    assert "next_cursor of the page before" in error["message"]
    assert "上一页的next_cursor" in error["message_zh"]


def test_an_event_to_go_on_after_is_a_whole_number() -> None:
    answer = Client().get("/v1/events", headers={"Last-Event-ID": "abc"})
    (error,) = problem(answer, 422, "invalid_request")["errors"]
    assert "whole number" in error["message"]
    assert "整数" in error["message_zh"]


@pytest.mark.parametrize("path", ["/v1/graph?x=1", "/v1/posts/park?limit=1"])
def test_a_parameter_that_means_nothing_is_refused(path: str) -> None:
    problem(Client().get(path), 422, "invalid_request")


def test_an_empty_list_has_one_empty_page() -> None:
    assert page_of([], limit=5, cursor=None) == ([], None)
    assert page_of(SMALL_DISTRICT.posts, limit=5, cursor="zzz") == ([], None)


def test_before_it_is_loaded_the_service_is_alive_but_not_ready() -> None:
    def never() -> DispatchService:
        raise AssertionError("nobody asked to load")

    client = Client(create_app(Readiness(never), LimitSettings()))
    assert client.get("/healthz").json() == {"status": "ok"}
    for response in (
        client.get("/readyz"),
        client.get("/v1/graph"),
        client.get("/v1/posts"),
        client.recommend(YINGXIN),
        client.recommend({"location": "nowhere"}),
        client.post("/v1/recommendations", content=b"{"),
        client.get("/v1/posts?limit=many"),
        client.get("/v1/nope"),
    ):
        problem(response, 503, "not_ready")
        assert int(response.headers["retry-after"]) > 0


def test_once_it_is_loaded_the_service_is_ready() -> None:
    response = Client().get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"status": "ready"}


def test_a_service_that_cannot_be_loaded_says_so_and_stays_unready() -> None:
    heard: list[Exception] = []

    def fails() -> DispatchService:
        raise OSError("the disk is gone")

    readiness = Readiness(fails, on_failure=heard.append)
    readiness.load()
    assert [str(error) for error in heard] == ["the disk is gone"]
    problem(Client(create_app(readiness, LimitSettings())).get("/readyz"), 503, "not_ready")


def test_a_roster_says_who_is_on_duty_when() -> None:
    roster = RosterReply.model_validate_json(Client().get("/v1/rosters/everyone").content)
    assert roster.unit_ids == ["t1", "t2"]
    assert [hours.model_dump() for hours in roster.duty] == [
        {"days": ["workday"], "start": "08:30", "end": "18:00"}
    ]
    assert roster.away[0].days == ["workday", "tue"]


def test_the_calendar_names_the_holidays() -> None:
    calendar = CalendarReply.model_validate_json(Client().get("/v1/calendar").content)
    assert [(days.first, days.last) for days in calendar.items] == [("2025-10-01", "2025-10-08")]


def test_a_hospital_says_whom_it_takes_in() -> None:
    hospital = Client().get("/v1/hospitals/river-h?crs=gcj02").json()
    assert hospital["takes"] == ["emergency_24h", "eye", "trauma"]
    assert hospital["name"] == {"zh": "江边医院", "en": "River Hospital"}
    assert hospital["position"]["crs"] == "gcj02"
    assert hospital["approximate"] is True


def test_a_hospital_that_is_not_there_is_not_found() -> None:
    answer = problem(Client().get("/v1/hospitals/nope"), 404, "not_found")
    assert "/v1/hospitals" in answer["detail"]
    assert "医院" in answer["detail_zh"]
