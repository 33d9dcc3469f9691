"""The application on a real server in a thread, for tests of what only a network shows."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from dispatch_router.application.access import Access
from dispatch_router.config import LimitSettings, ServerSettings
from dispatch_router.web.readiness import Readiness
from dispatch_router.web.server import STALLED_S, http_server, let_go_of_stalled
from tests.web import small_service

Answer = tuple[int, dict[str, str], Any]
"""Status, headers by name in lower case, and the JSON."""


@contextmanager
def live_server(
    access: Access | None = None,
    *,
    send_buffer: int | None = None,
    stalled_s: float = STALLED_S,
    wrap: Callable[[Any], Any] = lambda app: app,
    **limits: Any,
) -> Iterator[tuple[str, int]]:
    """Serve the small district on a free port of this machine; gives host and port.

    Args:
        send_buffer: bytes that the system keeps for a client that does not take them.
        stalled_s: after so long a client that takes nothing loses its connection.
        wrap: puts something before the application.
    """
    ready = threading.Event()
    service = small_service()
    readiness = Readiness(lambda: service, on_ready=ready.set)
    server = http_server(
        readiness, LimitSettings(**limits), ServerSettings(stop_within_s=1), access
    )
    server.config.app = wrap(server.config.app)
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    let_go_of_stalled(listener, stalled_s)
    if send_buffer is not None:
        # Every connection that is accepted inherits it.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, send_buffer)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        assert ready.wait(10), "the service did not become ready"
        yield listener.getsockname()
    finally:
        server.should_exit = True
        thread.join(10)
        assert not thread.is_alive()


class Connection:
    """A client that sends what it likes."""

    def __init__(self, connected: socket.socket) -> None:
        self.socket = connected
        self._read = b""

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def answer(self) -> Answer:
        """Read one answer."""
        status, headers = self.head()
        length = int(headers["content-length"])
        while len(self._read) < length:
            self._read_more()
        body, self._read = self._read[:length], self._read[length:]
        return status, headers, json.loads(body)

    def head(self) -> tuple[int, dict[str, str]]:
        """Read the head of one answer."""
        while b"\r\n\r\n" not in self._read:
            self._read_more()
        head, _, rest = self._read.partition(b"\r\n\r\n")
        status, *lines = head.decode().split("\r\n")
        headers = {k.lower(): v for k, v in (line.split(": ", 1) for line in lines)}
        self._read = rest
        return int(status.split()[1]), headers

    def is_closed(self) -> bool:
        """Wait for the end of the connection."""
        try:
            return self.socket.recv(1) == b""
        except ConnectionResetError:
            return True

    def _read_more(self) -> None:
        part = self.socket.recv(65_536)
        assert part, f"closed after {self._read!r}"
        self._read += part


@contextmanager
def connection(address: tuple[str, int]) -> Iterator[Connection]:
    with socket.create_connection(address, timeout=5) as connected:
        yield Connection(connected)
