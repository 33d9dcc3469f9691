"""Callers: one way to write a number, a hash that takes the key, and the file of the key."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from dispatch_router.bootstrap_state import caller_hashing
from dispatch_router.config import StateSettings
from dispatch_router.domain.callers import NO_KEY, CallerHashes, CallerHashing, NoCallerKey, dialled
from dispatch_router.domain.errors import InvalidState

MOBILE = "13812345678"
HASHING = CallerHashing(b"k" * 32)


@pytest.mark.parametrize(
    "typed",
    [
        "138 1234 5678",
        "138-1234-5678",
        "+86 138 1234 5678",
        "+86-13812345678",
        "0086 13812345678",
        "１３８１２３４５６７８",
        "(138)1234.5678",
        "138‑1234–5678",
    ],
)
def test_a_number_is_one_however_it_is_typed(typed: str) -> None:
    assert dialled(typed) == MOBILE


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("023-6868 1234", "02368681234"),
        ("+86 23 6868 1234", "02368681234"),
        ("+86 10 8888 1234", "01088881234"),
        ("+86 110", "110"),
        ("+852 2345 6789", "+85223456789"),
        ("00852 23456789", "+85223456789"),
        ("110", "110"),
    ],
)
def test_an_area_or_a_country_stays_what_it_is(typed: str, number: str) -> None:
    assert dialled(typed) == number


@pytest.mark.parametrize("typed", ["", "12", "1" * 21, "abc", "138 1234 567x", "+", "1+38", "张三"])
def test_what_nobody_can_dial_is_no_number(typed: str) -> None:
    assert dialled(typed) is None


def test_the_hash_takes_the_key_and_tells_phones_from_names() -> None:
    hashes = HASHING.of(MOBILE, "张三")
    assert hashes == HASHING.of(MOBILE, " 张 三")
    assert hashes.phone != CallerHashing(b"l" * 32).of(MOBILE, None).phone
    assert hashes.phone != HASHING.of(None, MOBILE).name
    assert HASHING.of(None, None) == NO_KEY.of(None, None) == CallerHashes()
    assert "kkk" not in repr(HASHING)


def test_without_a_key_nothing_is_taken_and_the_setting_is_named() -> None:
    with pytest.raises(NoCallerKey, match="DISPATCH_CALLER_KEY_FILE") as refused:
        NO_KEY.of(MOBILE, None)
    assert "DISPATCH_CALLER_KEY_FILE" in refused.value.detail_zh
    assert MOBILE not in refused.value.detail + refused.value.detail_zh


def test_a_folder_has_a_key_of_its_own_made_once_for_the_service_alone(tmp_path: Path) -> None:
    settings = StateSettings(state_dir=tmp_path)
    hashing = caller_hashing(settings)
    assert hashing.key is not None
    assert caller_hashing(settings) == hashing
    assert stat.S_IMODE((tmp_path / "caller.key").stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["caller.key"]


def test_a_shared_database_has_the_key_that_is_set_or_none(tmp_path: Path) -> None:
    file, url = tmp_path / "key", "postgresql://nowhere"
    file.write_bytes(b"  " + b"s" * 32 + b"\n")
    assert caller_hashing(StateSettings(database_url=url)) == NO_KEY
    named = StateSettings(database_url=url, caller_key_file=file)
    assert caller_hashing(named) == CallerHashing(b"s" * 32)


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 4_097, None])
def test_a_file_that_is_no_key_is_refused_with_what_to_do(
    tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "key"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(InvalidState, match="DISPATCH_CALLER_KEY_FILE: ") as refused:
        caller_hashing(StateSettings(caller_key_file=file))
    assert "DISPATCH_CALLER_KEY_FILE" in refused.value.detail_zh


def test_a_folder_that_takes_no_key_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidState, match="caller key"):
        caller_hashing(StateSettings(state_dir=tmp_path / "nowhere"))
