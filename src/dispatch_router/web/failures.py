"""Whatever goes wrong unforeseen: one answer that gives nothing away, one entry in the log."""

from __future__ import annotations

import logging
import uuid

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dispatch_router.web.problems import InternalError, problem_response

_log = logging.getLogger(__name__)


class FailureAnswers:
    """Answers ``internal_error`` for every exception that nobody else has answered."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        started = False

        async def send_noting(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receive, send_noting)
        except Exception as error:
            if started or scope["type"] != "http":
                raise
            instance = uuid.uuid4().urn
            _log.exception("internal_error %s: %s", instance, type(error).__name__)
            await problem_response(InternalError(instance))(scope, receive, send)
