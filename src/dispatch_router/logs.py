"""Log lines on standard error: for people, or one JSON object each."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Final

from dispatch_router.config import LogSettings

# The standard attributes of a record; whatever else it has was given as ``extra``.
_STANDARD: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


def configure_logging(settings: LogSettings) -> None:
    """Send everything that is logged to standard error, in the format that is set."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if settings.log_format == "json" else TextLines())
    level = settings.log_level.upper()
    logging.basicConfig(handlers=[handler], level=level, force=True)
    # The server's own news repeat what the service says; what goes wrong in it does not.
    logging.getLogger("uvicorn").setLevel(max(logging.WARNING, logging.getLogger().level))
    logging.getLogger("asyncio").setLevel(max(logging.WARNING, logging.getLogger().level))
    logging.getLogger("numba").setLevel(logging.WARNING)


class JsonLines(logging.Formatter):
    """One JSON object per record."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record with its time, level, logger, message and extra members."""
        members: dict[str, object] = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_extra(record),
        }
        if record.exc_info:
            members["exception"] = self.formatException(record.exc_info)
        return json.dumps(members, ensure_ascii=False, default=str)


class TextLines(logging.Formatter):
    """One line per record, and the traceback where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record; line breaks inside the message cannot begin a new one."""
        message = record.getMessage().replace("\n", "\n  ")
        extra = "".join(f" {name}={value}" for name, value in _extra(record).items())
        line = f"{_time(record)} {record.levelname.lower()} {message}{extra}"
        if record.exc_info:
            line += "\n" + self.formatException(record.exc_info)
        return line


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def _extra(record: logging.LogRecord) -> dict[str, object]:
    return {name: value for name, value in vars(record).items() if name not in _STANDARD}
