"""The feed of events: one listener's slowness is its own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from starlette.types import Message

from dispatch_router.storage.desk import SqlDeskStore
from dispatch_router.web import event_stream
from dispatch_router.web.event_feed import (
    WAITING_AT_MOST,
    EventFeed,
    Listener,
    SlowListener,
    cut_off_chunk,
)
from dispatch_router.web.event_stream import EventStream
from dispatch_router.web.problems import Overloaded
from tests.desk import small_desk
from tests.memory_database import MemoryDatabase


def chunks(count: int) -> list[tuple[int, bytes]]:
    return [(number, b"%d" % number) for number in range(1, count + 1)]


def test_a_listener_for_whom_too_much_waits_is_cut_off() -> None:
    async def listen() -> tuple[list[int], bool]:
        listener = Listener()
        listener.is_live = True
        listener.hear(chunks(WAITING_AT_MOST))
        heard = [number for number, _ in await listener.news()]
        listener.hear(chunks(WAITING_AT_MOST))
        listener.hear(chunks(1))
        assert await listener.news() == []
        return heard, listener.cut_off

    heard, cut_off = asyncio.run(listen())
    assert heard == list(range(1, WAITING_AT_MOST + 1))
    assert cut_off


def test_whoever_is_cut_off_is_told_where_to_go_on() -> None:
    told = cut_off_chunk(17, SlowListener()).decode()
    assert told.startswith("event: cut_off\ndata: {")
    assert '"last_event_id":17' in told
    assert "slow_listener" in told


def test_a_listener_that_still_reads_the_log_lets_nothing_wait() -> None:
    async def listen() -> list[tuple[int, bytes]]:
        listener = Listener()
        listener.hear(chunks(1000))
        listener.wake()
        assert not listener.cut_off
        return await listener.news()

    assert asyncio.run(listen()) == []


def test_as_many_listen_as_there_may_be_and_events_reach_all_of_them() -> None:
    async def listen() -> list[int]:
        desk = small_desk(SqlDeskStore(MemoryDatabase()))
        feed = EventFeed(2)
        listeners = [feed.join(desk.desk.events) for _ in range(2)]
        with pytest.raises(Overloaded):
            feed.join(desk.desk.events)
        feed.leave(listeners[0])
        listeners[0] = feed.join(desk.desk.events)
        for listener in listeners:
            listener.is_live = True
        await asyncio.to_thread(desk.file)
        return [number for each in listeners for number, _ in await each.news()]

    assert asyncio.run(listen()) == [1, 1]


async def listen_until_it_ends(take: Callable[[Message], Awaitable[None]], filed: int) -> None:
    """Stream to a client that takes messages in its own way and never leaves by itself."""
    desk = small_desk(SqlDeskStore(MemoryDatabase()))
    feed = EventFeed(1)
    stream = EventStream(desk.desk, feed, feed.join(desk.desk.events), None)

    async def stay() -> Message:
        await asyncio.sleep(60)
        raise AssertionError("the stream does not end")

    serving = asyncio.ensure_future(stream({"type": "http"}, stay, take))
    await asyncio.sleep(0)
    for _ in range(filed):
        await asyncio.to_thread(desk.file)
    await serving
    # Its place is free again.
    feed.join(desk.desk.events)


def test_a_client_that_takes_nothing_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_stream, "STALLED_S", 0.05)

    async def take_the_head_alone(message: Message) -> None:
        if message["type"] == "http.response.body":
            await asyncio.sleep(60)

    asyncio.run(listen_until_it_ends(take_the_head_alone, 0))


def test_a_client_that_is_too_slow_is_told_from_where_to_go_on() -> None:
    taken: list[bytes] = []

    async def take_slowly(message: Message) -> None:
        taken.append(message.get("body", b""))
        if b"id: 1\n" in taken[-1]:
            await asyncio.sleep(3)

    asyncio.run(listen_until_it_ends(take_slowly, WAITING_AT_MOST + 50))
    assert taken[-2].startswith(b"event: cut_off")
    assert b'"last_event_id":1' in taken[-2]
