"""``dispatch-router graph``: exit codes, what is printed, and that nothing half-written stays."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from dispatch_router.cli.graph import ExitCode
from dispatch_router.cli.main import app
from dispatch_router.routing.build import place_reader
from dispatch_router.routing.format import open_graph
from tests.osm_town import Way, draw_places, turn, way, write_osm

RING = """
a--b
|  |
d--c--e
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    parts: list[Way] = [way("abcda", name="环路"), way("ce")]
    rules = [turn("no_u_turn", "ce", "c", "ce"), turn("no_left_turn", "ce", "c", "zz")]
    path = tmp_path / "ring.osm.gz"
    path.write_bytes(gzip.compress(write_osm(draw_places(RING), [*parts, *rules], {}).encode()))
    return path


def run(*arguments: object) -> Result:
    return CliRunner(env={"COLUMNS": "200"}).invoke(app, ["graph", *map(str, arguments)])


def test_a_file_becomes_a_graph_and_a_summary_that_says_all_of_it(source, tmp_path):
    result = run("build", source, tmp_path / "out")
    assert result.exit_code == ExitCode.OK, result.output
    graph = open_graph(tmp_path / "out")
    assert graph.summary.source == "ring.osm.gz"
    for word in (
        *(
            "nodes",
            "arcs",
            " km",
            "bounding box",
            "largest strongly connected part",
            "motorcycle",
            "foot",
        ),
        *("turn restrictions kept", "turn restriction: a member is not in the extract"),
        *(graph.summary.version, "100.0%", "together"),
    ):
        assert word in result.stdout
    assert result.stderr == ""


def test_the_same_source_gives_the_same_version_and_the_build_time_can_be_set(
    source, tmp_path, monkeypatch
):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    run("build", source, tmp_path / "one")
    run("build", source, tmp_path / "two")
    one, two = (
        {file.name: file.read_bytes() for file in (tmp_path / name).iterdir()}
        for name in ("one", "two")
    )
    assert one == two
    assert open_graph(tmp_path / "one").summary.built_at == "2023-11-14T22:13:20Z"


def test_a_graph_can_be_given_a_name(source, tmp_path):
    run("build", source, tmp_path / "out", "--name", "重庆\x1b[31m")
    assert open_graph(tmp_path / "out").summary.source == "重庆[31m"


def test_info_checks_a_graph_and_describes_it(source, tmp_path):
    run("build", source, tmp_path / "out")
    result = run("info", tmp_path / "out")
    assert result.exit_code == ExitCode.OK
    assert open_graph(tmp_path / "out").summary.version in result.stdout


def test_info_on_what_is_no_graph_or_a_broken_one_is_an_error(source, tmp_path):
    assert run("info", tmp_path / "nothing").exit_code == ExitCode.BAD_SOURCE
    run("build", source, tmp_path / "out")
    broken = next((tmp_path / "out").glob("*.npy"))
    broken.write_bytes(broken.read_bytes()[:-1])
    result = run("info", tmp_path / "out")
    assert result.exit_code == ExitCode.BAD_SOURCE
    assert broken.name in result.stderr


def test_a_bad_source_leaves_nothing_and_says_why_in_both_languages(tmp_path):
    bad = tmp_path / "bad.osm.pbf"
    bad.write_bytes(b"no map")
    result = run("build", bad, tmp_path / "out")
    assert result.exit_code == ExitCode.BAD_SOURCE
    assert "bad.osm.pbf: is neither" in result.stderr
    assert "bad.osm.pbf：既不是" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["bad.osm.pbf"]


def test_a_graph_that_stands_there_is_replaced_only_when_told(source, tmp_path):
    run("build", source, tmp_path / "out")
    before = open_graph(tmp_path / "out").summary
    result = run("build", source, tmp_path / "out", "--name", "other")
    assert result.exit_code == ExitCode.CANNOT_WRITE
    assert "--force" in result.stderr
    assert open_graph(tmp_path / "out").summary == before
    assert run("build", source, tmp_path / "out", "--name", "other", "--force").exit_code == 0
    assert open_graph(tmp_path / "out").summary.source == "other"


def test_a_folder_that_is_no_graph_is_never_replaced(source, tmp_path):
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.jpg").write_bytes(b"meow")
    result = run("build", source, tmp_path / "photos", "--force")
    assert result.exit_code == ExitCode.CANNOT_WRITE
    assert (tmp_path / "photos" / "cat.jpg").read_bytes() == b"meow"


def test_a_graph_needs_a_folder_to_stand_in(source, tmp_path):
    result = run("build", source, tmp_path / "no" / "such" / "out")
    assert result.exit_code == ExitCode.CANNOT_WRITE
    assert "out: the folder around it does not exist." in result.stderr
    assert "out：上级文件夹不存在。" in result.stderr


def test_a_disk_that_refuses_is_an_error_and_leaves_nothing(source, tmp_path, monkeypatch):
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("numpy.save", full)
    result = run("build", source, tmp_path / "out")
    assert result.exit_code == ExitCode.CANNOT_WRITE
    assert "No space left on device" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["ring.osm.gz"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["build"],
        ["build", "only-one"],
        ["build", "one", "two", "three"],
        ["build", "source", "out", "--place", "重庆"],
        ["build", "--place", "重庆"],
        ["build", "--place", " ", "out"],
        ["build", "--no-such-option", "a", "b"],
        ["build", "source", "out", "--name", " \t"],
        ["info"],
    ],
)
def test_wrong_usage_is_told_apart_from_a_bad_file(arguments):
    result = run(*arguments)
    assert result.exit_code == ExitCode.USAGE
    assert "Usage" in result.stderr


def test_a_place_that_cannot_be_fetched_has_its_own_exit_code(tmp_path, monkeypatch):
    def offline(url: str, label: str) -> None:
        raise place_reader._no_internet(label)

    monkeypatch.setattr(place_reader, "_check_internet", offline)
    result = run("build", "--place", "九龙坡区, 重庆", tmp_path / "out")
    assert result.exit_code == ExitCode.PLACE_UNAVAILABLE
    assert "There is no internet here" in result.stderr
    assert not list(tmp_path.iterdir())


def test_help_names_every_exit_code():
    text = run("build", "--help").stdout
    assert all(f"{int(code)} " in text for code in ExitCode)
