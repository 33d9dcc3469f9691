"""The sentences that a dispatcher reads."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch_router.domain.explanation import Standing, why, why_zh
from dispatch_router.domain.names import Name
from dispatch_router.domain.reasons import UNREACHABLE, slower_at_rank, slower_than
from dispatch_router.domain.recommendation import ReasonCode, TimeToPerson
from dispatch_router.domain.units import DepartureKind
from dispatch_router.domain.wording import (
    distance,
    distance_zh,
    duration,
    duration_zh,
    seconds_of_parts,
)

FIRST = Standing(
    kind=DepartureKind.ZONE_POST,
    time=TimeToPerson(120_000, 840_000, 220_000),
    distance_m=9_300.0,
    rank=1,
    behind_first_ms=0,
    tied=0,
    tied_with_first=True,
    responsible=True,
    familiar=True,
    station=Name("西彭派出所", "Xipeng Station"),
    saves_ms=1_260_000,
    is_baseline=False,
)


def test_the_first_unit_is_explained_as_a_dispatcher_would() -> None:
    assert why(FIRST) == (
        "Nearest in time, from a zone post: 19 min 40 s to the person (2 min turn-out, 14 min "
        "drive of 9.3 km, 3 min 40 s to find the person); knows the zone; saves 21 min against "
        "Xipeng Station."
    )
    assert why_zh(FIRST) == (
        "警务站出警，到人最快：到人时间19分40秒（出动2分钟，路程9.3公里、14分钟，"
        "寻人3分40秒）；熟悉该警务区；比西彭派出所出警快21分钟。"
    )


def test_a_patrol_on_the_move_has_no_turn_out_to_speak_of() -> None:
    patrol = FIRST._replace(kind=DepartureKind.PATROL, time=TimeToPerson(0, 840_000, 220_000))
    assert "a patrol" in why(patrol)
    assert "already rolling" in why(patrol)
    assert "巡逻警力" in why_zh(patrol)
    assert "出动0" not in why_zh(patrol)


def test_a_crew_that_turns_out_in_no_time_is_not_said_to_be_on_the_road() -> None:
    at_once = FIRST._replace(time=TimeToPerson(0, 840_000, 220_000))
    assert "(0 s turn-out, 14 min drive" in why(at_once)
    assert "（出动0秒，路程" in why_zh(at_once)


@pytest.mark.parametrize(
    ("changes", "english", "chinese"),
    [
        (
            {"rank": 2, "tied_with_first": False, "behind_first_ms": 85_000},
            "1 min 25 s after the first, ",
            "比首位晚1分25秒",
        ),
        (
            {"rank": 3, "tied_with_first": False, "tied": 2, "behind_first_ms": 85_000},
            "1 min 25 s after the first and tied with 2 others, ",
            "比首位晚1分25秒、与另外2支力量用时相当",
        ),
        (
            {"rank": 2, "tied": 1, "behind_first_ms": -5_000},
            "Tied with the first, ",
            "与首位用时相当",
        ),
        ({"tied": 1}, "first because its post is responsible", "属责任站点"),
        ({"tied": 1, "responsible": False}, "first by unit id", "按编号"),
        ({"familiar": False}, "does not know the zone", "不熟悉该警务区"),
        ({"saves_ms": -61_000}, "1 min 1 s later than Xipeng Station", "比西彭派出所出警慢1分1秒"),
        ({"saves_ms": 0}, "as fast as Xipeng Station", "用时相同"),
        (
            {"saves_ms": 0, "is_baseline": True},
            "what Xipeng Station alone would have sent",
            "对照方案（仅由西彭派出所出警）",
        ),
    ],
)
def test_every_standing_is_said_in_both_languages(
    changes: dict[str, object], english: str, chinese: str
) -> None:
    standing = FIRST._replace(**changes)  # type: ignore[arg-type]
    assert english in why(standing)
    assert chinese in why_zh(standing)


def test_outside_every_zone_nothing_is_said_of_knowing_it() -> None:
    outside = FIRST._replace(familiar=None)
    assert "zone;" not in why(outside)
    assert "警务区" not in why_zh(outside)


def test_without_a_baseline_no_saving_is_claimed() -> None:
    alone = FIRST._replace(station=None, saves_ms=None)
    assert "against" not in why(alone)
    assert "比" not in why_zh(alone)


@given(st.builds(TimeToPerson, *[st.integers(0, 20_000_000)] * 3))
def test_the_parts_that_are_shown_add_up_to_the_total_that_is_shown(time: TimeToPerson) -> None:
    parts = seconds_of_parts(time)
    assert min(parts) >= 0
    assert sum(parts) == (time.total_ms + 500) // 1000


@pytest.mark.parametrize(
    ("seconds", "english", "chinese"),
    [
        (0, "0 s", "0秒"),
        (59, "59 s", "59秒"),
        (60, "1 min", "1分钟"),
        (1180, "19 min 40 s", "19分40秒"),
        (3600, "1 h", "1小时"),
        (3605, "1 h 5 s", "1小时0分5秒"),
        (3660, "1 h 1 min", "1小时1分钟"),
        (7384, "2 h 3 min 4 s", "2小时3分4秒"),
    ],
)
def test_durations_are_said_as_people_say_them(seconds: int, english: str, chinese: str) -> None:
    assert duration(seconds) == english
    assert duration_zh(seconds) == chinese


def test_distances_change_to_kilometres_at_one_kilometre() -> None:
    assert (distance(999.4), distance_zh(999.4)) == ("999 m", "999米")
    assert (distance(999.5), distance_zh(9_345.0)) == ("1.0 km", "9.3公里")


def test_a_unit_below_the_list_says_its_time_and_who_would_have_to_be_away() -> None:
    reason = slower_at_rank(1_500_000, 7, 1_180_000)
    assert reason.code is ReasonCode.SLOWER
    assert reason.at_least_ms == 1_500_000
    assert reason.what_would_change == (
        "25 min to the person, 5 min 20 s after the first: rank 7. "
        "It would lead if the 6 ahead of it could not go."
    )
    assert reason.what_would_change_zh == (
        "到人时间25分钟，比首位晚5分20秒，排第7位。排在其前的6支力量均无法出警时，该力量将排在首位。"
    )
    assert "the one ahead of it could not go" in slower_at_rank(2, 2, 1).what_would_change


def test_a_unit_that_was_not_timed_promises_no_more_than_its_bound() -> None:
    reason = slower_than(1_500_999, 5)
    assert reason.at_least_ms == 1_500_999
    assert reason.what_would_change.startswith("More than 25 min to the person.")
    assert reason.what_would_change_zh.startswith("到人时间超过25分钟。")


def test_an_unreachable_unit_is_told_what_would_have_to_change() -> None:
    assert UNREACHABLE.code is ReasonCode.UNREACHABLE
    assert "would have to open" in UNREACHABLE.what_would_change
    assert "开通" in UNREACHABLE.what_would_change_zh


def test_an_old_position_is_told_to_whoever_reads_the_reason() -> None:
    told = FIRST._replace(stale_s=300)
    assert "; knows the zone; last heard of 5 min ago; saves" in why(told)
    assert "；最近一次位置上报在5分钟前；" in why_zh(told)
