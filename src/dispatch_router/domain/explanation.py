"""Why a unit stands where it stands, in a dispatcher's words, in English and Chinese."""

from __future__ import annotations

from dataclasses import dataclass

from dispatch_router.domain.names import Name
from dispatch_router.domain.recommendation import Reason, ReasonCode, TimeToPerson
from dispatch_router.domain.units import DepartureKind
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


@dataclass(frozen=True, slots=True)
class Standing:
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


def why(standing: Standing) -> str:
    """Say in English why the candidate has its rank."""
    turn_out_s, drive_s, locate_s = seconds_of_parts(standing.time)
    is_rolling = standing.kind is DepartureKind.PATROL and turn_out_s == 0
    rolling = "already rolling" if is_rolling else f"{duration(turn_out_s)} turn-out"
    text = (
        f"{_place_in_order(standing)}, {_FROM[standing.kind]}: "
        f"{duration(turn_out_s + drive_s + locate_s)} to the person ({rolling}, "
        f"{duration(drive_s)} drive of {distance(standing.distance_m)}, "
        f"{duration(locate_s)} to find the person)"
    )
    if standing.familiar is not None:
        text += "; knows the zone" if standing.familiar else "; does not know the zone"
    return f"{text}{_against_the_station(standing)}."


def why_zh(standing: Standing) -> str:
    """Say in Chinese why the candidate has its rank."""
    turn_out_s, drive_s, locate_s = seconds_of_parts(standing.time)
    is_rolling = standing.kind is DepartureKind.PATROL and turn_out_s == 0
    rolling = "正在巡逻，无需出动时间" if is_rolling else f"出动{duration_zh(turn_out_s)}"
    text = (
        f"{_FROM_ZH[standing.kind]}，{_place_in_order_zh(standing)}："
        f"到人时间{duration_zh(turn_out_s + drive_s + locate_s)}（{rolling}，"
        f"路程{distance_zh(standing.distance_m)}、{duration_zh(drive_s)}，"
        f"寻人{duration_zh(locate_s)}）"
    )
    if standing.familiar is not None:
        text += "；熟悉该警务区" if standing.familiar else "；不熟悉该警务区"
    return f"{text}{_against_the_station_zh(standing)}。"


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


def slower_at_rank(total_ms: int, rank: int, first_ms: int) -> Reason:
    """Explain a unit whose time is known and whose rank is beyond those asked for.

    Args:
        total_ms: its time to person.
        rank: its place in the whole order.
        first_ms: time to person of the unit of rank 1.
    """
    total_s = whole_seconds(total_ms)
    later_s = max(0, whole_seconds(total_ms - first_ms))
    ahead = rank - 1
    others, others_zh = "the one ahead of it", "排在其前的力量"
    if ahead > 1:
        others, others_zh = f"the {ahead} ahead of it", f"排在其前的{ahead}支力量均"
    return Reason(
        ReasonCode.SLOWER,
        total_ms,
        f"{duration(total_s)} to the person, {duration(later_s)} after the first: rank {rank}. "
        f"It would lead if {others} could not go.",
        f"到人时间{duration_zh(total_s)}，比首位晚{duration_zh(later_s)}，排第{rank}位。"
        f"{others_zh}无法出警时，该力量将排在首位。",
    )


def slower_than(certain_to_ms: int, listed: int) -> Reason:
    """Explain units of which only a lower bound is known.

    Args:
        certain_to_ms: all of them need more than this.
        listed: how many candidates are listed ahead of them.
    """
    # Rounded down, so that "more than" stays true.
    bound_s = certain_to_ms // 1000
    return Reason(
        ReasonCode.SLOWER,
        certain_to_ms,
        f"More than {duration(bound_s)} to the person. It could lead only if none of the "
        f"{listed} listed units, nor any other that is faster, could go.",
        f"到人时间超过{duration_zh(bound_s)}。只有所列{listed}支力量及其他更快的力量"
        "均无法出警时，该力量才可能排在首位。",
    )


UNREACHABLE = Reason(
    ReasonCode.UNREACHABLE,
    None,
    "No permitted drive leads from where it would set off to the person. A closed or missing road "
    "between them would have to open, or its departure point lie at a road.",
    "从其出发点到现场没有可通行的道路。需开通两地之间封闭或缺失的道路，或将出发点设在道路附近。",
)
