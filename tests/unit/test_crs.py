"""Coordinate systems: the shifts are the known ones and come back exactly."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch_router.domain.crs import Crs, from_wgs84, to_wgs84
from dispatch_router.domain.geo import LonLat

SHIFTED = [Crs.GCJ02, Crs.BD09]
CHINA = st.builds(
    LonLat,
    st.floats(72.004, 137.8347, allow_nan=False),
    st.floats(0.8293, 55.8271, allow_nan=False),
)
WORLD = st.builds(LonLat, st.floats(-180, 180), st.floats(-89.9, 89.9))


def metres_apart(a: LonLat, b: LonLat) -> float:
    return math.hypot(
        (a.lon - b.lon) * 111_320 * math.cos(math.radians(a.lat)), (a.lat - b.lat) * 111_320
    )


@pytest.mark.parametrize("crs", SHIFTED)
@given(position=CHINA)
def test_a_place_in_china_comes_back_within_a_centimetre(crs: Crs, position: LonLat) -> None:
    assert metres_apart(to_wgs84(*from_wgs84(position, crs), crs), position) < 0.001


@pytest.mark.parametrize("crs", SHIFTED)
@given(
    lon=st.floats(72.1, 137.7, allow_nan=False),
    lat=st.floats(0.9, 55.7, allow_nan=False),
)
def test_a_shifted_position_comes_back_within_a_centimetre(
    crs: Crs, lon: float, lat: float
) -> None:
    back_lon, back_lat = from_wgs84(to_wgs84(lon, lat, crs), crs)
    assert metres_apart(LonLat(back_lon, back_lat), LonLat(lon, lat)) < 0.001


@given(position=WORLD)
def test_bd09_comes_back_everywhere_on_earth_but_at_the_step_of_gcj02(position: LonLat) -> None:
    near_the_step = (
        min(abs(position.lon - 72.004), abs(position.lon - 137.8347)) < 0.03
        or min(abs(position.lat - 0.8293), abs(position.lat - 55.8271)) < 0.03
    )
    back = to_wgs84(*from_wgs84(position, Crs.BD09), Crs.BD09)
    assert metres_apart(back, position) < (3000 if near_the_step else 0.001)


@pytest.mark.parametrize(
    ("wgs84", "gcj02"),
    [
        (LonLat(121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
        (LonLat(113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
        (LonLat(116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
    ],
    ids=["Shanghai", "Shenzhen", "Beijing"],
)
def test_gcj02_is_the_one_that_others_compute(wgs84: LonLat, gcj02: tuple[float, float]) -> None:
    """The reference points of the eviltransform project."""
    assert from_wgs84(wgs84, Crs.GCJ02) == pytest.approx(gcj02, abs=1e-9)


def test_bd09_lies_at_baidu_s_known_offset() -> None:
    lon, lat = from_wgs84(LonLat(116.391349, 39.907375), Crs.BD09)
    assert (lon, lat) == pytest.approx((116.403963, 39.915119), abs=2e-6)


def test_the_shift_in_xipeng_is_some_hundred_metres() -> None:
    xipeng = LonLat(106.32124, 29.29418)
    shifted = LonLat(*from_wgs84(xipeng, Crs.GCJ02))
    assert 200 < metres_apart(xipeng, shifted) < 800


@pytest.mark.parametrize("position", [LonLat(-8.61, 41.15), LonLat(11.58, 49.95), LonLat(140, 36)])
def test_gcj02_leaves_the_rest_of_the_world_alone(position: LonLat) -> None:
    assert from_wgs84(position, Crs.GCJ02) == (position.lon, position.lat)
    assert to_wgs84(position.lon, position.lat, Crs.GCJ02) == position


@pytest.mark.parametrize(
    "position",
    [
        LonLat(72.004, 30.0),
        LonLat(137.8347, 30.0),
        LonLat(100.0, 0.8293),
        LonLat(100.0, 55.8271),
        LonLat(72.004, 0.8293),
        LonLat(137.8347, 55.8271),
        LonLat(137.8346, 55.8270),
    ],
)
@pytest.mark.parametrize("crs", SHIFTED)
def test_the_border_itself_belongs_to_china_and_comes_back(crs: Crs, position: LonLat) -> None:
    assert from_wgs84(position, crs) != (position.lon, position.lat)
    assert metres_apart(to_wgs84(*from_wgs84(position, crs), crs), position) < 0.001


@given(
    position=st.builds(
        LonLat,
        st.floats(71.9, 72.1) | st.floats(137.7, 137.95),
        st.floats(0.7, 0.95) | st.floats(55.7, 55.95) | st.floats(10, 50),
    )
)
def test_at_the_border_a_position_never_moves_farther_than_the_shift(position: LonLat) -> None:
    assert metres_apart(to_wgs84(position.lon, position.lat, Crs.GCJ02), position) < 2500


def test_wgs84_passes_through_untouched() -> None:
    assert to_wgs84(106.3, 29.3, Crs.WGS84) == LonLat(106.3, 29.3)
    assert from_wgs84(LonLat(106.3, 29.3), Crs.WGS84) == (106.3, 29.3)
