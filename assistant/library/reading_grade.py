"""How many years of school an answer asks of its reader: the Flesch-Kincaid grade."""

import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from readability import KincaidGradeLevel
from readability.langdata import LANGDATA

from assistant.library.plain_markdown import Passage

_WORD: Final = re.compile(r"[^\W_]+(?:['’.,-][^\W_]+)*")
_SENTENCE_END: Final = re.compile(r"[.!?][\"'”’)]*(?=\s+[\"'“‘(]?[^\W_a-z])")
"""A closing sign before a word that begins with anything but a small letter."""


class Sentence(NamedTuple):
    """A sentence and where it begins in its passage."""

    text: str
    offset: int


def words_of(text: str) -> list[str]:
    """The words of `text` in lower case; a hyphenated word and a number with its separators are one each."""
    return [word.lower() for word in _WORD.findall(text)]


def sentences_of(text: str) -> list[Sentence]:
    """The sentences of one passage. What is left without a full stop, such as a bullet, is one too."""
    sentences, start = [], 0
    for end in [*(match.end() for match in _SENTENCE_END.finditer(text)), len(text)]:
        whole = text[start:end]
        if stripped := whole.strip():
            sentences.append(Sentence(stripped, start + len(whole) - len(whole.lstrip())))
        start = end
    return sentences


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
        for sentence in sentences_of(passage.text):
            counted = dropped.taken_out_of(words_of(sentence.text))
            sentences += bool(counted)
            words += len(counted)
            syllables += sum(max(1, count_syllables(word)) for word in counted)
    return float(KincaidGradeLevel(syllables, words, sentences)) if words else None


class _Names:
    def __init__(self, names: Iterable[str]) -> None:
        split = {tuple(words_of(name)) for name in names}
        self._longest_first = sorted(filter(None, split), key=len, reverse=True)

    def taken_out_of(self, words: list[str]) -> list[str]:
        kept, position = [], 0
        bare = [re.sub(r"['’]s?$", "", word) for word in words]
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
