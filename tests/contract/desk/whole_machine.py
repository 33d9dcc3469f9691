"""The desk together with all else that is kept: closures, statuses, the district's resources."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, initialize, invariant, multiple, rule

from dispatch_router.application.close_roads import ListedClosure
from dispatch_router.application.closure_drafts import ClosureDraft
from dispatch_router.application.district.expected import Expected
from dispatch_router.application.retries import Answer, RequestKey
from dispatch_router.domain.closures import NamedRoad
from dispatch_router.domain.resources import Resource, ResourceKey, ResourceKind
from dispatch_router.domain.unit_status import UnitStatus
from dispatch_router.storage.desk import SqlDeskStore
from dispatch_router.web.readiness import DispatchService
from tests.contract.desk.desk_machine import ANOTHER_UNIT, KEYS, UNITS, DeskMachine
from tests.contract.desk.plain_whole import ModelStatus, WholeModel
from tests.contract.desk.told_log import ToldLog
from tests.desk import SmallDesk
from tests.fake_roads import STRAIGHT_ROAD, StraightRoads
from tests.resources import resources_of
from tests.small_district import SMALL_DISTRICT
from tests.web import small_service

FIRST = {each.key: each.members for each in resources_of(SMALL_DISTRICT)}
POST = ResourceKey(ResourceKind.POSTS, "park")
UNIT = ResourceKey(ResourceKind.UNITS, "p1")
MADE = ResourceKey(ResourceKind.UNITS, ANOTHER_UNIT)
CLINIC = ResourceKey(ResourceKind.HOSPITALS, "clinic")
ROSTER = ResourceKey(ResourceKind.ROSTERS, "everyone")
VARIANTS: dict[ResourceKey, list[dict[str, Any]]] = {
    POST: [{"position": {"lon": lon, "lat": 29.3}} for lon in (106.30, 106.60)],
    UNIT: [{"capabilities": each} for each in ([], ["boat"])],
    MADE: [{"id": MADE.id, "mode": mode} for mode in ("car", "motorcycle")],
    CLINIC: [{"takes": each} for each in (["paediatrics"], ["trauma"])],
    ROSTER: [{"units": each} for each in (["t1", "t2"], ["t1"])],
}
REMOVED = [POST, UNIT, UNIT, MADE, CLINIC, ResourceKey(ResourceKind.UNITS, "t1")]
EXPECTED = st.sampled_from(["any", "current", "new", "stale"])
UNTIL = st.sampled_from([None, 3, 200])


@dataclass
class WholeDesk(SmallDesk):
    """One service: the desk, and all else that it has."""

    service: DispatchService = field(kw_only=True)
    roads: StraightRoads = field(kw_only=True)


class WholeMachine(DeskMachine):
    closures = Bundle("closures")
    desk: WholeDesk
    other: WholeDesk
    model: WholeModel

    def __init__(self, store: SqlDeskStore) -> None:
        super().__init__(store)
        self.model, self.told = WholeModel(), ToldLog()

    @initialize(target=DeskMachine.incidents, priorities=st.permutations([1, 2, 3]))
    def begin(self, priorities: list[int]) -> Any:
        return super().begin(priorities)

    def opened(self) -> SmallDesk:
        roads = StraightRoads()
        service = small_service(
            roads=roads, clock=self.clock, database=self.store._database, ids=self.ids
        )
        return WholeDesk(service.desk, self.clock, service=service, roads=roads)

    def has_begun(self) -> None:
        # What the first start has loaded.
        self.model.events += len(FIRST)

    def hear(self) -> None:
        service = self.desk.service
        service.desk.tick()
        service.closures.catch_up()
        service.in_use.catch_up()
        service.in_use.catch_up_units()

    @rule(
        target=closures,
        roads=st.sampled_from([1, 1, 2]),
        begins=st.sampled_from([0, 0, 10]),
        lasts=UNTIL,
        request=KEYS,
    )
    def close_roads(self, roads: int, begins: int, lasts: int | None, request: str | None) -> Any:
        starts = self.clock.at + timedelta(minutes=begins)
        ends = None if lasts is None else starts + timedelta(minutes=lasts)
        draft = ClosureDraft(NamedRoad(STRAIGHT_ROAD[0]), "塌方", starts_at=starts, ends_at=ends)
        body = f"close {roads} {begins} {lasts}"

        def do(request: RequestKey | None) -> list[str]:
            made: list[str] = []

            def write(listed: list[ListedClosure]) -> bytes:
                made.extend(each.id for each in listed)
                return ",".join(made).encode()

            closures, answer = self.desk.service.closures, Answer(write, request)
            self.desk.reply = closures.close([draft] * roads, answer, batch=roads > 1)
            return made

        if self.was_answered(request, body, lambda key: do(key) or None):
            return multiple()
        made = do(self.key(request, body))
        self.model.close_roads(made, starts, ends, self.clock.at)
        self.answered(request, body)
        return multiple(*made)

    @rule(closure=closures)
    def lift(self, closure: str) -> None:
        assert self.desk.service.closures.lift(closure) is not None
        self.model.lift(closure, self.clock.at)

    @rule(unit=UNITS, status=st.sampled_from(UnitStatus), lasts=UNTIL)
    def state_status(self, unit: str, status: UnitStatus, lasts: int | None) -> None:
        units = self.desk.service.in_use.current().units
        assert units.knows(unit) == (unit in self.model.units)
        if not units.knows(unit):
            return
        now = self.clock.at
        until = None if lasts is None else now + timedelta(minutes=lasts)
        units.state(unit, status, until, "")
        self.model.state(unit, ModelStatus(status, now, until))

    @rule(data=st.data(), resource=st.sampled_from(list(VARIANTS)), expected=EXPECTED)
    def put(self, data: st.DataObject, resource: ResourceKey, expected: str) -> None:
        members = {**FIRST.get(resource, FIRST[UNIT]), **data.draw(_variant_of(resource))}
        self.change(resource, members, expected)

    @rule(unit=st.sampled_from([UNIT, MADE]))
    def make_a_unit(self, unit: ResourceKey) -> None:
        self.change(unit, {**FIRST[UNIT], **VARIANTS[unit][0]}, "new")

    def change(self, resource: ResourceKey, members: Any, expected: str) -> None:
        refusal = self.model.may_put(resource, expected)
        sees = self.expected(resource, expected)
        if self.tried(refusal, lambda: self.desk.service.in_use.put(resource, members, sees)):
            self.model.put(resource, members)

    @rule(resource=st.sampled_from(REMOVED), expected=st.sampled_from(["any", "current", "stale"]))
    def remove_any(self, resource: ResourceKey, expected: str) -> None:
        self.remove(resource, expected)

    # What is seldom drawn by chance: the unit that was recommended first is gone.
    @rule(target=DeskMachine.assignments, incident=DeskMachine.incidents)
    def lose_the_first_choice(self, incident: str) -> Any:
        self.remove(UNIT, "any")
        next_best = self.first_free(incident)
        return (
            multiple()
            if next_best is None
            else self.reserve(incident, next_best, False, None, None)
        )

    def remove(self, resource: ResourceKey, expected: str) -> None:
        refusal = self.model.may_remove(resource, expected)
        sees = self.expected(resource, expected)
        if self.tried(refusal, lambda: self.desk.service.in_use.remove(resource, sees)):
            self.model.remove(resource)

    def expected(self, resource: ResourceKey, expected: str) -> Expected:
        if expected in {"any", "new"}:
            return Expected(absent=expected == "new")
        members = self.model.resources.get(resource)
        current = Resource(resource, 0, members or {}).revision
        return Expected(frozenset({current if expected == "current" else "0" * 16}))

    def can_go(self, unit: str) -> bool:
        units = self.desk.service.in_use.current().units
        return not units.knows(unit) or units.one(unit, units.now()).reason is None

    @invariant()
    def all_else_is_what_the_model_says(self) -> None:
        if not hasattr(self, "desk"):
            return
        service, now = self.desk.service, self.clock.at
        district = service.in_use.current()
        assert {each.key: each.members for each in district.resources} == self.model.resources
        listed, _ = service.closures.page(after=None, limit=1_000, in_force=True)
        service.closures._conditions.bring_up_to(now)
        on_the_roads = [closure.id for closure in self.desk.roads.conditions.closures]
        assert [each.id for each in listed] == on_the_roads == self.model.in_force(now)
        available = district.units.now()
        for unit in self.model.units:
            reason = district.units.one(unit, available).reason
            stated = self.model.statuses.get(unit)
            is_out = reason is not None and reason.code == "out_of_service"
            assert is_out == (stated is not None and stated.is_out(now))

    @invariant()
    def the_log_alone_tells_what_the_model_says(self) -> None:
        if not hasattr(self, "desk"):
            return
        with self.store.reading() as view:
            self.told.read_on(view)
        self.told.tells(self.model)


def _variant_of(resource: ResourceKey) -> st.SearchStrategy[dict[str, Any]]:
    return st.sampled_from(VARIANTS[resource])
