"""Two services on one store: what units report to one holds for both, in whatever order."""

from __future__ import annotations

import pytest

from dispatch_router.domain.geo import LonLat
from dispatch_router.domain.unit_status import UnitStatus
from dispatch_router.storage.units import SqlUnits
from tests.memory_database import MemoryDatabase
from tests.small_district import StoppedClock
from tests.units import Desk, one_by_one

OUT, IN = UnitStatus.OUT_OF_SERVICE, UnitStatus.IN_SERVICE


class Two:
    """Two services with one clock."""

    def __init__(self) -> None:
        self.database = MemoryDatabase()
        self.moved: list[int] = []
        clock = StoppedClock()
        self.here = Desk(store=SqlUnits(self.database), clock=clock)
        self.there = Desk(
            store=SqlUnits(self.database),
            clock=clock,
            move=one_by_one(lambda index, _: self.moved.append(index)),
        )

    def meet(self) -> None:
        """Let both keep what they were told and hear of the other."""
        for desk in (self.here, self.there):
            desk.units.keep_positions()
        for desk in (self.here, self.there):
            desk.units.catch_up()

    def agree_on(self, unit_id: str) -> tuple[LonLat, str, int | None, bool]:
        place = self.here.place(unit_id)
        assert self.there.place(unit_id) == place
        return place


@pytest.fixture
def two() -> Two:
    return Two()


def test_a_position_told_to_one_moves_the_unit_for_the_other(two: Two) -> None:
    two.here.report("x1", 106.26, ago_s=3)
    two.meet()
    assert two.agree_on("x1") == (LonLat(106.26, 29.3), "reported", 3_000, False)
    assert two.moved == [3]


def test_what_was_taken_over_is_not_kept_again(two: Two) -> None:
    two.here.report("x1", 106.26)
    two.meet()
    assert two.there.units.positions.unsaved_count() == 0
    assert two.there.units.positions.counts()["accepted"] == 0


def test_what_is_known_already_moves_nobody(two: Two) -> None:
    two.there.report("x1", 106.26)
    two.meet()
    two.meet()
    assert two.moved == [3]


def test_of_two_services_that_were_told_the_later_measurement_counts(two: Two) -> None:
    two.here.report("x1", 106.26, ago_s=1)
    two.there.report("x1", 106.261, ago_s=2)
    two.meet()
    assert two.agree_on("x1")[0] == LonLat(106.26, 29.3)


def test_a_report_older_than_what_the_other_was_told_is_refused(two: Two) -> None:
    two.here.report("x1", 106.26, ago_s=1)
    two.meet()
    assert two.there.report("x1", 106.261, ago_s=2) == "older"
    assert two.there.report("x1", 106.26, ago_s=1) == "duplicate"
    two.meet()
    assert two.agree_on("x1")[0] == LonLat(106.26, 29.3)


def test_a_report_that_is_refused_by_one_never_reaches_the_other(two: Two) -> None:
    two.here.report("x1", 106.26, ago_s=1)
    two.meet()
    assert two.here.report("x1", 107.26) == "teleport"
    two.meet()
    assert two.agree_on("x1")[0] == LonLat(106.26, 29.3)
    assert two.there.report("x1", 107.26) == "teleport"


def test_a_position_that_is_deleted_at_one_is_deleted_at_the_other(two: Two) -> None:
    two.here.report("x1", 106.26, ago_s=1)
    two.meet()
    two.there.units.forget_position("x1")
    assert two.there.report("x1", 106.26, ago_s=0.5) == "older"
    two.meet()
    assert two.agree_on("x1")[1] == "beat"


def test_a_report_measured_before_a_deletion_does_not_undo_it(two: Two) -> None:
    two.here.report("x1", 106.26, ago_s=1)
    two.there.units.forget_position("x1")
    two.meet()
    assert two.agree_on("x1")[1] == "beat"
    two.here.wait(seconds=1)
    two.here.report("x1", 106.262)
    two.meet()
    assert two.agree_on("x1")[0] == LonLat(106.262, 29.3)


def test_a_status_told_to_one_holds_for_the_other_and_the_last_one_counts(two: Two) -> None:
    two.here.units.state("t1", OUT, None, "")
    two.there.units.catch_up()
    assert two.there.reason("t1") == "out_of_service"
    two.there.units.state("t1", IN, None, "")
    two.meet()
    assert two.here.reason("t1") is None
    assert two.there.reason("t1") is None


def test_a_status_that_was_overtaken_before_it_is_known_here_changes_nothing(two: Two) -> None:
    kept = two.here.units.statuses
    two.there.units.state("t1", OUT, None, "")
    two.here.units.state("t1", IN, None, "")
    # Read before the change above was made, published after it.
    kept._heard = -1
    two.there.units.state("p1", OUT, None, "")
    kept.catch_up()
    assert two.here.reason("t1") is None
    assert two.here.reason("p1") == "out_of_service"


def test_what_could_not_be_kept_reaches_the_other_once_it_can(two: Two) -> None:
    two.here.report("x1", 106.26, ago_s=2)
    two.meet()
    two.database.broken = True
    two.here.report("x1", 106.261, ago_s=1)
    two.here.report("x1", 106.262)
    assert two.here.place("x1")[0] == LonLat(106.262, 29.3)
    assert two.there.place("x1")[0] == LonLat(106.26, 29.3)
    two.database.broken = False
    two.meet()
    assert two.agree_on("x1")[0] == LonLat(106.262, 29.3)


def test_after_the_clock_went_back_what_is_told_counts_for_both(two: Two) -> None:
    two.here.report("x1", 106.26)
    two.meet()
    two.here.wait(hours=-1)
    two.there.report("x1", 106.27)
    two.meet()
    assert two.agree_on("x1")[0] == LonLat(106.27, 29.3)
    two.here.wait(seconds=1)
    two.here.units.forget_position("x1")
    two.meet()
    assert two.agree_on("x1")[1] == "beat"
    two.here.wait(hours=-1)
    assert two.here.report("x1", 106.26) is None
    two.meet()
    assert two.agree_on("x1")[0] == LonLat(106.26, 29.3)


def test_a_district_that_changes_loses_no_position_that_another_service_was_told(two: Two) -> None:
    two.here.report("x1", 106.26)
    two.here.units.keep_positions()
    # The one before has not heard of it, and puts its units where it knows them.
    after = Desk(store=SqlUnits(two.database), clock=two.there.clock)
    after.units.prepare_from(two.there.units)
    two.there.units.hand_over(after.units)
    after.units.catch_up()
    assert after.place("x1") == two.here.place("x1")
