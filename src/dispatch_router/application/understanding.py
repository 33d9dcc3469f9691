"""From the question that a call asks to all that is known of it but the roads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from dispatch_router.application.asked_call import AskedCall
from dispatch_router.application.crews import Crews, Times
from dispatch_router.application.gazetteer_index import GazetteerIndex
from dispatch_router.application.live_units import LiveUnits
from dispatch_router.application.zone_index import ZoneIndex
from dispatch_router.domain.calls import CallQuestion
from dispatch_router.domain.district import District
from dispatch_router.domain.errors import UnknownCallType
from dispatch_router.domain.turn_out import UnderWay, minute_of_day

_NOBODY: Final[Mapping[str, UnderWay]] = MappingProxyType({})


class Understanding:
    """Knows the places, zones, crews and units of one district."""

    def __init__(self, district: District, crews: Crews, units: LiveUnits) -> None:
        self._policy = district.policy
        self._zones = district.zones
        self._zone_index = ZoneIndex(district.zones)
        self._gazetteer = GazetteerIndex(district.places)
        self._call_types = {each.id for each in district.policy.call_types}
        self._crews = crews
        self._index = {unit.id: index for index, unit in enumerate(crews.units)}
        self._units = units

    def of(
        self,
        question: CallQuestion,
        at: datetime,
        busy: Mapping[str, str],
        under_way: Mapping[str, UnderWay] = _NOBODY,
    ) -> AskedCall:
        """Understand one call.

        Args:
            question: where, how exactly, how urgent, about what.
            at: when, in the district's time.
            busy: the incident that a unit is assigned to, by unit.
            under_way: units that were sent elsewhere already, whose turn-out is passing.

        Raises:
            UnknownCallType: the policy has no such type of call.
            UnknownPlace: the gazetteer has no such name.
        """
        if question.call_type is not None and question.call_type not in self._call_types:
            raise UnknownCallType(
                "The policy has no such type of call. Leave the type out, or add it to "
                "policy.yaml.",
                "policy.yaml中没有该警情类型。请省略类型，或在policy.yaml中添加。",
            )
        minute = minute_of_day(at.time())
        uncertainty_m = question.uncertainty_m
        place_name = None
        if isinstance(question.where, str):
            place = self._gazetteer.find(question.where)
            position, place_name = place.position, place.name
            uncertainty_m = place.uncertainty_m if uncertainty_m is None else uncertainty_m
        else:
            position = question.where
        if uncertainty_m is None:
            uncertainty_m = self._policy.locate.default_uncertainty_m
        zone = self._zone_index.holding(position)
        turn_out_ms = self._crews.turn_out_ms(minute)
        offset_ms = self._crews.offset_ms(minute, zone, uncertainty_m)
        if under_way:
            rest_ms = self._rest_of_turn_out_ms(turn_out_ms, under_way, at)
            offset_ms, turn_out_ms = offset_ms - turn_out_ms + rest_ms, rest_ms
        return AskedCall(
            position=position,
            uncertainty_m=uncertainty_m,
            place_name=place_name,
            zone=zone,
            responsible_post_id=None if zone is None else self._zones[zone].post_id,
            target_ms=round(1000.0 * self._policy.target_s[question.priority]),
            turn_out_ms=turn_out_ms,
            offset_ms=offset_ms,
            available=self._units.availability.at(at, question.call_type, busy),
        )

    def _rest_of_turn_out_ms(
        self, turn_out_ms: Times, under_way: Mapping[str, UnderWay], at: datetime
    ) -> Times:
        rest_ms = turn_out_ms.copy()
        for unit_id, sent in under_way.items():
            index = self._index[unit_id]
            # Turn-out is what it was at the time of the order: the hour may have changed since.
            ordered = minute_of_day(sent.ordered_at.astimezone(at.tzinfo).time())
            whole_ms = int(self._crews.turn_out_ms(ordered)[index])
            rest_ms[index] = sent.rest_of_turn_out_ms(whole_ms, at)
        return rest_ms
