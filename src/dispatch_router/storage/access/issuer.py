"""Tokens (JWT) of one trusted issuer, checked offline with the public keys in a JWKS file.

RFC 7519 (JWT), RFC 7517 (JWK), RFC 8725 (what goes wrong with them). The clock is an argument here,
so the times are not left to PyJWT, which would look at the machine's.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from dispatch_router.domain.access import Caller, InvalidAccess, Scope

MAX_FILE_BYTES: Final = 262_144
MAX_KEYS: Final = 100
MAX_TOKEN_BYTES: Final = 4_096
MAX_REMEMBERED: Final = 1_000
LONGEST_SUBJECT: Final = 200
LEAST_RSA_BITS: Final = 2_048
LATEST_S: Final = 253_402_300_800
"""No token holds beyond the year 9999; of integers that no float can hold nothing is reckoned."""
_ALGORITHMS: Final = ("ES256", "RS256")
# The times are checked below, by the clock that is given.
_OPTIONS: Final[Any] = {
    "require": ["exp", "iss", "aud", "sub"],
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
    "strict_aud": False,
}


class Issuer:
    """Knows whom a token was given to. Safe to share between threads."""

    def __init__(
        self,
        keys: Mapping[str, jwt.PyJWK],
        *,
        issuer: str,
        audience: str,
        clock_skew_s: float,
        requests_per_s: float,
    ) -> None:
        """Trust one issuer.

        Args:
            keys: by key id; the only one may have the id "".
            issuer: ``iss`` of every token.
            audience: one of the ``aud`` of every token.
            clock_skew_s: how far its clock may be from ours.
            requests_per_s: for each subject.
        """
        self._keys = keys
        self._issuer = issuer
        self._audience = audience
        self._skew_s = clock_skew_s
        self._requests_per_s = requests_per_s
        # A signature costs a hundred times what a look at the clock costs.
        self._remembered: dict[str, Mapping[str, Any]] = {}

    def caller_of(self, token: str, now: datetime) -> Caller | None:
        """Return who shows the token; None where it does not hold now."""
        claims = self._remembered.get(token)
        if claims is None:
            claims = self.claims_of(token)
            if claims is None:
                return None
        if not self._holds(claims, now.timestamp()):
            self._remembered.pop(token, None)
            return None
        if len(self._remembered) >= MAX_REMEMBERED:
            self._remembered = {}
        self._remembered[token] = claims
        return self._caller(claims)

    def claims_of(self, token: str) -> Mapping[str, Any] | None:
        """Return what a token says whose signature, issuer and audience are right, else None.

        Its times are not looked at.
        """
        if len(token) > MAX_TOKEN_BYTES:
            return None
        try:
            header = jwt.get_unverified_header(token)
            key = self._keys.get(header.get("kid", ""))
            if key is None or "crit" in header:
                return None
            # The algorithm is the key's, never what the token asks for (RFC 8725, 3.1).
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=[key.algorithm_name],
                audience=self._audience,
                issuer=self._issuer,
                options=_OPTIONS,
            )
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
            return None
        subject = claims["sub"]
        return claims if isinstance(subject, str) and 0 < len(subject) <= LONGEST_SUBJECT else None

    def _holds(self, claims: Mapping[str, Any], now_s: float) -> bool:
        expires_s, begins_s = claims["exp"], claims.get("nbf", 0)
        if not (_is_time(expires_s) and _is_time(begins_s)):
            return False
        return bool(begins_s - self._skew_s <= now_s < expires_s + self._skew_s)

    def _caller(self, claims: Mapping[str, Any]) -> Caller | None:
        stated = claims.get("scope", "")
        words = stated.split() if isinstance(stated, str) else ()
        district = claims.get("district")
        if district is not None and not isinstance(district, str):
            return None
        scopes = frozenset(scope for scope in Scope if scope.value in words)
        return Caller(f"jwt:{claims['sub']}", scopes, district, self._requests_per_s)


def read_jwks(path: Path) -> dict[str, jwt.PyJWK]:
    """Read the public keys of an issuer, by their ids.

    Raises:
        InvalidAccess: the file cannot be used; the detail says why.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
        if len(content) > MAX_FILE_BYTES:
            raise ValueError(f"larger than {MAX_FILE_BYTES} bytes")
        members = json.loads(content)["keys"]
        if not isinstance(members, list) or not 1 <= len(members) <= MAX_KEYS:
            raise ValueError(f"there have to be 1 to {MAX_KEYS} keys")
        return _keys_by_id(members)
    except (OSError, ValueError, KeyError, TypeError, RecursionError, jwt.PyJWTError) as error:
        raise InvalidAccess(
            f"{path}: this is no JWKS file with public ES256 or RS256 keys: {error}.",
            f"{path}：不是有效的JWKS文件，须为带kid的ES256或RS256公钥。",
        ) from error


def _keys_by_id(members: list[Any]) -> dict[str, jwt.PyJWK]:
    keys: dict[str, jwt.PyJWK] = {}
    for member in members:
        if "d" in member:
            raise ValueError("a private key stands in it; take it out, and make a new one")
        key = jwt.PyJWK(member, algorithm=member.get("alg") or _usual_algorithm(member))
        _check_strength(key)
        key_id = member.get("kid", "")
        if not isinstance(key_id, str) or key_id in keys or (not key_id and len(members) > 1):
            raise ValueError("every key needs a kid of its own")
        keys[key_id] = key
    return keys


def _usual_algorithm(member: Mapping[str, Any]) -> str:
    return "RS256" if member.get("kty") == "RSA" else "ES256"


def _check_strength(key: jwt.PyJWK) -> None:
    if key.algorithm_name not in _ALGORITHMS or key.public_key_use not in {None, "sig"}:
        raise ValueError("only signing keys for ES256 and RS256 are used")
    public = key.key
    if isinstance(public, RSAPublicKey) and public.key_size >= LEAST_RSA_BITS:
        return
    if isinstance(public, EllipticCurvePublicKey) and public.curve.name == "secp256r1":
        return
    raise ValueError(f"a key is neither on P-256 nor RSA with {LEAST_RSA_BITS} bits or more")


def _is_time(value: object) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and bool(abs(value) < LATEST_S)  # type: ignore[arg-type]
