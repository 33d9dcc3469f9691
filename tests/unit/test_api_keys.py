"""API keys: what is shown, and the little that is kept of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch_router.application.give_keys import add_key, revoke_key
from dispatch_router.domain.access import Caller, InvalidAccess, Scope
from dispatch_router.domain.api_keys import SecretDigest, key_text, split_key
from tests.access import key_of

DESK = Caller("desk-1", frozenset({Scope.DISPATCHER}))


def counted(length: int) -> bytes:
    return bytes(range(length))


@given(st.binary(min_size=32, max_size=32))
def test_a_key_is_its_id_and_its_secret(secret: bytes) -> None:
    text = key_text("desk-1", secret)
    key_id, written = split_key(text)
    assert key_id == "desk-1"
    assert text == f"dk.desk-1.{written}"
    assert len(written) == 43


@pytest.mark.parametrize("text", ["", "dk", "ey.a.b", "dk." + "x" * 300, "dk.désk.x"])
def test_what_is_no_key_has_no_parts(text: str) -> None:
    assert split_key(text) == ("", "")


def test_a_digest_fits_its_own_secret_alone_and_does_not_contain_it() -> None:
    digest = SecretDigest.of("secret", b"s" * 16)
    assert digest.fits("secret")
    assert not digest.fits("secre")
    assert not digest.fits("")
    assert SecretDigest.of("secret", b"t" * 16).digest != digest.digest
    assert "secret" not in str(digest)


def test_a_digest_is_read_as_it_was_written() -> None:
    digest = SecretDigest.of("secret", b"s" * 16)
    assert SecretDigest.read(str(digest)) == digest


@pytest.mark.parametrize("text", ["", "secret", "blake2b:00:11", "scrypt:" + "0" * 98])
def test_what_is_no_digest_is_not_read_as_one(text: str) -> None:
    assert SecretDigest.read(text) is None


def test_a_key_that_was_added_opens_and_its_secret_is_not_kept() -> None:
    keys, text = add_key([key_of("cars")[0]], DESK, None, counted)
    assert [key.caller.id for key in keys] == ["cars", "desk-1"]
    secret = split_key(text)[1]
    assert keys[-1].secret.fits(secret)
    assert secret not in str(keys)


def test_an_id_is_given_once_and_revoked_once() -> None:
    keys, _ = add_key([], DESK, None, counted)
    with pytest.raises(InvalidAccess, match="already"):
        add_key(keys, DESK, None, counted)
    assert revoke_key(keys, "desk-1") == ()
    with pytest.raises(InvalidAccess, match="no key desk-2"):
        revoke_key(keys, "desk-2")
