"""schemathesis finds nothing that the OpenAPI document does not say, with exceptions named here."""

from __future__ import annotations

import itertools
import subprocess
import sys
from pathlib import Path

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from dispatch_router.application.access import Access
from dispatch_router.domain.access import Scope as AccessScope
from tests.access import access_for, key_of
from tests.live import live_server

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "positive_data_acceptance",
    "missing_required_header",
    "unsupported_method",
    "allow_header_conformance",
    "use_after_free",
    "ensure_resource_availability",
    "ignored_auth",
    "object_level_authorization",
)
# What a call may be depends on the hour and on the roads, and a stream of events has no end.
# That an outline must be closed, an end come after its beginning, or a road be there, no schema
# can say, nor that a status must not be over already. And a closure that was lifted can still be
# read, and says when that was. Which ETag an item has, and what the rest of the district allows, no
# schema can say either.
EXCEPTIONS = """
[[operations]]
include-path-regex = "^/v1/((posts|units|zones|hospitals|rosters)/.item_id.|calendar)$"
include-method-regex = "PUT|DELETE"
warnings = false
checks.positive_data_acceptance.enabled = false

[[operations]]
include-path-regex = "^/v1/closures(:batch)?$"
include-method = "POST"
warnings = false
checks.positive_data_acceptance.enabled = false

[[operations]]
include-path = "/v1/units/{item_id}/status"
checks.positive_data_acceptance.enabled = false

[[operations]]
include-path = "/v1/closures/{item_id}"
checks.use_after_free.enabled = false

[[operations]]
include-path = "/v1/incidents"
include-method = "POST"
warnings = false
checks.positive_data_acceptance.enabled = false

[[operations]]
include-path = "/v1/incidents/{item_id}"
include-method = "PATCH"
checks.positive_data_acceptance.expected-statuses = [
    "2xx", "3xx", "401", "403", "404", "409", "412", "429", "5xx"
]

[[operations]]
include-path = "/v1/assignments/{item_id}"
warnings = false

# Which hospitals there are to be driven to.
[[operations]]
include-path = "/v1/assignments/{item_id}"
include-method = "PATCH"
warnings = false
checks.positive_data_acceptance.enabled = false

[[operations]]
include-path = "/v1/events"
enabled = false
"""

# For a header whose pattern asks for other characters than letters and digits, schemathesis 4.32
# takes a value that does not match, and calls the request valid all the same.
HOOKS = """
import schemathesis

@schemathesis.hook
def before_call(context, case, kwargs):
    if case.meta is not None and case.meta.generation.mode.is_positive:
        for name in {"If-Match", "If-None-Match"} & set(case.headers or ()):
            if not case.headers[name].endswith(('"', "*")):
                case.headers[name] = '"0"'
"""


# Found also where the environment of the tests is stacked on another.
RUN = "from schemathesis.cli import schemathesis; schemathesis()"
OPS, OPS_TEXT = key_of("all", *AccessScope, requests_per_s=100_000.0)


class NewKeys:
    """Makes every ``Idempotency-Key`` a new one, as clients have to and drawn ones are not."""

    def __init__(self, app: ASGIApp) -> None:
        self._app, self._count = app, itertools.count()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            headers = [self._renewed(*header) for header in scope["headers"]]
            scope = {**scope, "headers": headers}
        await self._app(scope, receive, send)

    def _renewed(self, name: bytes, value: bytes) -> tuple[bytes, bytes]:
        is_key = name == b"idempotency-key" and 0 < len(value) <= 80
        return name, value + b"-%d" % next(self._count) if is_key else value


@pytest.mark.parametrize(
    ("access", "headers"),
    [
        pytest.param(None, (), id="open"),
        pytest.param(
            access_for(OPS), ("--header", f"Authorization: Bearer {OPS_TEXT}"), id="with a key"
        ),
    ],
)
def test_schemathesis_finds_nothing(
    tmp_path: Path, access: Access | None, headers: tuple[str, ...]
) -> None:
    checks = "".join(f"{check}.enabled = true\n" for check in CHECKS)
    (tmp_path / "hooks.py").write_text(HOOKS)
    (tmp_path / "schemathesis.toml").write_text(
        f'hooks = "hooks.py"\n[checks]\n{checks}{EXCEPTIONS}'
    )
    with live_server(access, wrap=NewKeys) as (host, port):
        run = subprocess.run(
            [
                sys.executable,
                "-c",
                RUN,
                "run",
                f"http://{host}:{port}/openapi.json",
                "--max-examples=30",
                "--seed=1",
                "--generation-database=none",
                "--no-color",
                *headers,
            ],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
        )
    assert run.returncode == 0, run.stdout
    assert "No issues found" in run.stdout
