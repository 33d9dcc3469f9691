"""HTTP/1.1 with bounds on how a request arrives: its head, its time, how many connections."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from enum import Enum, auto
from typing import Any, Final, NoReturn

import orjson
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.server import ServerState

from dispatch_router.config import LimitSettings
from dispatch_router.domain.errors import DispatchError
from dispatch_router.web.problems import (
    MEDIA_TYPE,
    PROBLEMS,
    HeadersTooLarge,
    MalformedRequest,
    Overloaded,
    RequestTimeout,
    problem_document,
    problem_headers,
)

FIELD_MARKS: Final = len(": \r\n")


def bounded_protocol(limits: LimitSettings) -> Callable[..., BoundedHttpProtocol]:
    """Return what makes a protocol for each connection, as uvicorn asks for it."""

    def make_protocol(
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> BoundedHttpProtocol:
        return BoundedHttpProtocol(limits, config, server_state, app_state, _loop)

    return make_protocol


class _Phase(Enum):
    IDLE = auto()
    HEAD = auto()
    BODY = auto()


class BoundedHttpProtocol(HttpToolsProtocol):
    """uvicorn's protocol, which alone would collect headers without end and wait for them forever.

    The head of a request is its first line and its headers. A request that arrives in one piece,
    as nearly all do, costs no timer.
    """

    def __init__(self, limits: LimitSettings, *args: Any) -> None:
        super().__init__(*args)
        self._limits = limits
        self._phase = _Phase.HEAD
        self._head_bytes = 0
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request, unless there are too many connections."""
        super().connection_made(transport)
        if len(self.connections) > self._limits.max_connections:
            self._refuse(too_many_connections())
        else:
            self._wait_at_most(self._limits.head_within_s, transport.close)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, while the request keeps its bounds."""
        if self.transport.is_closing():
            return
        if self._phase is _Phase.IDLE:
            self._phase = _Phase.HEAD
        if self._phase is _Phase.HEAD:
            self._head_bytes += len(data)
        super().data_received(data)
        if self.transport.is_closing():
            return
        if self._phase is _Phase.HEAD:
            if self._head_bytes > self._limits.max_head_bytes:
                self._refuse(head_too_large(self._limits.max_head_bytes))
            elif self._timer is None:
                self._wait_at_most(self._limits.head_within_s, self.transport.close)
        elif self._phase is _Phase.BODY and self._timer is None:
            self._wait_at_most(self._limits.body_within_s, self._refuse_slow_body)

    def on_headers_complete(self) -> None:
        """Check the head, which may have come in one piece, and note that the body begins."""
        self._check_head()
        self._stop_waiting()
        self._phase = _Phase.BODY
        self._head_bytes = 0
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Note that the request is whole."""
        self._stop_waiting()
        self._phase = _Phase.IDLE
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002  # uvicorn's name and words
        """Answer bytes that are no HTTP, or too long a head to be read as HTTP."""
        limit = self._limits.max_head_bytes
        self._refuse(head_too_large(limit) if self._head_bytes > limit else no_http())

    def _check_head(self) -> None:
        limit = self._limits.max_head_bytes
        fields = sum(len(name) + len(value) + FIELD_MARKS for name, value in self.headers)
        if len(self.url) + fields > limit:
            self._refuse_head(head_too_large(limit))
        hosts = sum(name == b"host" for name, _ in self.headers)
        if hosts != 1 and self.parser.get_http_version() == "1.1":
            self._refuse_head(not_one_host())

    def _refuse_head(self, error: DispatchError) -> NoReturn:
        self._refuse(error)
        # Raised out of its callback, it ends the parser before the application is asked.
        raise error

    def _unsupported_upgrade_warning(self) -> None:
        """Say nothing: whoever asks for a WebSocket is answered as if they had not."""

    def _wait_at_most(self, seconds: float, then: Callable[[], None]) -> None:
        self._timer = self.loop.call_later(seconds, then)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _refuse_slow_body(self) -> None:
        self._refuse(body_too_slow(self._limits.body_within_s))

    def _refuse(self, error: DispatchError) -> None:
        """Answer in place of the application, and close."""
        self._stop_waiting()
        if self.transport.is_closing():
            return
        if self._may_answer():
            self.transport.write(_raw_problem(error))
        self.transport.close()

    def _may_answer(self) -> bool:
        if self.cycle is None or not self.cycle.response_started:
            return True
        # Before a body begins, the last cycle is that of the request before.
        return self._phase is not _Phase.BODY and self.cycle.response_complete


def _raw_problem(error: DispatchError) -> bytes:
    body = orjson.dumps(problem_document(error))
    headers = {
        "content-type": MEDIA_TYPE,
        "content-length": str(len(body)),
        **problem_headers(error),
        "connection": "close",
    }
    lines = [f"{name}: {value}\r\n" for name, value in headers.items()]
    head = STATUS_LINE[PROBLEMS[error.code].status] + "".join(lines).encode("ascii")
    return head + b"\r\n" + body


def too_many_connections() -> Overloaded:
    """Say that one connection more is refused."""
    return Overloaded(
        "There are as many connections as the service takes on. Connect again in a second.",
        "连接数已达上限。请稍后再连接。",
    )


def head_too_large(limit_bytes: int) -> HeadersTooLarge:
    """Say how long a head may be."""
    return HeadersTooLarge(
        f"The request line and headers may have {limit_bytes} bytes at most. Send fewer headers.",
        f"请求行和请求头不得超过{limit_bytes}字节。请减少请求头。",
    )


def body_too_slow(limit_s: float) -> RequestTimeout:
    """Say how long a body may take."""
    return RequestTimeout(
        f"The body did not arrive within {limit_s:g} s. Send it at once.",
        f"请求体未在{limit_s:g}秒内到达。请一次性发送完整的请求体。",
    )


def not_one_host() -> MalformedRequest:
    """Say what RFC 9112, 3.2 asks for."""
    return MalformedRequest(
        "An HTTP/1.1 request has the header Host once. Send it once.",
        "HTTP/1.1请求必须且只能包含一个Host请求头。请检查请求头。",
    )


def no_http() -> MalformedRequest:
    """Say that this is another protocol."""
    return MalformedRequest(
        "These bytes are not an HTTP/1.1 request. Use an HTTP client library.",
        "收到的数据不是HTTP/1.1请求。请使用HTTP客户端库。",
    )
