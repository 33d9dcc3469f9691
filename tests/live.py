"""The application on a real server in a thread, for tests of what only a network shows."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dispatch_router.config import LimitSettings, ServerSettings
from dispatch_router.web.readiness import Readiness
from dispatch_router.web.server import http_server
from tests.web import small_service


@contextmanager
def live_server(**limits: Any) -> Iterator[tuple[str, int]]:
    """Serve the small district on a free port of this machine; gives host and port."""
    ready = threading.Event()
    service = small_service()
    readiness = Readiness(lambda: service, on_ready=ready.set)
    server = http_server(readiness, LimitSettings(**limits), ServerSettings(stop_within_s=1))
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        assert ready.wait(10), "the service did not become ready"
        yield listener.getsockname()
    finally:
        server.should_exit = True
        thread.join(10)
        assert not thread.is_alive()
