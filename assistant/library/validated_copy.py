"""A library that passed every check, kept in one file, so that the next start need not check it again.

Checking a library of a thousand topics takes long. The copy is JSON, one
topic a line, below a digest: what is read is what was written, for the same content, by the same rules.
"""

import hashlib
import importlib.metadata
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from assistant import text
from assistant.files import written_whole
from assistant.library.entries import Library, Topic

log = logging.getLogger(__name__)

_READ_WITH: Final = ("markdown-it-py", "pydantic", "PyYAML")
"""Packages that decide what a content file says; another version may read it in another way."""
_LIBRARY: Final = TypeAdapter(Library)
_TOPIC: Final = TypeAdapter(Topic)


class ValidatedCopy:
    """The copy of the library in one language, in `cache_dir`. Losing it costs only time."""

    def __init__(self, cache_dir: Path, language: str) -> None:
        self._cache_dir = cache_dir
        self._language = language

    def read(self, fingerprint: str) -> Library | None:
        """The library that has this fingerprint; None when there is no whole copy of it by today's rules."""
        digest = _digest_of_rules()
        topics: dict[str, Topic] = {}
        try:
            with self._path(fingerprint).open("rb") as file:
                seal = file.readline().strip()
                digest.update(first := file.readline())
                library = _LIBRARY.validate_json(first)
                for line in file:
                    digest.update(line)
                    topic = _TOPIC.validate_json(line)
                    topics[topic.id] = _topic_with(MappingProxyType, topic)
        except (OSError, ValidationError):
            return None
        if digest.hexdigest().encode() != seal or library.fingerprint != fingerprint:
            return None
        return _library_with(MappingProxyType, replace(library, topics=topics))

    def write(self, library: Library) -> None:
        """Keep `library` instead of any earlier one.

        A folder that cannot be written is no reason not to start: the content is checked again next time.
        """
        try:
            self._write(library)
        except OSError:
            log.warning("library not kept", extra={"reason": "the folder cannot be written"})

    def _write(self, library: Library) -> None:
        digest = _digest_of_rules()
        for line in _lines(library):
            digest.update(line)
        with written_whole(self._path(library.fingerprint), instead_of=self._path("*").name) as file:
            file.write(digest.hexdigest().encode() + b"\n")
            file.writelines(_lines(library))

    def _path(self, fingerprint: str) -> Path:
        return self._cache_dir / f"library-{self._language}-{fingerprint}.jsonl"


def _lines(library: Library) -> Iterator[bytes]:
    """Everything but the topics, then the topics one by one: only one of them need be in memory twice."""
    yield _LIBRARY.dump_json(_library_with(dict, replace(library, topics={}))) + b"\n"
    for topic in library.topics.values():
        yield _TOPIC.dump_json(_topic_with(dict, topic)) + b"\n"


_Mapped = Callable[[Mapping[str, Any]], Mapping[str, Any]]


def _library_with(mapping: _Mapped, library: Library) -> Library:
    """The same library, each of its own mappings made by `mapping`."""
    return replace(
        library,
        topics=mapping(library.topics),
        aspects=mapping(library.aspects),
        commands=mapping(library.commands),
        emergencies=mapping(library.emergencies),
    )


def _topic_with(mapping: _Mapped, topic: Topic) -> Topic:
    """The same topic, each of its mappings made by `mapping`."""
    return replace(
        topic,
        pronunciations=mapping(topic.pronunciations),
        entries=mapping(topic.entries),
        aspects=mapping(topic.aspects),
    )


def _digest_of_rules() -> "hashlib._Hash":
    """A SHA-256 that has seen the code that reads and checks content: a copy holds for that code only."""
    digest = hashlib.sha256()
    for module in (Path(text.__file__), *sorted(Path(__file__).parent.glob("*.py"))):
        digest.update(module.read_bytes())
    for package in _READ_WITH:
        digest.update(f"{package} {importlib.metadata.version(package)}".encode())
    return digest
