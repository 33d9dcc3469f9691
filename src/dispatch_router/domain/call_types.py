"""What a call can be about, and what whoever goes there has to be able to do."""

from __future__ import annotations

from dataclasses import dataclass

from dispatch_router.domain.names import Name


@dataclass(frozen=True, slots=True)
class CallType:
    """One kind of call.

    Attributes:
        needs: capabilities that a unit has to have, all of them.
    """

    id: str
    name: Name
    needs: frozenset[str]
