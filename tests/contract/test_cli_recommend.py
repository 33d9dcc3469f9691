"""``dispatch-router recommend`` in the terminal: the answer of the API, to be read."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from rich.cells import cell_len
from typer.testing import CliRunner, Result

from dispatch_router.application.crews import Crews
from dispatch_router.application.recommend import Recommender
from dispatch_router.application.roads_in_use import RoadsInUse
from dispatch_router.cli import recommend as command
from dispatch_router.cli.main import app
from dispatch_router.domain.crs import Crs, from_wgs84
from dispatch_router.domain.geo import LonLat
from tests.fake_roads import StraightRoads
from tests.small_district import SMALL_DISTRICT, CountedIds, StoppedClock
from tests.web import Client


@pytest.fixture
def roads(monkeypatch: pytest.MonkeyPatch) -> StraightRoads:
    """Serve the small district on straight roads, wherever the command looks for one."""
    straight = StraightRoads(reach_m=30_000.0)

    def open_small(folder: Path) -> SimpleNamespace:
        in_use = RoadsInUse(straight, Crews(SMALL_DISTRICT))
        recommender = Recommender(SMALL_DISTRICT, in_use, StoppedClock(), CountedIds())
        return SimpleNamespace(district=SMALL_DISTRICT, recommender=recommender)

    monkeypatch.setattr(command, "open_district", open_small)
    monkeypatch.setenv("COLUMNS", "100")
    return straight


def recommend(*options: str) -> Result:
    return CliRunner().invoke(app, ["recommend", "--district", ".", *options])


@pytest.mark.usefixtures("roads")
def test_json_is_what_the_api_answers() -> None:
    printed = recommend("--place", "迎新村", "--json").output
    assert json.loads(printed) == Client().recommend({"location": {"place": "迎新村"}}).json()


@pytest.mark.usefixtures("roads")
def test_every_option_means_what_it_means_over_http() -> None:
    lon, lat = from_wgs84(LonLat(106.31, 29.31), Crs.BD09)
    options = ["--lon", str(lon), "--lat", str(lat), "--crs", "bd09", "--uncertainty-m", "200"]
    printed = recommend(*options, "--priority", "1", "--top", "2", "--route", "--json").output
    asked = {
        "location": {"lon": lon, "lat": lat, "crs": "bd09"},
        "uncertainty_m": 200,
        "priority": 1,
        "top": 2,
        "route": True,
    }
    assert json.loads(printed) == Client().recommend(asked).json()


@pytest.mark.usefixtures("roads")
def test_the_table_names_the_units_in_order_with_their_times() -> None:
    answer = recommend("--place", "迎新村", "--lang", "en", "--top", "2")
    assert answer.exit_code == 0
    lines = answer.output.splitlines()
    first = next(line for line in lines if line.startswith(" 1 "))
    assert "Unit p1" in first
    assert "Nearest in time, from a zone post" in answer.output
    assert "Yingxin Village" in answer.output
    assert "Town Station" in answer.output
    assert "Synthetic data" in answer.output
    assert "d1" in answer.output


@pytest.mark.usefixtures("roads")
def test_every_unit_is_in_the_page() -> None:
    page = recommend("--place", "迎新村", "--lang", "zh", "--top", "1").output
    assert all(f"{unit_id}号" in page for unit_id in ("p1", "t1", "t2", "x1", "r1"))
    assert "较慢" in page


@pytest.mark.usefixtures("roads")
def test_a_page_in_chinese_has_no_english_sentence_and_the_other_way_round() -> None:
    chinese = recommend("--place", "迎新村", "--lang", "zh").output
    english = recommend("--place", "迎新村", "--lang", "en").output
    assert "到人时间" in chinese
    assert "to the person" not in chinese
    assert "to the person" in english
    assert not any("\u4e00" <= character <= "\u9fff" for character in english)


def test_columns_stand_under_each_other_in_chinese(roads: StraightRoads) -> None:
    """Chinese characters are two cells wide; a table that counts them as one is crooked."""
    page = recommend("--place", "迎新村", "--lang", "zh", "--top", "3").output.splitlines()
    start = next(index for index, line in enumerate(page) if "到人" in line and "出动" in line)
    header = page[start]
    column_ends_at = cell_len(header[: header.index("到人") + len("到人")])
    first = next(line for line in page[start:] if line.startswith(" 1 "))
    cells = 0
    for position, character in enumerate(first):
        cells += cell_len(character)
        if cells == column_ends_at:
            assert character.isdigit()
            assert first[position + 1] == " "
            return
    pytest.fail("the row is shorter than its header")


@pytest.mark.usefixtures("roads")
def test_an_unknown_place_is_told_with_the_closest_and_exit_code_3() -> None:
    answer = recommend("--place", "迎辛村")
    assert answer.exit_code == 3
    assert "迎新村" in answer.stderr
    assert "Did you mean" in answer.stderr


@pytest.mark.usefixtures("roads")
def test_a_place_outside_the_district_has_exit_code_3() -> None:
    assert recommend("--lon", "100", "--lat", "29").exit_code == 3


@pytest.mark.usefixtures("roads")
@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--lon", "106"],
        ["--lat", "29"],
        ["--place", "迎新村", "--lon", "106", "--lat", "29"],
        ["--place", ""],
        ["--lon", "nan", "--lat", "29"],
        ["--lon", "106", "--lat", "inf"],
        ["--lon", "29", "--lat", "106"],
        ["--lon", "east", "--lat", "29"],
        ["--place", "迎新村", "--route"],
        ["--place", "迎新村", "--top", "0"],
        ["--place", "迎新村", "--top", "1000000"],
        ["--place", "迎新村", "--priority", "4"],
        ["--place", "迎新村", "--uncertainty-m", "-1"],
        ["--place", "迎新村", "--uncertainty-m", "nan"],
        ["--place", "迎新村", "--crs", "epsg:4490"],
        ["--place", "村" * 101],
    ],
)
def test_what_cannot_be_asked_is_wrong_usage(options: list[str]) -> None:
    assert recommend(*options).exit_code == 2


def test_nobody_who_can_come_is_said(roads: StraightRoads) -> None:
    roads.cut_off = range(5)
    answer = recommend("--place", "迎新村")
    assert answer.exit_code == 0
    assert "No unit can reach this place" in answer.output
    assert "unreachable" in answer.output


def test_a_district_that_cannot_be_used_has_exit_code_4(tmp_path: Path) -> None:
    arguments = ["recommend", "--place", "迎新村", "--district", str(tmp_path)]
    answer = CliRunner().invoke(app, arguments)
    assert answer.exit_code == 4
    assert "posts.yaml: The file is missing." in answer.stderr


def test_a_setting_that_cannot_be_used_is_wrong_usage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPATCH_PORT", "many")
    answer = CliRunner().invoke(app, ["recommend", "--place", "迎新村"])
    assert answer.exit_code == 2
    assert "DISPATCH_PORT" in answer.stderr
