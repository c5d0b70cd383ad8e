"""A search that anybody could have in an afternoon, for comparison."""

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.library.entries import Entry, Library
from assistant.library.naming import AnswerNames
from assistant.nlu.index.examples import sentences_of

_PLACES = 3


class PlainSearch(Protocol):
    """Ranks the library's answers by their own text: no example wordings, no names masked, no mending."""

    name: str

    def best(self, text: str) -> tuple[str, ...]:
        """Up to three answer ids, best first; none when nothing matches."""
        ...


class KeywordSearch:
    """BM25 as bm25s comes, English stop words left out, over each answer's title and text."""

    name = "BM25"

    def __init__(self, library: Library) -> None:
        # Imported here: nothing else needs it, and it comes with the extra `evaluation` alone.
        import bm25s

        self._tokenize: Callable[..., Any] = bm25s.tokenize
        entries = _entries(library)
        self._ids = tuple(AnswerNames.in_library(library))
        tokens = [self._tokens(" ".join((entry.title, *sentences_of(entry)))) for entry in entries]
        self._known = frozenset(token for each in tokens for token in each)
        self._index = bm25s.BM25()
        self._index.index(tokens, show_progress=False)

    def best(self, text: str) -> tuple[str, ...]:
        """Up to three answer ids, best first; none without a word in common."""
        asked = [token for token in self._tokens(text) if token in self._known]
        if not asked:
            return ()
        return _first(self._ids, np.asarray(self._index.get_scores(asked), dtype=np.float32), least=0.0)

    def _tokens(self, text: str) -> list[str]:
        (tokens,) = self._tokenize([text], stopwords="en", return_ids=False, show_progress=False)
        return [str(token) for token in tokens]


def _entries(library: Library) -> list[Entry]:
    return [entry for topic in library.topics.values() for entry in topic.entries.values()]


def _first(ids: tuple[str, ...], scores: NDArray[np.float32], *, least: float) -> tuple[str, ...]:
    order = np.argsort(-scores, kind="stable")
    found = dict.fromkeys(ids[number] for number in order if scores[number] > least)
    return tuple(found)[:_PLACES]
