"""Places are found by what people call them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch_router.application.gazetteer_index import GazetteerIndex, normal_form
from dispatch_router.domain.errors import UnknownPlace
from dispatch_router.domain.gazetteer import Place
from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.names import Name


def place(place_id: str, zh: str, en: str, *aliases: str) -> Place:
    return Place(place_id, Name(zh, en), aliases, LonLat(106.3, 29.3), 100.0, "made up")


YINGXIN = place("500107110217", "迎新村", "Yingxin Village", "迎新")
INDEX = GazetteerIndex(
    [
        YINGXIN,
        place("dashibao", "大石堡社区", "Dashibao Community"),
        place("chengxi", "城西家园社区", "Chengxi Jiayuan Community"),
        place("shuangfu", "双福", "Shuangfu"),
    ]
)


@pytest.mark.parametrize(
    "text",
    [
        "迎新村",
        "迎新",
        "500107110217",
        "Yingxin Village",
        "yingxin  VILLAGE",
        " 迎新村\t",
        "５００１０７１１０２１７",
        "Ｙｉｎｇｘｉｎ　Village",
    ],
)
def test_a_place_is_found_by_id_name_alias_in_any_width_case_and_spacing(text: str) -> None:
    assert INDEX.find(text) is YINGXIN


def test_an_unknown_place_names_the_closest_in_both_languages() -> None:
    with pytest.raises(UnknownPlace) as refused:
        INDEX.find("迎辛村")
    assert refused.value.code == "unknown_place"
    assert "迎新村 (Yingxin Village)" in refused.value.detail
    assert "是否指：迎新村" in refused.value.detail_zh


def test_part_of_a_name_finds_the_whole() -> None:
    assert next(found.id for found in INDEX.close_to("大石堡")) == "dashibao"
    assert next(found.id for found in INDEX.close_to("chengxi")) == "chengxi"


def test_a_place_unlike_any_other_gets_advice_and_no_guess() -> None:
    with pytest.raises(UnknownPlace, match="Give lon and lat"):
        INDEX.find("ЖЖЖ")


def test_at_most_five_places_are_named() -> None:
    villages = [place(f"v{n}", f"新村{n}号", f"New Village {n}") for n in range(9)]
    assert len(GazetteerIndex(villages).close_to("新村")) == 5


def test_an_empty_gazetteer_knows_nothing() -> None:
    with pytest.raises(UnknownPlace):
        GazetteerIndex([]).find("迎新村")


@given(st.text(max_size=100))
def test_any_text_is_a_place_or_an_unknown_place(text: str) -> None:
    try:
        found = INDEX.find(text)
    except UnknownPlace:
        return
    assert normal_form(text) in {
        normal_form(each) for each in (found.id, found.name.zh, found.name.en, *found.aliases)
    }


@given(st.text(max_size=50))
def test_the_normal_form_is_stable(text: str) -> None:
    assert normal_form(normal_form(text)) == normal_form(text)
