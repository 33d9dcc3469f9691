"""``dispatch-router district check`` in the terminal."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from dispatch_router.cli.main import app
from tests.district_folder import DistrictFolder, correct_folder
from tests.xipeng import XIPENG


@pytest.fixture
def folder(tmp_path: Path) -> DistrictFolder:
    return correct_folder(tmp_path)


def check(folder: Path, *options: str) -> Result:
    return CliRunner().invoke(app, ["district", "check", str(folder), *options])


def test_mistakes_are_said_as_compilers_say_them(folder: DistrictFolder) -> None:
    folder.spoil("units.yaml", "post: park", "post: moon")
    answer = check(folder.path, "--lang", "en")
    assert answer.exit_code == 1
    expected = f"{folder.path}/units.yaml:8: [1].post: The district has no post moon."
    assert expected in answer.output.splitlines()


def test_both_languages_are_spoken_unless_told_otherwise(folder: DistrictFolder) -> None:
    folder.spoil("units.yaml", "post: park", "post: moon")
    assert "本辖区没有站点moon" in check(folder.path).output
    assert "The district has no post moon" in check(folder.path).output
    assert "has no post" not in check(folder.path, "--lang", "zh").output


def test_a_district_without_a_road_graph_is_told_how_to_make_one(folder: DistrictFolder) -> None:
    answer = check(folder.path)
    assert answer.exit_code == 1
    assert "dispatch-router graph build SOURCE" in answer.output
    assert "1 mistake, 0 warnings." in answer.output


def test_a_graph_that_cannot_be_opened_is_a_mistake(folder: DistrictFolder) -> None:
    (folder.path / "graph").mkdir()
    (folder.path / "graph" / "manifest.json").write_text("{}")
    answer = check(folder.path)
    assert answer.exit_code == 1
    assert "manifest.json" in answer.output


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    answer = check(tmp_path / "nowhere")
    assert answer.exit_code == 1
    assert "There is no such folder" in answer.output


def test_the_bundled_district_has_no_mistakes() -> None:
    answer = check(XIPENG)
    assert answer.exit_code == 0
    assert "0 mistakes, 0 warnings." in answer.output


def test_a_place_that_no_road_is_near_is_said(tmp_path: Path) -> None:
    shutil.copytree(XIPENG, tmp_path / "xipeng")
    folder = DistrictFolder(tmp_path / "xipeng")
    folder.spoil("gazetteer.yaml", "lat: 29.29418", "lat: 30.29418")
    answer = check(folder.path, "--lang", "en")
    assert answer.exit_code == 1
    assert "is farther than 1500 m (max_snap_m) from every road of the graph." in answer.output
