"""The desk in SQL: the same tables and statements on SQLite and on PostgreSQL."""

from dispatch_router.storage.desk.store import SqlDeskStore

__all__ = ["SqlDeskStore"]
