"""How requests under a key were answered, in SQL."""

from dispatch_router.storage.replies.store import SqlReplies

__all__ = ["SqlReplies"]
