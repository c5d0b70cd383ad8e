"""Signals of distress that are hardly a sentence: SOS, 112, an ambulance. Exact, and looked for first."""

import re
from collections.abc import Mapping
from typing import Final

from assistant.library.entries import Library
from assistant.nlu.intents import Emergency
from assistant.nlu.words import plain, without_politeness
from assistant.text import legible

_SHOUTED: Final = re.compile(r"!{2,}")
_PLEASE: Final = re.compile(r"\b(?:please|pls|plz)\b")
_LONGEST: Final = 200
"""Characters. A longer message is looked at for its signs alone."""


class EmergencySignals:
    """Knows the signals of all kinds of emergency."""

    def __init__(self, library: Library) -> None:
        written = [(each, guide.kind) for guide in library.emergencies.values() for each in guide.signals]
        self._shouts = {_bare(each): kind for each, kind in written if "!" in each}
        self._words = {_joined(each): kind for each, kind in written if "!" not in each and _joined(each)}
        self._signs = {_shown(each): kind for each, kind in written if "!" not in each and not _joined(each)}

    def found_in(self, text: str) -> Emergency | None:
        """The emergency that a text signals; None when it signals none.

        A sign counts wherever it stands, such as an emoji. A word or a number counts when it is all that is
        said, however it is spaced, repeated or asked for politely; a shout when it is shouted.
        """
        shown = _shown(text)
        kind = next((kind for sign, kind in self._signs.items() if sign in shown), None)
        if kind is None and len(text) <= _LONGEST:
            kind = self._shouted(text) or _repeated(self._words, _joined(text))
        return None if kind is None else Emergency(kind)

    def _shouted(self, text: str) -> str | None:
        return _repeated(self._shouts, _bare(text)) if _SHOUTED.search(legible(text)) else None


def _repeated(kinds: Mapping[str, str], joined: str) -> str | None:
    """The kind of the word that this is, once or several times in a row."""
    return next((kind for word, kind in kinds.items() if joined and not joined.replace(word, "")), None)


def _shown(text: str) -> str:
    """The text without what nobody sees."""
    return legible(text).casefold().replace(" ", "")


def _bare(text: str) -> str:
    """A shout's letters, without the word that only makes it kinder: "please help!!!" is "help"."""
    return _PLEASE.sub("", plain(text)).replace(" ", "")


def _joined(text: str) -> str:
    return without_politeness(plain(text)).replace(" ", "")
