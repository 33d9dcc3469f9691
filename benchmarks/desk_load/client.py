"""A cheap client that asks at a fixed rate, whether or not the answers keep up.

The time of an answer is counted from when its request was due: a service that stands still for a
second is charged for every request that should have been sent in that second.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

BOUNDARY = b"\r\n\r\n"
LENGTH = b"content-length:"


@dataclass
class Answers:
    """What came back of one kind of request.

    Attributes:
        due_s: when each measured request was due, from the begin.
        took_ms: from then until its answer was whole.
    """

    due_s: list[float] = field(default_factory=list)
    took_ms: list[float] = field(default_factory=list)
    by_status: Counter[str] = field(default_factory=Counter)
    bytes_read: int = 0
    sent: int = 0


class Lane:
    """The connections for one kind of request; each carries one request at a time."""

    def __init__(self, take: Callable[[bytes], None] | None = None) -> None:
        """Begin with none.

        Args:
            take: is given the body of every answer that is a success.
        """
        self.answers = Answers()
        self.waiting: deque[tuple[float, bytes]] = deque()
        self.idle: list[Connection] = []
        self.take = take
        self.counts_from = 0.0
        self.begun = 0.0

    def ask(self, due: float, request: bytes) -> None:
        self.answers.sent += 1
        if self.idle:
            self.idle.pop().send(due, request)
        else:
            self.waiting.append((due, request))

    def answered(self, due: float, head: bytes, body: bytes) -> None:
        answers = self.answers
        status = head[9:12].decode()
        answers.by_status[status] += 1
        answers.bytes_read += len(body)
        if due >= self.counts_from:
            answers.due_s.append(due - self.begun)
            answers.took_ms.append(1000.0 * (time.monotonic() - due))
        if self.take is not None and status[0] == "2":
            self.take(body)


class Connection(asyncio.Protocol):
    """One request after the other."""

    def __init__(self, lane: Lane) -> None:
        self._lane = lane
        self._due = 0.0
        self._parts: list[bytes] = []
        self._missing = -1
        self._head = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's own transports are none of asyncio's classes.
        self._transport = cast("asyncio.Transport", transport)
        self._lane.idle.append(self)

    def send(self, due: float, request: bytes) -> None:
        self._due, self._missing, self._parts = due, -1, []
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        if self._missing < 0:
            data = b"".join((*self._parts, data))
            end = data.find(BOUNDARY)
            if end < 0:
                self._parts = [data]
                return
            self._head, data = data[:end].lower(), data[end + len(BOUNDARY) :]
            length = self._head.split(LENGTH, 1)[1].split(b"\r\n", 1)[0]
            self._missing, self._parts = int(length), []
        self._parts.append(data)
        self._missing -= len(data)
        if self._missing == 0:
            self._lane.answered(self._due, self._head, b"".join(self._parts))
            self._next()

    def connection_lost(self, _: Exception | None) -> None:
        if self in self._lane.idle:
            self._lane.idle.remove(self)
        else:
            self._lane.answers.by_status["broken"] += 1

    def _next(self) -> None:
        if self._lane.waiting:
            self.send(*self._lane.waiting.popleft())
        else:
            self._lane.idle.append(self)


async def connect(lane: Lane, port: int, count: int) -> None:
    loop = asyncio.get_running_loop()
    for _ in range(count):
        await loop.create_connection(lambda: Connection(lane), "127.0.0.1", port)


async def ask_at_rate(
    lane: Lane, make: Callable[[], bytes], per_s: float, warm_up_s: float, seconds: float
) -> None:
    """Ask for a while, and wait for the answers that are still out."""
    begun = lane.begun = time.monotonic()
    lane.counts_from = begun + warm_up_s
    for number in range(round(per_s * (warm_up_s + seconds))):
        due = begun + number / per_s
        ahead_s = due - time.monotonic()
        if ahead_s > 0:
            await asyncio.sleep(ahead_s)
        lane.ask(due, make())
    deadline = time.monotonic() + 30.0
    while sum(lane.answers.by_status.values()) < lane.answers.sent and time.monotonic() < deadline:
        await asyncio.sleep(0.05)
