"""What is worked out of a library's topics ahead of questions, and the file that keeps it between starts.

A start with a file that fits reads the names and a vector for each topic, and leaves the rest on the disk
until somebody asks about that topic.
"""

import hashlib
import json
import logging
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from assistant.files import written_whole
from assistant.library.entries import EntryRef, Library
from assistant.nlu.index.encoder import Vectors
from assistant.nlu.index.entity_masking import names_of
from assistant.nlu.index.examples import Rows, TopicExamples, aspects_of, topic_examples
from assistant.nlu.index.vectors import VectorCache

log = logging.getLogger(__name__)

RECIPE: Final = 4
"""To be raised whenever the same content would give another index."""
_AT_ONCE: Final = 32
"""Topics whose texts are embedded together."""


@dataclass(frozen=True, slots=True)
class TopicIndex:
    """All topics of a library, ready to be compared with questions."""

    names: tuple[tuple[str, str], ...]
    """(name in plain words, topic): every name of every topic."""
    packed: Mapping[str, bytes]
    """For each topic its examples, as JSON: unpacked when somebody asks about it."""
    centres: Vectors
    """For each topic, in the same order, the direction of its sentences from those of all; unit length."""

    def examples(self, topic: str) -> TopicExamples:
        """The wordings and sentences of one topic."""
        return _unpacked(topic, json.loads(self.packed[topic]))

    def nearest(self, vector: Vectors, count: int) -> tuple[str, ...]:
        """The topics whose sentences lie nearest to a question's embedding, best first."""
        topics = tuple(self.packed)
        best = np.argsort(-(self.centres @ vector), kind="stable")[:count]
        return tuple(topics[number] for number in best)


def index_of(
    library: Library,
    known_words: frozenset[str],
    cache: VectorCache,
    cache_dir: Path | None,
) -> TopicIndex:
    """The index of `library`: read from `cache_dir` when it is of the same content, and otherwise made anew.

    Everything follows from the content: the same content gives the same index, bit by bit.
    """
    made_from = (RECIPE, cache.encoder_id, library.fingerprint, *library.topics)
    version = hashlib.sha256(repr(made_from).encode()).hexdigest()[:16]
    path = cache_dir / f"topics-{version}.npz" if cache_dir else None
    if path is not None and len(cache) and (kept := _read(path)) is not None:
        cache.keep_stored()
        return kept
    made = _made(library, known_words, cache)
    if path is not None:
        _write(path, made)
    return made


def _made(library: Library, known_words: frozenset[str], cache: VectorCache) -> TopicIndex:
    names: list[tuple[str, str]] = []
    packed: dict[str, bytes] = {}
    means: list[Vectors] = []
    topics = tuple(library.topics)
    for start in range(0, len(topics), _AT_ONCE):
        several: dict[str, TopicExamples] = {}
        for id_ in topics[start : start + _AT_ONCE]:
            topic = library.topics[id_]
            names += (own_names := names_of(topic, known_words))
            several[id_] = topic_examples(topic, aspects_of(library, topic), own_names)
        cache.encode([text for one in several.values() for text in one.texts])
        for id_, one in several.items():
            packed[id_] = json.dumps(_packed(one), separators=(",", ":")).encode()
            means.append(cache.encode(one.sentences.texts or one.own.texts).mean(axis=0))
    return TopicIndex(
        names=tuple(names),
        packed=packed,
        centres=_centred(np.stack(means)) if means else cache.encode([]),
    )


def _centred(means: Vectors) -> Vectors:
    away = means - means.mean(axis=0)
    lengths = np.linalg.norm(away, axis=1, keepdims=True)
    return np.asarray(away / np.maximum(lengths, 1e-9), dtype=np.float32)


def _packed(examples: TopicExamples) -> dict[str, Any]:
    return {
        "entries": [ref.entry for ref in examples.entries],
        "aspects": examples.aspect_of.tolist(),
        "own": [examples.own.texts, examples.own.starts.tolist()],
        "sentences": [examples.sentences.texts, examples.sentences.starts.tolist()],
        "silences": examples.silences,
    }


def _unpacked(topic: str, packed: dict[str, Any]) -> TopicExamples:
    return TopicExamples(
        entries=tuple(EntryRef(topic, entry) for entry in packed["entries"]),
        aspect_of=np.array(packed["aspects"], dtype=np.int64),
        own=_rows(*packed["own"]),
        sentences=_rows(*packed["sentences"]),
        silences=tuple(packed["silences"]),
    )


def _rows(texts: Sequence[str], starts: Sequence[int]) -> Rows:
    return Rows(tuple(texts), np.array(starts, dtype=np.int64))


def _read(path: Path) -> TopicIndex | None:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            told = json.loads(stored["told"].tobytes())
            text, ends = stored["packed"].tobytes(), stored["ends"].tolist()
            centres = stored["centres"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    starts = (0, *ends)
    return TopicIndex(
        names=tuple((name, topic) for name, topic in told["names"]),
        packed={id_: text[start:end] for id_, start, end in zip(told["topics"], starts, ends, strict=False)},
        centres=centres,
    )


def _write(path: Path, index: TopicIndex) -> None:
    """Keeps `index` and removes those of other content; a folder that cannot be written only costs time."""
    told = json.dumps({"names": index.names, "topics": tuple(index.packed)}).encode()
    packed = tuple(index.packed.values())
    try:
        with written_whole(path, instead_of="topics-*.npz") as file:
            np.savez(
                file,
                told=np.frombuffer(told, dtype=np.uint8),
                packed=np.frombuffer(b"".join(packed), dtype=np.uint8),
                ends=np.cumsum([len(one) for one in packed]),
                centres=index.centres,
            )
    except OSError:
        log.warning("topics not kept", extra={"reason": "the folder cannot be written"})
