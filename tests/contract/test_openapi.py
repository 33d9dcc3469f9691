"""The OpenAPI document and the page that shows it are true, whole, and need no internet."""

from __future__ import annotations

import hashlib
import json
import re
from importlib.resources import files
from typing import Any

import httpx
import pytest
from jsonschema_rs import validator_for

from dispatch_router.storage.district_files import load_district
from dispatch_router.web.docs import ASSETS, SECURITY_POLICY
from dispatch_router.web.paths import (
    ASSIGNMENTS,
    CALENDAR,
    CLOSURES,
    CLOSURES_BATCH,
    CLOSURES_GEOJSON,
    EVENTS,
    INCIDENTS,
    POSITIONS,
    UNIT_POSITION,
    UNIT_STATUS,
)
from dispatch_router.web.problems import PROBLEMS
from tests.resource_changes import MAKE, NEW
from tests.web import RECOMMENDATIONS, YINGXIN, Client, small_app, small_service
from tests.xipeng import XIPENG

STATIC = files("dispatch_router.web") / "static"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    read: dict[str, Any] = Client().get("/openapi.json").json()
    return read


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (method, path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def test_every_route_is_documented_with_words_of_its_own(document: dict[str, Any]) -> None:
    undocumented = {"/", "/docs", "/openapi.json", "/metrics"} | {
        f"/docs/{name}" for name in ASSETS
    }
    routes = {route.path for route in small_app().routes}
    assert set(document["paths"]) == routes - undocumented
    for _, _, operation in operations(document):
        assert operation["summary"]
        assert operation["description"]
    ids = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(set(ids)) == len(ids)


def test_every_error_answer_is_a_problem(document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        for status, response in operation["responses"].items():
            if status == "304":
                assert "content" not in response
                continue
            succeeded = status in {"200", "201"}
            expected = "application/json" if succeeded else "application/problem+json"
            if succeeded and path == EVENTS:
                expected = "text/event-stream"
            assert list(response["content"]) == [expected], (method, path, status)
    assert "HTTPValidationError" not in document["components"]["schemas"]


def test_every_code_is_documented_with_its_status_somewhere(document: dict[str, Any]) -> None:
    told = {
        (code, int(status))
        for _, _, operation in operations(document)
        for status, response in operation["responses"].items()
        for code in response.get("content", {})
        .get("application/problem+json", {})
        .get("examples", {})
    }
    # These are answered before it is known what was asked for, or for paths that are not there.
    elsewhere = {"malformed_request", "headers_too_large", "method_not_allowed"}
    assert told == {(c, kind.status) for c, kind in PROBLEMS.items() if c not in elsewhere}


def test_the_references_lead_somewhere(document: dict[str, Any]) -> None:
    references = set(re.findall(r'"\$ref": "#/components/schemas/(\w+)"', json.dumps(document)))
    assert references <= set(document["components"]["schemas"])
    assert set(document["components"]["schemas"]) <= references


def test_real_answers_are_what_the_schema_says(document: dict[str, Any]) -> None:
    client = Client()
    x1, here = "/v1/units/x1", {"lon": 106.26, "lat": 29.3}
    closed = {"road": "直路", "reason": "施工"}
    made_id = client.recommend().json()["decision_id"]
    answers = {
        **desk_answers(client),
        **changed_resources(client),
        ("post", CLOSURES): client.post(CLOSURES, json=closed),
        ("post", CLOSURES_BATCH): client.post(CLOSURES_BATCH, json={"closures": [closed]}),
        ("get", CLOSURES): client.get(CLOSURES),
        ("get", CLOSURES_GEOJSON): client.get(CLOSURES_GEOJSON),
        ("get", f"{CLOSURES}/{{item_id}}"): client.get(f"{CLOSURES}/d1"),
        ("delete", f"{CLOSURES}/{{item_id}}"): client.request("DELETE", f"{CLOSURES}/d2"),
        ("post", RECOMMENDATIONS): client.recommend({**YINGXIN, "route": True}),
        ("get", "/v1/decisions/{decision_id}"): client.get(f"/v1/decisions/{made_id}"),
        ("post", "/v1/decisions/{decision_id}/replay"): client.post(
            f"/v1/decisions/{made_id}/replay"
        ),
        ("get", "/v1/graph"): client.get("/v1/graph"),
        ("post", "/v1/graph/reload"): client.post("/v1/graph/reload"),
        ("get", "/v1/posts"): client.get("/v1/posts?limit=1"),
        ("get", "/v1/posts/{item_id}"): client.get("/v1/posts/park"),
        ("get", "/v1/units"): client.get("/v1/units"),
        ("get", "/v1/units/{item_id}"): client.get("/v1/units/nope"),
        ("put", UNIT_POSITION): client.request("PUT", x1 + "/position", json=here),
        ("delete", UNIT_POSITION): client.request("DELETE", x1 + "/position"),
        ("put", UNIT_STATUS): client.request("PUT", x1 + "/status", json={"status": "rest"}),
        ("post", POSITIONS): client.post(POSITIONS, json=[{"unit_id": "x1", **here}] * 2),
        ("get", "/v1/zones"): client.get("/v1/zones"),
        ("get", "/v1/zones/{item_id}"): client.get("/v1/zones/east?x=1"),
        ("get", "/v1/rosters"): client.get("/v1/rosters"),
        ("get", "/v1/rosters/{item_id}"): client.get("/v1/rosters/everyone"),
        ("get", "/v1/calendar"): client.get("/v1/calendar"),
        ("get", "/v1/hospitals"): client.get("/v1/hospitals"),
        ("get", "/v1/hospitals/{item_id}"): client.get("/v1/hospitals/clinic"),
        ("get", "/healthz"): client.get("/healthz"),
        ("get", "/readyz"): client.get("/readyz"),
    }
    assert set(answers) == {
        (method, path) for method, path, _ in operations(document) if path != EVENTS
    }
    for (method, path), answer in answers.items():
        response = document["paths"][path][method]["responses"][str(answer.status_code)]
        schema = response["content"][answer.headers["content-type"]]["schema"]
        whole = {**schema, "components": document["components"]}
        validator_for(whole).validate(answer.json())


def changed_resources(client: Client) -> dict[tuple[str, str], httpx.Response]:
    """One answer of every route that changes the district."""
    answers = {}
    for plural, (body, _) in NEW.items():
        path, item = f"/v1/{plural}/new", f"/v1/{plural}/{{item_id}}"
        answers["put", item] = client.request("PUT", path, json=body, headers=MAKE)
        answers["delete", item] = client.request("DELETE", path, headers={"If-Match": "*"})
    calendar = {"json": {"items": []}, "headers": {"If-Match": "*"}}
    answers["put", CALENDAR] = client.request("PUT", CALENDAR, **calendar)
    assert {answer.status_code for answer in answers.values()} == {200, 201}
    return answers


def desk_answers(client: Client) -> dict[tuple[str, str], httpx.Response]:
    """One answer of every route of the desk."""
    item, assignment = f"{INCIDENTS}/{{item_id}}", f"{ASSIGNMENTS}/{{item_id}}"
    call = {"location": {"lon": 106.29, "lat": 29.3}, "type": "纠纷"}
    filed = client.post(INCIDENTS, json=call)
    incident = f"{INCIDENTS}/{filed.json()['incident']['id']}"
    other = client.post(INCIDENTS, json=call).json()["incident"]["id"]
    reserved = client.post(f"{incident}/assignments", json={"unit_id": "p1"})
    held = f"{ASSIGNMENTS}/{reserved.json()['id']}"
    return {
        ("post", INCIDENTS): filed,
        ("get", INCIDENTS): client.get(INCIDENTS),
        ("get", item): client.get(incident),
        ("patch", item): client.request("PATCH", incident, json={"priority": 1}),
        ("post", f"{item}/assignments"): reserved,
        ("get", f"{item}/diversions"): client.get(f"{incident}/diversions"),
        ("post", f"{item}/merge"): client.post(f"{incident}/merge", json={"into": other}),
        ("post", f"{item}/close"): client.post(f"{INCIDENTS}/{other}/close", json={}),
        ("get", assignment): client.get(held),
        ("patch", assignment): client.request("PATCH", held, json={"status": "on_scene"}),
        ("get", f"{assignment}/hospitals"): client.get(f"{held}/hospitals"),
        ("post", f"{assignment}/hand-over"): client.post(
            f"{held}/hand-over", json={"unit_id": "t1"}
        ),
    }


def test_the_bounds_of_numbers_are_documented(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]

    def bounds(model: str, member: str) -> tuple[float, float]:
        schema = schemas[model]["properties"][member]
        schema = schema.get("anyOf", [schema])[0]
        return schema["minimum"], schema["maximum"]

    assert bounds("PositionLocation", "lon") == (-180, 180)
    assert bounds("PositionLocation", "lat") == (-90, 90)
    assert bounds("RecommendationRequest", "uncertainty_m") == (0, 20_000)
    assert bounds("RecommendationRequest", "priority") == (1, 3)
    assert bounds("RecommendationRequest", "top") == (1, 50)


def test_the_examples_of_requests_are_answered(document: dict[str, Any]) -> None:
    body = document["paths"][RECOMMENDATIONS]["post"]["requestBody"]["content"]
    examples = body["application/json"]["examples"]
    assert examples
    for example in examples.values():
        assert Client().recommend(example["value"]).status_code == 200


@pytest.mark.parametrize("path", [CLOSURES, CLOSURES_BATCH])
def test_the_examples_of_closures_are_closures(document: dict[str, Any], path: str) -> None:
    body = document["paths"][path]["post"]["requestBody"]["content"]
    examples = body["application/json"]["examples"]
    assert examples
    for example in examples.values():
        # Their roads are Xipeng's.
        assert Client().post(path, json=example["value"]).status_code in {201, 404}


@pytest.mark.parametrize("plural", [*NEW, "calendar"])
def test_the_examples_of_changes_fit_the_bundled_district(
    document: dict[str, Any], plural: str
) -> None:
    client = Client(small_app(small_service(load_district(XIPENG))))
    path = CALENDAR if plural == "calendar" else f"/v1/{plural}/{{item_id}}"
    body = document["paths"][path]["put"]["requestBody"]["content"]
    (example,) = body["application/json"]["examples"].values()
    named = path.format(item_id="park-post" if plural == "posts" else "new")
    is_there = client.get(named).status_code == 200
    headers = {"If-Match": "*"} if is_there else MAKE
    answer = client.request("PUT", named, json=example["value"], headers=headers)
    assert answer.status_code == (200 if is_there else 201), answer.json()


def test_the_page_and_all_that_it_loads_come_from_the_service() -> None:
    client = Client()
    page = client.get("/docs")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["content-security-policy"] == SECURITY_POLICY
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert {f"/{name}" for name in loaded} == {f"/docs/{n}" for n in ASSETS} | {"/openapi.json"}
    for name in loaded:
        answer = client.get(f"/{name}")
        assert answer.status_code == 200
        assert answer.content
    start = client.get("/docs/start.js").text
    assert 'url: "openapi.json"' in start
    assert "validatorUrl: null" in start


def test_nothing_that_we_wrote_for_the_page_names_another_host() -> None:
    assert "http" not in SECURITY_POLICY
    assert "unsafe" not in SECURITY_POLICY
    for file in (STATIC / "docs").iterdir():
        assert "//" not in re.sub(r"^ *// .*$", "", file.read_text(), flags=re.MULTILINE)


def test_the_root_leads_to_the_page() -> None:
    response = Client().get("/")
    assert response.status_code == 307
    assert response.headers["location"] == "docs"


def test_the_vendored_page_is_the_published_one() -> None:
    folder = STATIC / "vendor" / "swagger-ui"
    record = json.loads((folder / "vendored.json").read_text())
    assert record["licence"] == "Apache-2.0"
    present = {file.name for file in folder.iterdir()} - {"vendored.json"}
    assert present == set(record["sha256"])
    for name, digest in record["sha256"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest, name
