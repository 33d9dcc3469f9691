"""docs/district-files.md explains every key that the files may have, and its examples hold."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from pydantic import BaseModel

from dispatch_router.storage.district_files import files, schema
from dispatch_router.storage.district_files.folder import (
    MAX_PLACES,
    MAX_POSTS,
    MAX_UNITS,
    MAX_ZONES,
)
from tests.docs.pages import ROOT, Page

PAGE = Page(ROOT / "docs" / "district-files.md")
MODELS = [
    model
    for model in vars(schema).values()
    if isinstance(model, type) and issubclass(model, schema.Strict) and model is not schema.Strict
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


@pytest.mark.parametrize("function", ["posts", "units", "zones", "places"])
def test_the_limits_are_the_ones_that_are_checked(function: str) -> None:
    limit = {"posts": MAX_POSTS, "units": MAX_UNITS, "zones": MAX_ZONES, "places": MAX_PLACES}
    assert f"{limit[function]:,} {function}" in PAGE.text
    assert f"{files.MAX_BYTES // 2**20} MiB" in PAGE.text


def _rows(block: str) -> Any:
    return yaml.safe_load(block)


def test_the_examples_are_rows_that_pass() -> None:
    post, unit = (_rows(block)[0] for block in PAGE.blocks("yaml"))
    schema.PostRow.model_validate(post)
    schema.UnitRow.model_validate(unit)
