"""Committed events, handed to everybody who listens over HTTP."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

import orjson

from dispatch_router.application.desk.committed import CommittedEvents
from dispatch_router.application.desk.documents import written_time
from dispatch_router.domain.errors import DispatchError
from dispatch_router.domain.event_log import Event
from dispatch_router.web.problems import Overloaded

WAITING_AT_MOST: Final = 256
"""Events that wait for one listener; with one more it is cut off."""
Chunk = tuple[int, bytes]
"""An event's number, and the event as it is sent."""


class Listener:
    """Somebody who listens; belongs to the event loop.

    Attributes:
        is_live: new events wait for it; before, it reads the log.
        cut_off: it was too slow, and events were dropped.
    """

    def __init__(self) -> None:
        self.is_live = False
        self.cut_off = False
        self._waiting: deque[Chunk] = deque()
        self._news = asyncio.Event()

    def hear(self, chunks: Sequence[Chunk]) -> None:
        """Let events wait for it."""
        if not self.is_live or self.cut_off:
            return
        if len(self._waiting) + len(chunks) > WAITING_AT_MOST:
            self.cut_off = True
            self._waiting.clear()
        else:
            self._waiting.extend(chunks)
        self._news.set()

    def wake(self) -> None:
        """Let it look whether the feed has ended."""
        self._news.set()

    async def news(self) -> list[Chunk]:
        """Wait for events, and take all that wait."""
        await self._news.wait()
        self._news.clear()
        taken = list(self._waiting)
        self._waiting.clear()
        return taken


class EventFeed:
    """Writes each event once, for all listeners; belongs to the event loop.

    Attributes:
        has_ended: the service is stopping.
    """

    def __init__(self, max_listeners: int) -> None:
        self.has_ended = False
        self._max_listeners = max_listeners
        self._listeners: set[Listener] = set()
        self._source: CommittedEvents | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def join(self, source: CommittedEvents) -> Listener:
        """Take a listener more.

        Raises:
            Overloaded: there are as many as there may be.
        """
        if len(self._listeners) >= self._max_listeners:
            raise Overloaded(
                "As many listen for events as the service takes on. Try again in a moment.",
                "事件订阅者已达上限。请稍后再试。",
            )
        if self._source is None:
            self._source, self._loop = source, asyncio.get_running_loop()
            source.subscribe(self._hear)
        listener = Listener()
        self._listeners.add(listener)
        return listener

    def leave(self, listener: Listener) -> None:
        """Forget a listener."""
        self._listeners.discard(listener)

    def end(self) -> None:
        """Let every listener go: the service is stopping."""
        self.has_ended = True
        for listener in self._listeners:
            listener.wake()

    def _hear(self, events: Sequence[Event]) -> None:
        """Take events from whichever thread has committed them."""
        chunks = [(event.number, event_chunk(event)) for event in events]
        # The loop is closed while the service stops, and then nobody listens.
        with suppress(RuntimeError):
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._tell, chunks)

    def _tell(self, chunks: Sequence[Chunk]) -> None:
        for listener in self._listeners:
            listener.hear(chunks)


def event_members(event: Event) -> dict[str, Any]:
    """Return what ``EventReply`` documents."""
    return {
        "number": event.number,
        "at": written_time(event.at),
        "kind": event.kind,
        "incident_id": event.incident_id,
        "assignment_id": event.assignment_id,
        "resource": event.resource,
        "state": event.state,
        "details": event.details,
        "sha256": event.sha256,
    }


def event_chunk(event: Event) -> bytes:
    """Write an event as the HTML standard's event stream has it, section 9.2."""
    return _chunk(event.kind, event_members(event), event.number)


class SlowListener(DispatchError):
    """Events came faster than they were taken."""

    code = "slow_listener"

    def __init__(self) -> None:
        super().__init__(
            "Events came faster than they were taken. Connect again with the header "
            "Last-Event-ID: nothing is lost.",
            "事件接收过慢，连接已断开。请带Last-Event-ID重新连接，事件不会丢失。",
        )


def cut_off_chunk(last_number: int, error: DispatchError) -> bytes:
    """Tell a listener why it is let go, and from where to go on."""
    members = {
        "code": error.code,
        "last_event_id": last_number,
        "detail": error.detail,
        "detail_zh": error.detail_zh,
    }
    return _chunk("cut_off", members, None)


def _chunk(kind: str, members: Mapping[str, Any], number: int | None) -> bytes:
    lines = b"" if number is None else b"id: %d\n" % number
    return lines + b"event: " + kind.encode() + b"\ndata: " + orjson.dumps(members) + b"\n\n"
