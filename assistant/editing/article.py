"""An article, Markdown or DOCX, as chapters of plain text: what a heading is about, and what is below it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from zipfile import BadZipFile

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from assistant.editing.packed_files import refuse_large, unreadable
from assistant.extras import require
from assistant.library.findings import hidden_character_in

_LEFT_OUT: Final = {
    "table": "a table",
    "html_block": "HTML",
    "html_inline": "HTML",
    "fence": "a block of code",
    "code_block": "an indented block",
    "image": "a picture",
}
_HEADING: Final = re.compile(r"Heading (\d)")


@dataclass(slots=True)
class Chapter:
    """A heading, and the paragraphs and lists below it, written as an answer's text is."""

    heading: str
    level: int
    """1 for the topmost, such as a title; 0 for what stands before any heading."""
    place: int
    """The line of a Markdown file, the paragraph of a DOCX file, from 1."""
    blocks: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    """What an answer cannot hold, with its place."""

    @property
    def text(self) -> str:
        """The blocks, with an empty line between them."""
        return "\n\n".join(self.blocks)


def read_article(path: Path) -> list[Chapter]:
    """The chapters of an article in reading order; nothing of it is HTML, and no address is in it.

    Raises SettingsError for a file that cannot be read, or where what reads it is missing; OSError.
    """
    refuse_large(path)
    if path.suffix.casefold() == ".docx":
        return list(_docx_chapters(path))
    try:
        source = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise unreadable(path, "is not UTF-8 text: save it again with that encoding") from None
    return list(_markdown_chapters(source))


def _markdown_chapters(source: str) -> Iterator[Chapter]:
    root = SyntaxTreeNode(MarkdownIt("commonmark").enable("table").parse(source))
    chapter = Chapter("", 0, 1)
    for node in root.children:
        line = node.map[0] + 1 if node.map else chapter.place
        if node.type == "heading":
            yield chapter
            chapter = Chapter(_words(node, chapter, line), int(node.tag[1:]), line)
        else:
            chapter.blocks += _blocks(node, chapter, line)
    yield chapter


def _blocks(node: SyntaxTreeNode, chapter: Chapter, line: int) -> Iterator[str]:
    if what := _LEFT_OUT.get(node.type):
        chapter.left_out.append(f"line {line}: {what}")
    elif node.type in ("bullet_list", "ordered_list"):
        items = [_words(each, chapter, line) for each in node.walk() if each.type == "paragraph"]
        if listed := _listed(items):
            yield listed
    elif node.type == "paragraph":
        if words := _words(node, chapter, line):
            yield words
    else:  # a quotation: its words are kept
        for child in node.children:
            yield from _blocks(child, chapter, line)


def _words(node: SyntaxTreeNode, chapter: Chapter, line: int) -> str:
    words = ""
    for each in node.walk():
        if what := _LEFT_OUT.get(each.type):
            chapter.left_out.append(f"line {line}: {what}")
        elif each.type in ("text", "code_inline"):
            words += each.content
        elif each.type in ("softbreak", "hardbreak"):
            words += " "
    return _visible(words)


def _docx_chapters(path: Path) -> Iterator[Chapter]:
    require("editing", "docx", purpose="An article of this kind")
    from docx import Document
    from docx.opc.exceptions import PackageNotFoundError
    from docx.table import Table

    try:
        parts = list(Document(str(path)).iter_inner_content())
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError, SyntaxError):
        raise unreadable(path, "is no article that can be read: save it as .docx once more") from None
    chapter = Chapter("", 0, 1)
    items: list[str] = []
    for place, part in enumerate(parts, start=1):
        style = "" if isinstance(part, Table) else str(part.style.name if part.style else "")
        if not style.startswith("List") and (listed := _listed(items)):
            chapter.blocks.append(listed)
            items = []
        if isinstance(part, Table):
            chapter.left_out.append(f"paragraph {place}: a table")
            continue
        words = _visible(part.text)
        if part._p.xpath(".//w:drawing"):
            chapter.left_out.append(f"paragraph {place}: a picture")
        heading = _HEADING.match(style)
        if words and (heading or style == "Title"):
            yield chapter
            chapter = Chapter(words, int(heading[1]) + 1 if heading else 1, place)
        elif words and style.startswith("List"):
            items.append(words)
        elif words:
            chapter.blocks.append(words)
    if listed := _listed(items):
        chapter.blocks.append(listed)
    yield chapter


def _listed(items: Iterable[str]) -> str:
    return "\n".join(f"- {item}" for item in items if item)


def _visible(text: str) -> str:
    """`text` on one line, without what nobody can see: word processors put soft hyphens into words."""
    text = " ".join(text.split())
    while (hidden := hidden_character_in(text)) is not None:
        text = text.replace(hidden, "")
    return text


# --- what a chapter is about ---

_ABOUT: Final[Sequence[tuple[str, str]]] = (
    ("risk factor", "risk-factors"),
    ("complication", "complications"),
    ("symptom", "symptoms"),
    ("sign", "symptoms"),
    ("epidemiolog", "epidemiology"),
    ("prevalence", "epidemiology"),
    ("incidence", "epidemiology"),
    ("how common", "how-common"),
    ("frequency", "how-common"),
    ("cause", "causes"),
    ("etiology", "causes"),
    ("who is", "who-is-affected"),
    ("who gets", "who-is-affected"),
    ("who has", "who-is-affected"),
    ("affected", "who-is-affected"),
    ("type", "types"),
    ("classification", "types"),
    ("diagnos", "diagnosis"),
    ("treatment", "treatment"),
    ("therap", "treatment"),
    ("management", "treatment"),
    ("prognosis", "prognosis"),
    ("outlook", "prognosis"),
    ("prevention", "prevention"),
    ("prevent", "prevention"),
    ("living with", "living-with"),
    ("daily life", "living-with"),
    ("research", "research"),
    ("history", "history"),
    ("overview", "overview"),
    ("introduction", "overview"),
    ("summary", "overview"),
    ("definition", "overview"),
    ("what is", "overview"),
)
"""What stands in a heading, and the answer that it is about; the first that fits counts."""
_NO_ID: Final = re.compile(r"[^a-z0-9]+")
_ID_LENGTH: Final = 24


def answer_about(heading: str) -> str | None:
    """The usual answer that a heading is about; None when it is about something of its own."""
    words = f"{heading.casefold()} "
    return next((id_ for part, id_ in _ABOUT if part in words), None)


def id_for(heading: str) -> str:
    """An id made of a heading."""
    return _NO_ID.sub("-", heading.casefold())[:_ID_LENGTH].strip("-") or "chapter"
