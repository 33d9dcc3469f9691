"""One log line per request, and nothing in it that the caller said."""

from __future__ import annotations

import logging
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger(__name__)


class RequestLog:
    """Logs method, path, status and duration of each request; neither body nor query."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request and log it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status = 0

        async def send_noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        start = time.perf_counter()
        try:
            await self.app(scope, receive, send_noting)
        finally:
            told = {
                "method": scope["method"],
                "path": ascii(scope["path"])[1:-1],
                "status": status,
                "ms": round(1000 * (time.perf_counter() - start), 3),
            }
            log.debug("request", extra=told)
