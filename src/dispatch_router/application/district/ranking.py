"""Ranking by whoever ranks the units of the district as it is at that moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from dispatch_router.domain.calls import FILED_WITHIN_M, CallQuestion
from dispatch_router.domain.recommendation import Recommendation
from dispatch_router.domain.turn_out import UnderWay


class RanksBeyond(Protocol):
    """Ranks units also for a call outside the map; see ``Recommender``."""

    def recommend(
        self, question: CallQuestion, *, top: int, with_routes: bool, beyond_m: float
    ) -> Recommendation:
        """Answer one call."""
        ...

    def recommend_under_way(
        self,
        question: CallQuestion,
        under_way: Mapping[str, UnderWay],
        *,
        top: int,
        beyond_m: float,
    ) -> Recommendation:
        """Rank units that were sent elsewhere."""
        ...


class RecommendsNow:
    """Asks another for every call of the desk; see ``desk.ports.Recommends``.

    No call that somebody files is lost for lying outside the map, up to ``FILED_WITHIN_M``.
    """

    def __init__(self, ranks: Callable[[], RanksBeyond]) -> None:
        """Take what returns who ranks now."""
        self._ranks = ranks

    def recommend(self, question: CallQuestion, *, top: int, with_routes: bool) -> Recommendation:
        """Answer one call."""
        return self._ranks().recommend(
            question, top=top, with_routes=with_routes, beyond_m=FILED_WITHIN_M
        )

    def recommend_under_way(
        self, question: CallQuestion, under_way: Mapping[str, UnderWay], *, top: int
    ) -> Recommendation:
        """Rank units that were sent elsewhere."""
        return self._ranks().recommend_under_way(
            question, under_way, top=top, beyond_m=FILED_WITHIN_M
        )
