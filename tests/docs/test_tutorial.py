"""The tutorial holds: its files are written as it says, its commands run, its claims come true."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, Page

TUTORIAL = Page(ROOT / "docs" / "tutorial.md")
CAPTIONED = re.compile(
    r"^`(?P<path>my-town/[^`]+)`[^\n]*:\n\n```\w+\n(?P<text>.*?)^```",
    re.MULTILINE | re.DOTALL,
)
TRIED_ELSEWHERE = {"serve", "curl", "."}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the reader has typed all of the tutorial's files."""
    folder = tmp_path_factory.mktemp("tutorial")
    for file in CAPTIONED.finditer(TUTORIAL.text):
        path = folder / file["path"]
        path.parent.mkdir(exist_ok=True)
        path.write_text(file["text"], encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def outputs(folder: Path) -> dict[str, str]:
    """What the tutorial's commands print, by their first words."""
    return {
        " ".join(words[1:3]): _run(words[1:], folder)
        for words in TUTORIAL.commands()
        if words[0] == "dispatch-router" and words[1] not in TRIED_ELSEWHERE
    }


def test_the_tutorial_shows_every_file_of_a_district(folder: Path) -> None:
    names = {path.name for path in (folder / "my-town").iterdir() if path.is_file()}

    assert names == {
        "roads.osm",
        "district.yaml",
        "posts.yaml",
        "units.yaml",
        "zones.geojson",
        "gazetteer.yaml",
        "policy.yaml",
    }


def test_every_command_of_the_tutorial_succeeds(outputs: dict[str, str]) -> None:
    assert set(outputs) == {"graph build", "district check", "recommend --district"}


def test_the_zone_post_is_first_as_the_tutorial_says(folder: Path) -> None:
    output = _run(["recommend", "--district", "my-town", "--place", "渡口村", "--json"], folder)
    candidates = json.loads(output)["candidates"]

    assert [candidate["post_id"] for candidate in candidates] == [
        "dukou-zone-post",
        "qingjiang-station",
    ]
    assert candidates[0]["saves_s"] > 60


def test_a_mistake_in_a_file_is_found_as_the_tutorial_says(folder: Path) -> None:
    units = folder / "my-town" / "units.yaml"
    right = units.read_text(encoding="utf-8")
    units.write_text(right.replace("post: dukou-zone-post", "post: dukou-post"), encoding="utf-8")
    try:
        with pytest.raises(subprocess.CalledProcessError) as failure:
            _run(["district", "check", "my-town"], folder)
    finally:
        units.write_text(right, encoding="utf-8")

    line = next(n for n, text in enumerate(right.splitlines(), 1) if "dukou-zone-post" in text)
    assert f"units.yaml:{line}" in failure.value.stdout + failure.value.stderr


def _run(words: list[str], folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "dispatch_router", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    return done.stdout
