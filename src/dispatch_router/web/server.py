"""The server: one process, one event loop, HTTP/1.1."""

from __future__ import annotations

import math
import socket
from typing import Final

import uvicorn

from dispatch_router.application.access import Access
from dispatch_router.config import LimitSettings, ServerSettings
from dispatch_router.web.app import create_app
from dispatch_router.web.event_feed import EventFeed
from dispatch_router.web.protocol import bounded_protocol
from dispatch_router.web.readiness import Readiness

STALLED_S: Final = 30.0
"""A connection whose client takes nothing for this long is ended."""


def let_go_of_stalled(listener: socket.socket, after_s: float = STALLED_S) -> None:
    """Let the system end the connections that ``listener`` takes, once their clients stall.

    What is written for such a client waits for it, and so would its connection, for as long as it
    likes: closing is no help, for it waits too. Systems without this (RFC 5482) go without.
    """
    option = getattr(socket, "TCP_USER_TIMEOUT", None)
    if option is not None:
        listener.setsockopt(socket.IPPROTO_TCP, option, round(1000 * after_s))


def http_server(
    readiness: Readiness,
    limits: LimitSettings,
    server: ServerSettings,
    access: Access | None = None,
) -> uvicorn.Server:
    """Return a server that begins to load when it runs; it listens on the sockets it is given.

    Without ``access``, nobody has to say who they are.
    """
    app = create_app(readiness, limits, access)
    config = uvicorn.Config(
        app,
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
    return _Server(config, app.state.event_feed)


class _Server(uvicorn.Server):
    """Lets those who listen for events go when it stops: else it would wait for them in vain."""

    def __init__(self, config: uvicorn.Config, feed: EventFeed) -> None:
        super().__init__(config)
        self._feed = feed

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop."""
        self._feed.end()
        await super().shutdown(sockets)
