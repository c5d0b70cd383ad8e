"""Notices an emergency that is happening now."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from assistant.nlu.index.encoder import Seen
from assistant.nlu.index.labels import CALM, Kinds
from assistant.nlu.intents import Emergency
from assistant.nlu.lexicon import ASKS_FOR_AN_END
from assistant.nlu.parse import Look, Parse
from assistant.nlu.stages.fallback_policy import Thresholds
from assistant.nlu.words import clauses, plain
from assistant.text import cut_at

_MOST_CLAUSES: Final = 4
"""A message of more is a story, of which only whole sentences are looked at."""
_SENTENCE_ENDS: Final = ".!?\n"
SELF_HARM: Final = "self-harm"
"""The kind whose line is never left out where somebody asks what it takes to end a life."""


class EmergencyStage:
    """Raises the alarm, or notes that it may be one. Of several parts the most alarming decides.

    In doubt, each clause of a short message is looked at by itself: a request beside it hides no emergency.
    """

    def __init__(self, kinds: Kinds, thresholds: Thresholds, look_at: Callable[[str], Look]) -> None:
        self._kinds = kinds.alarms
        self._calm = kinds.alarms.index(CALM)
        self._thresholds = thresholds
        self._look_at = look_at

    def __call__(self, parse: Parse) -> Parse:
        """The parse with its alarm, and the emergency where that is believed in enough."""
        seen = [look.seen for look in parse.looks if not look.cost]
        if not seen or len(self._kinds) < 2:
            return parse
        enough = self._thresholds.alarm(len(parse.plain.split()))
        kind, belief = max(map(self._alarm, seen), key=lambda alarm: alarm[1])
        if (self._thresholds.doubtful <= belief or len(seen) > 1) and belief < enough:
            kind, belief = max((kind, belief), self._alone(parse.written), key=lambda alarm: alarm[1])
        found = replace(parse, alarm=(kind, belief))
        if belief >= enough:
            return replace(found, intent=Emergency(kind, belief))
        if belief >= self._thresholds.caution:
            return replace(found, caution=kind)
        return replace(found, caution=SELF_HARM) if ASKS_FOR_AN_END.search(parse.plain) else found

    def _alone(self, written: str) -> tuple[str, float]:
        """The alarm of one clause or sentence by itself, when that is plain; no belief otherwise."""
        parts = [part for part in map(plain, clauses(written)) if " " in part]
        if len(parts) > _MOST_CLAUSES:
            parts = [part for part in map(plain, cut_at(_SENTENCE_ENDS, written)) if " " in part]
        if len(parts) < 2:
            return self._kinds[0], 0.0
        kind, belief = max(
            (self._alarm(self._look_at(part).seen) for part in parts), key=lambda alarm: alarm[1]
        )
        return (kind, belief) if belief >= self._thresholds.plain_alarm else (kind, 0.0)

    def _alarm(self, seen: Seen) -> tuple[str, float]:
        """The likeliest kind, and the belief that it is an emergency of any kind."""
        kind = max(
            (number for number in range(len(self._kinds)) if number != self._calm),
            key=lambda number: float(seen.alarms[number]),
        )
        return self._kinds[kind], 1 - float(seen.alarms[self._calm])
