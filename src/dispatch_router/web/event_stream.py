"""One listener's stream: the log from where it left off, then what is committed from then on."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from dispatch_router.application.desk.desk import Desk
from dispatch_router.domain.access import Forbidden, Unauthenticated
from dispatch_router.domain.errors import StorageUnavailable
from dispatch_router.domain.event_log import Event
from dispatch_router.web.access_gate import check_again
from dispatch_router.web.event_feed import (
    Chunk,
    EventFeed,
    Listener,
    SlowListener,
    cut_off_chunk,
    event_chunk,
)
from dispatch_router.web.head_requests import IS_HEAD

PAGE: Final = 200
HEARTBEAT_S: Final = 15.0
CHECKED_EVERY_S: Final = 2.0
"""A key that is revoked ends what its holder listens to this much later at most."""
STALLED_S: Final = 10.0
"""A listener that takes nothing for this long is cut off."""
MEDIA_TYPE: Final = "text/event-stream"
_HEADERS: Final = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    # Proxies of the nginx kind would else collect the stream before they pass it on.
    (b"x-accel-buffering", b"no"),
]


class EventStream(Response):
    """An answer that goes on until the client leaves, is too slow, or the service stops."""

    media_type = MEDIA_TYPE

    def __init__(self, desk: Desk, feed: EventFeed, listener: Listener, after: int | None) -> None:
        """Take who listens.

        Args:
            desk: whose log it is.
            feed: where ``listener`` has joined.
            listener: left to this.
            after: the number of the event that the client has; None for what comes from now on.
        """
        super().__init__()
        self._desk = desk
        self._feed = feed
        self._listener = listener
        self._after = after
        self._sent = desk.events.last_number if after is None else after
        listener.is_live = after is None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until it is over."""
        self._send, self._scope = send, scope
        self._checked_at = asyncio.get_running_loop().time()
        serving = asyncio.ensure_future(self._serve(is_head=IS_HEAD in scope))
        leaving = asyncio.ensure_future(_gone(receive))
        try:
            await asyncio.wait({serving, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._feed.leave(self._listener)
            for task in (serving, leaving):
                task.cancel()
                # A client that has gone or stalls is no fault of the service.
                with suppress(asyncio.CancelledError, TimeoutError, StorageUnavailable):
                    await task

    async def _serve(self, *, is_head: bool) -> None:
        await self._send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        if not is_head:
            try:
                await self._send_events()
            except (SlowListener, Unauthenticated, Forbidden) as error:
                await self._body(cut_off_chunk(self._sent, error))
        await self._send({"type": "http.response.body", "body": b""})

    async def _send_events(self) -> None:
        await self._body(b": dispatch_router\n\n")
        if self._after is not None:
            await self._send_log()
        await self._send_news()

    async def _send_log(self) -> None:
        while await self._send_page() == PAGE:
            pass
        # What is committed from here on waits for the listener; what was before is in the log.
        self._listener.is_live = True
        while await self._send_page():
            pass

    async def _send_page(self) -> int:
        self._check()
        events = await asyncio.to_thread(self._read, self._sent)
        await self._send_new([(event.number, event_chunk(event)) for event in events])
        return len(events)

    def _read(self, after: int) -> Sequence[Event]:
        with self._desk.store.reading() as view:
            return view.events_after(after, PAGE)

    async def _send_news(self) -> None:
        now = asyncio.get_running_loop().time
        said_at = now()
        while not self._feed.has_ended:
            self._check()
            chunks = await self._news_within(min(CHECKED_EVERY_S, HEARTBEAT_S))
            if self._listener.cut_off:
                raise SlowListener
            if chunks:
                await self._send_new(chunks)
            elif now() < said_at + HEARTBEAT_S:
                continue
            else:
                await self._body(b": still here\n\n")
            said_at = now()

    async def _news_within(self, seconds: float) -> list[Chunk]:
        try:
            async with asyncio.timeout(seconds):
                return await self._listener.news()
        except TimeoutError:
            return []

    def _check(self) -> None:
        """Let nobody listen on who would not be let in now; looked at now and then."""
        now_s = asyncio.get_running_loop().time()
        if now_s >= self._checked_at + CHECKED_EVERY_S:
            self._checked_at = now_s
            check_again(self._scope)

    async def _send_new(self, chunks: Sequence[Chunk]) -> None:
        new = [(number, chunk) for number, chunk in chunks if number > self._sent]
        if new:
            await self._body(b"".join(chunk for _, chunk in new))
            self._sent = new[-1][0]

    async def _body(self, content: bytes) -> None:
        message = {"type": "http.response.body", "body": content, "more_body": True}
        # Not `wait_for`, which in Python 3.11 can swallow that it was cancelled.
        async with asyncio.timeout(STALLED_S):
            await self._send(message)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
