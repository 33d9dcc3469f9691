"""A call from Yingxin village: forty minutes from the station, twenty from the zone post.

Nothing here is typed in as an answer: the same district, with one road closed or one sign changed,
answers otherwise.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from dispatch_router.domain.recommendation import Recommendation
from dispatch_router.domain.units import DepartureKind
from tests.xipeng import ask, built_roads, candidate, committed_roads, drawn_xml, minutes

YINGXIN = "迎新村"


@pytest.fixture(scope="module")
def today() -> Recommendation:
    return ask(committed_roads(), YINGXIN)


@pytest.fixture(scope="module")
def bridge_closed(tmp_path_factory: pytest.TempPathFactory) -> Recommendation:
    xml = without_ways(drawn_xml(), '<tag k="bridge:name" v="双溪桥"/>', ways=1)
    return ask(built_roads(xml, tmp_path_factory.mktemp("closed")), YINGXIN)


def without_ways(xml: str, tag: str, *, ways: int) -> str:
    lines = xml.splitlines(keepends=True)
    kept = [line for line in lines if not (line.startswith("<way ") and tag in line)]
    assert len(lines) - len(kept) == ways
    return "".join(kept)


def test_the_park_zone_post_is_ranked_first_and_needs_about_twenty_minutes(
    today: Recommendation,
) -> None:
    assert today.candidates[0].unit.id == "park-crew"
    assert 18 <= minutes(today, "park-crew") <= 22


def test_the_station_needs_about_forty_minutes(today: Recommendation) -> None:
    assert 37 <= minutes(today, "station-community") <= 43


def test_officers_of_the_station_who_do_not_know_the_village_need_near_an_hour(
    today: Recommendation,
) -> None:
    assert 55 <= minutes(today, "station-duty") <= 60
    known = candidate(today, "station-community").time
    unknown = candidate(today, "station-duty").time
    assert unknown.drive_ms == known.drive_ms
    assert unknown.locate_ms > known.locate_ms


def test_the_answer_says_the_minutes_saved_against_the_station(today: Recommendation) -> None:
    first = today.candidates[0]

    assert today.baseline is not None
    assert today.baseline.station_id == "xipeng-station"
    assert first.saves_ms == today.baseline.time.total_ms - first.time.total_ms
    assert first.saves_ms is not None
    assert 18 <= first.saves_ms / 60_000 <= 23
    assert "西彭派出所" in first.why_zh


def test_all_six_departure_points_are_in_one_list(today: Recommendation) -> None:
    points = {each.departure.position for each in today.candidates}
    kinds = [each.unit.kind for each in today.candidates]

    assert len(points) == 6
    assert kinds.count(DepartureKind.PATROL) == 2
    assert {each.unit.post_id for each in today.candidates} == {
        "xipeng-station",
        "park-post",
        "chengxi-post",
        "dashibao-post",
    }


def test_the_park_post_is_responsible_and_knows_the_village(today: Recommendation) -> None:
    assert today.location.zone_id == "zone-yingxin"
    assert today.candidates[0].responsible
    assert today.candidates[0].familiar


def test_closing_the_bridge_on_the_village_road_sends_the_park_post_round_the_mountain(
    today: Recommendation, bridge_closed: Recommendation
) -> None:
    assert minutes(bridge_closed, "park-crew") > minutes(today, "park-crew") + 30


def test_closing_the_bridge_puts_the_station_first(bridge_closed: Recommendation) -> None:
    assert bridge_closed.candidates[0].unit.id == "station-community"
    assert bridge_closed.graph_version != committed_roads().summary.version


def test_closing_a_road_that_nobody_needs_changes_no_time(
    today: Recommendation, tmp_path: Path
) -> None:
    xml = without_ways(drawn_xml(), '<tag k="name" v="青龙村路"/>', ways=2)

    answer = ask(built_roads(xml, tmp_path), YINGXIN)

    # Edges are cut at fewer junctions, so that a few times are rounded otherwise.
    assert [each.unit.id for each in answer.candidates] == [
        each.unit.id for each in today.candidates
    ]
    for after, before in zip(answer.candidates, today.candidates, strict=True):
        assert abs(after.time.total_ms - before.time.total_ms) < 50


def test_a_higher_limit_on_the_village_road_brings_the_park_post_sooner(
    today: Recommendation, tmp_path: Path
) -> None:
    signs = '<tag k="name:en" v="Yingxin Road"/><tag k="maxspeed" v="{}"/>'
    xml = drawn_xml().replace(signs.format(30), signs.format(60))

    answer = ask(built_roads(xml, tmp_path), YINGXIN)

    assert minutes(answer, "park-crew") < minutes(today, "park-crew") - 3
    assert (
        candidate(answer, "park-crew").time.locate_ms
        == candidate(today, "park-crew").time.locate_ms
    )


def test_in_the_town_the_same_policy_gives_minutes() -> None:
    answer = ask(committed_roads(), "西彭农贸市场")

    assert minutes(answer, answer.candidates[0].unit.id) < 5
    assert minutes(answer, "station-duty") < 8
    assert answer.candidates[-1].unit.id == "park-crew"
