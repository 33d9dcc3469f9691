"""Closures in SQL: the same tables and statements on SQLite and on PostgreSQL."""

from dispatch_router.storage.closures.store import SqlClosures

__all__ = ["SqlClosures"]
