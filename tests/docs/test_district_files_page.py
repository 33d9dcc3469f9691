"""docs/district-files.md explains every key that the files may have, and its examples hold."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from dispatch_router.domain.hospitals import CAPABILITY_NAMES, HospitalCapability
from dispatch_router.storage.district_files import (
    desk_schema,
    fields,
    files,
    hospital_schema,
    roster_schema,
    schema,
    unit_schema,
)
from dispatch_router.storage.district_files.document import read_document
from dispatch_router.storage.district_files.folder import (
    MAX_EXCEPTIONAL_DAYS,
    MAX_HOSPITALS,
    MAX_PLACES,
    MAX_POSTS,
    MAX_ROSTERS,
    MAX_UNITS,
    MAX_ZONES,
)
from tests.docs.pages import ROOT, Page

PAGE = Page(ROOT / "docs" / "district-files.md")
MODELS = [
    model
    for module in (schema, desk_schema, hospital_schema, roster_schema, unit_schema)
    for model in vars(module).values()
    if isinstance(model, type) and issubclass(model, fields.Strict) and model is not fields.Strict
]


@pytest.mark.parametrize(
    ("model", "key"), [(model, key) for model in MODELS for key in model.model_fields]
)
def test_every_key_is_explained(model: type[BaseModel], key: str) -> None:
    forms = (f"`{key}`", f"`{key}:", f".{key}`")
    assert any(form in PAGE.text for form in forms), f"{model.__name__}.{key}"


@pytest.mark.parametrize("file", files.FILES)
def test_every_file_has_its_part(file: str) -> None:
    assert f"## `{file}`" in PAGE.text


def test_the_limits_of_rosters_are_the_ones_that_are_checked() -> None:
    assert f"at most {MAX_ROSTERS:,} rosters" in PAGE.text
    assert f"at most {MAX_EXCEPTIONAL_DAYS} items" in PAGE.text


def test_the_limit_of_hospitals_is_the_one_that_is_checked() -> None:
    assert f"at most {MAX_HOSPITALS} hospitals" in PAGE.text


@pytest.mark.parametrize("capability", HospitalCapability)
def test_every_capability_of_a_hospital_is_explained(capability: HospitalCapability) -> None:
    assert f"| `{capability}` | {CAPABILITY_NAMES[capability].zh} |" in PAGE.text


@pytest.mark.parametrize("function", ["posts", "units", "zones", "places"])
def test_the_limits_are_the_ones_that_are_checked(function: str) -> None:
    limit = {"posts": MAX_POSTS, "units": MAX_UNITS, "zones": MAX_ZONES, "places": MAX_PLACES}
    assert f"{limit[function]:,} {function}" in PAGE.text
    assert f"{files.MAX_BYTES // 2**20} MiB" in PAGE.text


def _rows(block: str) -> Any:
    document = read_document(block, "example.yaml", [])
    assert document is not None
    return document.value


def test_the_examples_are_rows_that_pass() -> None:
    posts, units, policy, rosters, hospitals = (_rows(block) for block in PAGE.blocks("yaml"))
    schema.PostRow.model_validate(posts[0])
    schema.UnitRow.model_validate(units[0])
    for roster in rosters["rosters"]:
        roster_schema.RosterRow.model_validate(roster)
    desk_schema.DeskRow.model_validate(policy["desk"])
    hospital_schema.HospitalRow.model_validate(hospitals[0])
