"""A question outside its bounds is refused before anything is searched."""

import math

import pytest

from dispatch_router.domain.calls import MAX_PLACE_CHARACTERS, CallQuestion
from dispatch_router.domain.errors import InvalidQuestion
from dispatch_router.domain.geo import LonLat

HERE = LonLat(106.3, 29.3)


@pytest.mark.parametrize(
    "where",
    [
        LonLat(math.nan, 29.3),
        LonLat(106.3, math.nan),
        LonLat(math.inf, 29.3),
        LonLat(180.1, 0.0),
        LonLat(29.3, 106.3),
        "",
        "   ",
        "村" * (MAX_PLACE_CHARACTERS + 1),
    ],
)
def test_a_place_that_cannot_be_is_refused(where: LonLat | str) -> None:
    with pytest.raises(InvalidQuestion) as refused:
        CallQuestion(where)
    assert refused.value.detail_zh


@pytest.mark.parametrize("uncertainty_m", [-1.0, 20_000.1, math.nan, math.inf])
def test_an_uncertainty_that_cannot_be_is_refused(uncertainty_m: float) -> None:
    with pytest.raises(InvalidQuestion, match="uncertainty_m"):
        CallQuestion(HERE, uncertainty_m=uncertainty_m)


@pytest.mark.parametrize("priority", [0, 4, -1])
def test_a_priority_that_does_not_exist_is_refused(priority: int) -> None:
    with pytest.raises(InvalidQuestion, match="priority"):
        CallQuestion(HERE, priority=priority)


def test_the_bounds_themselves_are_allowed() -> None:
    CallQuestion(LonLat(-180.0, 90.0), uncertainty_m=0.0, priority=1)
    CallQuestion("村" * MAX_PLACE_CHARACTERS, uncertainty_m=20_000.0, priority=3)
