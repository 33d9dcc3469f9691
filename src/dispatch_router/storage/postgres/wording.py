"""What a failure of the database is called in the service's log."""

from __future__ import annotations

import psycopg


def said(error: Exception) -> str:
    """Return what may be logged of a failure: its kind, and nothing of what was stored.

    A server's detail quotes rows, and with them keys, places and names.
    """
    if not isinstance(error, psycopg.Error):
        return str(error).strip()
    diagnostics = error.diag
    if diagnostics.message_primary is not None:
        return f"{diagnostics.sqlstate} {diagnostics.message_primary}".strip()
    # Of connections that failed; what else the driver says may quote values.
    is_about_connections = isinstance(error, psycopg.OperationalError)
    return str(error).strip() if is_about_connections else type(error).__name__
