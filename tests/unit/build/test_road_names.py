"""Road names as the graph keeps them."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch_router.routing.build.names import (
    MAX_NAME_CHARACTERS,
    NameTable,
    clean_name,
    road_names,
)


def test_a_road_has_its_signed_its_chinese_and_its_english_name():
    tags = {"name": "西彭大道", "name:zh": "西彭大道", "name:en": "Xipeng Avenue", "ref": "X101"}
    assert road_names(tags) == ("西彭大道", "西彭大道", "Xipeng Avenue")


def test_a_road_without_a_name_goes_by_its_number():
    assert road_names({"ref": "G93"}) == ("G93", "", "")
    assert road_names({"name": " \t ", "ref": "G93"}) == ("G93", "", "")


def test_simplified_chinese_serves_where_plain_chinese_is_not_tagged():
    assert road_names({"name": "A", "name:zh-Hans": "甲"}) == ("A", "甲", "")


def test_control_characters_and_direction_overrides_are_taken_out():
    assert clean_name("Main\x00 \x1b[31mRoad\n2\u202e\u200b") == "Main [31mRoad 2"
    assert clean_name("\ud800x") == "x"


def test_a_name_is_cut_at_a_bounded_length():
    assert len(clean_name("路" * 100_000)) == MAX_NAME_CHARACTERS


@given(st.text(max_size=300))
@settings(max_examples=200)
def test_whatever_is_tagged_a_clean_name_is_short_printable_and_stays_clean(text):
    name = clean_name(text)
    assert len(name) <= MAX_NAME_CHARACTERS
    assert name == clean_name(name)
    assert name.isprintable()
    name.encode("utf-8")


def test_names_are_stored_once_and_the_empty_name_is_first():
    table = NameTable()
    assert table.indexes(("甲", "", "甲")) == (1, 0, 1)
    assert table.index("乙") == 2
    assert table.names() == ("", "甲", "乙")
