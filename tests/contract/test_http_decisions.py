"""What was decided can be read, and made again."""

from __future__ import annotations

import dataclasses
import hashlib

import pytest

from dispatch_router.application import decision_log
from dispatch_router.domain.decision_record import DecisionRecord, Replayed
from tests.web import YINGXIN, Client, problem, small_app, small_service

ASKED = {
    "location": {"lon": 106.31, "lat": 29.3, "crs": "gcj02"},
    "priority": 1,
    "top": 2,
    "route": True,
    "response": "emergency",
    "uncertainty_m": 12.5,
    "list_others": False,
}


@pytest.fixture
def client() -> Client:
    return Client()


@pytest.mark.parametrize("body", [YINGXIN, ASKED])
def test_a_decision_is_read_with_all_that_it_was_made_from(client: Client, body: object) -> None:
    made = client.recommend(body)
    decision = client.get(f"/v1/decisions/{made.json()['decision_id']}")
    assert decision.status_code == 200
    members = decision.json()
    assert members["recommendation"] == made.json()
    assert members["reply_sha256"] == hashlib.sha256(made.content).hexdigest()
    assert members["graph_version"] == made.json()["graph_version"]
    assert len(members["units"]) == len(client.get("/v1/units").json()["items"])
    assert members["closures"] == []
    assert members["asked"]["priority"] == (1 if body is ASKED else 2)
    asked = {**members["asked"], "location": members["asked"]["location"]}
    asked["location"] = {k: v for k, v in asked["location"].items() if v is not None}
    again = client.recommend(asked).json()
    same = {k: v for k, v in again.items() if k != "decision_id"}
    assert same == {k: v for k, v in made.json().items() if k != "decision_id"}


@pytest.mark.parametrize("body", [YINGXIN, ASKED])
def test_a_decision_made_again_is_the_same_to_the_byte(client: Client, body: object) -> None:
    made = client.recommend(body)
    replayed = client.post(f"/v1/decisions/{made.json()['decision_id']}/replay")
    assert replayed.status_code == 200
    assert replayed.json()["identical"] is True
    assert replayed.json()["missing"] == []
    assert made.content in replayed.content


def test_a_decision_under_closures_is_made_again_after_they_were_lifted(client: Client) -> None:
    closed = client.post("/v1/closures", json={"road": "直路", "reason": "施工"}).json()
    made = client.recommend()
    assert made.json()["closures_in_force"] == 1
    assert client.request("DELETE", f"/v1/closures/{closed['id']}").status_code == 200
    assert client.recommend().json()["closures_in_force"] == 0
    path = f"/v1/decisions/{made.json()['decision_id']}"
    (told,) = client.get(path).json()["closures"]
    assert told == {"id": closed["id"], "reason": "施工", "speed_factor": 0.0}
    assert client.post(f"{path}/replay").json()["identical"] is True
    assert client.recommend().json()["closures_in_force"] == 0


def test_replaying_changes_nothing() -> None:
    service = small_service()
    client = Client(small_app(service))
    made_id = client.recommend().json()["decision_id"]
    before = service.decisions.find(made_id)
    for _ in range(3):
        assert client.post(f"/v1/decisions/{made_id}/replay").json()["identical"] is True
    assert service.decisions.find(made_id) == before
    assert client.recommend().json()["decision_id"] > made_id


@pytest.mark.parametrize("path", ["/v1/decisions/nope", "/v1/decisions/nope/replay"])
def test_a_decision_that_is_not_there_is_not_found(client: Client, path: str) -> None:
    method = "POST" if path.endswith("replay") else "GET"
    problem(client.request(method, path), 404, "not_found")


def test_a_graph_that_is_gone_is_said(client: Client) -> None:
    service = small_service()
    client = Client(small_app(service))
    made_id = client.recommend().json()["decision_id"]
    record = service.decisions.find(made_id)
    assert record is not None
    other = dataclasses.replace(record, graph_version="a" * 64)
    client = Client(small_app(dataclasses.replace(service, decisions=Found(other))))  # type: ignore[arg-type]
    replayed = client.post(f"/v1/decisions/{made_id}/replay").json()
    assert replayed["identical"] is False
    assert replayed["recommendation"] is None
    (missing,) = replayed["missing"]
    assert (missing["ingredient"], missing["recorded"]) == ("graph", "a" * 64)
    assert missing["present"] == "0" * 64
    assert missing["detail"]
    assert missing["detail_zh"]


def test_another_program_that_answers_otherwise_is_said() -> None:
    service = small_service()
    client = Client(small_app(service))
    made_id = client.recommend().json()["decision_id"]
    record = service.decisions.find(made_id)
    assert record is not None
    altered = dataclasses.replace(record, reply_sha256="0" * 64)
    for program, named in (("0.0.1", ["program"]), (record.program, [])):
        of_then = dataclasses.replace(altered, program=program)
        replayed: Replayed = service.replay(of_then)
        assert not replayed.identical
        assert replayed.reply is not None
        assert [missing.ingredient for missing in replayed.missing] == named


def test_of_a_long_reply_the_units_that_are_not_recommended_are_left_to_a_replay(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(decision_log, "KEPT_WHOLE_BYTES", 1_000)
    client = Client(small_app(small_service()))
    made = client.recommend(YINGXIN | {"top": 1}).json()
    assert made["not_recommended"]
    path = f"/v1/decisions/{made['decision_id']}"
    assert client.get(path).json()["recommendation"] == made | {"not_recommended": []}
    replayed = client.post(path + "/replay").json()
    assert (replayed["identical"], replayed["recommendation"]) == (True, made)


def test_a_reply_that_is_too_long_all_the_same_is_made_again_but_not_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(decision_log, "KEPT_WHOLE_BYTES", 1_000)
    monkeypatch.setattr(decision_log, "MAX_REPLY_BYTES", 1_000)
    client = Client(small_app(small_service()))
    made = client.recommend().json()
    path = f"/v1/decisions/{made['decision_id']}"
    assert client.get(path).json()["recommendation"] is None
    assert client.post(path + "/replay").json()["recommendation"] == made


class Found:
    def __init__(self, record: DecisionRecord) -> None:
        self.record = record

    def find(self, decision_id: str) -> DecisionRecord:
        return self.record
