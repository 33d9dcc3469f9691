"""Why a reported position is not believed, in words."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from dispatch_router.domain.positions import RefusedPosition

WHY: Final[Mapping[RefusedPosition, tuple[str, str]]] = MappingProxyType(
    {
        RefusedPosition.UNKNOWN_UNIT: (
            "The district has no unit with this id.",
            "辖区内没有该编号的力量。",
        ),
        RefusedPosition.FUTURE: (
            "It was measured later than now: set the clock of the device.",
            "上报时间晚于当前时间，请校准设备时钟。",
        ),
        RefusedPosition.TOO_OLD: (
            "It was measured longer ago than a position is of use.",
            "该位置过旧，已无参考价值。",
        ),
        RefusedPosition.OLDER: (
            "A position that was measured later is known already, or it was deleted since.",
            "已有更新的位置，或该位置已被删除。",
        ),
        RefusedPosition.DUPLICATE: (
            "The position that was measured at this instant is known already.",
            "同一时刻的位置已上报。",
        ),
        RefusedPosition.TELEPORT: (
            "No unit of its mode can have got there since its last position. It is believed once "
            "the next position confirms it.",
            "按其交通方式不可能到达该位置；如下一次上报仍在附近，则予采信。",
        ),
    }
)
"""In English and in Chinese."""
