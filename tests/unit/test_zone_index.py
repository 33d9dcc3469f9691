"""The zone of a position."""

from hypothesis import given
from hypothesis import strategies as st

from dispatch_router.application.zone_index import ZoneIndex
from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.names import Name
from dispatch_router.domain.zones import Zone
from tests.small_district import box


def zone(zone_id: str, west: float, east: float) -> Zone:
    return Zone(zone_id, Name(zone_id, zone_id), "post", "post", box(west, 29.0, east, 29.5))


INDEX = ZoneIndex([zone("a", 106.0, 106.2), zone("b", 106.2, 106.4)])


def test_a_position_is_in_the_zone_around_it() -> None:
    assert INDEX.holding(LonLat(106.1, 29.2)) == 0
    assert INDEX.holding(LonLat(106.3, 29.2)) == 1


def test_a_position_on_a_shared_border_is_in_the_zone_named_first() -> None:
    assert INDEX.holding(LonLat(106.2, 29.2)) == 0


def test_outside_every_zone_there_is_none() -> None:
    assert INDEX.holding(LonLat(106.5, 29.2)) is None
    assert ZoneIndex([]).holding(LonLat(106.1, 29.2)) is None


@given(st.floats(105.9, 106.5), st.floats(28.9, 29.6))
def test_boxes_hold_what_comparison_says(lon: float, lat: float) -> None:
    expected = None
    if 29.0 <= lat <= 29.5:
        expected = 0 if 106.0 <= lon <= 106.2 else 1 if 106.2 < lon <= 106.4 else None
    assert INDEX.holding(LonLat(lon, lat)) == expected
