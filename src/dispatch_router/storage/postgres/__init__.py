"""State in a PostgreSQL database that several services share."""

from dispatch_router.storage.postgres.database import PostgresDatabase
from dispatch_router.storage.postgres.state import PostgresState, open_postgres_state

__all__ = ["PostgresDatabase", "PostgresState", "open_postgres_state"]
