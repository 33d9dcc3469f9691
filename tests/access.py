"""Callers with keys and tokens, for tests of access."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from dispatch_router.application.access import Access, Credentials, Openness
from dispatch_router.domain.access import Caller, Scope
from dispatch_router.domain.api_keys import ApiKey, SecretDigest, key_text, split_key

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
ISSUER, AUDIENCE = "https://id.example", "dispatch-router"

EC_KEY = ec.generate_private_key(ec.SECP256R1())
OTHER_EC_KEY = ec.generate_private_key(ec.SECP256R1())
RSA_KEY = rsa.generate_private_key(65_537, 2_048)


def key_of(
    key_id: str,
    *scopes: Scope,
    district: str | None = None,
    requests_per_s: float = 1_000.0,
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """Return a key as it is kept, and as it is shown; its secret follows from its id."""
    text = key_text(key_id, key_id.encode().ljust(32, b"-"))
    digest = SecretDigest.of(split_key(text)[1], key_id.encode().ljust(16, b"-"))
    caller = Caller(key_id, frozenset(scopes), district, requests_per_s)
    return ApiKey(caller, digest, expires_at), text


def access_for(*keys: ApiKey, openness: Openness = Openness.NOBODY) -> Access:
    return Access(openness, Credentials.of(keys), lambda: NOW)


def bearer(text: str) -> dict[str, str]:
    return {"authorization": f"Bearer {text}"}


def public_jwk(private: Any, **members: Any) -> dict[str, Any]:
    is_rsa = isinstance(private, rsa.RSAPrivateKey)
    algorithm = jwt.algorithms.RSAAlgorithm if is_rsa else jwt.algorithms.ECAlgorithm
    return {**json.loads(algorithm.to_jwk(private.public_key())), **members}


def claims(**changed: Any) -> dict[str, Any]:
    """Return good claims of a dispatcher, changed; None takes one out."""
    good = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "li.na",
        "nbf": NOW.timestamp(),
        "exp": (NOW + timedelta(minutes=10)).timestamp(),
        "scope": "openid dispatcher",
    }
    return {name: value for name, value in {**good, **changed}.items() if value is not None}


def token(
    members: dict[str, Any], key: Any = EC_KEY, algorithm: str = "ES256", **header: Any
) -> str:
    return jwt.encode(members, key, algorithm=algorithm, headers={"kid": "one", **header})
