"""What units report, in SQL: the same tables and statements on SQLite and on PostgreSQL."""

from dispatch_router.storage.units.store import SqlUnits

__all__ = ["SqlUnits"]
