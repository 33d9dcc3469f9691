"""What it costs to find out who asks: `python -m benchmarks.access`.

The gate is called as the server calls it, around an application that does nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import jwt

from dispatch_router.application.access import Access, Credentials, Openness
from dispatch_router.application.rate_limits import RateLimits
from dispatch_router.domain.access import Scope
from dispatch_router.storage.access.issuer import Issuer
from dispatch_router.web.access_gate import AccessGate
from dispatch_router.web.readiness import Readiness
from tests.access import AUDIENCE, EC_KEY, ISSUER, NOW, claims, key_of, public_jwk, token
from tests.web import small_service

KEYS = 1_000
REQUESTS = 20_000
ROUNDS = 7


async def _nothing(scope: Any, receive: Any, send: Any) -> None:
    pass


def main() -> None:
    """Print the cost of one request, the best of some rounds, in microseconds."""
    keys = [key_of(f"desk-{n}", Scope.DISPATCHER, requests_per_s=1e9) for n in range(KEYS)]
    jwk = jwt.PyJWK(public_jwk(EC_KEY, kid="one"), algorithm="ES256")
    issuer = Issuer(
        {"one": jwk}, issuer=ISSUER, audience=AUDIENCE, clock_skew_s=30.0, requests_per_s=1e9
    )
    readiness = Readiness(small_service)
    readiness.load()

    def gate(openness: Openness) -> AccessGate:
        access = Access(openness, Credentials.of((key for key, _ in keys), issuer), lambda: NOW)
        return AccessGate(
            _nothing,
            access=access,
            rate_limits=RateLimits(time.monotonic),
            readiness=readiness,
        )

    shown_key, shown_token = keys[KEYS // 2][1], token(claims())
    is_open, closed = gate(Openness.EVERYBODY), gate(Openness.NOBODY)
    print(f"{KEYS} keys; microseconds a request, best of {ROUNDS} rounds of {REQUESTS}")
    print(f"open access        {_us(is_open, shown_key):7.2f}")
    print(f"API key            {_us(closed, shown_key):7.2f}")
    print(f"token, seen before {_us(closed, shown_token):7.2f}")
    print(f"token, first time  {_us_of(lambda: issuer.claims_of(shown_token), 200):7.2f}")


def _us(gate: AccessGate, shown: str) -> float:
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/v1/units/car-1",
        "headers": [
            (b"host", b"127.0.0.1:8000"),
            (b"accept", b"*/*"),
            (b"user-agent", b"benchmark"),
            (b"authorization", f"Bearer {shown}".encode()),
        ],
    }

    def ask() -> None:
        try:
            gate(dict(scope), None, None).send(None)  # type: ignore[arg-type,attr-defined]
        except StopIteration:
            return
        raise AssertionError("it was refused")

    return _us_of(ask, REQUESTS)


def _us_of(ask: Callable[[], object], requests: int) -> float:
    best = float("inf")
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        for _ in range(requests):
            ask()
        best = min(best, time.perf_counter() - begin)
    return 1e6 * best / requests


if __name__ == "__main__":
    main()
