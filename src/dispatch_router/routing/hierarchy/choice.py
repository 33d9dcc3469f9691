"""Which of the two searches to ask."""

from __future__ import annotations


def labels_are_faster(unit_count: int, k: int, state_count: int) -> bool:
    """Say whether the hierarchy is expected to answer before the bounded search.

    The hierarchy adds up with every unit, 0.1 us each. The bounded search settles about
    ``k * state_count / unit_count`` states, 0.035 us each; on Porto, measured by
    ``benchmarks/hierarchy.py``, the two medians meet at 320 units for k=5. The bounded search is
    the one that can take long, where units are far, so the hierarchy goes on to somewhat more.
    """
    return unit_count * unit_count < k * state_count
