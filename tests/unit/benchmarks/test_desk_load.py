"""The load generator charges the service for every moment that a request had to wait."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import time

from benchmarks.desk_load.client import Lane, ask_at_rate, connect

REQUEST = b"GET / HTTP/1.1\r\n\r\n"
REPLY = b'HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{"a": "\xe8\xad\xa6"}'


def asked_for(
    *, pause_before: int, pause_s: float, count: int, per_s: float
) -> tuple[Lane, list[bytes]]:
    """Ask a server that answers one request late, and split over several packets."""
    bodies: list[bytes] = []
    lane = Lane(bodies.append)
    numbers = itertools.count(1)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError), contextlib.closing(writer):
            while await reader.readuntil(b"\r\n\r\n"):
                if next(numbers) == pause_before:
                    # All of it stands still, as when something else has the processor.
                    time.sleep(pause_s)
                for part in (REPLY[:9], REPLY[9:45], REPLY[45:]):
                    writer.write(part)
                    await writer.drain()
                    await asyncio.sleep(0)

    async def run() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        await connect(lane, server.sockets[0].getsockname()[1], 2)
        await ask_at_rate(lane, lambda: REQUEST, per_s, 0.0, count / per_s)
        for each in lane.idle:
            each.close()
        await asyncio.sleep(0.05)
        server.close()

    asyncio.run(run())
    return lane, bodies


def test_every_answer_is_read_whole_and_counted_by_its_status() -> None:
    lane, bodies = asked_for(pause_before=0, pause_s=0.0, count=20, per_s=500.0)
    assert lane.answers.by_status == {"200": 20}
    assert bodies == [REPLY[-12:]] * 20


def test_requests_that_were_due_while_the_service_stood_still_are_charged_for_it() -> None:
    lane, _ = asked_for(pause_before=5, pause_s=0.5, count=40, per_s=100.0)
    late = [took_ms for took_ms in lane.answers.took_ms if took_ms > 100.0]
    assert len(lane.answers.took_ms) == 40
    # Asked one after the other, only the one that met the pause would have been late.
    assert len(late) > 20
