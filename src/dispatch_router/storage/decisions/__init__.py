"""Decision records: their compact form, and the tables that keep them."""

from dispatch_router.storage.decisions.store import SqlDecisions, SqlDeskDecisions

__all__ = ["SqlDecisions", "SqlDeskDecisions"]
