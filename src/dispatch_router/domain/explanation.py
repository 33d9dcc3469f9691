"""Why a unit stands where it stands, in a dispatcher's words, in English and Chinese."""

from __future__ import annotations

from typing import NamedTuple

from dispatch_router.domain.names import Name
from dispatch_router.domain.recommendation import TimeToPerson
from dispatch_router.domain.travel import Basis, OnFoot
from dispatch_router.domain.units import DepartureKind, UnitMode
from dispatch_router.domain.wording import (
    distance,
    distance_zh,
    duration,
    duration_zh,
    seconds_of_parts,
    whole_seconds,
)

_FROM = {
    DepartureKind.STATION: "from the station",
    DepartureKind.ZONE_POST: "from a zone post",
    DepartureKind.PATROL: "a patrol",
}
_FROM_ZH = {
    DepartureKind.STATION: "派出所出警",
    DepartureKind.ZONE_POST: "警务站出警",
    DepartureKind.PATROL: "巡逻警力",
}


_TRAVEL = {UnitMode.CAR: "drive", UnitMode.MOTORCYCLE: "ride", UnitMode.FOOT: "walk"}
_TRAVEL_ZH = {UnitMode.CAR: "路程", UnitMode.MOTORCYCLE: "摩托车路程", UnitMode.FOOT: "步行"}


class Standing(NamedTuple):
    """What is said of one candidate.

    Attributes:
        behind_first_ms: how much later than the unit of rank 1; negative for a tied unit that is
            faster.
        tied: how many others are in the same tie.
        tied_with_first: that tie is the one that rank 1 is in.
        familiar: knows the zone of the call; None where the call is outside every zone.
        station: the station that would have sent without the reform; None without a baseline.
        saves_ms: against that station's unit; None without a baseline.
        is_baseline: this is that station's unit.
        exemption_count: how many stretches set a traffic rule aside.
        exemptions_save_ms: how much longer the unit would take without; None where it could not
            come at all.
        on_foot: where closures leave no drive all the way: the last part.
        stale_s: how old the position is that it was timed from; None where that is fresh or stated.
    """

    kind: DepartureKind
    time: TimeToPerson
    distance_m: float
    rank: int
    behind_first_ms: int
    tied: int
    tied_with_first: bool
    responsible: bool
    familiar: bool | None
    station: Name | None
    saves_ms: int | None
    is_baseline: bool
    mode: UnitMode = UnitMode.CAR
    basis: Basis = Basis.FREE_FLOW
    exemption_count: int = 0
    exemptions_save_ms: int | None = None
    on_foot: OnFoot | None = None
    stale_s: int | None = None


def why(standing: Standing) -> str:
    """Say in English why the candidate has its rank."""
    turn_out_s, drive_s, locate_s = seconds_of_parts(standing.time)
    is_rolling = standing.kind is DepartureKind.PATROL and turn_out_s == 0
    rolling = "already rolling" if is_rolling else f"{duration(turn_out_s)} turn-out"
    text = (
        f"{_place_in_order(standing)}, {_FROM[standing.kind]}: "
        f"{duration(turn_out_s + drive_s + locate_s)} to the person ({rolling}, "
        f"{duration(drive_s)} {_TRAVEL[standing.mode]} of {distance(standing.distance_m)}, "
        f"{duration(locate_s)} to find the person)"
    )
    if standing.familiar is not None:
        text += "; knows the zone" if standing.familiar else "; does not know the zone"
    if standing.stale_s is not None:
        text += f"; last heard of {duration(standing.stale_s)} ago"
    return f"{text}{_on_the_way(standing)}{_against_the_station(standing)}."


def why_zh(standing: Standing) -> str:
    """Say in Chinese why the candidate has its rank."""
    turn_out_s, drive_s, locate_s = seconds_of_parts(standing.time)
    is_rolling = standing.kind is DepartureKind.PATROL and turn_out_s == 0
    rolling = "正在巡逻，无需出动时间" if is_rolling else f"出动{duration_zh(turn_out_s)}"
    text = (
        f"{_FROM_ZH[standing.kind]}，{_place_in_order_zh(standing)}："
        f"到人时间{duration_zh(turn_out_s + drive_s + locate_s)}（{rolling}，"
        f"{_TRAVEL_ZH[standing.mode]}{distance_zh(standing.distance_m)}、{duration_zh(drive_s)}，"
        f"寻人{duration_zh(locate_s)}）"
    )
    if standing.familiar is not None:
        text += "；熟悉该警务区" if standing.familiar else "；不熟悉该警务区"
    if standing.stale_s is not None:
        text += f"；最近一次位置上报在{duration_zh(standing.stale_s)}前"
    return f"{text}{_on_the_way_zh(standing)}{_against_the_station_zh(standing)}。"


def _place_in_order(standing: Standing) -> str:
    if standing.rank > 1:
        if standing.tied_with_first:
            return "Tied with the first"
        behind = f"{duration(whole_seconds(standing.behind_first_ms))} after the first"
        if standing.tied == 0:
            return behind
        others = "1 other" if standing.tied == 1 else f"{standing.tied} others"
        return f"{behind} and tied with {others}"
    if standing.tied == 0:
        return "Nearest in time"
    if standing.responsible:
        return "Tied for nearest and first because its post is responsible for the zone"
    return "Tied for nearest, first by unit id"


def _place_in_order_zh(standing: Standing) -> str:
    if standing.rank > 1:
        if standing.tied_with_first:
            return "与首位用时相当"
        behind = f"比首位晚{duration_zh(whole_seconds(standing.behind_first_ms))}"
        return f"{behind}、与另外{standing.tied}支力量用时相当" if standing.tied else behind
    if standing.tied == 0:
        return "到人最快"
    if standing.responsible:
        return "与其他力量用时相当，属责任站点，排在首位"
    return "与其他力量用时相当，按编号排在首位"


def _on_the_way(standing: Standing) -> str:
    """Say what is unusual about the way itself."""
    text = ""
    if standing.basis is Basis.STRAIGHT_LINE:
        text += "; no road is known, estimated along the straight line"
    if standing.on_foot is not None:
        walk_s = whole_seconds(standing.on_foot.walk_ms)
        text += (
            f"; the last {distance(standing.on_foot.distance_m)} on foot, {duration(walk_s)}, "
            "because of closed roads"
        )
        if standing.on_foot.past_closure:
            text += " that are closed to walkers too"
    if standing.exemption_count:
        rules = "a traffic rule" if standing.exemption_count == 1 else "traffic rules"
        times = "once" if standing.exemption_count == 1 else f"{standing.exemption_count} times"
        text += f"; sets {rules} aside {times}"
        if standing.exemptions_save_ms is None:
            text += ", and has no way without"
        else:
            text += f", {duration(whole_seconds(standing.exemptions_save_ms))} more without"
    return text


def _on_the_way_zh(standing: Standing) -> str:
    text = ""
    if standing.basis is Basis.STRAIGHT_LINE:
        text += "；无已知道路，按直线距离估算"
    if standing.on_foot is not None:
        walk_s = whole_seconds(standing.on_foot.walk_ms)
        text += (
            f"；因道路封闭，最后{distance_zh(standing.on_foot.distance_m)}需步行"
            f"{duration_zh(walk_s)}"
        )
        if standing.on_foot.past_closure:
            text += "（步行道路也已封闭）"
    if standing.exemption_count:
        text += f"；途中{standing.exemption_count}处使用紧急通行豁免"
        if standing.exemptions_save_ms is None:
            text += "，不使用则无路可达"
        else:
            text += f"，不使用则多用{duration_zh(whole_seconds(standing.exemptions_save_ms))}"
    return text


def _against_the_station(standing: Standing) -> str:
    if standing.station is None or standing.saves_ms is None:
        return ""
    if standing.is_baseline:
        return f"; what {standing.station.en} alone would have sent"
    saves_s = whole_seconds(abs(standing.saves_ms))
    if saves_s == 0:
        return f"; as fast as {standing.station.en}"
    if standing.saves_ms > 0:
        return f"; saves {duration(saves_s)} against {standing.station.en}"
    return f"; {duration(saves_s)} later than {standing.station.en}"


def _against_the_station_zh(standing: Standing) -> str:
    if standing.station is None or standing.saves_ms is None:
        return ""
    if standing.is_baseline:
        return f"；即对照方案（仅由{standing.station.zh}出警）的出警力量"
    saves_s = whole_seconds(abs(standing.saves_ms))
    if saves_s == 0:
        return f"；与{standing.station.zh}出警用时相同"
    if standing.saves_ms > 0:
        return f"；比{standing.station.zh}出警快{duration_zh(saves_s)}"
    return f"；比{standing.station.zh}出警慢{duration_zh(saves_s)}"
