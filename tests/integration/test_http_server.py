"""What a server meets on the network: slow, endless, broken and too many clients."""

from __future__ import annotations

import logging
import select
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import pytest

from tests.live import Answer, connection, live_server

BODY = '{"location":{"place":"迎新村"}}'.encode()
HEAD = b"POST /v1/recommendations HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
WITH_LENGTH = HEAD + b"Content-Length: %d\r\n\r\n" % len(BODY)
HEALTH = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
LIMITS = {"head_within_s": 0.3, "body_within_s": 0.3, "keep_alive_s": 1.0, "max_connections": 5}


@pytest.fixture(scope="module")
def address() -> Iterator[tuple[str, int]]:
    with live_server(**LIMITS) as address:
        yield address


def code(answer: Answer) -> tuple[int, str]:
    assert answer[1]["content-type"] == "application/problem+json"
    assert answer[2]["detail_zh"]
    return answer[0], answer[2]["code"]


def test_requests_follow_each_other_on_one_connection(address: tuple[str, int]) -> None:
    with connection(address) as client:
        for _ in range(3):
            client.send(WITH_LENGTH + BODY)
            assert client.answer()[0] == 200
        client.send((WITH_LENGTH + BODY) * 3 + HEALTH)
        assert [client.answer()[0] for _ in range(4)] == [200] * 4


def test_a_request_in_small_pieces_is_answered(address: tuple[str, int]) -> None:
    with connection(address) as client:
        request = WITH_LENGTH + BODY
        for first in range(0, len(request), 20):
            client.send(request[first : first + 20])
            time.sleep(0.005)
        assert client.answer()[0] == 200


def test_a_body_in_chunks_is_answered_and_bounded(address: tuple[str, int]) -> None:
    chunked = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
    with connection(address) as client:
        half = len(BODY) // 2
        for part in (BODY[:half], BODY[half:], b""):
            chunked += b"%x\r\n%b\r\n" % (len(part), part)
        client.send(chunked)
        assert client.answer()[0] == 200
    with connection(address) as client:
        client.send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
        for _ in range(10):
            client.send(b"4000\r\n" + b" " * 0x4000 + b"\r\n")
        client.send(b"0\r\n\r\n")
        assert code(client.answer()) == (413, "body_too_large")
        assert client.is_closed()


def test_a_body_that_never_ends_is_cut_off(address: tuple[str, int]) -> None:
    with connection(address) as client:
        client.send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
        chunk = b"4000\r\n" + b" " * 0x4000 + b"\r\n"
        with pytest.raises(OSError, match=r"reset|[Bb]roken pipe"):
            client.send(chunk * 2_000)


def test_a_body_that_is_announced_as_huge_is_not_waited_for(address: tuple[str, int]) -> None:
    with connection(address) as client:
        client.send(HEAD + b"Content-Length: 99999999999\r\nExpect: 100-continue\r\n\r\n")
        assert code(client.answer()) == (413, "body_too_large")
        assert client.is_closed()


def test_a_body_that_does_not_arrive_in_time_is_told(address: tuple[str, int]) -> None:
    with connection(address) as client:
        client.send(WITH_LENGTH + BODY[:10])
        assert code(client.answer()) == (408, "request_timeout")
        assert client.is_closed()


def test_drops_of_a_body_do_not_buy_time(address: tuple[str, int]) -> None:
    with connection(address) as client:
        client.send(WITH_LENGTH)
        start = time.monotonic()
        for byte in BODY[:20]:
            with suppress(ConnectionError):
                client.send(bytes([byte]))
            time.sleep(0.05)
            if select.select([client.socket], [], [], 0)[0]:
                break
        assert time.monotonic() - start < 0.9
        assert code(client.answer()) == (408, "request_timeout")


@pytest.mark.parametrize("sent", [b"", b"GET /heal", b"GET /healthz HTTP/1.1\r\nHost: x\r\n"])
def test_a_head_that_does_not_arrive_in_time_ends_the_connection(
    sent: bytes, address: tuple[str, int]
) -> None:
    with connection(address) as client:
        client.send(sent)
        start = time.monotonic()
        assert client.is_closed()
        assert time.monotonic() - start < 0.9


def test_a_second_head_is_held_to_its_time_too(address: tuple[str, int]) -> None:
    with connection(address) as client:
        client.send(HEALTH)
        assert client.answer()[0] == 200
        client.send(b"GET /")
        start = time.monotonic()
        assert client.is_closed()
        assert time.monotonic() - start < 0.9


def test_an_idle_connection_is_kept_for_the_next_request_and_then_closed(
    address: tuple[str, int],
) -> None:
    with connection(address) as client:
        client.send(HEALTH)
        assert client.answer()[0] == 200
        time.sleep(0.5)
        client.send(HEALTH)
        assert client.answer()[0] == 200
        assert client.is_closed()


HEADS_WITHOUT_END = [
    b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Long: " + b"x" * 20_000,
    b"GET /" + b"x" * 20_000,
    b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + b"X-Many: x\r\n" * 2_000,
]
HEADS_IN_ONE_PIECE = [
    b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Long: " + b"x" * 100_000 + b"\r\n\r\n",
    b"GET /" + b"x" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /healthz?" + b"x" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + b"X-Many: x\r\n" * 2_000 + b"\r\n",
    b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + b"X-Many: x\r\n" * 12_000 + b"\r\n",
]


@pytest.mark.parametrize("sent", HEADS_IN_ONE_PIECE)
def test_a_long_head_that_is_whole_is_refused(sent: bytes, address: tuple[str, int]) -> None:
    with connection(address) as client:
        client.send(sent)
        assert code(client.answer()) == (431, "headers_too_large")
        assert client.is_closed()


@pytest.mark.parametrize("sent", HEADS_IN_ONE_PIECE)
def test_a_long_head_after_an_answered_request_is_told_so(
    sent: bytes, address: tuple[str, int]
) -> None:
    with connection(address) as client:
        client.send(HEALTH)
        assert client.answer()[0] == 200
        client.send(sent)
        assert code(client.answer()) == (431, "headers_too_large")
        assert client.is_closed()


def test_a_head_just_within_its_bounds_is_answered(address: tuple[str, int]) -> None:
    start, end = b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Long: ", b"\r\n\r\n"
    with connection(address) as client:
        client.send(start + b"x" * (16_384 - len(start) - len(end)) + end)
        assert client.answer()[0] == 200


@pytest.mark.parametrize("sent", HEADS_WITHOUT_END)
def test_a_head_without_end_is_refused(sent: bytes, address: tuple[str, int]) -> None:
    with connection(address) as client:
        client.send(sent)
        assert code(client.answer()) == (431, "headers_too_large")
        assert client.is_closed()


@pytest.mark.parametrize(
    "sent", [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"EHLO x\r\n\r\n", b"{}\r\n\r\n"]
)
def test_another_protocol_is_told_so(sent: bytes, address: tuple[str, int]) -> None:
    with connection(address) as client:
        client.send(sent)
        assert code(client.answer()) == (400, "malformed_request")
        assert client.is_closed()


@pytest.mark.parametrize("hosts", [b"", b"Host: x\r\nHost: y\r\n"])
def test_a_request_without_one_host_is_refused(hosts: bytes, address: tuple[str, int]) -> None:
    with connection(address) as client:
        client.send(b"GET /healthz HTTP/1.1\r\n" + hosts + b"\r\n")
        answer = client.answer()
        assert code(answer) == (400, "malformed_request")
        assert "Host" in answer[2]["detail"]
        assert client.is_closed()


def test_an_old_client_need_not_name_the_host(address: tuple[str, int]) -> None:
    with connection(address) as client:
        client.send(b"GET /healthz HTTP/1.0\r\n\r\n")
        assert client.answer()[0] == 200


def test_a_load_balancer_asks_with_head_again_and_again(address: tuple[str, int]) -> None:
    with connection(address) as client:
        client.send(b"HEAD /healthz HTTP/1.1\r\nHost: x\r\n\r\n" + HEALTH)
        head = client.head()
        assert head[0] == 200
        status, headers, body = client.answer()
        assert (status, body) == (200, {"status": "ok"})
        assert head[1]["content-length"] == headers["content-length"]


def test_who_asks_for_a_websocket_is_answered_over_http_and_nothing_is_logged(
    address: tuple[str, int], caplog: pytest.LogCaptureFixture
) -> None:
    upgrade = b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
    with connection(address) as client:
        client.send(b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + upgrade)
        assert client.answer()[0] == 200
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_one_connection_too_many_is_told_to_come_back(address: tuple[str, int]) -> None:
    with ExitStack() as stack:
        kept = [stack.enter_context(connection(address)) for _ in range(5)]
        for client in kept:
            client.send(HEALTH)
            assert client.answer()[0] == 200
        with connection(address) as client:
            answer = client.answer()
            assert code(answer) == (503, "overloaded")
            assert int(answer[1]["retry-after"]) > 0
            assert client.is_closed()
        kept[0].send(HEALTH)
        assert kept[0].answer()[0] == 200


def test_a_client_that_leaves_in_the_middle_harms_nobody(address: tuple[str, int]) -> None:
    for sent in (b"", b"GET", WITH_LENGTH, WITH_LENGTH + BODY[:5], WITH_LENGTH + BODY):
        with connection(address) as client:
            client.send(sent)
    with connection(address) as client:
        client.send(HEALTH)
        assert client.answer()[0] == 200
