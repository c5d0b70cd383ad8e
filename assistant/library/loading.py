"""Content files in, one frozen Library out; or every problem in them at once."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeVar

from pydantic import BaseModel

from assistant.errors import ContentError, Problem
from assistant.library.content_files import ContentFiles, split_front_matter
from assistant.library.findings import Findings
from assistant.library.front_matter import (
    AspectsFile,
    CommandsFile,
    EmergenciesFile,
    EntryFile,
    OffTopicFile,
    TopicFile,
    fit,
)
from assistant.library.plain_markdown import Passage, Prose, read_prose
from assistant.library.plain_yaml import Document, Location, parse_yaml
from assistant.library.values import (
    Aspect,
    Block,
    CommandWordings,
    EmergencyGuide,
    Entry,
    EntryRef,
    Kind,
    Library,
    Review,
    Topic,
)
from assistant.library.wordings import WordingRegister

FAQ_PREFIX: Final = "faq-"
_SHARED_FILES: Final = (
    "aspects.yaml",
    "commands.yaml",
    "emergencies.yaml",
    "off_topic.yaml",
    "interface.ftl",
)

Model = TypeVar("Model", bound=BaseModel)


def content_folder() -> Path:
    """The folder of the content that comes with the program: in an installed package, else the checkout's."""
    package = Path(__file__).resolve().parents[1]
    packed = package / "_content"
    return packed if packed.is_dir() else package.parent / "content"


def load_library(content_dir: Path, language: str = "en") -> Library:
    """Everything in `content_dir`/`language`, deeply immutable.

    Raises ContentError with all problems of all files: there is never half a library.
    Whether the names in `commands.yaml` are commands is for the understanding room to say.
    """
    reading = read_content(content_dir, language)
    if reading.library is None:
        raise ContentError(reading.problems)
    return reading.library


@dataclass(frozen=True, slots=True)
class ReadText:
    """The prose of one file with its lines, for checks of style. `topic` is None for files of no topic."""

    path: Path
    topic: str | None
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class ReadEntry:
    """The front matter of one answer, with its lines."""

    path: Path
    fields: EntryFile
    document: Document


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found in a content folder: the library only when there is no problem at all."""

    library: Library | None
    problems: tuple[Problem, ...]
    texts: tuple[ReadText, ...]
    entries: tuple[ReadEntry, ...]
    topics: tuple[TopicFile, ...]


def read_content(content_dir: Path, language: str = "en") -> Reading:
    """Everything in `content_dir`/`language`, with all that is wrong with it; no content makes it raise."""
    return _Reader(content_dir / language, language).read()


@dataclass(slots=True)
class _TopicParts:
    """One topic folder as far as it could be read."""

    path: Path
    fields: TopicFile | None
    document: Document | None
    entries: dict[str, tuple[ReadEntry, Prose]] = field(default_factory=dict)
    files: dict[str, Path] = field(default_factory=dict)


class _Reader:
    def __init__(self, folder: Path, language: str) -> None:
        self._folder = folder
        self._language = language
        self._files = ContentFiles(folder)
        self._findings: list[Findings] = []
        self._texts: list[ReadText] = []

    def read(self) -> Reading:
        if not self._folder.is_dir():
            self._look_at(self._folder).add(1, "This folder does not exist.", "Point to a folder of content.")
            return Reading(None, self._problems(), (), (), ())
        register = WordingRegister()
        aspects = self._aspects(register)
        commands = self._commands()
        emergencies = self._emergencies()
        topics = [self._topic_parts(folder) for folder in self._topic_folders()]
        built = [topic for parts in topics if (topic := self._topic(parts, aspects, register))]
        off_topic = self._off_topic(register)
        library = None
        if not self._problems():
            library = Library(
                language=self._language,
                topics=_frozen((topic.id, topic) for topic in built),
                aspects=aspects or {},
                commands=commands,
                emergencies=emergencies,
                off_topic=off_topic,
                fingerprint=self._files.fingerprint(),
            )
        return Reading(
            library,
            self._problems(),
            tuple(self._texts),
            tuple(entry for parts in topics for entry, _ in parts.entries.values()),
            tuple(parts.fields for parts in topics if parts.fields),
        )

    def _look_at(self, path: Path) -> Findings:
        findings = Findings(path)
        self._findings.append(findings)
        return findings

    def _problems(self) -> tuple[Problem, ...]:
        found = [problem for findings in self._findings for problem in findings.problems]
        return tuple(sorted(found, key=lambda problem: (str(problem.path), problem.line)))

    # --- the files that belong to no topic ---

    def _yaml_file(self, name: str, model: type[Model]) -> tuple[Model | None, Document | None, Findings]:
        findings = self._look_at(self._folder / name)
        text = self._files.text(findings.path, findings)
        document = parse_yaml(text, findings) if text is not None else None
        return (fit(document, model, findings) if document else None), document, findings

    def _aspects(self, register: WordingRegister) -> Mapping[str, Aspect] | None:
        content, document, findings = self._yaml_file("aspects.yaml", AspectsFile)
        if content is None or document is None:
            return None
        for id_, aspect in content.root.items():
            register.add_all(
                aspect.questions, f"aspect:{id_}", None, _lines(document, (id_, "questions")), findings
            )
        return _frozen((id_, Aspect(id_, it.title, tuple(it.questions))) for id_, it in content.root.items())

    def _commands(self) -> Mapping[str, CommandWordings]:
        content, document, findings = self._yaml_file("commands.yaml", CommandsFile)
        if content is None or document is None:
            return _frozen(())
        register = WordingRegister()
        for name, wordings in content.root.items():
            register.add_all(wordings, name, None, _lines(document, (name,)), findings)
        return _frozen(
            (name, CommandWordings(name, tuple(wordings))) for name, wordings in content.root.items()
        )

    def _emergencies(self) -> Mapping[str, EmergencyGuide]:
        content, document, findings = self._yaml_file("emergencies.yaml", EmergenciesFile)
        if content is None or document is None:
            return _frozen(())
        register = WordingRegister()
        guides: list[EmergencyGuide] = []
        passages: list[Passage] = []
        for kind, fields in content.root.items():
            register.add_all(fields.wordings, kind, None, _lines(document, (kind, "wordings")), findings)
            register.add_all(
                fields.look_alikes,
                "what is no emergency",
                None,
                _lines(document, (kind, "look_alikes")),
                findings,
            )
            prose = read_prose(fields.text, findings, document.text_lines[(kind, "text")])
            passages += prose.passages
            guides.append(
                EmergencyGuide(
                    kind,
                    fields.title,
                    prose.blocks,
                    tuple(fields.phrases),
                    tuple(fields.wordings),
                    tuple(fields.look_alikes),
                )
            )
        self._texts.append(ReadText(findings.path, None, tuple(passages)))
        return _frozen((guide.kind, guide) for guide in guides)

    def _off_topic(self, register: WordingRegister) -> tuple[str, ...]:
        content, document, findings = self._yaml_file("off_topic.yaml", OffTopicFile)
        if content is None or document is None:
            return ()
        register.add_all(content.root, "what must not be answered", None, _lines(document, ()), findings)
        return tuple(content.root)

    # --- topics ---

    def _topic_folders(self) -> list[Path]:
        folders = []
        for path in _visible(self._folder):
            if path.is_dir():
                folders.append(path)
            elif path.name not in _SHARED_FILES:
                self._stray(path)
        if not folders:
            self._look_at(self._folder).add(
                1, "There is no topic here.", "Add a folder with a file topic.md."
            )
        return folders

    def _stray(self, path: Path) -> None:
        self._look_at(path).add(
            1, "Nothing reads this file.", "Move it to where it belongs, or out of the content folder."
        )

    def _topic_parts(self, folder: Path) -> _TopicParts:
        fields, document, findings, body = self._front_mattered(folder / "topic.md", TopicFile)
        if body is not None and body[0].strip():
            findings.add(body[1], "Nothing shows text below the front matter of a topic.", "Remove it.")
        if fields and fields.id != folder.name:
            findings.add(
                _line(document, ("id",)),
                f"The id is `{fields.id}`, but the folder is `{folder.name}`.",
                "Make them equal.",
            )
        parts = _TopicParts(findings.path, fields, document)
        for path in _visible(folder):
            if path.suffix == ".md" and path.is_file():
                if path.name != "topic.md":
                    self._entry(path, path.stem, Kind.SECTION, parts)
            elif not (path.name == "faq" and path.is_dir()):
                self._stray(path)
        for path in _visible(folder / "faq"):
            if path.suffix == ".md" and path.is_file():
                self._entry(path, FAQ_PREFIX + path.stem, Kind.FAQ, parts)
            else:
                self._stray(path)
        return parts

    def _front_mattered(
        self, path: Path, model: type[Model]
    ) -> tuple[Model | None, Document | None, Findings, tuple[str, int] | None]:
        findings = self._look_at(path)
        text = self._files.text(path, findings)
        split = split_front_matter(text, findings) if text is not None else None
        if split is None:
            return None, None, findings, None
        document = parse_yaml(split.front_matter, findings, first_line=2)
        fields = fit(document, model, findings) if document else None
        return fields, document, findings, (split.body, split.body_line)

    def _entry(self, path: Path, id_: str, kind: Kind, parts: _TopicParts) -> None:
        fields, document, findings, body = self._front_mattered(path, EntryFile)
        prose = read_prose(*_with(findings, body)) if body is not None else Prose((), ())
        self._texts.append(
            ReadText(path, path.parent.name if kind is Kind.SECTION else path.parents[1].name, prose.passages)
        )
        if id_ in parts.files:
            findings.add(
                1, f"The answer `{id_}` also stands in {parts.files[id_].name}.", "Remove one of the files."
            )
            return
        parts.files[id_] = path
        if fields is None or document is None:
            return
        if fields.id != id_:
            findings.add(
                document.line_of(("id",)),
                f"The id is `{fields.id}`, but this file holds `{id_}`.",
                "Correct the id, or rename the file.",
            )
        if fields.kind is not kind:
            findings.add(
                document.line_of(("kind",)),
                f"The kind is `{fields.kind}`, but the file stands where a `{kind}` belongs.",
                "Correct the kind, or move the file: frequently asked questions stand in the folder faq.",
            )
        parts.entries[id_] = (ReadEntry(path, fields, document), prose)

    def _topic(
        self, parts: _TopicParts, aspects: Mapping[str, Aspect] | None, register: WordingRegister
    ) -> Topic | None:
        topic = parts.fields
        if topic is None:
            return None
        self._check_order(topic, parts)
        entries = {}
        for id_ in (*topic.sections, *topic.faq):
            if id_ not in parts.entries:
                continue
            read, prose = parts.entries[id_]
            self._check_entry(read, topic, aspects, register)
            entries[id_] = _entry_value(topic, read.fields, prose.blocks)
        return Topic(
            id=topic.id,
            title=topic.title,
            other_names=tuple(topic.other_names),
            pronunciations=_frozen(topic.pronunciations.items()),
            listen_for=tuple(topic.listen_for),
            entries=_frozen(entries.items()),
        )

    def _check_order(self, topic: TopicFile, parts: _TopicParts) -> None:
        findings = self._look_at(parts.path)
        seen: set[str] = set()
        for key, ids in (("sections", topic.sections), ("faq", topic.faq)):
            for number, id_ in enumerate(ids):
                line = _line(parts.document, (key, number))
                if id_ in seen:
                    findings.add(line, f"`{id_}` is listed twice.", "Remove one of the two lines.")
                elif id_ not in parts.files:
                    findings.add(line, f"There is no file for `{id_}`.", "Add the file, or remove this line.")
                elif id_.startswith(FAQ_PREFIX) is not (key == "faq"):
                    findings.add(
                        line, f"`{id_}` does not belong under `{key}`.", "Move it to the other list."
                    )
                seen.add(id_)
        for id_, path in parts.files.items():
            if id_ not in seen:
                self._look_at(path).add(
                    1,
                    f"topic.md does not list `{id_}`.",
                    "Add it to `sections` or `faq` there, or remove this file.",
                )

    def _check_entry(
        self,
        read: ReadEntry,
        topic: TopicFile,
        aspects: Mapping[str, Aspect] | None,
        register: WordingRegister,
    ) -> None:
        findings, fields, document = self._look_at(read.path), read.fields, read.document
        if aspects is not None and fields.aspect not in aspects:
            findings.add(
                document.line_of(("aspect",)),
                f"`{fields.aspect}` is not an aspect.",
                f"Use one from aspects.yaml: {', '.join(aspects)}.",
            )
        if fields.source not in topic.sources:
            findings.add(
                document.line_of(("source",)),
                f"`{fields.source}` is not a source of this topic.",
                f"Use one from topic.md, or add it there: {', '.join(topic.sources)}.",
            )
        register.add_all(
            fields.questions,
            fields.id,
            topic.id,
            _lines(document, ("questions",)),
            findings,
            kin=f"aspect:{fields.aspect}",
        )


def _entry_value(topic: TopicFile, fields: EntryFile, blocks: tuple[Block, ...]) -> Entry:
    return Entry(
        ref=EntryRef(topic.id, fields.id),
        kind=fields.kind,
        aspect=fields.aspect,
        title=fields.title,
        blocks=blocks,
        questions=tuple(fields.questions),
        source=topic.sources.get(fields.source, ""),
        review=Review(fields.reviewed_by, fields.reviewed_on, fields.review_due),
    )


def _with(findings: Findings, body: tuple[str, int]) -> tuple[str, Findings, int]:
    return body[0], findings, body[1]


def _line(document: Document | None, location: Location) -> int:
    return document.line_of(location) if document else 1


def _lines(document: Document, location: Location) -> Callable[[int], int]:
    return lambda number: document.line_of((*location, number))


def _visible(folder: Path) -> list[Path]:
    """What stands in the folder, in order of name, without what editors and systems hide there."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if not path.name.startswith("."))


Key = TypeVar("Key")
Item = TypeVar("Item")


def _frozen(items: Iterable[tuple[Key, Item]]) -> Mapping[Key, Item]:
    return MappingProxyType(dict(items))
