"""Saying why a change does not fit: by what was sent, or by what refers to what was there."""

from __future__ import annotations

from collections.abc import Sequence

from dispatch_router.domain.errors import DispatchError
from dispatch_router.domain.resource_errors import (
    InconsistentResource,
    ResourceInUse,
    ResourceMistake,
)
from dispatch_router.domain.resources import ResourceKey


def why_refused(key: ResourceKey, mistakes: Sequence[ResourceMistake]) -> DispatchError:
    """Return what the client is told.

    Args:
        key: of the resource that was to be changed or deleted.
        mistakes: what is wrong then; nothing was before.
    """
    own = [each for each in mistakes if each.key == key or each.key is None]
    others = [each for each in mistakes if each.key not in (key, None)]
    # Of two zones that overlap the later one is told of, whichever was changed.
    beside = [each for each in others if each.path.startswith("geometry")]
    if own or beside:
        return InconsistentResource(own or beside)
    users = dict.fromkeys(each.key for each in others if each.key is not None)
    return ResourceInUse(key, list(users))
