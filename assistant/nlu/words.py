"""The understanding's own about text: short forms written out, politeness, fillers, clauses and stems."""

import itertools
import re
from collections.abc import Iterator
from typing import Final

from assistant.nlu.lexicon import ASKING, CLAUSE_ENDS, FILLERS, POLITE, SHORT_FORMS, SHORT_NOUNS, STOP_WORDS
from assistant.text import cut_at, latin_words_in

MAX_CHARACTERS: Final = 2_000
"""Longer text is cut at both ends of the middle: people say what they want first or last."""

_SPACES: Final = re.compile(r"\s+")
_BY_HAND: Final = re.compile(r"[A-Z.,;:!?]")
_SENTENCE_ENDS: Final = ".!?\n"
_LONG_SENTENCE: Final = 40
_PASSAGE: Final = 30
"""Words. Speech without full stops is cut into parts of this length, each half in the one before."""
_ALTERNATIVES: Final = re.compile(r"\(([^()]*\|[^()]*)\)|\[([^\[\]]*)\]")
MAX_EXPANSIONS: Final = 200
"""No wording stands for more than this many; the rest is left out."""


def is_by_hand(text: str) -> bool:
    """Whether a text has capitals or punctuation, which a plain recogniser leaves out."""
    return bool(_BY_HAND.search(text))


def bounded(text: str) -> str:
    """`text`, or when it is longer than MAX_CHARACTERS its beginning and its end."""
    if len(text) <= MAX_CHARACTERS:
        return text
    half = MAX_CHARACTERS // 2
    return f"{text[:half]} {text[-half:]}"


def plain(text: str) -> str:
    """Lower-case words of letters and digits with single spaces between them, short forms written out.

    Text without a Latin letter becomes empty, unless it holds a digit.
    """
    return " ".join(SHORT_FORMS.get(word, word) for word in latin_words_in(text))


def without_politeness(text: str) -> str:
    """Plain text without the words that only make it kinder; unchanged when nothing else is left."""
    return _SPACES.sub(" ", POLITE.sub(" ", text)).strip() or text


def without_fillers(text: str) -> str:
    """Plain text without the words around a question, when at least two are left; short nouns written out."""
    left = _SPACES.sub(" ", FILLERS.sub(" ", text)).strip()
    kept = left if len(left.split()) >= 2 else text
    return " ".join(SHORT_NOUNS.get(word, word) for word in kept.split())


def clauses(text: str) -> tuple[str, ...]:
    """The parts of a message, in order, as written: cut at punctuation and where a new thought begins."""
    return tuple(part.strip() for part in CLAUSE_ENDS.split(text) if part and part.strip())


def passages(text: str) -> Iterator[str]:
    """The sentences of a long text, plain, in order; a very long one in parts that overlap."""
    for sentence in cut_at(_SENTENCE_ENDS, text):
        words = plain(sentence).split()
        if len(words) <= _LONG_SENTENCE:
            yield " ".join(words)
        else:
            for start in range(0, len(words) - _PASSAGE // 2, _PASSAGE // 2):
                yield " ".join(words[start : start + _PASSAGE])


def told(text: str) -> str:
    """What a text tells beside what it asks, plain: "he can not breathe, is that part of it?".

    Empty when it only tells, or only asks.
    """
    parts = [plain(clause) for clause in clauses(text)]
    telling = [part for part in parts if not ASKING.search(part)]
    return " ".join(telling) if len(telling) < len(parts) else ""


def content_words(text: str) -> tuple[str, ...]:
    """The words of plain text that tell questions apart, without their commonest endings."""
    return tuple(_stem(word) for word in text.split() if word not in STOP_WORDS)


def expanded(wording: str) -> tuple[str, ...]:
    """All wordings that one with alternatives stands for: `(a|b)` is either, `[a]` may be left out."""
    parts: list[tuple[str, ...]] = []
    end = 0
    for found in _ALTERNATIVES.finditer(wording):
        parts.append((wording[end : found.start()],))
        either, optional = found.groups()
        parts.append(tuple(either.split("|")) if either is not None else ("", *optional.split("|")))
        end = found.end()
    parts.append((wording[end:],))
    combined = itertools.islice(itertools.product(*parts), MAX_EXPANSIONS)
    return tuple(dict.fromkeys(_SPACES.sub(" ", "".join(chosen)).strip() for chosen in combined))


def _stem(word: str) -> str:
    """Cuts plurals and the commonest verb endings, so that "lumps" meets "lump"."""
    if len(word) > 4:
        for ending, instead in (("ies", "y"), ("ing", ""), ("ed", ""), ("es", "e"), ("s", "")):
            if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
                return word[: -len(ending)] + instead
    return word
