"""``GET /v1/events`` on a real server: resumed without a gap, bounded, and let go at the stop."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from dispatch_router.application.access import Credentials, Openness
from dispatch_router.domain.access import Scope as AccessScope
from dispatch_router.web import event_stream
from dispatch_router.web.event_feed import WAITING_AT_MOST
from tests.access import access_for, bearer, key_of
from tests.live import Connection, connection, live_server
from tests.resources import resources_of
from tests.small_district import SMALL_DISTRICT

CALL = {"location": {"lon": 106.29, "lat": 29.3}, "type": "纠纷"}
Address = tuple[str, int]


@pytest.fixture
def address() -> Iterator[Address]:
    with live_server(max_event_listeners=200, max_connections=400) as at:
        yield at


def url(address: Address, path: str) -> str:
    return f"http://{address[0]}:{address[1]}{path}"


# The events by which the first start kept what the district's files say.
LOADED = len(resources_of(SMALL_DISTRICT))


def file(address: Address, count: int = 1) -> None:
    with httpx.Client() as client:
        for _ in range(count):
            assert client.post(url(address, "/v1/incidents"), json=CALL).status_code == 201


def numbers(events: list[dict[str, Any]]) -> list[int]:
    return [event["number"] for event in events]


class Stream:
    """What one listener hears."""

    def __init__(
        self, opened: Connection, query: str = "", last: int | None = None, key: str | None = None
    ) -> None:
        self._opened, self._read = opened, b""
        self.cut_off: dict[str, Any] | None = None
        header = "" if last is None else f"Last-Event-ID: {last}\r\n"
        header += "" if key is None else f"Authorization: Bearer {key}\r\n"
        opened.send(f"GET /v1/events{query} HTTP/1.1\r\nHost: x\r\n{header}\r\n".encode())
        self.status, self.headers = opened.head()

    def events(self, count: int) -> list[dict[str, Any]]:
        heard: list[dict[str, Any]] = []
        while len(heard) < count:
            heard += self._parsed()
            if len(heard) < count:
                self._receive()
        return heard

    def events_until_cut_off(self) -> list[dict[str, Any]]:
        heard: list[dict[str, Any]] = []
        while self.cut_off is None:
            self._receive()
            heard += self._parsed()
        # That is the end of it: the last chunk is an empty one.
        while not self._read.endswith(b"0\r\n\r\n"):
            self._receive()
        return heard

    def _receive(self) -> None:
        part = self._opened._read or self._opened.socket.recv(65_536)
        self._opened._read = b""
        assert part, "closed"
        self._read += part

    def _parsed(self) -> list[dict[str, Any]]:
        *whole, self._read = self._read.split(b"\n\n")
        found = []
        for text in whole:
            # Chunks of the transfer coding stand between; the lines of events are what counts.
            lines = [line.strip() for line in text.split(b"\n")]
            data = [line.removeprefix(b"data: ") for line in lines if line.startswith(b"data: ")]
            ids = [line.removeprefix(b"id: ") for line in lines if line.startswith(b"id: ")]
            if b"event: cut_off" in lines:
                self.cut_off = json.loads(data[0])
            elif data:
                members = json.loads(data[0])
                assert ids == [str(members["number"]).encode()]
                found.append(members)
        return found


def test_what_is_committed_is_heard_in_order(address: Address) -> None:
    with connection(address) as opened:
        stream = Stream(opened)
        assert (stream.status, stream.headers["content-type"]) == (
            200,
            "text/event-stream; charset=utf-8",
        )
        file(address, 3)
        heard = stream.events(3)
    assert [event["number"] for event in heard] == [LOADED + 1, LOADED + 2, LOADED + 3]
    assert {event["kind"] for event in heard} == {"incident_filed"}


def test_closures_and_statuses_are_heard_as_they_are_committed(address: Address) -> None:
    with connection(address) as opened, httpx.Client() as client:
        stream = Stream(opened)
        made = client.post(url(address, "/v1/closures"), json={"road": "直路", "reason": "塌方"})
        client.put(url(address, "/v1/units/p1/status"), json={"status": "rest", "note": "午饭"})
        # Lifted twice, which is one change.
        for _ in range(2):
            client.delete(url(address, f"/v1/closures/{made.json()['id']}"))
        file(address)
        heard = stream.events(4)
    assert [event["kind"] for event in heard] == [
        "closure_made",
        "unit_status_stated",
        "closure_lifted",
        "incident_filed",
    ]
    assert [event["resource"] for event in heard[1:]] == [
        "units/p1/status",
        f"closures/{made.json()['id']}",
        None,
    ]
    assert (heard[0]["state"]["road"], heard[1]["state"]["status"]) == ("直路", "rest")


def test_a_listener_goes_on_where_it_left_off_while_more_is_committed(address: Address) -> None:
    file(address, 450)
    writer = threading.Thread(target=file, args=(address, 100))
    writer.start()
    with connection(address) as opened:
        first = [event["number"] for event in Stream(opened, f"?after={LOADED}").events(300)]
    with connection(address) as opened:
        stream = Stream(opened, last=first[-1])
        rest = [event["number"] for event in stream.events(LOADED + 550 - first[-1])]
    writer.join()
    assert first + rest == list(range(LOADED + 1, LOADED + 551))


def test_the_header_beats_the_query(address: Address) -> None:
    file(address, 3)
    with connection(address) as opened:
        (event,) = Stream(opened, "?after=0", last=LOADED + 2).events(1)
    assert event["number"] == LOADED + 3


@pytest.mark.parametrize("query", ["?after=500", "?after=-1", "?after=x", "?since=1"])
def test_a_place_in_the_log_that_is_none_is_refused(address: Address, query: str) -> None:
    assert httpx.get(url(address, "/v1/events" + query)).json()["code"] == "invalid_request"


def test_two_hundred_listen_and_one_more_is_refused(address: Address) -> None:
    opened = [socket.create_connection(address, timeout=20) for _ in range(200)]
    try:
        streams = [Stream(Connection(each)) for each in opened]
        assert {stream.status for stream in streams} == {200}
        refused = httpx.get(url(address, "/v1/events"))
        assert (refused.status_code, refused.json()["code"]) == (503, "overloaded")
        # Listeners take nothing from those who ask.
        file(address, 2)
        for stream in streams:
            assert [event["number"] for event in stream.events(2)] == [LOADED + 1, LOADED + 2]
    finally:
        for each in opened:
            each.close()
    until = time.monotonic() + 10
    while httpx.head(url(address, "/v1/events")).status_code != 200:
        assert time.monotonic() < until, "those who left are still counted"
        time.sleep(0.05)


def test_whoever_takes_too_slowly_is_cut_off_and_told_and_goes_on_without_a_gap(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # On a machine that has much to do, committing so many takes its time.
    monkeypatch.setattr(event_stream, "STALLED_S", 60.0)
    count = 2 * WAITING_AT_MOST
    # The less stands in buffers on the way, the sooner a listener is seen to be slow.
    with live_server(send_buffer=4096) as address, connection(address) as opened:
        opened.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow = Stream(opened)
        with connection(address) as of_another:
            other = Stream(of_another)
            heard: list[int] = []
            listening = threading.Thread(target=lambda: heard.extend(numbers(other.events(count))))
            listening.start()
            file(address, count)
            listening.join(20)
        # Whoever is slow holds up nobody else.
        assert heard == list(range(LOADED + 1, LOADED + count + 1))
        first = numbers(slow.events_until_cut_off())
        assert slow.cut_off is not None
        assert (slow.cut_off["code"], slow.cut_off["last_event_id"]) == ("slow_listener", first[-1])
        with connection(address) as again:
            rest = numbers(Stream(again, last=first[-1]).events(count - len(first)))
    assert first + rest == list(range(LOADED + 1, LOADED + count + 1))
    assert rest


def test_a_client_that_takes_nothing_gives_its_connection_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(event_stream, "STALLED_S", 0.5)
    with (
        live_server(send_buffer=4096, stalled_s=1.0, max_connections=2) as address,
        connection(address) as opened,
    ):
        opened.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        Stream(opened)
        file(address, 150)
        with connection(address):
            until = time.monotonic() + 20
            while httpx.get(url(address, "/v1/incidents")).status_code != 200:
                assert time.monotonic() < until, "it is still counted"
                time.sleep(0.1)


def test_a_stop_does_not_wait_for_listeners() -> None:
    with live_server() as address, connection(address) as opened:
        stream = Stream(opened)
        file(address)
        assert len(stream.events(1)) == 1
        begun = time.monotonic()
    # The server has stopped at the end of the block.
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize(
    ("left", "code"), [((), "unauthenticated"), ((AccessScope.UNIT_FEED,), "forbidden")]
)
def test_a_key_that_is_revoked_ends_what_its_holder_listens_to(
    monkeypatch: pytest.MonkeyPatch, left: tuple[AccessScope, ...], code: str
) -> None:
    monkeypatch.setattr(event_stream, "CHECKED_EVERY_S", 0.2)
    (mine, my_text), (yours, your_text) = (
        key_of(name, AccessScope.DISPATCHER) for name in ("mine", "yours")
    )
    access = access_for(mine, yours)
    with (
        live_server(access) as at,
        connection(at) as mine_opened,
        connection(at) as yours_opened,
        httpx.Client(headers=bearer(your_text)) as client,
    ):
        revoked, kept = Stream(mine_opened, key=my_text), Stream(yours_opened, key=your_text)
        assert client.post(url(at, "/v1/incidents"), json=CALL).status_code == 201
        assert numbers(revoked.events(1)) == numbers(kept.events(1)) == [LOADED + 1]
        access.replace(Credentials.of([yours, *(key_of("mine", *left)[:1] if left else ())]))
        assert revoked.events_until_cut_off() == []
        assert revoked.cut_off is not None
        assert (revoked.cut_off["code"], revoked.cut_off["last_event_id"]) == (code, LOADED + 1)
        assert revoked.cut_off["detail_zh"]
        assert client.post(url(at, "/v1/incidents"), json=CALL).status_code == 201
        assert numbers(kept.events(1)) == [LOADED + 2]
        again = httpx.get(url(at, "/v1/events"), headers=bearer(my_text))
        assert again.json()["code"] == code


def test_the_first_key_ends_what_anybody_listens_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_stream, "CHECKED_EVERY_S", 0.2)
    access = access_for(openness=Openness.UNTIL_THERE_ARE_KEYS)
    with live_server(access) as at, connection(at) as opened:
        stream = Stream(opened)
        access.replace(Credentials.of([key_of("first", *AccessScope)[0]]))
        stream.events_until_cut_off()
    assert stream.cut_off is not None
    assert stream.cut_off["code"] == "unauthenticated"
