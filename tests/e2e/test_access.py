"""Keys that are made and revoked while a service runs that other machines can reach."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.access import (
    AUDIENCE,
    EC_KEY,
    ISSUER,
    bearer,
    claims,
    public_jwk,
    token,
)
from tests.e2e.service import REPOSITORY, running

UNITS = "/v1/units"


def access(state: Path, *arguments: str) -> str:
    """Run a command of `access`; what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "dispatch_router", "access", *arguments, "--state-dir", str(state)],
        env={"PYTHONPATH": str(REPOSITORY / "src"), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout.strip()


def status(url: str, key: str) -> int:
    return httpx.get(url + UNITS, headers=bearer(key), trust_env=False).status_code


def wait_until(holds: Callable[[], bool], within_s: float = 15.0) -> None:
    end = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_a_key_holds_soon_after_it_was_made_and_no_longer_once_it_is_revoked(
    tmp_path: Path,
) -> None:
    first = access(tmp_path, "add", "desk-1", "--scope", "dispatcher")
    with running("--host", "0.0.0.0", "--port", "0", DISPATCH_STATE_DIR=str(tmp_path)) as service:
        url = service.wait_until_ready()
        assert 'Authorization: Bearer $KEY"' in "".join(service.printed)
        assert httpx.get(url + UNITS, trust_env=False).status_code == 401
        assert httpx.get(url + "/readyz", trust_env=False).status_code == 200
        assert status(url, first) == 200
        second = access(tmp_path, "add", "wall", "--scope", "read_only")
        wait_until(lambda: status(url, second) == 200)
        access(tmp_path, "revoke", "desk-1")
        wait_until(lambda: status(url, first) == 401)
        assert status(url, second) == 200
        logged = "".join(service.logged)
    assert "access is open" not in logged
    assert first.rpartition(".")[2] not in logged


def test_the_first_key_closes_a_service_that_was_open(tmp_path: Path) -> None:
    with running("--port", "0", DISPATCH_STATE_DIR=str(tmp_path)) as service:
        url = service.wait_until_ready()
        assert httpx.get(url + UNITS, trust_env=False).status_code == 200
        key = access(tmp_path, "add", "desk-1", "--scope", "dispatcher")
        wait_until(lambda: httpx.get(url + UNITS, trust_env=False).status_code == 401)
        assert status(url, key) == 200
        (tmp_path / "access.yaml").unlink()
        wait_until(lambda: status(url, key) == 401)
        assert httpx.get(url + UNITS, trust_env=False).status_code == 401


@pytest.mark.parametrize("issuer", [ISSUER, "https://other.example"])
def test_tokens_of_the_trusted_issuer_hold_and_no_others(tmp_path: Path, issuer: str) -> None:
    jwks = tmp_path / "jwks.json"
    jwks.write_text(httpx.Response(200, json={"keys": [public_jwk(EC_KEY, kid="one")]}).text)
    now = time.time()
    shown = token(claims(iss=issuer, nbf=now - 5, exp=now + 60))
    environ = {
        "DISPATCH_JWT_KEYS_FILE": str(jwks),
        "DISPATCH_JWT_ISSUER": ISSUER,
        "DISPATCH_JWT_AUDIENCE": AUDIENCE,
    }
    with running("--host", "0.0.0.0", "--port", "0", **environ) as service:
        url = service.wait_until_ready()
        assert status(url, shown) == (200 if issuer == ISSUER else 401)
