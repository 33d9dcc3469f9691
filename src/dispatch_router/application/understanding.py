"""From the question that a call asks to all that is known of it but the roads."""

from __future__ import annotations

from datetime import datetime

from dispatch_router.application.asked_call import AskedCall
from dispatch_router.application.crews import Crews
from dispatch_router.application.gazetteer_index import GazetteerIndex
from dispatch_router.application.live_units import LiveUnits
from dispatch_router.application.zone_index import ZoneIndex
from dispatch_router.domain.calls import CallQuestion
from dispatch_router.domain.district import District
from dispatch_router.domain.errors import UnknownCallType
from dispatch_router.domain.turn_out import minute_of_day


class Understanding:
    """Knows the places, zones, crews and units of one district."""

    def __init__(self, district: District, crews: Crews, units: LiveUnits) -> None:
        self._policy = district.policy
        self._zones = district.zones
        self._zone_index = ZoneIndex(district.zones)
        self._gazetteer = GazetteerIndex(district.places)
        self._call_types = {each.id for each in district.policy.call_types}
        self._crews = crews
        self._units = units

    def of(self, question: CallQuestion, at: datetime) -> AskedCall:
        """Understand one call.

        Args:
            question: where, how exactly, how urgent, about what.
            at: when, in the district's time.

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
        return AskedCall(
            position=position,
            uncertainty_m=uncertainty_m,
            place_name=place_name,
            zone=zone,
            responsible_post_id=None if zone is None else self._zones[zone].post_id,
            target_ms=round(1000.0 * self._policy.target_s[question.priority]),
            turn_out_ms=self._crews.turn_out_ms(minute),
            offset_ms=self._crews.offset_ms(minute, zone, uncertainty_m),
            available=self._units.availability.at(at, question.call_type),
        )
