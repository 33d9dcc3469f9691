"""How sure a time to person is: its 90th percentile and the chance to be on time."""

from __future__ import annotations

import math
from typing import NamedTuple

from dispatch_router.domain.policy import SpreadPolicy
from dispatch_router.domain.recommendation import TimeToPerson

# The standard normal distribution's 90th percentile.
_Z_90 = 1.281_551_565_544_600_4


class ArrivalSpread(NamedTuple):
    """A lognormal time to person.

    Attributes:
        mean_ms: the expected time.
        log_mean: mean of the logarithm of the time in milliseconds; unused when ``log_sd`` is 0.
        log_sd: its standard deviation; 0 where the time is certain.
    """

    mean_ms: int
    log_mean: float
    log_sd: float

    def p90_ms(self) -> int:
        """Nine of ten such drives take at most this long."""
        if self.log_sd == 0.0:
            return self.mean_ms
        return round(math.exp(self.log_mean + _Z_90 * self.log_sd))

    def on_time_probability(self, target_ms: int) -> float:
        """Chance that the person is reached within ``target_ms``, 0-1."""
        if self.log_sd == 0.0:
            return 1.0 if self.mean_ms <= target_ms else 0.0
        if target_ms <= 0:
            return 0.0
        deviations = (math.log(target_ms) - self.log_mean) / self.log_sd
        return 0.5 * math.erfc(-deviations / math.sqrt(2.0))


def arrival_spread(
    time: TimeToPerson, policy: SpreadPolicy, drift_ms: float = 0.0
) -> ArrivalSpread:
    """Add up the parts, each an independent lognormal, as one lognormal.

    The mean and the variance of the sum are exact; that the sum is lognormal again is the
    approximation of L. F. Fenton, "The sum of log-normal probability distributions in scatter
    transmission systems", IRE Trans. Commun. Syst. 8 (1960), 57-67. A part of no time has no
    spread.

    Args:
        time: the parts.
        policy: how much each varies.
        drift_ms: standard deviation of the drive that is added by not knowing where the unit has
            got to since it reported.
    """
    mean_ms = time.total_ms
    variance = (
        (policy.turn_out_cv * time.turn_out_ms) ** 2
        + (policy.drive_cv * time.drive_ms) ** 2
        + (policy.locate_cv * time.locate_ms) ** 2
        + drift_ms**2
    )
    if variance == 0.0 or mean_ms == 0:
        return ArrivalSpread(mean_ms, 0.0, 0.0)
    log_variance = math.log1p(variance / mean_ms**2)
    return ArrivalSpread(mean_ms, math.log(mean_ms) - log_variance / 2.0, math.sqrt(log_variance))
