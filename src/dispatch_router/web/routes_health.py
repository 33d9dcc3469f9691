"""``/healthz`` and ``/readyz``, for whatever watches the process."""

from __future__ import annotations

from fastapi import APIRouter, Response

from dispatch_router.web.openapi import documented_probe
from dispatch_router.web.paths import HEALTH, READINESS
from dispatch_router.web.readiness import Readiness
from dispatch_router.web.schemas.resources import HealthReply, ReadyReply

_UNCACHED = {"cache-control": "no-store"}


def add_health_routes(router: APIRouter, readiness: Readiness) -> None:
    """Add the routes that say how the process is."""

    @router.get(
        HEALTH,
        summary="Is the process alive?",
        operation_id="read_health",
        tags=["health"],
        **documented_probe(HealthReply),
    )
    async def read_health() -> Response:
        """Answer as long as the process does: restart it when this fails."""
        return Response(b'{"status":"ok"}', media_type="application/json", headers=_UNCACHED)

    @router.get(
        READINESS,
        summary="Can it recommend?",
        operation_id="read_readiness",
        tags=["health"],
        **documented_probe(ReadyReply, "not_ready"),
    )
    async def read_readiness() -> Response:
        """Answer 200 once the road graph is open and the search is compiled: send calls then."""
        readiness.service()
        return Response(b'{"status":"ready"}', media_type="application/json", headers=_UNCACHED)
