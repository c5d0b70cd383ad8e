"""Messages in another language: a cry for help is heard, and everything else is told that only English is."""

import re
import unicodedata
from collections import Counter
from dataclasses import replace
from typing import Final

from assistant.library.entries import Library
from assistant.nlu.intents import Emergency, NotCovered
from assistant.nlu.languages import Language, languages
from assistant.nlu.lexicon import STOP_WORDS
from assistant.nlu.parse import Parse

_WORD: Final = re.compile(r"[^\W\d_]+")
_UNSPACED: Final = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
"""Letters of scripts that leave no spaces between words."""
_SCRIPTS: Final = (
    *(("Kana", re.compile(r"[\u3040-\u30ff]")), ("Han", re.compile(r"[\u4e00-\u9fff]"))),
    *(("Cyrillic", re.compile(r"[\u0400-\u04ff]")), ("Arabic", re.compile(r"[\u0600-\u06ff]"))),
    ("Devanagari", re.compile(r"[\u0900-\u097f]")),
)
"""In the order in which they decide: Japanese is written in both of the first."""
_LETTERS_OF: Final = {"uk": re.compile("[іїєґ]"), "ru": re.compile("[ыэъё]")}
"""What tells languages of one script apart."""
_DENYING: Final = frozenset(
    {"no", "non", "nicht", "kein", "keine", "não", "nao", "nie", "niet", "не", "нет", "hindi", "değil", "nu"}
)
"""Right before a phrase: "no me duele mucho el pecho"."""
_LONGEST: Final = 120
"""Words. In a longer text of many signs a short phrase stands by chance."""
_MOST: Final = 2_000
"""Characters that are looked at."""


class ForeignLanguage:
    """Knows the other languages' words, and their phrases for the library's kinds of emergency."""

    def __init__(self, library: Library) -> None:
        self._languages = tuple(languages().values())
        self._by_first_word: dict[str, list[tuple[str, str]]] = {}
        self._anywhere: list[tuple[str, str]] = []
        """(phrase, kind), of languages that part words by spaces and of those that do not."""
        for language in self._languages:
            for kind in language.emergencies.keys() & library.emergencies.keys():
                for phrase in map(_joined, language.emergencies[kind]):
                    if _UNSPACED.search(phrase):
                        self._anywhere.append((phrase.replace(" ", ""), kind))
                    else:
                        first = phrase.partition(" ")[0]
                        self._by_first_word.setdefault(first, []).append((phrase, kind))

    def __call__(self, parse: Parse) -> Parse:
        """The parse; an emergency, or not covered for its language, when it is plainly not English."""
        text = unicodedata.normalize("NFC", parse.written[:_MOST]).casefold()
        words = _WORD.findall(text)
        if not words:
            return parse
        kind = self._emergency(words, text) if len(words) <= _LONGEST else None
        if kind is not None:
            return replace(parse, intent=Emergency(kind))
        language = self._spoken(words, text)
        return parse if language is None else replace(parse, intent=NotCovered(foreign=language.code))

    def _emergency(self, words: list[str], text: str) -> str | None:
        for number, word in enumerate(words):
            for phrase, kind in self._by_first_word.get(word, ()):
                found = " ".join(words[number : number + phrase.count(" ") + 1])
                if found == phrase and not (number and words[number - 1] in _DENYING):
                    return kind
        if text.isascii():
            return None
        return next((kind for phrase, kind in self._anywhere if phrase in text), None)

    def _spoken(self, words: list[str], text: str) -> Language | None:
        script = next(
            (name for name, letters in _SCRIPTS if len(letters.findall(text)) > len(text) / 4), None
        )
        if script is not None:
            written = [each for each in self._languages if each.script == script]
            told = [
                each for each in written if each.code in _LETTERS_OF and _LETTERS_OF[each.code].search(text)
            ]
            return next(iter(told or written), None)
        hits = Counter(
            {language.code: sum(word in language.words for word in words) for language in self._languages}
        )
        ((code, count),) = hits.most_common(1)
        english = sum(word in STOP_WORDS for word in words)
        is_plain = count > english and (count >= 2 or 3 * count >= len(words))
        return languages()[code] if is_plain else None


def _joined(phrase: str) -> str:
    return " ".join(_WORD.findall(unicodedata.normalize("NFC", phrase).casefold()))
