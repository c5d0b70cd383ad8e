"""The files that belong to no topic: aspects, commands, emergencies and counter-examples."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple, TypeVar

from pydantic import BaseModel

from assistant.library.content_files import ContentFiles
from assistant.library.entries import Aspect, CommandWordings, EmergencyGuide
from assistant.library.findings import Findings
from assistant.library.front_matter import (
    AspectsFile,
    CommandsFile,
    EmergenciesFile,
    GlossaryFile,
    OffTopicFile,
    fit,
)
from assistant.library.house_style import HardWord
from assistant.library.plain_markdown import Passage, read_prose
from assistant.library.plain_yaml import Document, parse_yaml
from assistant.library.wordings import WordingRegister

UNREAD_FILES: Final = ("interface.ftl",)
"""Read by whoever speaks, not here."""
GLOSSARY: Final = "glossary.yaml"
"""May be missing: it is for checking only."""
SHARED_FILES: Final = (
    *("aspects.yaml", "commands.yaml", "emergencies.yaml", "off_topic.yaml"),
    *(GLOSSARY, *UNREAD_FILES),
)
"""All that may stand beside the topic folders."""

Model = TypeVar("Model", bound=BaseModel)


class _Place(NamedTuple):
    """What belongs to the content of a file: its lines, and where to note what is wrong with it."""

    document: Document
    findings: Findings


def _read(files: ContentFiles, name: str, model: type[Model]) -> tuple[Model, _Place] | None:
    path = files.folder / name
    findings = files.findings(path)
    text = files.text(path)
    document = parse_yaml(text, findings) if text is not None else None
    content = fit(document, model, findings) if document else None
    return (content, _Place(document, findings)) if content is not None and document else None


def read_aspects(files: ContentFiles, register: WordingRegister) -> Mapping[str, Aspect] | None:
    """The aspects by id, their wordings claimed in `register`; None when the file cannot be used."""
    read = _read(files, "aspects.yaml", AspectsFile)
    if read is None:
        return None
    content, (document, findings) = read
    for id_, aspect in content.root.items():
        lines = document.lines_of((id_, "questions"))
        register.add_all(aspect.questions, f"aspect {id_}", None, lines, findings)
    return MappingProxyType(
        {id_: Aspect(id_, aspect.title, tuple(aspect.questions)) for id_, aspect in content.root.items()}
    )


def read_commands(files: ContentFiles) -> Mapping[str, CommandWordings]:
    """The commands by name; empty when the file cannot be used."""
    read = _read(files, "commands.yaml", CommandsFile)
    if read is None:
        return {}
    content, (document, findings) = read
    register = WordingRegister()
    for name, wordings in content.root.items():
        register.add_all(wordings, name, None, document.lines_of((name,)), findings)
    return MappingProxyType(
        {name: CommandWordings(name, tuple(wordings)) for name, wordings in content.root.items()}
    )


def read_emergencies(files: ContentFiles) -> tuple[Mapping[str, EmergencyGuide], tuple[Passage, ...]]:
    """The guides by kind, and the passages of all their texts; empty when the file cannot be used."""
    read = _read(files, "emergencies.yaml", EmergenciesFile)
    if read is None:
        return {}, ()
    content, (document, findings) = read
    register = WordingRegister()
    guides: dict[str, EmergencyGuide] = {}
    passages: list[Passage] = []
    for kind, fields in content.root.items():
        register.add_all(fields.wordings, kind, None, document.lines_of((kind, "wordings")), findings)
        harmless = document.lines_of((kind, "look_alikes"))
        register.add_all(fields.look_alikes, "what is no emergency", None, harmless, findings)
        prose = read_prose(fields.text, findings, document.text_lines[(kind, "text")])
        passages += prose.passages
        guides[kind] = EmergencyGuide(
            kind=kind,
            title=fields.title,
            blocks=prose.blocks,
            phrases=tuple(fields.phrases),
            wordings=tuple(fields.wordings),
            asked=tuple(fields.asked),
            look_alikes=tuple(fields.look_alikes),
            caution=fields.caution,
            signals=tuple(fields.signals),
        )
    return MappingProxyType(guides), tuple(passages)


def read_glossary(files: ContentFiles) -> tuple[HardWord, ...]:
    """The hard words that need plain words beside them; none when there is no file that can be used."""
    if not (files.folder / GLOSSARY).is_file():
        return ()
    read = _read(files, GLOSSARY, GlossaryFile)
    if read is None:
        return ()
    return tuple(
        HardWord(tuple(fields.words), tuple(fields.plain), fields.meaning) for fields in read[0].root.values()
    )


def read_off_topic(files: ContentFiles, register: WordingRegister) -> tuple[str, ...]:
    """The counter-examples, none of them claimed by an answer; empty when the file cannot be used."""
    read = _read(files, "off_topic.yaml", OffTopicFile)
    if read is None:
        return ()
    content, (document, findings) = read
    register.add_all(content.root, "what must not be answered", None, document.lines_of(()), findings)
    return tuple(content.root)
