"""Every bad input is a documented problem that says what to do."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.fake_roads import StraightRoads
from tests.web import RECOMMENDATIONS, YINGXIN, Client, problem, small_app, small_service

HERE = {"lon": 106.31, "lat": 29.30}
JSON_TYPE = {"content-type": "application/json"}


def send(content: bytes, **headers: str) -> Any:
    headers = headers or JSON_TYPE
    return Client().post(RECOMMENDATIONS, content=content, headers=headers)


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "location"),
        ([], ""),
        (None, ""),
        ("迎新村", ""),
        ({"location": None}, "location"),
        ({"location": []}, "location"),
        ({"location": {}}, "location"),
        ({"location": {"crs": "wgs84"}}, "location"),
        ({"location": {"lon": 106.3}}, "location.lat"),
        ({"location": {"lat": 29.3}}, "location.lon"),
        ({"location": {**HERE, "place": "迎新村"}}, "location"),
        ({"location": {"lon": "106.3", "lat": 29.3}}, "location.lon"),
        ({"location": {"lon": True, "lat": 29.3}}, "location.lon"),
        ({"location": {"lon": 106.3, "lat": None}}, "location.lat"),
        ({"location": {"lon": 180.1, "lat": 29.3}}, "location.lon"),
        ({"location": {"lon": 106.3, "lat": -90.1}}, "location.lat"),
        ({"location": {"lon": 10**400, "lat": 29.3}}, "location.lon"),
        ({"location": {**HERE, "crs": "epsg:4326"}}, "location.crs"),
        ({"location": {**HERE, "crs": 4326}}, "location.crs"),
        ({"location": {**HERE, "alt": 300}}, "location.alt"),
        ({"location": {"place": ""}}, "location.place"),
        ({"location": {"place": " \u3000"}}, "location.place"),
        ({"location": {"place": "x" * 101}}, "location.place"),
        ({"location": {"place": "迎新村\n"}}, "location.place"),
        ({"location": {"place": "迎\u0000新村"}}, "location.place"),
        ({"location": {"place": "\u0085"}}, "location.place"),
        ({"location": {"place": "\u202e村新迎"}}, "location.place"),
        ({"location": {"place": "\ud800"}}, "location.place"),
        ({"location": {"place": 5}}, "location.place"),
        ({"location": {"place": "迎新村", "zoom": 3}}, "location.zoom"),
        ({**YINGXIN, "uncertainty_m": -1}, "uncertainty_m"),
        ({**YINGXIN, "uncertainty_m": 20_000.1}, "uncertainty_m"),
        ({**YINGXIN, "uncertainty_m": True}, "uncertainty_m"),
        ({**YINGXIN, "uncertainty_m": "100"}, "uncertainty_m"),
        ({**YINGXIN, "priority": 0}, "priority"),
        ({**YINGXIN, "priority": 4}, "priority"),
        ({**YINGXIN, "priority": True}, "priority"),
        ({**YINGXIN, "priority": 1.5}, "priority"),
        ({**YINGXIN, "priority": None}, "priority"),
        ({**YINGXIN, "response": "urgent"}, "response"),
        ({**YINGXIN, "list_others": 1}, "list_others"),
        ({**YINGXIN, "top": 0}, "top"),
        ({**YINGXIN, "top": 51}, "top"),
        ({**YINGXIN, "top": 1_000_000}, "top"),
        ({**YINGXIN, "top": 10**300}, "top"),
        ({**YINGXIN, "top": "5"}, "top"),
        ({**YINGXIN, "route": 1}, "route"),
        ({**YINGXIN, "route": "yes"}, "route"),
        ({**YINGXIN, "k": 5}, "k"),
    ],
)
def test_json_that_is_not_what_is_asked_for_says_where(body: object, path: str) -> None:
    answer = problem(send(json.dumps(body).encode()), 422, "invalid_request")
    assert [error["path"] for error in answer["errors"]] == [path]
    (error,) = answer["errors"]
    assert error["message"]
    assert error["message_zh"]
    assert path in answer["detail"]


def test_swapped_coordinates_are_recognised() -> None:
    body = json.dumps({"location": {"lon": 29.30, "lat": 106.31}}).encode()
    answer = problem(send(body), 422, "invalid_request")
    assert "swapped" in answer["detail"]
    assert "写反" in answer["detail_zh"]


def test_all_mistakes_are_told_at_once_but_not_without_end() -> None:
    body = {"location": {"lon": 200, "lat": True}, "top": 0, "priority": 9}
    answer = problem(send(json.dumps(body).encode()), 422, "invalid_request")
    paths = {error["path"] for error in answer["errors"]}
    assert paths == {"location.lon", "location.lat", "top", "priority"}
    many = {**YINGXIN, **{f"x{i}": 0 for i in range(3_000)}}
    answer = problem(send(json.dumps(many).encode()), 422, "invalid_request")
    assert len(answer["errors"]) == 20


@pytest.mark.parametrize("name", ["\ud800", "a\u0000b", "\u202e", "x" * 5_000, "迎新村"])
def test_an_unknown_member_is_named_without_harm(name: str) -> None:
    body = json.dumps({**YINGXIN, name: 1}).encode()
    answer = problem(send(body), 422, "invalid_request")
    (error,) = answer["errors"]
    assert error["path"].isprintable()
    assert len(error["path"]) <= 100


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b" ",
        b"{",
        b"{'location': 1}",
        b'{"location": {"lon": 106.3, "lat": 29.3,}}',
        b'{"location": {"lon": NaN, "lat": 29.3}}',
        b'{"location": {"lon": 106.3, "lat": Infinity}}',
        b'{"location": {"lon": 106.3, "lat": -Infinity}}',
        b'{"location": {"lon": 106.3, "lon": 106.3, "lat": 29.3}}',
        b'{"top": 5, "top": 5, "location": {"place": "x"}}',
        b'{"location": {"lon": 0106.3, "lat": 29.3}}',
        b'{"location": {"lon": 0x6A, "lat": 29.3}}',
        b'{"location": {"place": "a\nb"}}',
        b'{"location": {"place": "\xff"}}',
        b'{"location": {"place": "\xed\xa0\x80"}}',
        b'\xef\xbb\xbf{"location": {"place": "x"}}',
        '{"location": {"place": "迎新村"}}'.encode("utf-16"),
        '{"location": {"place": "迎新村"}}'.encode("gb18030"),
        b'{"location": {"place": "x"}} {"location": {"place": "x"}}',
        b"[" * 50_000,
        b'{"a":' * 12_000,
        b'{"top": ' + b"9" * 5_000 + b"}",
        b"location=x",
        b"<location/>",
    ],
)
def test_what_is_not_json_is_malformed(content: bytes) -> None:
    problem(send(content), 400, "malformed_json")


@pytest.mark.parametrize(
    ("content", "says", "says_zh"),
    [
        (b"", "The body is empty.", "请求体为空"),
        (b" \r\n", "The body is empty.", "请求体为空"),
        (b'\xef\xbb\xbf{"top": 5}', "byte order mark", "BOM"),
        (b'{"a": "\n"}', "column 8: Invalid control character here. Send", "第1行第8列"),
        (b'{"a": "b', "column 7: Unterminated string starting here. Send", "第1行第7列"),
        (b'{"a" 5}', "column 6: Expecting ':' delimiter. Send", "第1行第6列"),
    ],
)
def test_what_is_not_json_is_told_what_it_is(content: bytes, says: str, says_zh: str) -> None:
    answer = problem(send(content), 400, "malformed_json")
    assert says in answer["detail"]
    assert says_zh in answer["detail_zh"]


@pytest.mark.parametrize("number", [10**400, -(10**400)])
@pytest.mark.parametrize("member", ["lon", "lat", "uncertainty_m"])
def test_a_number_of_hundreds_of_digits_is_called_out_of_bounds(member: str, number: int) -> None:
    body: dict[str, Any] = {"location": dict(HERE)}
    (body if member == "uncertainty_m" else body["location"])[member] = number
    (error,) = problem(Client().recommend(body), 422, "invalid_request")["errors"]
    assert error["path"].endswith(member)
    assert "out of bounds" in error["message"]
    assert "超" in error["message_zh"]


def test_a_number_beyond_all_bounds_is_not_infinite() -> None:
    answer = problem(send(b'{"location": {"lon": 1e999, "lat": 29.3}}'), 422, "invalid_request")
    assert answer["errors"][0]["path"] == "location.lon"


@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": ""},
        {"content-type": "text/plain"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": "multipart/form-data; boundary=x"},
        {"content-type": "application/json; charset=gbk"},
        {"content-type": "application/jsonp"},
        {"content-type": "application/json", "content-encoding": "gzip"},
    ],
)
def test_a_body_of_another_type_is_refused(headers: dict[str, str]) -> None:
    answer = problem(
        send(b'{"location": {"place": "x"}}', **headers), 415, "unsupported_media_type"
    )
    assert "application/json" in answer["detail"]


def test_a_place_that_nobody_knows_is_not_found() -> None:
    answer = problem(Client().recommend({"location": {"place": "桃花源"}}), 404, "unknown_place")
    assert "桃花源" in answer["detail_zh"]


def test_a_position_far_from_any_road_is_outside_the_district() -> None:
    app = small_app(small_service(roads=StraightRoads(reach_m=5_000)))
    body = {"location": {"lon": 120.0, "lat": 29.3}}
    problem(Client(app).recommend(body), 404, "outside_district")


@pytest.mark.parametrize("location", [{"lon": 180, "lat": 90}, {"lon": -180, "lat": -90}])
@pytest.mark.parametrize("crs", ["wgs84", "gcj02", "bd09"])
def test_the_corners_of_the_earth_are_only_far_away(location: dict[str, float], crs: str) -> None:
    app = small_app(small_service(roads=StraightRoads(reach_m=5_000)))
    body = {"location": {**location, "crs": crs}}
    problem(Client(app).recommend(body), 404, "outside_district")


def test_a_query_that_would_change_nothing_is_refused() -> None:
    response = Client().post(RECOMMENDATIONS + "?top=3", json=YINGXIN)
    answer = problem(response, 422, "invalid_request")
    assert answer["errors"][0]["path"] == "top"


@pytest.mark.parametrize("size", [65_537, 1_000_000, 3_000_000])
def test_a_body_over_the_limit_is_refused(size: int) -> None:
    answer = problem(send(b" " * size), 413, "body_too_large")
    assert "65536" in answer["detail"]


def test_a_body_at_the_limit_is_read() -> None:
    content = json.dumps(YINGXIN).encode()
    assert send(content + b" " * (65_536 - len(content))).status_code == 200
