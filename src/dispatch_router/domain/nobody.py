"""That no unit can be sent, and who can be first again, in a dispatcher's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from dispatch_router.domain.recommendation import Notice, NoticeCode, ReasonCode
from dispatch_router.domain.unavailable import moment, moment_zh
from dispatch_router.domain.units import Unit

_WORDS: Final = (
    (ReasonCode.OFF_DUTY, "off duty", "未上勤"),
    (ReasonCode.OUT_OF_SERVICE, "out of service", "停止出警"),
    (ReasonCode.BUSY, "assigned to other incidents", "正在处置其他警情"),
    (ReasonCode.LACKS_CAPABILITY, "without what this type of call needs", "不具备此类警情所需能力"),
)


@dataclass(frozen=True, slots=True)
class Nobody:
    """Why no unit can be ranked.

    Attributes:
        counts: how many units for each reason.
        first: who can be ranked again first, as far as is known; None where it is of nobody.
        back_at: when that is, aware.
    """

    counts: Mapping[ReasonCode, int]
    first: Unit | None
    back_at: datetime | None


def nobody_notice(nobody: Nobody, now: datetime) -> Notice:
    """Say that nobody can be sent.

    Args:
        nobody: why.
        now: in the district's time.
    """
    held = [(nobody.counts.get(code, 0), *words) for code, *words in _WORDS]
    reasons = ", ".join(f"{count} {word}" for count, word, _ in held if count)
    reasons_zh = "、".join(f"{count}支{word}" for count, _, word in held if count)
    first, back_at = nobody.first, nobody.back_at
    if first is None or back_at is None:
        back = "When one of them will be available again is not known"
        back_zh = "何时有力量恢复尚不确定"
    else:
        back = f"The first that will be available again is {first.id} at {moment(back_at, now)}"
        back_zh = f"最早恢复的是{first.name.zh}（{first.id}），{moment_zh(back_at, now)}"
    return Notice(
        NoticeCode.NOBODY_AVAILABLE,
        f"No unit can be sent now: {reasons}. {back}. Call one back by its status, or ask a "
        "neighbouring district.",
        f"目前没有可派力量：{reasons_zh}。{back_zh}。可通过修改力量状态召回，或请相邻辖区支援。",
    )
