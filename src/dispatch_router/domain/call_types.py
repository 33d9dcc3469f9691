"""What a call can be about, and what whoever goes there has to be able to do."""

from __future__ import annotations

from dataclasses import dataclass

from dispatch_router.domain.hospitals import HospitalCapability
from dispatch_router.domain.names import Name


@dataclass(frozen=True, slots=True)
class CallType:
    """One kind of call.

    Attributes:
        needs: capabilities that a unit has to have, all of them.
        hospital_needs: what a hospital has to take in, all of it, where somebody is taken to one;
            None for what the policy says of all calls.
    """

    id: str
    name: Name
    needs: frozenset[str]
    hospital_needs: frozenset[HospitalCapability] | None = None
