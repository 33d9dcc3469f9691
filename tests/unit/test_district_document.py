"""Files of a district as values and lines, from people and from enemies."""

import math
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch_router.storage.district_files.document import (
    MAX_DEPTH,
    MAX_VALUES,
    Document,
    read_document,
)
from dispatch_router.storage.district_files.mistakes import Mistake

LOADERS = [yaml.SafeLoader, *([yaml.CSafeLoader] if yaml.__with_libyaml__ else [])]


def read(text: str, loader: Any = LOADERS[-1]) -> Document:
    mistakes: list[Mistake] = []
    document = read_document(text, "a.yaml", mistakes, loader)
    assert mistakes == []
    assert document is not None
    return document


def refused(text: str, loader: Any = LOADERS[-1]) -> str:
    mistakes: list[Mistake] = []
    read_document(text, "a.yaml", mistakes, loader)
    assert mistakes
    return str(mistakes[0])


@pytest.mark.parametrize("loader", LOADERS)
def test_values_are_read_as_people_mean_them(loader: Any) -> None:
    text = 'a: [08:00, NO, 1.5, -3, 1e3, true, ~, "7", .5, 迎新村, 2024-01-01, 0x10, on]'
    assert read(text, loader).value == {
        "a": ["08:00", "NO", 1.5, -3, 1000.0, True, None, "7", 0.5, "迎新村", "2024-01-01",
              "0x10", "on"]
    }  # fmt: skip


@pytest.mark.parametrize("loader", LOADERS)
def test_every_value_knows_its_line(loader: Any) -> None:
    document = read("- id: a\n  name:\n    zh: 甲\n- id: b\n  list:\n    - 1\n    - 2\n", loader)
    assert document.line_of((0, "id")) == 1
    assert document.line_of((0, "name")) == 2
    assert document.line_of((0, "name", "zh")) == 3
    assert document.line_of((1,)) == 4
    assert document.line_of((1, "list", 1)) == 7
    assert document.line_of((1, "missing", "deeper")) == 4


def test_json_is_read_with_lines_too() -> None:
    document = read('{"a":1,\n "b": {"c": [1.0,\n 2]}, "d": "\\/\\u8fce"}')
    assert document.value == {"a": 1, "b": {"c": [1.0, 2]}, "d": "/迎"}
    assert document.line_of(("b", "c", 1)) == 3


@pytest.mark.parametrize("loader", LOADERS)
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: &x 1\nb: *x", "a.yaml:1: Anchors"),
        ("a: 1\nb: *x", "a.yaml:2: Aliases"),
        ("- &x [*x]", "a.yaml:1: Anchors"),
        ("a: !!python/object/apply:os.system [echo]", "a.yaml:1: Tags"),
        ("!!str a", "a.yaml:1: Tags"),
        ("a: ! 1", "a.yaml:1: Tags"),
        ("a: 1\nb: 2\na: 3", "a.yaml:3: a: The key 'a' stands here twice."),
        ("? [1, 2]\n: 3", "a.yaml:1: A key cannot be a list"),
        ("? {}\n: 3", "a.yaml:1: A key cannot be a list"),
        ("true: 1", "a.yaml:1: A key has to be"),
        ("1.5: 1", "a.yaml:1: A key has to be"),
        ("a: 1\n---\nb: 2", "Only one document"),
        ("", "The file is empty."),
        ("# nothing but a comment\n", "The file is empty."),
        ("a: [1, 2", "not well-formed"),
        ("a: 1\n b: 2", "a.yaml:2: This is not well-formed"),
        ("a: \x00", "not well-formed"),
        ("\ufffe", "not well-formed"),
        ("a: 'b", "not well-formed"),
        ("a:\n\tb: 1", "not well-formed"),
        ("%YAML 9.9\n---\na: 1", "not well-formed"),
        ("a: {b: }}", "not well-formed"),
    ],
)
def test_what_a_district_never_needs_is_refused(text: str, expected: str, loader: Any) -> None:
    assert expected in refused(text, loader)


def test_half_a_surrogate_pair_never_gets_in() -> None:
    assert refused('a: "\\ud800"', yaml.SafeLoader) == "a.yaml:1: Half of a surrogate pair."
    assert refused('a: "\\ud800"')


@pytest.mark.parametrize("loader", LOADERS)
@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_a_tower_of_brackets_is_refused_before_it_is_built(opening: str, loader: Any) -> None:
    assert f"More than {MAX_DEPTH} levels deep" in refused(opening * 900, loader)


def test_too_many_values_are_refused() -> None:
    assert "values" in refused("[" + "1," * MAX_VALUES + "]")


@pytest.mark.parametrize(
    ("text", "check"),
    [
        (".inf", math.isinf),
        (".nan", math.isnan),
        ("9" * 5000, math.isinf),
        ("1e999", math.isinf),
    ],
)
def test_monstrous_numbers_become_floats_that_every_bound_refuses(text: str, check: Any) -> None:
    assert check(read(f"a: {text}").value["a"])


@settings(max_examples=200)
@given(st.text(alphabet=st.sampled_from("ab12:-[]{}&*!|>'\"%@`#,? \n\t\\迎\ud7ff.~"), max_size=80))
def test_no_text_whatever_breaks_the_reader(text: str) -> None:
    for loader in LOADERS:
        mistakes: list[Mistake] = []
        document = read_document(text, "a.yaml", mistakes, loader)
        assert document is not None or mistakes
