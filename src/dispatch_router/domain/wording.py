"""Times and distances as a dispatcher says them, in English and Chinese."""

from __future__ import annotations

from functools import lru_cache

from dispatch_router.domain.recommendation import TimeToPerson

# Every answer says some thirty durations, and most calls are within the hour.
_REMEMBERED = 4096


def whole_seconds(ms: int) -> int:
    """Round to the nearest second, half up."""
    return (ms + 500) // 1000


def seconds_of_parts(time: TimeToPerson) -> tuple[int, int, int]:
    """Turn-out, drive and locate in whole seconds that add up to the rounded total."""
    rolling_s = whole_seconds(time.turn_out_ms)
    arrived_s = whole_seconds(time.turn_out_ms + time.drive_ms)
    return rolling_s, arrived_s - rolling_s, whole_seconds(time.total_ms) - arrived_s


@lru_cache(maxsize=_REMEMBERED)
def duration(seconds: int) -> str:
    """``19 min 40 s``; zero seconds and zero minutes are left out."""
    minutes, rest_s = divmod(seconds, 60)
    if minutes == 0:
        return f"{rest_s} s"
    hours, minutes = divmod(minutes, 60)
    text = f"{hours} h" if hours else ""
    if minutes:
        text += f" {minutes} min"
    if rest_s:
        text += f" {rest_s} s"
    return text.lstrip()


@lru_cache(maxsize=_REMEMBERED)
def duration_zh(seconds: int) -> str:
    """``19分40秒``; whole minutes as ``21分钟``."""
    minutes, rest_s = divmod(seconds, 60)
    if minutes == 0:
        return f"{rest_s}秒"
    hours, minutes = divmod(minutes, 60)
    text = f"{hours}小时" if hours else ""
    if rest_s:
        return f"{text}{minutes}分{rest_s}秒"
    return f"{text}{minutes}分钟" if minutes else text


def distance(metres: float) -> str:
    """``9.3 km`` from one kilometre on, else ``640 m``."""
    return f"{metres / 1000.0:.1f} km" if metres >= 999.5 else f"{metres:.0f} m"


def distance_zh(metres: float) -> str:
    """``9.3公里`` from one kilometre on, else ``640米``."""
    return f"{metres / 1000.0:.1f}公里" if metres >= 999.5 else f"{metres:.0f}米"
