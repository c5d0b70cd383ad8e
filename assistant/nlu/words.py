"""The understanding's own about text: short forms written out, politeness, fillers, clauses and parts."""

import itertools
import re
from typing import Final

from assistant.nlu.lexicon import ASKING, CLAUSE_ENDS, FILLERS, POLITE, QUESTION_ENDS, SHORT_FORMS
from assistant.text import latin_words_in

MAX_CHARACTERS: Final = 4_096
"""As long as a message can be. Longer text loses its middle: people say what they want first or last."""

_SPACES: Final = re.compile(r"\s+")
_ALTERNATIVES: Final = re.compile(r"\(([^()]*\|[^()]*)\)|\[([^\[\]]*)\]")
MAX_EXPANSIONS: Final = 200
"""No wording stands for more than this many; the rest is left out."""
_PART: Final = 90
_SHARED: Final = 30
"""Words."""
_SHORTEST_QUESTION: Final = 2


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
    """Plain text without the words around a question, when at least two are left."""
    left = _SPACES.sub(" ", FILLERS.sub(" ", text)).strip()
    return left if len(left.split()) >= 2 else text


def clauses(text: str) -> tuple[str, ...]:
    """The parts of a message, in order, as written: cut at punctuation and where a new thought begins."""
    return tuple(part.strip() for part in CLAUSE_ENDS.split(text) if part and part.strip())


def parts_of(text: str) -> tuple[str, ...]:
    """Plain text in parts that the encoder reads whole, each with the end of the one before."""
    words = text.split()
    starts = range(0, max(1, len(words) - _SHARED), _PART - _SHARED) if words else ()
    return tuple(" ".join(words[start : start + _PART]) for start in starts)


def questions_in(text: str) -> tuple[str, ...]:
    """The questions that follow each other in a message, plain."""
    parts = (plain(part) for part in QUESTION_ENDS.split(text) if part and part.strip())
    return tuple(part for part in parts if ASKING.search(part) and len(part.split()) >= _SHORTEST_QUESTION)


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
