"""How many years of school an answer asks of its reader: the Flesch-Kincaid grade."""

import re
from collections.abc import Iterable, Sequence

from readability import KincaidGradeLevel
from readability.langdata import LANGDATA

from assistant.library.plain_markdown import Passage
from assistant.text import sentences_in, words_in


def reading_grade(passages: Sequence[Passage], names: Iterable[str], language: str = "en") -> float | None:
    """The Flesch-Kincaid grade of the passages together; None when no words are left to count.

    Grade = 0.39 x words per sentence + 11.8 x syllables per word - 15.59 (Kincaid and others, 1975). Every
    sentence of a paragraph counts as one, and so does every bullet: each is heard with a pause after it.

    `names` are words and names that the reader comes for, such as the illness's own: they are dropped where
    they stand, a name of several words only as a whole, so that "calcium" counts outside "calcium gout".

    Formula and syllables are the readability package's. Words go to it one by one, in lower case and with at
    least one syllable, because its counter takes capitals for consonants and finds no syllable in "the".
    """
    count_syllables = LANGDATA[language]["syllables"]
    dropped = _Names(names)
    words = sentences = syllables = 0
    for passage in passages:
        for sentence in sentences_in(passage.text):
            counted = dropped.taken_out_of(words_in(sentence.text, compounds=True))
            sentences += bool(counted)
            words += len(counted)
            syllables += sum(max(1, count_syllables(word)) for word in counted)
    return float(KincaidGradeLevel(syllables, words, sentences)) if words else None


class _Names:
    def __init__(self, names: Iterable[str]) -> None:
        split = {tuple(words_in(name, compounds=True)) for name in names}
        self._longest_first = sorted(filter(None, split), key=len, reverse=True)

    def taken_out_of(self, words: list[str]) -> list[str]:
        kept, position = [], 0
        bare = [re.sub(r"'s?$", "", word) for word in words]
        while position < len(words):
            length = next(
                (
                    len(name)
                    for name in self._longest_first
                    if tuple(bare[position : position + len(name)]) == name
                ),
                0,
            )
            if not length:
                kept.append(words[position])
            position += length or 1
        return kept
