"""Content files in, one frozen Library out; or every problem in them at once."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Final

from assistant.errors import ContentError, Problem
from assistant.library.content_files import ContentFiles, fingerprint_of
from assistant.library.entries import Library
from assistant.library.house_style import HardWord
from assistant.library.plain_markdown import Passage
from assistant.library.shared_files import (
    SHARED_FILES,
    UNREAD_FILES,
    read_aspects,
    read_commands,
    read_emergencies,
    read_glossary,
)
from assistant.library.topic_folder import (
    TopicParts,
    as_served,
    build_topic,
    read_topic_folder,
    refuse_stray,
    visible_in,
)
from assistant.library.validated_copy import ValidatedCopy
from assistant.library.wordings import WordingRegister

PACKED: Final = "_content"
"""The folder's name in an installed package."""


def content_folder() -> Path:
    """The folder of the content that comes with the program: in an installed package, else the checkout's."""
    package = Path(__file__).resolve().parents[1]
    packed = package / PACKED
    return packed if packed.is_dir() else package.parent / "content"


def load_library(
    content_dir: Path, language: str = "en", cache_dir: Path | None = None, rules: "Rules | None" = None
) -> Library:
    """Everything in `content_dir`/`language`, deeply immutable.

    `rules`: what is wrong with content that can be loaded, such as `checking.problems_of`. `cache_dir` keeps
    a copy between starts: while no byte of the content changes, it is not checked again, by the same rules.
    Raises ContentError with all problems of all files: there is never half a library.
    Whether the names in `commands.yaml` are commands is for the understanding room to say.
    """
    if cache_dir is None:
        return _checked(content_dir, language, rules)
    copy = ValidatedCopy(cache_dir, language)
    fingerprint = fingerprint_of(content_dir / language, unread=UNREAD_FILES)
    library = copy.read(fingerprint) if fingerprint else None
    if library is None:
        library = _checked(content_dir, language, rules)
        copy.write(library)
    return library


def _checked(content_dir: Path, language: str, rules: "Rules | None") -> Library:
    loaded = read_content(content_dir, language)
    problems = loaded.problems if rules is None else rules(loaded, content_dir / language)
    if loaded.library is None or problems:
        raise ContentError(problems)
    return loaded.library


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What was found in a content folder, down to the lines: a library only if there is no problem at all."""

    library: Library | None
    problems: tuple[Problem, ...]
    topics: tuple[TopicParts, ...] = ()
    emergencies: tuple[Passage, ...] = ()
    glossary: tuple[HardWord, ...] = ()
    unfinished: tuple[Problem, ...] = ()
    """What is wrong with drafts, which are not served and keep nothing from being served."""
    rehearsed: Library | None = None
    """The library if all drafts were published that can be read, and nothing else were wrong."""


def read_content(content_dir: Path, language: str = "en") -> LoadResult:
    """Everything in `content_dir`/`language`, with all that is wrong with it; no content makes it raise."""
    folder = content_dir / language
    files = ContentFiles(folder)
    if not folder.is_dir():
        files.findings(folder).add(
            1, "This folder does not exist.", "Name the folder that holds the content."
        )
        return LoadResult(None, files.problems())
    register = WordingRegister()
    aspects = read_aspects(files)
    commands = read_commands(files)
    emergencies, emergency_passages = read_emergencies(files)
    glossary = read_glossary(files)
    parts = tuple(read_topic_folder(files, path) for path in _topic_folders(files))
    built = [(topic, part) for part in parts if (topic := build_topic(files, part, aspects, register))]
    topics = [topic for each, part in built if (topic := as_served(each, part))]
    if not topics and parts and all(part.is_draft or part.fields for part in parts):
        files.findings(folder).add(
            1,
            "No answer is served yet: all of them are drafts.",
            "Publish one: `assistant topic publish ID`.",
        )
    problems = files.problems()
    library = rehearsed = None
    if aspects is not None:
        rehearsed = Library(
            language=language,
            topics=MappingProxyType({topic.id: topic for topic, _ in built}),
            aspects=aspects,
            commands=commands,
            emergencies=emergencies,
            fingerprint=files.fingerprint(),
        )
        if not problems:
            library = replace(rehearsed, topics=MappingProxyType({topic.id: topic for topic in topics}))
    return LoadResult(library, problems, parts, emergency_passages, glossary, files.unfinished(), rehearsed)


Rules = Callable[[LoadResult, Path], tuple[Problem, ...]]
"""Says all that is wrong with what was read from a language's folder, with what keeps it from loading."""


def _topic_folders(files: ContentFiles) -> list[Path]:
    folders = []
    for path in visible_in(files.folder):
        if path.is_dir():
            folders.append(path)
        elif path.name not in SHARED_FILES:
            refuse_stray(files, path)
    if not folders:
        files.findings(files.folder).add(1, "There is no topic here.", "Add a folder with a file topic.md.")
    return folders
