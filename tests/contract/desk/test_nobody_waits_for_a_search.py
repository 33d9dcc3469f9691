"""The one writer is never held by a search, and what was ranked before it still holds inside."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from dispatch_router.application.desk.ports import DeskTransaction, Recommends
from dispatch_router.domain.calls import CallQuestion
from dispatch_router.domain.desk_errors import NotDivertible, UnitTaken
from dispatch_router.domain.errors import StorageUnavailable
from dispatch_router.domain.recommendation import Recommendation
from dispatch_router.domain.turn_out import UnderWay
from dispatch_router.storage.desk import SqlDeskStore
from tests.desk import S, SmallDesk, SortedIds, small_desk


@dataclass
class WatchedStore:
    """Notes whether something is open, so that a search at that time is seen."""

    store: SqlDeskStore
    open: int = 0
    searches: int = 0

    @contextmanager
    def reading(self) -> Iterator[Any]:
        with self._watched(), self.store.reading() as view:
            yield view

    @contextmanager
    def writing(self) -> Iterator[DeskTransaction]:
        with self._watched(), self.store.writing() as desk:
            yield desk

    @contextmanager
    def _watched(self) -> Iterator[None]:
        self.open += 1
        try:
            yield
        finally:
            self.open -= 1


@dataclass
class Watched:
    """Ranks, and does something after each search, as another might at that time."""

    recommender: Recommends
    store: WatchedStore
    then: Callable[[], None] = lambda: None

    def recommend(self, question: CallQuestion, **options: Any) -> Recommendation:
        return self._searched(lambda: self.recommender.recommend(question, **options))

    def recommend_under_way(
        self, question: CallQuestion, under_way: Mapping[str, UnderWay], *, top: int
    ) -> Recommendation:
        return self._searched(
            lambda: self.recommender.recommend_under_way(question, under_way, top=top)
        )

    def _searched(self, search: Callable[[], Recommendation]) -> Recommendation:
        assert not self.store.open, "a search while the state is held"
        self.store.searches += 1
        found = search()
        then, self.then = self.then, lambda: None
        then()
        return found


@dataclass
class Place:
    desk: SmallDesk
    other: SmallDesk
    ranks: Watched
    store: WatchedStore

    def meanwhile(self, do: Callable[[], object]) -> None:
        """Let the other service do something after the next search of this one."""
        self.ranks.then = lambda: (do(), None)[1]


@pytest.fixture
def place(desk_store: SqlDeskStore) -> Place:
    store = WatchedStore(desk_store)
    ids = SortedIds()
    desk = small_desk(store, ids=ids)  # type: ignore[arg-type]
    other = small_desk(desk_store, ids=ids)
    parts = desk.desk.incidents._parts
    ranks = Watched(parts.recommender, store)
    object.__setattr__(parts, "recommender", ranks)
    return Place(desk, other, ranks, store)


def test_nothing_is_searched_for_while_the_state_is_held(place: Place) -> None:
    desk = place.desk
    left = desk.file(priority=3).incident.id
    held = desk.reserve(left, "p1")
    urgent = desk.file(priority=1)
    assert [offer.unit.unit_id for offer in urgent.diversions] == ["p1"]
    for unit in ("x1", "t1", "t2", "r1"):
        desk.reserve(left, unit)
    with pytest.raises(UnitTaken):
        desk.reserve(urgent.incident.id, "p1")
    with pytest.raises(UnitTaken):
        desk.hand_over(held.id, "t1")
    assert desk.correct(urgent.incident.id, uncertainty_m=200.0).recommendation is not None
    assert desk.desk.diversions.offered(urgent.incident.id)
    assert desk.reserve(urgent.incident.id, "p1", divert=True)
    assert place.store.searches > 6


def test_an_offer_that_does_not_stand_any_more_is_not_made(place: Place) -> None:
    held = place.desk.reserve(place.desk.file(priority=3).incident.id, "p1")
    place.meanwhile(lambda: place.other.move(held.id, S.EN_ROUTE, S.ON_SCENE))
    assert place.desk.file(priority=1).diversions == ()


def test_the_price_of_an_offer_names_nobody_who_was_sent_meanwhile(place: Place) -> None:
    left = place.desk.file(priority=3).incident.id
    place.desk.reserve(left, "p1")
    place.meanwhile(lambda: place.other.reserve(left, "x1"))
    (offer,) = place.desk.file(priority=1).diversions
    assert offer.price.next_best is not None
    assert offer.price.next_best.unit_id == "t1"


def test_a_unit_that_was_sent_elsewhere_meanwhile_is_diverted_from_there(place: Place) -> None:
    first, second = (place.desk.file(priority=3).incident.id for _ in range(2))
    urgent = place.desk.file(priority=1).incident.id
    held = place.desk.reserve(first, "p1")

    def send_elsewhere() -> None:
        place.other.move(held.id, S.CANCELLED, reason="elsewhere")
        place.other.reserve(second, "p1")

    place.meanwhile(send_elsewhere)
    place.desk.reserve(urgent, "p1", divert=True)
    left = next(
        event.details["left_incident_id"]
        for event in _events(place)
        if "left_incident_id" in event.details
    )
    assert left == second


def test_a_unit_that_has_arrived_meanwhile_is_not_diverted(place: Place) -> None:
    held = place.desk.reserve(place.desk.file(priority=3).incident.id, "p1")
    urgent = place.desk.file(priority=1).incident.id
    place.meanwhile(lambda: place.other.move(held.id, S.EN_ROUTE, S.ON_SCENE))
    with pytest.raises(NotDivertible):
        place.desk.reserve(urgent, "p1", divert=True)


def test_two_corrections_at_once_both_count(place: Place) -> None:
    incident = place.desk.file().incident.id
    place.meanwhile(lambda: place.other.correct(incident, type="theft"))
    corrected = place.desk.correct(incident, priority=1)
    assert (corrected.incident.type, corrected.incident.priority) == ("theft", 1)
    assert corrected.incident.version == 3
    assert corrected.changed == ("priority",)


def test_a_correction_that_others_are_always_sooner_than_is_told_to_come_again(
    place: Place,
) -> None:
    incident, count = place.desk.file().incident.id, 0

    def correct_and_again() -> None:
        nonlocal count
        count += 1
        place.other.correct(incident, description=f"number {count}")
        place.meanwhile(correct_and_again)

    place.meanwhile(correct_and_again)
    with pytest.raises(StorageUnavailable, match="Send the request again"):
        place.desk.correct(incident, priority=1)
    assert count == 5


def test_a_hand_over_that_is_refused_names_the_next_best_of_the_same_post(place: Place) -> None:
    incident = place.desk.file().incident.id
    quick = place.desk.reserve(incident, "p1")
    taken = place.desk.reserve(place.desk.file().incident.id, "t1")
    with pytest.raises(UnitTaken) as refused:
        place.desk.hand_over(quick.id, "t1")
    assert refused.value.held_by == taken.id
    assert refused.value.next_best is not None
    # The patrol is nearer, and of the town's station too.
    assert refused.value.next_best.unit_id == "x1"
    place.desk.reserve(incident, "x1")
    place.desk.reserve(incident, "t2")
    with pytest.raises(UnitTaken) as refused:
        place.desk.hand_over(quick.id, "t1")
    assert refused.value.next_best is None


def _events(place: Place) -> Any:
    with place.store.reading() as view:
        return view.events_after(0, 999)
