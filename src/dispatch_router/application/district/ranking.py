"""Ranking by whoever ranks the units of the district as it is at that moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dispatch_router.application.desk.ports import Recommends
from dispatch_router.domain.calls import CallQuestion
from dispatch_router.domain.recommendation import Recommendation
from dispatch_router.domain.turn_out import UnderWay


class RecommendsNow:
    """Asks another for every call; see ``Recommends``."""

    def __init__(self, ranks: Callable[[], Recommends]) -> None:
        """Take what returns who ranks now."""
        self._ranks = ranks

    def recommend(self, question: CallQuestion, *, top: int, with_routes: bool) -> Recommendation:
        """Answer one call."""
        return self._ranks().recommend(question, top=top, with_routes=with_routes)

    def recommend_under_way(
        self, question: CallQuestion, under_way: Mapping[str, UnderWay], *, top: int
    ) -> Recommendation:
        """Rank units that were sent elsewhere."""
        return self._ranks().recommend_under_way(question, under_way, top=top)
