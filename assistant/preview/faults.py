"""Faults on order: the ways in which a real Bot API server and the network in front of it fail."""

import math
import random
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

FaultKind = Literal[
    "400",  # refused, with `description`
    "401",  # the token is not accepted (any more)
    "404",  # the token is not even one of any bot
    "429",  # too many requests, with retry_after
    "429html",  # the same from a proxy: an HTML page and a Retry-After header
    "500",  # Telegram's own error, as JSON
    "502html",  # a proxy's error, as an HTML page
    "reset",  # the connection is cut before anything is done
    "lost",  # carried out, but the connection is cut before the answer; a download ends half-way
    "hang",  # no answer ever comes
    "drip",  # the answer comes a few bytes at a time
]


@dataclass(slots=True)
class Fault:
    """One planned fault, used up after `times` requests.

    `method` is a method's name, "download" for fetching a file, or "*" for any of them. With `share` below 1
    only that part of the requests is hit, at random but the same in every run.
    """

    method: str
    kind: FaultKind
    times: int = 1
    retry_after: int = 1
    share: float = 1.0
    description: str = "Bad Request: refused by the fault plan"


class FaultPlan:
    """The faults to come, in order. The first that fits a request hits it."""

    def __init__(self, seed: int = 20) -> None:
        self._faults: list[Fault] = []
        # Not for secrets: the same faults in every run make a failure repeatable.
        self._random = random.Random(seed)  # noqa: S311 - decides which requests fail, nothing secret
        self.hits = 0

    def append(self, fault: Fault) -> None:
        """Plan one more fault."""
        self._faults.append(fault)

    def clear(self) -> None:
        """Everything works again."""
        self._faults.clear()

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._faults)

    def __len__(self) -> int:
        return len(self._faults)

    def take(self, method: str) -> Fault | None:
        """The fault that hits this request, if one does; it is counted as used."""
        for fault in self._faults:
            if fault.method in (method, "*") and (fault.share >= 1 or self._random.random() < fault.share):
                fault.times -= 1
                if fault.times <= 0:
                    self._faults.remove(fault)
                self.hits += 1
                return fault
        return None


@dataclass(frozen=True, slots=True)
class FloodLimits:
    """Telegram's own limits on sending (core.telegram.org/bots/faq): one message a second in a chat, 30
    overall."""

    per_chat_per_s: float = 1.0
    overall_per_s: float = 30.0
    burst_in_chat: int = 3


class FloodGate:
    """Counts what is sent and says how long to wait when it is too much."""

    def __init__(self, limits: FloodLimits | None) -> None:
        self._limits = limits
        self._by_chat: dict[int, deque[float]] = {}
        self._overall: deque[float] = deque()

    def wait_s(self, chat_id: int, now: float) -> int:
        """Whole seconds to wait before sending to this chat; 0 counts the message as sent."""
        if self._limits is None:
            return 0
        chat = self._by_chat.setdefault(chat_id, deque())
        chat_window_s = self._limits.burst_in_chat / self._limits.per_chat_per_s
        waits = (
            _until_free(chat, now, chat_window_s, self._limits.burst_in_chat),
            _until_free(self._overall, now, 1.0, math.ceil(self._limits.overall_per_s)),
        )
        if max(waits) > 0:
            return math.ceil(max(waits))
        chat.append(now)
        self._overall.append(now)
        return 0


def _until_free(sent: deque[float], now: float, window_s: float, most: int) -> float:
    while sent and sent[0] <= now - window_s:
        sent.popleft()
    return sent[0] + window_s - now if len(sent) >= most else 0.0
