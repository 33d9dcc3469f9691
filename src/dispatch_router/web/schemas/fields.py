"""Types that requests and replies share."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Lon = Annotated[
    float, Field(ge=-180, le=180, allow_inf_nan=False, description="Longitude in degrees.")
]
Lat = Annotated[
    float, Field(ge=-90, le=90, allow_inf_nan=False, description="Latitude in degrees.")
]
CrsName = Literal["wgs84", "gcj02", "bd09"]
Metres = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1)]
Seconds = Annotated[float, Field(allow_inf_nan=False)]

# Controls, line separators and marks that reverse the reading direction.
_CONTROLS: Final = r"\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069"
PRINTED_TEXT: Final = rf"^[^{_CONTROLS}]*[^{_CONTROLS}\s][^{_CONTROLS}]*$"

# The same, but lines may end and be indented.
_CONTROLS_IN_LINES: Final = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069"
WRITTEN_TEXT: Final = (
    rf"^[^{_CONTROLS_IN_LINES}]*[^{_CONTROLS_IN_LINES}\s][^{_CONTROLS_IN_LINES}]*$"
)


def _whole(value: Any) -> Any:
    # JSON does not tell 5.0 from 5, and JSON Schema calls both an integer.
    return int(value) if isinstance(value, float) and value.is_integer() else value


WHOLE_NUMBER: Final = BeforeValidator(_whole)
"""Goes last in the annotations of an ``int``, or its bounds are missing in the OpenAPI document."""


class StrictModel(BaseModel):
    """Nothing is bent into shape and nothing unknown is let pass."""

    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, use_attribute_docstrings=True
    )
