"""Replies to what changes nothing, by themselves."""

from __future__ import annotations

from datetime import datetime

from dispatch_router.application.retries import KeptReply, RequestKey
from dispatch_router.storage.kept_for import KeptFor
from dispatch_router.storage.replies.rows import forget_replies, keep_reply, kept_reply
from dispatch_router.storage.sql import SqlDatabase


class SqlReplies:
    """Keeps replies; see ``ReplyStore``."""

    def __init__(self, database: SqlDatabase, kept_for: KeptFor | None = None) -> None:
        self._database = database
        self._kept_for = kept_for or KeptFor()

    def find(self, request: RequestKey) -> KeptReply | None:
        """Return how a request was answered."""
        with self._database.reading() as connection:
            return kept_reply(connection, request)

    def keep(self, request: RequestKey, reply: bytes, at: datetime) -> KeptReply:
        """Keep how a request was answered, unless another under the key was answered sooner."""
        with self._database.writing() as connection:
            forget_replies(connection, at, self._kept_for.questions, is_change=False)
            if keep_reply(connection, request, reply, at, is_change=False):
                return KeptReply(request.request_sha256, reply)
            sooner = kept_reply(connection, request)
        return sooner or KeptReply(request.request_sha256, reply)
