"""What hospitals take in, in the words of a district's files."""

from __future__ import annotations

from typing import Literal

CapabilityName = Literal[
    "emergency_24h",
    "trauma",
    "chest_pain",
    "stroke",
    "burns",
    "poison",
    "eye",
    "paediatrics",
    "obstetrics",
    "psychiatry",
    "rabies",
]
