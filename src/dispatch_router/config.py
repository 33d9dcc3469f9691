"""Settings: one frozen class per concern, read from a file, the environment and flags.

A flag beats the environment, the environment beats the file, the file beats the default. A setting
``max_body_bytes`` is ``DISPATCH_MAX_BODY_BYTES`` in the environment and ``max_body_bytes`` in the
TOML file. The docstring of a field is its documentation; docs/operations.md is tested to match.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)
from pydantic_core import PydanticCustomError

from dispatch_router.setting_file import UnreadableSettings, read_file
from dispatch_router.setting_mistakes import SettingMistake, mistakes_in

ENVIRONMENT_PREFIX: Final = "DISPATCH_"
CONFIG_VARIABLE: Final = "DISPATCH_CONFIG"


class _Settings(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, use_attribute_docstrings=True
    )


class ServerSettings(_Settings):
    """Where the service listens."""

    host: Annotated[str, StringConstraints(min_length=1, max_length=255)] = "127.0.0.1"
    """Address to listen on, a name or an IP address."""

    port: Annotated[int, Field(ge=0, le=65_535)] = 8000
    """Port to listen on; 0 takes a free one and prints it."""

    open_access: bool = False
    """Ask nobody who they are, though there are keys; on loopback alone."""

    stop_within_s: Annotated[float, Field(gt=0, le=600)] = 10.0
    """How long a stop waits for answers that are under way."""


def _not_empty(value: Any) -> Any:
    # Else it would be taken for the folder that the service happens to start in.
    if value == "":
        raise PydanticCustomError("empty", "must not be empty; leave it out instead")
    return value


class DistrictSettings(_Settings):
    """Which district the service knows."""

    district: Annotated[Path | None, BeforeValidator(_not_empty)] = None
    """Folder of the district; without it, the bundled district Xipeng."""


class StateSettings(_Settings):
    """Where the service keeps what must survive a restart."""

    state_dir: Annotated[Path, BeforeValidator(_not_empty)] = Path(".state")
    """Folder of the state, made where there is none; one service per folder."""

    database_url: Annotated[str, StringConstraints(pattern=r"^postgres(ql)?://")] | None = None
    """`postgresql://...`: keep the state there, for several services at once, not in the folder."""
    decisions_kept_days: Annotated[float, Field(ge=0.01, le=36_500)] = 90.0
    """How long the records of decisions are kept."""

    decisions_kept_most: Annotated[int, Field(ge=100, le=100_000_000)] = 200_000
    """How many records of decisions are kept; of more, the oldest are forgotten."""

    incident_decisions_kept_days: Annotated[float, Field(ge=0.01, le=36_500)] = 365.0
    """How long the records of decisions for incidents are kept, which count apart."""

    incident_decisions_kept_most: Annotated[int, Field(ge=100, le=100_000_000)] = 500_000
    """How many of those are kept; of more, the oldest are forgotten."""

    keys_kept_days: Annotated[float, Field(ge=0.01, le=3_650)] = 7.0
    """How long an `Idempotency-Key` of a change is known, with its answer."""

    keys_kept_most: Annotated[int, Field(ge=1_000, le=1_000_000_000)] = 1_000_000
    """How many are known; of more, the oldest are forgotten."""

    caller_key_file: Annotated[Path | None, BeforeValidator(_not_empty)] = None
    """File of the secret key that callers are hashed with; without it, one made in the folder."""


class AccessSettings(_Settings):
    """Who may ask."""

    access_file: Annotated[Path | None, BeforeValidator(_not_empty)] = None
    """File of the API keys; without it, `access.yaml` in the folder of the state."""

    jwt_keys_file: Annotated[Path | None, BeforeValidator(_not_empty)] = None
    """JWKS file with the public keys of the issuer whose tokens are accepted; else none are."""

    jwt_issuer: Annotated[str | None, StringConstraints(min_length=1, max_length=500)] = None
    """`iss` of those tokens."""

    jwt_audience: Annotated[str | None, StringConstraints(min_length=1, max_length=500)] = None
    """One of the `aud` of those tokens."""

    jwt_clock_skew_s: Annotated[float, Field(ge=0, le=300)] = 30.0
    """How far the issuer's clock may be from this machine's."""

    jwt_requests_per_s: Annotated[float, Field(ge=0.01, le=100_000)] = 100.0
    """How often each subject of a token may ask; a key has a limit of its own."""


class LimitSettings(_Settings):
    """What one client may ask of the service."""

    max_body_bytes: Annotated[int, Field(ge=1_024, le=16_777_216)] = 65_536
    """Largest request body; a larger one is answered `body_too_large`."""

    max_batch_bytes: Annotated[int, Field(ge=1_024, le=16_777_216)] = 1_048_576
    """The same for requests that carry many things at once, such as `/v1/closures:batch`."""

    body_within_s: Annotated[float, Field(gt=0, le=600)] = 10.0
    """A body that takes longer to arrive is answered `request_timeout`."""

    max_head_bytes: Annotated[int, Field(ge=1_024, le=1_048_576)] = 16_384
    """Longest request line with headers; a longer one is answered `headers_too_large`."""

    head_within_s: Annotated[float, Field(gt=0, le=600)] = 10.0
    """A connection whose headers take longer to arrive is closed."""

    keep_alive_s: Annotated[float, Field(gt=0, le=3_600)] = 30.0
    """An idle connection is closed after this long."""

    max_requests_in_flight: Annotated[int, Field(ge=1, le=100_000)] = 256
    """Requests worked on at once; one more is answered `overloaded`."""

    max_event_listeners: Annotated[int, Field(ge=1, le=10_000)] = 200
    """Listeners of `/v1/events` at once; one more is answered `overloaded`."""

    max_connections: Annotated[int, Field(ge=1, le=100_000)] = 1_024
    """Connections open at once; one more is answered `overloaded` and closed."""


class LogSettings(_Settings):
    """What the service says about itself, on standard error."""

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """Least severe message that is written; `debug` writes one line per request."""

    log_format: Literal["text", "json"] = "text"
    """Lines for people (`text`) or one JSON object per line (`json`)."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set."""

    server: ServerSettings
    district: DistrictSettings
    state: StateSettings
    limits: LimitSettings
    log: LogSettings
    access: AccessSettings


CONCERNS: Final[tuple[type[_Settings], ...]] = (
    ServerSettings,
    DistrictSettings,
    StateSettings,
    LimitSettings,
    LogSettings,
    AccessSettings,
)

_PATHS: Final = frozenset(
    {"district", "state_dir", "access_file", "jwt_keys_file", "caller_key_file"}
)


class InvalidSetting(Exception):
    """A setting cannot be used. Every mistake names the setting and says where it was set."""

    def __init__(self, mistakes: Iterable[SettingMistake]) -> None:
        in_order = sorted(mistakes)
        self.detail = "\n".join(mistake.text for mistake in in_order)
        self.detail_zh = "\n".join(mistake.text_zh for mistake in in_order)
        super().__init__(self.detail)


def load_settings(environ: Mapping[str, str], flags: Mapping[str, Any]) -> Settings:
    """Read all settings.

    Args:
        environ: the environment; only variables that begin with ``DISPATCH_`` are looked at.
        flags: what the command line gave, by setting name and ``config`` for the file; None counts
            as not given.

    Raises:
        InvalidSetting: some value cannot be used, or the file cannot be read.
    """
    given = {name: value for name, value in flags.items() if value is not None}
    file = given.pop("config", None) or environ.get(CONFIG_VARIABLE) or None
    try:
        in_file = read_file(Path(file)) if file else {}
    except UnreadableSettings as error:
        raise InvalidSetting([error.mistake]) from error
    mistakes = [
        SettingMistake(f"{file}: there is no setting {name!r}", f"{file}：没有设置项{name!r}")
        for name in in_file.keys() - names()
    ]
    concerns: list[Any] = []
    for concern in CONCERNS:
        chosen: dict[str, Any] = {}
        for read in (
            _from_file(concern, in_file, Path(file or "")),
            _from_environment(concern, environ),
            _from_flags(concern, given),
        ):
            mistakes += read.mistakes
            chosen |= read.values
        concerns.append(concern(**chosen))
    if mistakes:
        raise InvalidSetting(mistakes)
    return Settings(*concerns)


def names() -> set[str]:
    """Return the names of all settings, as the file spells them."""
    return {name for concern in CONCERNS for name in concern.model_fields}


def unknown_variables(environ: Mapping[str, str]) -> list[str]:
    """Return the ``DISPATCH_`` variables that set nothing: a slip of the pen, most likely."""
    known = {variable(name) for name in names()} | {CONFIG_VARIABLE}
    return sorted(v for v in environ if v.startswith(ENVIRONMENT_PREFIX) and v not in known)


def variable(name: str) -> str:
    """Return the environment variable of a setting."""
    return ENVIRONMENT_PREFIX + name.upper()


@dataclass(frozen=True, slots=True)
class _Read:
    """What one source says about one concern."""

    values: dict[str, Any]
    mistakes: list[SettingMistake]


def _from_file(concern: type[_Settings], content: Mapping[str, Any], file: Path) -> _Read:
    part = {name: content[name] for name in concern.model_fields.keys() & content.keys()}
    for name in _PATHS & part.keys():
        if isinstance(part[name], str) and part[name]:
            # A path in a file means the same wherever the service is started.
            part[name] = file.parent / part[name]
    try:
        model = concern.model_validate(part, strict=True)
    except ValidationError as error:
        return _Read({}, list(mistakes_in(error, lambda name: f"{file}: {name}")))
    return _Read(_set_values(model), [])


def _from_environment(concern: type[_Settings], environ: Mapping[str, str]) -> _Read:
    part = {n: environ[variable(n)] for n in concern.model_fields if variable(n) in environ}
    try:
        model = concern.model_validate_strings(part)
    except ValidationError as error:
        return _Read({}, list(mistakes_in(error, variable)))
    return _Read(_set_values(model), [])


def _from_flags(concern: type[_Settings], flags: Mapping[str, Any]) -> _Read:
    part = {name: flags[name] for name in concern.model_fields.keys() & flags.keys()}
    try:
        model = concern.model_validate(part)
    except ValidationError as error:
        return _Read({}, list(mistakes_in(error, lambda name: "--" + name.replace("_", "-"))))
    return _Read(_set_values(model), [])


def _set_values(model: BaseModel) -> dict[str, Any]:
    return {name: getattr(model, name) for name in model.model_fields_set}
