"""docs/api.md says all that the API has, and nothing that it has not."""

from __future__ import annotations

import json
import re
from urllib.parse import urlsplit

import pytest
from pydantic import BaseModel

from dispatch_router.domain.assignments import AssignmentStatus
from dispatch_router.domain.event_log import EventKind
from dispatch_router.domain.incidents import IncidentStatus
from dispatch_router.domain.onward import NeedsSource, OnwardNoticeCode, OnwardReasonCode
from dispatch_router.domain.recommendation import ReasonCode
from dispatch_router.domain.travel import Basis
from dispatch_router.storage.district_files import load_district
from dispatch_router.web.problems import PROBLEMS
from dispatch_router.web.schemas import (
    closure_requests,
    closures,
    decisions,
    events,
    incident_requests,
    incidents,
    onward,
    recommendation,
    requests,
    resource_requests,
    resources,
    rosters,
    shared,
    unit_requests,
    units,
)
from dispatch_router.web.schemas.problem import ProblemReply
from tests.docs.pages import ROOT, Page
from tests.web import Client, small_app, small_service
from tests.xipeng import XIPENG

PAGE = Page(ROOT / "docs" / "api.md")
MODELS = [
    model
    for module in (
        requests,
        resource_requests,
        closure_requests,
        incident_requests,
        recommendation,
        closures,
        decisions,
        incidents,
        onward,
        events,
        resources,
        rosters,
        shared,
        unit_requests,
        units,
    )
    for model in vars(module).values()
    if isinstance(model, type)
    and issubclass(model, BaseModel)
    and model.__module__ == module.__name__
]


def test_every_route_has_a_heading_and_every_heading_a_route() -> None:
    paths = Client().get("/openapi.json").json()["paths"]
    routes = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}
    assert set(re.findall(r"^### `([A-Z]+ \S+)`$", PAGE.text, re.MULTILINE)) == routes


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_member_is_explained(model: type[BaseModel]) -> None:
    words = set(re.findall(r"`(?:location\.)?(\w+)`", PAGE.text)) | {"items", "next_cursor"}
    # Of GeoJSON, RFC 7946 explains the members.
    members = {field.alias or name for name, field in model.model_fields.items()}
    assert members - words <= {"type", "coordinates", "status", "zh", "en"}


def test_every_code_stands_in_the_table_with_its_status() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\d{3}) \|", PAGE.text, re.MULTILINE)
    assert dict(rows) == {code: str(kind.status) for code, kind in PROBLEMS.items()}


@pytest.mark.parametrize(
    "value",
    [
        *ReasonCode,
        *Basis,
        *IncidentStatus,
        *AssignmentStatus,
        *EventKind,
        *NeedsSource,
        *OnwardNoticeCode,
        *OnwardReasonCode,
    ],
)
def test_every_reason_and_basis_is_explained(value: str) -> None:
    assert f"`{value}`" in PAGE.text


def test_the_problem_that_is_shown_is_the_one_that_is_answered() -> None:
    (shown,) = (json.loads(block) for block in PAGE.blocks("json"))
    ProblemReply.model_validate(shown)
    swapped = {"location": {"lon": 29.3, "lat": 106.3}}
    assert Client().recommend(swapped).json() == shown


def test_the_requests_that_are_shown_are_answered() -> None:
    recommend, file, close, put = PAGE.commands()
    for command, status in ((recommend, 200), (file, 201), (close, 201)):
        body = json.loads(command[command.index("-d") + 1])
        path = urlsplit(command[1]).path
        assert Client().post(path, json=body).status_code == status
    client = Client(small_app(small_service(load_district(XIPENG))))
    made = client.request(
        put[put.index("-X") + 1],
        urlsplit(put[3]).path,
        json=json.loads(put[put.index("-d") + 1]),
        headers={"If-None-Match": "*"},
    )
    assert made.status_code == 201
