"""One topic's folder: `topic.md`, the sections beside it, and the folder `faq`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Final, Generic, TypeVar

from pydantic import BaseModel

from assistant.library.content_files import ContentFiles, split_front_matter
from assistant.library.entries import Aspect, Block, Entry, EntryRef, Kind, Review, Topic
from assistant.library.findings import Findings
from assistant.library.front_matter import EntryFile, TopicFile, fit
from assistant.library.plain_markdown import Prose, read_prose
from assistant.library.plain_yaml import Document, parse_yaml
from assistant.library.wordings import WordingRegister

FAQ_PREFIX: Final = "faq-"
_DRAFT: Final = re.compile(r"^state:[ \t]*[\"']?draft\b", re.MULTILINE)
"""Looked for in the text: what a draft says may not be valid yet, and is a draft all the same."""

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class EntryParts:
    """One answer's file as far as it could be read."""

    path: Path
    prose: Prose
    fields: EntryFile | None
    document: Document | None
    is_draft: bool = False


@dataclass(slots=True)
class TopicParts:
    """One topic's folder as far as it could be read; answers stand under the ids that the file names give."""

    folder: Path
    fields: TopicFile | None
    document: Document | None
    entries: dict[str, EntryParts] = field(default_factory=dict)
    is_draft: bool = False
    """Then each of its answers is one."""


def read_topic_folder(files: ContentFiles, folder: Path) -> TopicParts:
    """Every file in `folder`, each looked at by itself; `build_topic` looks at how they fit together."""
    top = _front_mattered(files, folder / "topic.md", TopicFile)
    if top.body.strip():
        top.findings.add(
            top.body_line, "Text below the front matter of a topic is shown nowhere.", "Remove it."
        )
    if top.fields and top.document and top.fields.id != folder.name:
        top.findings.add(
            top.document.line_of(("id",)),
            f"The id is `{top.fields.id}`, but the folder is `{folder.name}`.",
            "Correct the id, or rename the folder.",
        )
    parts = TopicParts(folder, top.fields, top.document, is_draft=top.is_draft)
    for path in visible_in(folder):
        if path.suffix == ".md" and path.is_file():
            if path.name != "topic.md":
                _read_entry(files, path, path.stem, Kind.SECTION, parts)
        elif not (path.name == "faq" and path.is_dir()):
            refuse_stray(files, path)
    for path in visible_in(folder / "faq"):
        if path.suffix == ".md" and path.is_file():
            _read_entry(files, path, FAQ_PREFIX + path.stem, Kind.FAQ, parts)
        else:
            refuse_stray(files, path)
    return parts


def build_topic(
    files: ContentFiles, parts: TopicParts, aspects: Mapping[str, Aspect] | None, register: WordingRegister
) -> Topic | None:
    """The topic, drafts and all, cross-checked with its answers, the aspects and the wordings claimed so far.

    None when `topic.md` cannot be used. `aspects` is None when they could not be read: no check against them.
    """
    topic = parts.fields
    if topic is None or parts.document is None:
        return None
    _check_order(files, topic, parts.document, parts)
    entries: dict[str, Entry] = {}
    listed = [(id_, entry) for id_ in (*topic.sections, *topic.faq) if (entry := parts.entries.get(id_))]
    # What is served claims its wordings first: a draft that wants the same one is the one to change.
    for id_, entry in sorted(listed, key=lambda each: each[1].is_draft):
        if entry.fields and entry.document:
            findings = files.findings(entry.path)
            _check_references(entry.fields, entry.document, topic, aspects, findings)
            register.add_all(
                entry.fields.questions,
                id_,
                topic.id,
                entry.document.lines_of(("questions",)),
                findings,
                kin=f"aspect {entry.fields.aspect}",
            )
            entries[id_] = _entry_value(topic, entry.fields, entry.prose.blocks)
    entries = {id_: entries[id_] for id_, _ in listed if id_ in entries}
    return Topic(
        id=topic.id,
        title=topic.title,
        other_names=tuple(topic.other_names),
        pronunciations=MappingProxyType(dict(topic.pronunciations)),
        listen_for=tuple(topic.listen_for),
        entries=MappingProxyType(entries),
    )


def as_served(topic: Topic, parts: TopicParts) -> Topic | None:
    """The topic without its drafts; None when nothing is left."""
    served = {id_: entry for id_, entry in topic.entries.items() if not parts.entries[id_].is_draft}
    return replace(topic, entries=MappingProxyType(served)) if served else None


def visible_in(folder: Path) -> list[Path]:
    """What stands in the folder, in order of name, without what editors and systems hide there."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if not path.name.startswith("."))


def refuse_stray(files: ContentFiles, path: Path) -> None:
    """Note that nothing reads `path`: a silent file is an answer that nobody gets."""
    files.findings(path).add(
        1, "Nothing reads this.", "Move it to where it belongs, or out of the content folder."
    )


@dataclass(frozen=True, slots=True)
class _FrontMattered(Generic[Model]):
    fields: Model | None
    document: Document | None
    body: str
    body_line: int
    findings: Findings
    is_draft: bool = False


def _front_mattered(files: ContentFiles, path: Path, model: type[Model]) -> _FrontMattered[Model]:
    findings = files.findings(path)
    text = files.text(path)
    parts = split_front_matter(text, findings) if text is not None else None
    if parts is None:
        return _FrontMattered(None, None, "", 0, findings)
    document = parse_yaml(parts.front_matter, findings, first_line=2)
    fields = fit(document, model, findings) if document else None
    is_draft = _DRAFT.search(parts.front_matter) is not None
    if is_draft:
        files.note_draft(path)
    return _FrontMattered(fields, document, parts.body, parts.body_line, findings, is_draft)


def _read_entry(files: ContentFiles, path: Path, id_: str, kind: Kind, parts: TopicParts) -> None:
    read = _front_mattered(files, path, EntryFile)
    is_draft = read.is_draft or parts.is_draft
    if is_draft:
        files.note_draft(path)
    # A file without front matter has been reported already; that it has no text either would be said twice.
    prose = read_prose(read.body, read.findings, read.body_line) if read.body_line else Prose((), ())
    if id_ in parts.entries:
        other = parts.entries[id_].path.relative_to(parts.folder)
        read.findings.add(1, f"The answer `{id_}` stands also in {other}.", "Remove one of the two files.")
        return
    parts.entries[id_] = EntryParts(path, prose, read.fields, read.document, is_draft)
    if read.fields is None or read.document is None:
        return
    if read.fields.id != id_:
        read.findings.add(
            read.document.line_of(("id",)),
            f"The id is `{read.fields.id}`, but a file of this name holds `{id_}`.",
            "Correct the id, or rename the file.",
        )
    if read.fields.kind is not kind:
        read.findings.add(
            read.document.line_of(("kind",)),
            f"The kind is `{read.fields.kind}`, but the file stands where a `{kind}` belongs.",
            "Correct the kind, or move the file: common questions stand in the folder faq.",
        )


def _check_order(files: ContentFiles, topic: TopicFile, document: Document, parts: TopicParts) -> None:
    findings = files.findings(parts.folder / "topic.md")
    seen: set[str] = set()
    for key, ids in (("sections", topic.sections), ("faq", topic.faq)):
        for position, id_ in enumerate(ids):
            line = document.line_of((key, position))
            entry = parts.entries.get(id_)
            if id_ in seen:
                findings.add(line, f"`{id_}` is listed twice.", "Remove one of the two lines.")
            elif entry is None:
                findings.add(line, f"There is no file for `{id_}`.", "Add the file, or remove this line.")
            elif (entry.path.parent.name == "faq") is not (key == "faq"):
                findings.add(line, f"`{id_}` does not belong under `{key}`.", "Move it to the other list.")
            seen.add(id_)
    for id_, entry in parts.entries.items():
        if id_ not in seen:
            files.findings(entry.path).add(
                1,
                f"topic.md does not list `{id_}`.",
                "Add it there under `sections` or `faq`, or remove this file.",
            )


def _check_references(
    fields: EntryFile,
    document: Document,
    topic: TopicFile,
    aspects: Mapping[str, Aspect] | None,
    findings: Findings,
) -> None:
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
        closing=tuple(fields.closing),
    )
