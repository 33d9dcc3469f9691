"""Bounds on what reaches the application: bytes of a body, and requests at once."""

from __future__ import annotations

from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dispatch_router.config import LimitSettings
from dispatch_router.domain.errors import DispatchError
from dispatch_router.web.paths import BATCHES, EVENTS, HEALTH, LONG_ITEMS, METRICS, READINESS
from dispatch_router.web.problems import (
    BodyTooLarge,
    Overloaded,
    problem_response,
)

ALWAYS_ANSWERED: Final = frozenset({HEALTH, READINESS, METRICS})
# A body that is too long is read on and thrown away up to this many times the limit: a client that
# is still sending would else see a broken connection in place of the answer.
DRAINED_TIMES: Final = 16


class _Disconnected(Exception):
    """The client went away before it had said everything."""


class RequestLimits:
    """Reads the whole body within its limits before the application sees the request."""

    def __init__(self, app: ASGIApp, limits: LimitSettings) -> None:
        self.app = app
        self._limits = limits
        self._in_flight = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it with a problem."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if self._is_full() and scope["path"] not in ALWAYS_ANSWERED:
            await self._refuse(_overloaded(), scope, receive, send)
            return
        # Whoever listens for events stays for hours; the feed has a bound of its own.
        counts = int(scope["path"] != EVENTS)
        self._in_flight += counts
        try:
            body = await self._read_body(scope, receive)
            await self.app(scope, _Replay(body, receive), send)
        except _Disconnected:
            return
        except BodyTooLarge as error:
            await self._refuse(error, scope, receive, send)
        finally:
            self._in_flight -= counts

    def _is_full(self) -> bool:
        return self._in_flight >= self._limits.max_requests_in_flight

    async def _refuse(
        self, error: DispatchError, scope: Scope, receive: Receive, send: Send
    ) -> None:
        # What is left of the body must not be taken for the next request.
        response = problem_response(error, {"connection": "close"})
        await response(scope, receive, send)

    async def _read_body(self, scope: Scope, receive: Receive) -> bytes:
        limit = self._limit(scope)
        if _declared_length(scope) > limit * DRAINED_TIMES:
            raise _too_large(limit)
        first = await _next_part(receive)
        body: bytes = first["body"]
        if not first["more_body"] and len(body) <= limit:
            return body
        return await self._read_parts(limit, first, receive)

    def _limit(self, scope: Scope) -> int:
        takes_many = scope["path"] in BATCHES or scope["path"].startswith(LONG_ITEMS)
        return self._limits.max_batch_bytes if takes_many else self._limits.max_body_bytes

    async def _read_parts(self, limit: int, first: Message, receive: Receive) -> bytes:
        parts, read, message = [], 0, first
        while True:
            read += len(message["body"])
            if read <= limit:
                parts.append(message["body"])
            elif read > limit * DRAINED_TIMES:
                raise _too_large(limit)
            if not message["more_body"]:
                break
            message = await _next_part(receive)
        if read > limit:
            raise _too_large(limit)
        return b"".join(parts)


class _Replay:
    """Gives the application the body that was read already."""

    def __init__(self, body: bytes, receive: Receive) -> None:
        self._body: bytes | None = body
        self._receive = receive

    async def __call__(self) -> Message:
        if self._body is None:
            return await self._receive()
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}


async def _next_part(receive: Receive) -> Message:
    message = await receive()
    if message["type"] == "http.disconnect":
        raise _Disconnected
    message.setdefault("body", b"")
    message.setdefault("more_body", False)
    return message


def _declared_length(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else 0
    return 0


def _overloaded() -> Overloaded:
    return Overloaded(
        "The service works on as many requests as it takes on at once. Ask again in a second.",
        "服务正在处理的请求已达上限。请稍后再试。",
    )


def _too_large(limit: int) -> BodyTooLarge:
    return BodyTooLarge(
        f"The body may have {limit} bytes at most. Send less.",
        f"请求体不得超过{limit}字节。请减少发送的内容。",
    )
