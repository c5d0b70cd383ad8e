"""Texts that hardly hold a word: of noise nothing can be said, and none of it is an alarm."""

from collections.abc import Collection
from dataclasses import replace
from typing import Final

from assistant.nlu.intents import NotCovered
from assistant.nlu.parse import Parse

_SHORTEST_WORD: Final = 3
_FEW: Final = 4
"""Words. So few may all be misspelt."""
_SENSIBLE: Final = 1 / 3
"""The least share of a longer text that must be words."""


class Noise:
    """Knows the words of a language."""

    def __init__(self, known: Collection[str]) -> None:
        self._known = known

    def __call__(self, parse: Parse) -> Parse:
        """The parse; not covered, where too little of it is words."""
        if parse.named or self._makes_sense(parse):
            return parse
        return replace(parse, intent=NotCovered())

    def _makes_sense(self, parse: Parse) -> bool:
        words = parse.plain.split()
        # Plain words have no letters but Latin ones.
        if 2 * sum(map(len, words)) < sum(map(str.isalpha, parse.written)):
            return False
        if parse.written.startswith("/"):
            return True
        if not any(len(word) >= _SHORTEST_WORD and word.isalpha() for word in words):
            return False
        known = sum(word in self._known for word in words)
        return len(words) <= _FEW or known >= _SENSIBLE * len(words)
