"""State in one folder: an SQLite database that one service writes."""

from dispatch_router.storage.sqlite.state import State, open_state

__all__ = ["State", "open_state"]
