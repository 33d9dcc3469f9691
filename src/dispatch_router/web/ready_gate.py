"""Nothing under /v1 is looked at before the service is loaded."""

from __future__ import annotations

from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from dispatch_router.domain.errors import NotReady
from dispatch_router.web.problems import problem_response
from dispatch_router.web.readiness import Readiness

_GATED: Final = "/v1/"


class ReadyGate:
    """Answers `not_ready` until then, whatever is wrong with the request besides.

    A client that waits for the service hears one thing, not first of a mistake in its request.
    """

    def __init__(self, app: ASGIApp, readiness: Readiness) -> None:
        self.app = app
        self._readiness = readiness

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request pass, or refuse it with a problem."""
        if scope["type"] == "http" and scope["path"].startswith(_GATED):
            try:
                self._readiness.service()
            except NotReady as error:
                await problem_response(error)(scope, receive, send)
                return
        await self.app(scope, receive, send)
