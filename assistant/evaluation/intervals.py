"""Shares with the doubt that goes with their number."""

import math
from dataclasses import dataclass

Z_95 = 1.959964
"""The 97.5 % quantile of the standard normal distribution: 95 % lie between minus and plus this."""


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `n`, with the 95 % Wilson score interval.

    Wilson, E. B. (1927), "Probable inference, the law of succession, and statistical inference", Journal of
    the American Statistical Association 22(158), 209-212. It stays between 0 and 1 and holds for few
    questions and for shares near 0 and 1, where the simple normal interval does not.
    """

    hits: int
    n: int

    @property
    def value(self) -> float:
        """0 to 1; 0 when there is nothing to count."""
        return self.hits / self.n if self.n else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """(p + z²/2n ± z·sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n); 0 to 1 when there is nothing to count."""
        if not self.n:
            return 0.0, 1.0
        squared = Z_95**2 / self.n
        middle = self.value + squared / 2
        spread = math.sqrt(squared * (self.value * (1 - self.value) + squared / 4))
        return max(0.0, (middle - spread) / (1 + squared)), min(1.0, (middle + spread) / (1 + squared))

    def __str__(self) -> str:
        if not self.n:
            return "-"
        low, high = self.interval
        return f"{_short(self.value)} [{_short(low)}-{_short(high)}]"


def _short(share: float) -> str:
    """Two digits without the zero: .93, and 1.0 for all."""
    return "1.0" if share >= 0.995 else f"{share:.2f}".removeprefix("0")
