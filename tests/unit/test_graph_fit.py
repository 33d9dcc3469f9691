"""A road graph is held against the district before anything is answered on it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

import pytest

from dispatch_router.application.graph_fit import (
    MOST_OFF_AT_RELOAD,
    MOST_OFF_AT_START,
    FarFromRoads,
    check_fit,
)
from dispatch_router.domain.district import District
from dispatch_router.domain.errors import InvalidGraph
from dispatch_router.domain.geo import LonLat
from tests.fake_roads import StraightRoads
from tests.small_district import SMALL_DISTRICT

FAR_AWAY = LonLat(11.6, 49.9)


class RoadsNearby(StraightRoads):
    """Roads where the small district is, and nowhere else."""

    def near_roads(self, positions: Sequence[LonLat]) -> list[bool]:
        return [position.lon > 70.0 for position in positions]


def district(*, posts: int, far: int) -> District:
    """So many posts of which so many are far away."""
    post = SMALL_DISTRICT.posts[0]
    placed = [FAR_AWAY if number < far else post.position for number in range(posts)]
    made = [replace(post, id=f"p{number}", position=at) for number, at in enumerate(placed)]
    return replace(SMALL_DISTRICT, posts=tuple(made), units=(), hospitals=())


@pytest.mark.parametrize("most_off", [MOST_OFF_AT_START, MOST_OFF_AT_RELOAD])
@pytest.mark.parametrize("posts", [1, 2, 6])
def test_a_graph_that_no_post_lies_on_is_that_of_another_place(posts: int, most_off: float) -> None:
    with pytest.raises(InvalidGraph, match=f"{posts} of {posts} departure points") as refused:
        check_fit(district(posts=posts, far=posts), RoadsNearby(), most_off)
    assert "not that of the district small" in refused.value.detail
    assert "与辖区small不符" in refused.value.detail_zh


@pytest.mark.parametrize("posts", [2, 3, 8])
def test_one_post_at_the_edge_stops_nothing_and_is_named(
    posts: int, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        found = check_fit(district(posts=posts, far=1), RoadsNearby(), MOST_OFF_AT_RELOAD)
    assert found == (FarFromRoads("post", "p0"),)
    assert "no road of the graph is near post p0" in caplog.text


def test_a_start_goes_on_with_half_of_the_posts_where_a_reload_keeps_the_better_graph() -> None:
    half = district(posts=8, far=4)
    assert len(check_fit(half, RoadsNearby(), MOST_OFF_AT_START)) == 4
    with pytest.raises(InvalidGraph):
        check_fit(half, RoadsNearby(), MOST_OFF_AT_RELOAD)
    with pytest.raises(InvalidGraph):
        check_fit(district(posts=8, far=5), RoadsNearby(), MOST_OFF_AT_START)


def test_the_beats_of_patrols_count_as_posts_do() -> None:
    posts = tuple(replace(post, position=FAR_AWAY) for post in SMALL_DISTRICT.posts)
    with pytest.raises(InvalidGraph, match="3 of 4 departure points"):
        check_fit(replace(SMALL_DISTRICT, posts=posts), RoadsNearby(), MOST_OFF_AT_START)


def test_a_hospital_beyond_the_border_is_named_and_decides_nothing() -> None:
    hospitals = tuple(replace(each, position=FAR_AWAY) for each in SMALL_DISTRICT.hospitals)
    found = check_fit(
        replace(SMALL_DISTRICT, hospitals=hospitals), RoadsNearby(), MOST_OFF_AT_RELOAD
    )
    assert {each.kind for each in found} == {"hospital"}
    assert len(found) == len(hospitals) > 1


def test_nothing_is_said_where_roads_are_near_everything(caplog: pytest.LogCaptureFixture) -> None:
    assert check_fit(SMALL_DISTRICT, RoadsNearby(), MOST_OFF_AT_RELOAD) == ()
    assert caplog.text == ""


def test_thousands_of_posts_far_away_are_not_all_named_in_one_line() -> None:
    with pytest.raises(InvalidGraph, match="post p9 and 2990 more"):
        check_fit(district(posts=3000, far=3000), RoadsNearby(), MOST_OFF_AT_START)
