"""Tokens of a trusted issuer, and those that only look so."""

from __future__ import annotations

import base64
import hmac
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from dispatch_router.domain.access import InvalidAccess, Scope
from dispatch_router.storage.access import issuer as issuer_module
from dispatch_router.storage.access.issuer import Issuer, read_jwks
from tests.access import (
    AUDIENCE,
    EC_KEY,
    ISSUER,
    NOW,
    OTHER_EC_KEY,
    RSA_KEY,
    claims,
    public_jwk,
    token,
)


def written(folder: Path, *keys: dict[str, Any]) -> Path:
    file = folder / "jwks.json"
    file.write_text(json.dumps({"keys": keys}))
    return file


@pytest.fixture
def issuer(tmp_path: Path) -> Issuer:
    keys = read_jwks(
        written(tmp_path, public_jwk(EC_KEY, kid="one"), public_jwk(RSA_KEY, kid="two"))
    )
    return Issuer(keys, issuer=ISSUER, audience=AUDIENCE, clock_skew_s=30.0, requests_per_s=7.0)


def test_the_subject_of_a_good_token_is_known_with_our_scopes(issuer: Issuer) -> None:
    caller = issuer.caller_of(token(claims(district="xipeng")), NOW)
    assert caller is not None
    assert caller.id == "jwt:li.na"
    assert caller.scopes == {Scope.DISPATCHER}
    assert (caller.district, caller.requests_per_s) == ("xipeng", 7.0)


def test_an_rsa_key_and_several_audiences_do_as_well(issuer: Issuer) -> None:
    shown = token(claims(aud=["other", AUDIENCE]), RSA_KEY, "RS256", kid="two")
    assert issuer.caller_of(shown, NOW) is not None


def test_a_token_without_our_scopes_is_known_but_may_do_nothing(issuer: Issuer) -> None:
    for scope in (None, "openid", ["dispatcher"], 7):
        caller = issuer.caller_of(token(claims(scope=scope)), NOW)
        assert caller is not None
        assert caller.scopes == frozenset()


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://other.example"},
        {"iss": None},
        {"aud": "other"},
        {"aud": None},
        {"sub": None},
        {"sub": ""},
        {"sub": "x" * 201},
        {"exp": None},
        {"exp": True},
        {"exp": float("inf")},
        {"exp": float("nan")},
        {"exp": 10**400},
        {"exp": 253_402_300_800},
        {"nbf": -(10**400)},
        {"nbf": "now"},
        {"district": 7},
    ],
)
def test_claims_that_are_missing_or_wrong_do_not_hold(
    issuer: Issuer, changed: dict[str, Any]
) -> None:
    assert issuer.caller_of(token(claims(**changed)), NOW) is None


@pytest.mark.parametrize(
    ("seconds", "holds"), [(-30, True), (-31, False), (0, True), (629, True), (630, False)]
)
def test_it_holds_from_nbf_to_exp_give_or_take_the_skew(
    issuer: Issuer, seconds: int, holds: bool
) -> None:
    shown = token(claims())
    for _ in range(2):
        assert (issuer.caller_of(shown, NOW + timedelta(seconds=seconds)) is not None) is holds


def test_a_token_that_is_remembered_still_expires(issuer: Issuer) -> None:
    shown = token(claims())
    assert issuer.caller_of(shown, NOW) is not None
    assert issuer.caller_of(shown, NOW + timedelta(hours=1)) is None
    assert issuer.caller_of(shown, NOW) is not None


def test_what_is_remembered_is_bounded(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(issuer_module, "MAX_REMEMBERED", 3)
    for number in range(10):
        assert issuer.caller_of(token(claims(sub=str(number))), NOW) is not None
        assert len(issuer._remembered) <= 3


def unsigned() -> str:
    return jwt.encode(claims(), None, algorithm="none", headers={"kid": "one"})


def signed_with_the_public_key() -> str:
    """Sign with HMAC and the public key as if it were a secret: RFC 8725, 2.1."""
    public = EC_KEY.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    body = token(claims(), b"x" * 64, "HS256").rpartition(".")[0]
    signature = hmac.digest(public, body.encode(), "sha256")
    return f"{body}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


def altered() -> str:
    head, body, signature = token(claims(scope="read_only")).split(".")
    members = json.loads(base64.urlsafe_b64decode(body + "=="))
    members["scope"] = "ops"
    body = base64.urlsafe_b64encode(json.dumps(members).encode()).decode().rstrip("=")
    return ".".join((head, body, signature))


@pytest.mark.parametrize(
    "shown",
    [
        "",
        "a.b.c",
        "ey.ey.ey",
        "é",
        unsigned(),
        signed_with_the_public_key(),
        altered(),
        token(claims(), OTHER_EC_KEY),
        token(claims(), kid="two"),
        token(claims(), kid="three"),
        token(claims(), kid="one", crit=["exp"]),
        token(claims(), RSA_KEY, "RS512", kid="two"),
        token(claims(note="x" * 5_000)),
    ],
    ids=range(13),
)
def test_a_token_that_only_looks_good_does_not_hold(issuer: Issuer, shown: str) -> None:
    assert issuer.caller_of(shown, NOW) is None


def private_jwk() -> dict[str, Any]:
    return {**json.loads(jwt.algorithms.ECAlgorithm.to_jwk(EC_KEY)), "kid": "one"}


@pytest.mark.parametrize(
    "keys",
    [
        [],
        [private_jwk()],
        [public_jwk(EC_KEY), public_jwk(OTHER_EC_KEY)],
        [public_jwk(EC_KEY, kid="one"), public_jwk(OTHER_EC_KEY, kid="one")],
        [public_jwk(EC_KEY, use="enc")],
        [public_jwk(EC_KEY, alg="ES512")],
        [public_jwk(ec.generate_private_key(ec.SECP384R1()))],
        [public_jwk(rsa.generate_private_key(65_537, 1_024))],
        [{"kty": "oct", "k": "c2VjcmV0"}],
        [{"kty": "EC"}],
        [7],
    ],
    ids=range(11),
)
def test_keys_that_should_not_be_trusted_are_refused(
    tmp_path: Path, keys: list[dict[str, Any]]
) -> None:
    with pytest.raises(InvalidAccess, match=r"jwks\.json"):
        read_jwks(written(tmp_path, *keys))


def test_one_key_needs_no_id(tmp_path: Path) -> None:
    keys = read_jwks(written(tmp_path, public_jwk(EC_KEY)))
    issuer = Issuer(keys, issuer=ISSUER, audience=AUDIENCE, clock_skew_s=0.0, requests_per_s=1.0)
    shown = jwt.encode(claims(), EC_KEY, algorithm="ES256")
    assert issuer.caller_of(shown, NOW) is not None


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff", b"[" * 100_000, b" " * 300_000])
def test_a_file_that_is_no_jwks_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "jwks.json").write_bytes(content)
    with pytest.raises(InvalidAccess, match=r"jwks\.json"):
        read_jwks(tmp_path / "jwks.json")
