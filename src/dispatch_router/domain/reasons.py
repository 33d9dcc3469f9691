"""Why a unit is not recommended, and what must not be missed, in a dispatcher's words."""

from __future__ import annotations

from dispatch_router.domain.recommendation import Notice, NoticeCode, Reason, ReasonCode
from dispatch_router.domain.travel import Basis, NearestUnits
from dispatch_router.domain.wording import (
    distance,
    distance_zh,
    duration,
    duration_zh,
    whole_seconds,
)


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


def cut_off_notice(unit_count: int, *, past_closure: bool = False) -> Notice:
    """Say that closures leave vehicles no drive all the way.

    Args:
        unit_count: how many units have to walk the last part.
        past_closure: the ways on foot are closed too.
    """
    on_foot = on_foot_zh = ""
    if past_closure:
        on_foot = (
            " The ways on foot are closed too: what is told is what walking on all the same takes."
        )
        on_foot_zh = "步行道路也已封闭，所列步行时间按仍步行通过计算。"
    units = "1 unit" if unit_count == 1 else f"{unit_count} units"
    return Notice(
        NoticeCode.CUT_OFF,
        f"Closures cut this place off: {units} cannot drive all the way. Their times are those of "
        "driving as far as they can and walking on. Check whether a closure can be passed."
        f"{on_foot}",
        f"道路封闭使该地点无法驾车直达：{unit_count}支力量只能驾车至封闭处后步行，所列时间已计入步行。"
        f"请核实封闭路段能否放行。{on_foot_zh}",
    )


CUT_OFF_ALTOGETHER = Notice(
    NoticeCode.CUT_OFF,
    "Closures cut this place off, and leave no part of a way to it. Times are estimates along "
    "straight lines, never shorter than the way without closures; check whether one can be passed.",
    "道路封闭使该地点完全无法到达。所列时间按直线距离估算，且不短于未封闭时的用时，请核实封闭路段能否放行。",
)


NO_ROAD = Notice(
    NoticeCode.NO_ROAD,
    "No way over roads is known to this place. Times are estimates along straight lines, with the "
    "detour and speed usual on this road graph; ask the units whether they can get there.",
    "没有已知道路通往该地点。所列时间按直线距离及本路网的一般绕行系数和车速估算，请向各力量核实能否到达。",
)

FROM_MEMORY = Notice(
    NoticeCode.FROM_MEMORY,
    "The database that the services share cannot be reached: this rests on what this service was "
    "told and last heard of the others. Units may have moved or been sent meanwhile, and roads "
    "been closed: ask before you send.",
    "共享数据库暂时无法访问：本建议依据本机已知及最后同步的信息。其间力量可能已移动或已被派出，"
    "道路可能已封闭，派警前请核实。",
)


def outside_district(beyond_m: float) -> Notice:
    """Say that a place lies outside the map.

    Args:
        beyond_m: metres from it to the nearest road of the district.
    """
    return Notice(
        NoticeCode.OUTSIDE_DISTRICT,
        f"This place lies outside the district's roads, {distance(beyond_m)} from the nearest. "
        "Times are estimates along straight lines. Check the position, and whether another "
        "district should be told.",
        f"该地点在本辖区路网之外，距最近的道路{distance_zh(beyond_m)}。所列时间按直线距离估算。"
        "请核实位置，必要时通知相邻辖区。",
    )


def notices_of(nearest: NearestUnits, *, from_memory: bool) -> tuple[Notice, ...]:
    """Return what must not be missed, most serious first."""
    roads: tuple[Notice, ...] = ()
    if nearest.beyond_m is not None:
        roads = (outside_district(nearest.beyond_m),)
    elif any(leg.basis is Basis.STRAIGHT_LINE for leg in nearest.legs):
        roads = (CUT_OFF_ALTOGETHER if nearest.cut_off else NO_ROAD,)
    elif nearest.cut_off:
        past = any(leg.on_foot is not None and leg.on_foot.past_closure for leg in nearest.legs)
        roads = (cut_off_notice(len(nearest.cut_off), past_closure=past),)
    return (*roads, FROM_MEMORY) if from_memory else roads
