"""Kept replies in whichever transaction they belong to."""

from __future__ import annotations

import zlib
from datetime import datetime
from typing import Final

from dispatch_router.application.desk.documents import written_time
from dispatch_router.application.retention import Retention
from dispatch_router.application.retries import KeptReply, RequestKey
from dispatch_router.storage.sql import Connection

# Replies are JSON of many similar rows; the quickest level makes a tenth of them.
_COMPRESSION: Final = 1
_FORGOTTEN_AT_ONCE: Final = 100
"""More than come between two times, so that however many are too old, they are gone in time."""
_FORGET: Final = """
    DELETE FROM replies WHERE number IN (
        SELECT number FROM (
            SELECT number, created_at FROM replies WHERE is_change = {is_change}
            ORDER BY number LIMIT ?
        ) AS oldest
        WHERE created_at < ? OR number <= (SELECT max(number) FROM replies) - ?
    )
"""


def kept_reply(connection: Connection, request: RequestKey) -> KeptReply | None:
    """Return how a request was answered; None where none was, or too long ago."""
    row = connection.execute(
        "SELECT request_sha256, reply FROM replies WHERE caller = ? AND key = ?",
        (request.caller, request.key),
    ).fetchone()
    return None if row is None else KeptReply(row[0], zlib.decompress(row[1]))


def forget_replies(
    connection: Connection, at: datetime, kept: Retention, *, is_change: bool
) -> None:
    """Forget answers of one kind that are too old, or too many."""
    bounds = (_FORGOTTEN_AT_ONCE, written_time(at - kept.age), kept.most)
    connection.execute(_FORGET.format(is_change=int(is_change)), bounds)


def keep_reply(
    connection: Connection,
    request: RequestKey,
    reply: bytes,
    at: datetime,
    *,
    is_change: bool,
) -> bool:
    """Keep how a request was answered.

    Returns:
        Whether it was kept; not where another service was sooner with a request under the key.
    """
    inserted = connection.execute(
        "INSERT INTO replies (caller, key, request_sha256, is_change, created_at, reply) "
        "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (
            request.caller,
            request.key,
            request.request_sha256,
            int(is_change),
            written_time(at),
            zlib.compress(reply, _COMPRESSION),
        ),
    )
    return inserted.rowcount == 1
