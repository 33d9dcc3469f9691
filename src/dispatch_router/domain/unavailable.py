"""Why a unit cannot be ranked at all, and what would have to change, in a dispatcher's words."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

from dispatch_router.domain.recommendation import Reason, ReasonCode
from dispatch_router.domain.rosters import HORIZON_DAYS, OffDuty
from dispatch_router.domain.unit_status import StatedStatus, UnitStatus
from dispatch_router.domain.wording import duration, duration_zh

# The same few are said in every answer while they hold.
_REMEMBERED: Final = 4096

_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def off_duty(standing: OffDuty, now: datetime) -> Reason:
    """Explain a unit that its rosters do not have on duty, or have away.

    Args:
        standing: what the rosters say.
        now: in the district's time.
    """
    back_at = standing.back_at
    if standing.away:
        text, text_zh = "Away from where it sets off, as its roster says", "按勤务安排离岗走访"
        sooner, sooner_zh = (
            " A position that it reports from where it is lets it be ranked sooner.",
            "如上报当前位置，可提前参与排序。",
        )
    else:
        text, text_zh, sooner, sooner_zh = (
            "Off duty, as its roster says",
            "按勤务安排未上勤",
            "",
            "",
        )
    if back_at is None:
        back = f"not back within {HORIZON_DAYS} days"
        back_zh = f"{HORIZON_DAYS}天内未安排上勤"
    else:
        back, back_zh = f"back at {moment(back_at, now)}", f"{moment_zh(back_at, now)}返岗"
    return Reason(
        ReasonCode.OFF_DUTY, None, f"{text}; {back}.{sooner}", f"{text_zh}，{back_zh}。{sooner_zh}"
    )


def out_of_service(stated: StatedStatus, now: datetime) -> Reason:
    """Explain a unit that said that it cannot be sent.

    Args:
        stated: what it said.
        now: in the district's time.
    """
    resting = stated.status is UnitStatus.REST
    text, text_zh = ("At rest", "休整中") if resting else ("Out of service", "停止出警")
    if stated.since is not None:
        text += f" since {moment(stated.since, now)}"
        text_zh = f"自{moment_zh(stated.since, now)}起{text_zh}"
    if stated.note:
        text += f" ({stated.note})"
        text_zh += f"（{stated.note}）"
    if stated.until is None:
        back = "it is ranked again once its status says in_service"
        back_zh = "状态改为in_service后重新参与排序"
    else:
        back = f"in service again at {moment(stated.until, now)}, or once its status says so"
        back_zh = f"{moment_zh(stated.until, now)}或状态改为in_service后恢复"
    return Reason(ReasonCode.OUT_OF_SERVICE, None, f"{text}; {back}.", f"{text_zh}，{back_zh}。")


@lru_cache(maxsize=_REMEMBERED)
def busy(incident_id: str) -> Reason:
    """Explain a unit that is assigned to another incident."""
    return Reason(
        ReasonCode.BUSY,
        None,
        f"Assigned to incident {incident_id}; it is ranked again once it is cleared from there.",
        f"正在处置警情{incident_id}，处置完毕后重新参与排序。",
    )


@lru_cache(maxsize=_REMEMBERED)
def lacks_capability(lacking: frozenset[str]) -> Reason:
    """Explain a unit that cannot do all that calls of this type need."""
    text = ", ".join(sorted(lacking))
    return Reason(
        ReasonCode.LACKS_CAPABILITY,
        None,
        f"This type of call needs {text}, which the unit lacks. It would be ranked if units.yaml "
        "gave it that, or for a call of another type.",
        f"此类警情需要{text}，该力量不具备。在units.yaml中补充后，或警情类型变更时，可参与排序。",
    )


@lru_cache(maxsize=_REMEMBERED)
def stale_position(age_s: int, lost_after_s: float) -> Reason:
    """Explain a unit that has not said for long where it is."""
    limit_s = round(lost_after_s)
    return Reason(
        ReasonCode.STALE_POSITION,
        None,
        f"Last heard of {duration(age_s)} ago, longer than the {duration(limit_s)} that the policy "
        "lets pass. It is ranked again with its next position, or from its post or beat once the "
        "old position is deleted.",
        f"最近一次位置上报在{duration_zh(age_s)}前，超过规定的{duration_zh(limit_s)}。"
        "再次上报位置后恢复排序；删除旧位置后按站点或巡逻位置排序。",
    )


def moment(at: datetime, now: datetime) -> str:
    """``18:00`` today, else ``08:30 tomorrow`` or ``08:30 on 9 June``, with the year if another.

    Args:
        at: any aware time.
        now: in the zone whose clocks are meant.
    """
    local = at.astimezone(now.tzinfo)
    clock = f"{local:%H:%M}"
    if local.date() == now.date():
        return clock
    if local.date() == now.date() + timedelta(days=1):
        return f"{clock} tomorrow"
    year = "" if local.year == now.year else f" {local.year}"
    return f"{clock} on {local.day} {_MONTHS[local.month - 1]}{year}"


def moment_zh(at: datetime, now: datetime) -> str:
    """``18:00`` today, else ``明日08:30`` or ``6月9日08:30``, with the year if another."""
    local = at.astimezone(now.tzinfo)
    clock = f"{local:%H:%M}"
    if local.date() == now.date():
        return clock
    if local.date() == now.date() + timedelta(days=1):
        return f"明日{clock}"
    year = "" if local.year == now.year else f"{local.year}年"
    return f"{year}{local.month}月{local.day}日{clock}"
