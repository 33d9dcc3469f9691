"""The server: one process, one event loop, HTTP/1.1."""

from __future__ import annotations

import math

import uvicorn

from dispatch_router.application.access import Access
from dispatch_router.config import LimitSettings, ServerSettings
from dispatch_router.web.app import create_app
from dispatch_router.web.protocol import bounded_protocol
from dispatch_router.web.readiness import Readiness


def http_server(
    readiness: Readiness,
    limits: LimitSettings,
    server: ServerSettings,
    access: Access | None = None,
) -> uvicorn.Server:
    """Return a server that begins to load when it runs; it listens on the sockets it is given.

    Without ``access``, nobody has to say who they are.
    """
    config = uvicorn.Config(
        create_app(readiness, limits, access),
        loop="uvloop",
        http=bounded_protocol(limits),  # type: ignore[arg-type]  # any maker of protocols will do
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=math.ceil(limits.keep_alive_s),
        timeout_graceful_shutdown=math.ceil(server.stop_within_s),
    )
    return uvicorn.Server(config)
