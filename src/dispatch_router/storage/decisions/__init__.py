"""Decision records: their compact form, and the database that keeps them."""

from dispatch_router.storage.decisions.store import SqliteDecisions, open_decisions

__all__ = ["SqliteDecisions", "open_decisions"]
