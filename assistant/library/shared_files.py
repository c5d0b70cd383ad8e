"""The files that belong to no topic: aspects, commands, emergencies and hard words."""

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
    *("aspects.yaml", "commands.yaml", "emergencies.yaml"),
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


def read_aspects(files: ContentFiles) -> Mapping[str, Aspect] | None:
    """The aspects by id; None when the file cannot be used."""
    read = _read(files, "aspects.yaml", AspectsFile)
    if read is None:
        return None
    return MappingProxyType({id_: Aspect(id_, aspect.title) for id_, aspect in read[0].root.items()})


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
    guides: dict[str, EmergencyGuide] = {}
    passages: list[Passage] = []
    for kind, fields in content.root.items():
        prose = read_prose(fields.text, findings, document.text_lines[(kind, "text")])
        passages += prose.passages
        for field, line in (("title", fields.title), ("caution", fields.caution)):
            if line is not None:
                passages.append(Passage(line, (0,), document.line_of((kind, field))))
        guides[kind] = EmergencyGuide(
            kind=kind,
            title=fields.title,
            blocks=prose.blocks,
            caution=fields.caution,
            signals=tuple(fields.signals),
            listen_for=tuple(fields.listen_for),
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
