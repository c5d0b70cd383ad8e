"""What was asked lately is understood at once: most people ask what others have just asked."""

import secrets
from collections import OrderedDict
from hashlib import blake2b
from typing import Final

from assistant.nlu.intents import Intent
from assistant.nlu.interpreter import Context

_MOST: Final = 4_096


class RecentMeanings:
    """The meanings of the texts asked last, each where it was asked. In memory alone, and without the texts.

    A text is known again by a digest whose key nobody keeps: whoever is forgotten leaves no word here.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._key = secrets.token_bytes(32)
        self._meanings: OrderedDict[tuple[bytes, Context], Intent] = OrderedDict()

    def of(self, text: str, context: Context) -> Intent | None:
        """What that text meant there; None when nobody asked it lately."""
        asked = self._asked(text, context)
        meaning = self._meanings.get(asked)
        if meaning is not None:
            self._meanings.move_to_end(asked)
        return meaning

    def keep(self, text: str, context: Context, meaning: Intent) -> None:
        """That text means this there. What was not asked for longest is forgotten for it."""
        self._meanings[self._asked(text, context)] = meaning
        while len(self._meanings) > self._most:
            self._meanings.popitem(last=False)

    def _asked(self, text: str, context: Context) -> tuple[bytes, Context]:
        return blake2b(text.encode("utf-8", "surrogatepass"), key=self._key, digest_size=16).digest(), context
