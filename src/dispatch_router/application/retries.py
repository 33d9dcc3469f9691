"""Requests that are sent again under their key: each is carried out once, with one answer.

A key belongs to whoever has sent it. What it is used for counts by method, path and body; the same
key with anything else is refused. The answer is kept in the transaction of the change where there
is one, so that neither is there without the other.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from dispatch_router.application.ports import Clock
from dispatch_router.domain.errors import (
    IdempotencyKeyReused,
    RequestInProgress,
    StorageUnavailable,
)

MadeT = TypeVar("MadeT")


@dataclass(frozen=True, slots=True)
class RequestKey:
    """What tells a repeated request from a new one.

    Attributes:
        caller: tells who sends it from all others; no two share their keys.
        key: chosen by the client.
        request_sha256: of what it asked for, so that a key used for something else is noticed.
    """

    caller: str
    key: str
    request_sha256: str


@dataclass(frozen=True, slots=True)
class KeptReply:
    """The answer that a request under a key was given.

    Attributes:
        request_sha256: of what was asked for.
        reply: the bytes that were sent, or were to be.
    """

    request_sha256: str
    reply: bytes


@dataclass(frozen=True, slots=True)
class Answer(Generic[MadeT]):
    """How a request is to be answered.

    Attributes:
        write: makes the reply, which is kept with the key in the same transaction.
        key: None where the client sent none.
    """

    write: Callable[[MadeT], bytes]
    key: RequestKey | None = None


class TakenMeanwhile(Exception):
    """Another service has answered a request under the key since it was looked for.

    Raised inside a transaction, so that nothing of it is kept.
    """


class ReplyStore(Protocol):
    """Keeps replies to what changes nothing. Raises ``StorageUnavailable`` where it cannot."""

    def find(self, request: RequestKey) -> KeptReply | None:
        """Return how a request was answered; None where none was, or too long ago."""
        ...

    def keep(self, request: RequestKey, reply: bytes, at: datetime) -> KeptReply:
        """Keep how a request was answered, unless another under the key was answered sooner.

        Returns:
            What is kept.
        """
        ...


def first_reply(kept: KeptReply | None, request: RequestKey) -> bytes | None:
    """Return the reply that was given before under a key; None where none was.

    Raises:
        IdempotencyKeyReused: the key belongs to another request.
    """
    if kept is None:
        return None
    if kept.request_sha256 != request.request_sha256:
        raise IdempotencyKeyReused(
            "This Idempotency-Key was sent with another request before. Choose a new key for "
            "each request, and repeat it only with the same path and body.",
            "该Idempotency-Key已用于另一个请求。请为每个请求使用新的键，仅在重发相同路径和内容时重复使用。",
        )
    return kept.reply


class AnsweredOnce:
    """Answers what changes nothing that is kept; safe to share between threads.

    Where the state cannot be read or written, such requests are answered all the same, and their
    keys are not remembered: a call must not wait for a disk.
    """

    def __init__(self, store: ReplyStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._changing = threading.Lock()
        self._in_progress: set[tuple[str, str]] = set()

    def __call__(self, request: RequestKey, make: Callable[[], bytes]) -> bytes:
        """Make the reply, or give that which was made before.

        Args:
            request: the key, and what it was sent with.
            make: what it raises is raised here, and leaves the key unused.

        Raises:
            IdempotencyKeyReused: the key belongs to another request.
            RequestInProgress: the first request under the key is not answered yet.
        """
        with self._alone(request):
            try:
                kept = first_reply(self._store.find(request), request)
            except StorageUnavailable:
                return make()
            return self._made(request, make()) if kept is None else kept

    def _made(self, request: RequestKey, reply: bytes) -> bytes:
        try:
            kept = self._store.keep(request, reply, self._clock.now())
        except StorageUnavailable:
            return reply
        # Two services that were asked at once give one answer.
        return first_reply(kept, request) or reply

    @contextmanager
    def _alone(self, request: RequestKey) -> Iterator[None]:
        mark = (request.caller, request.key)
        with self._changing:
            if mark in self._in_progress:
                raise RequestInProgress(
                    "The first request with this Idempotency-Key is not answered yet. Send it "
                    "again after Retry-After to be given its answer.",
                    "使用该Idempotency-Key的首个请求仍在处理。请按Retry-After稍后重发，即可得到其结果。",
                )
            self._in_progress.add(mark)
        try:
            yield
        finally:
            with self._changing:
                self._in_progress.discard(mark)
