"""A small part of Markdown: paragraphs and bullet lists of plain text, the same shown and spoken."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from assistant.library.entries import Block, BulletList, Paragraph
from assistant.library.findings import Findings


@dataclass(frozen=True, slots=True)
class Passage:
    """The text of one paragraph or one bullet, and the lines of the file that it comes from."""

    text: str
    starts: tuple[int, ...]
    """Where in `text` each line of the file begins."""
    first_line: int

    def line_at(self, offset: int) -> int:
        """The line of the file, counted from 1, that holds the character at `offset`."""
        return self.first_line + bisect_right(self.starts, offset) - 1


@dataclass(frozen=True, slots=True)
class Prose:
    """What a Markdown text says: blocks to serve, and the passages they are made of to check."""

    blocks: tuple[Block, ...]
    passages: tuple[Passage, ...]


class _EveryLink(MarkdownIt):
    """Sees every link as a link: by default an unusual address is left standing as plain text."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 - the name that markdown-it calls
        return True

    def normalizeLink(self, url: str) -> str:  # noqa: N802 - the name that markdown-it calls
        return url


@cache
def _parser() -> MarkdownIt:
    """Made once: that takes longer than reading an answer. It keeps nothing from one text to the next."""
    return _EveryLink("commonmark").enable(["table", "strikethrough"])


_REFUSED: Final[dict[str, tuple[str, str]]] = {
    "heading": ("A heading", "Begin a paragraph instead; the title stands in the front matter."),
    "hr": ("A dividing line", "Remove it; an empty line is enough between paragraphs."),
    "ordered_list": ("A numbered list", "Write a list with `- `, or sentences with first, then, last."),
    "blockquote": ("A quotation block", "Remove the `>` and say in words who is quoted."),
    "code_block": ("An indented block", "Begin the lines without spaces."),
    "fence": ("A code block", "Write it as plain sentences."),
    "html_block": ("HTML", "Remove the tags or comment and keep the text."),
    "table": ("A table", "Write it as sentences or as a list with `- `."),
    "code_inline": ("Text in backticks", "Remove the backticks."),
    "em": ("Emphasis", "Remove the * or _ around the words; stress cannot be heard reliably."),
    "strong": ("Bold text", "Remove the * or _ around the words; stress cannot be heard reliably."),
    "s": ("Struck-out text", "Remove it."),
    "link": ("A link", "Say where to look in words; an address cannot be heard."),
    "image": ("An image", "Say in words what it shows."),
    "html_inline": ("HTML", "Remove the tags and keep the text."),
    "hardbreak": ("A forced line break", "Remove the spaces or the backslash at the end of the line."),
    "bullet_list": ("A list inside a list", "Make it one list, or two after each other."),
}


def read_prose(text: str, findings: Findings, first_line: int = 1) -> Prose:
    """What `text` says, where `first_line` is the line of the file that it begins at.

    Everything but paragraphs and flat bullet lists of plain text is a finding; so is an empty text.
    Line breaks inside a paragraph or bullet become spaces.
    """
    return _Reader(findings, first_line).read(text)


class _Reader:
    def __init__(self, findings: Findings, first_line: int) -> None:
        self._findings = findings
        self._first_line = first_line
        self._passages: list[Passage] = []

    def read(self, text: str) -> Prose:
        environment: dict[str, Any] = {}
        found_before = len(self._findings.problems)
        blocks = self._blocks(_parser().parse(text, environment))
        definitions = [*environment.get("references", {}).values(), *environment.get("duplicate_refs", [])]
        for definition in definitions:
            self._refuse("link", definition["map"][0])
        if not blocks and len(self._findings.problems) == found_before:
            self._findings.add(
                self._first_line, "There is no text here.", "Write the answer as paragraphs below."
            )
        return Prose(tuple(blocks), tuple(self._passages))

    def _blocks(self, tokens: Sequence[Token]) -> list[Block]:
        blocks: list[Block] = []
        position = 0
        while position < len(tokens):
            token = tokens[position]
            end = _end_of(tokens, position)
            if token.type == "paragraph_open":
                passage = self._passage(tokens[position + 1])
                if passage.text:
                    blocks.append(Paragraph(passage.text))
            elif token.type == "bullet_list_open":
                items = self._items(tokens[position + 1 : end])
                if items:
                    blocks.append(BulletList(tuple(items)))
            else:
                self._refuse(token.type.removesuffix("_open"), _line(token))
            position = end + 1
        return blocks

    def _items(self, tokens: Sequence[Token]) -> list[str]:
        items = []
        position = 0
        while position < len(tokens):
            end = _end_of(tokens, position)
            text = self._item(tokens[position], tokens[position + 1 : end])
            if text:
                items.append(text)
            position = end + 1
        return items

    def _item(self, item: Token, inside: Sequence[Token]) -> str:
        if not inside:
            self._add(_line(item), "A list item is empty.", "Write its text, or remove it.")
            return ""
        text = ""
        position = 0
        while position < len(inside):
            token = inside[position]
            if token.type != "paragraph_open":
                self._refuse(token.type.removesuffix("_open"), _line(token))
            elif position == 0:
                text = self._passage(inside[1]).text
            else:
                self._add(
                    _line(token), "A list item has several paragraphs.", "Make it one, or several items."
                )
            position = _end_of(inside, position) + 1
        return text

    def _passage(self, inline: Token) -> Passage:
        first_line = _line(inline)
        pieces = [""]
        for child in inline.children or []:
            if child.type == "text":
                pieces[-1] += child.content
            elif child.type in ("softbreak", "hardbreak"):
                if child.type == "hardbreak":
                    self._refuse("hardbreak", first_line + len(pieces) - 1)
                pieces.append("")
            elif child.nesting >= 0:
                self._refuse(child.type.removesuffix("_open"), first_line + len(pieces) - 1)
        text, starts = "", []
        for piece in pieces:
            starts.append(len(text))
            text += " ".join(piece.split()) + " "
        passage = Passage(text.rstrip(), tuple(starts), self._first_line + first_line)
        self._passages.append(passage)
        return passage

    def _refuse(self, construct: str, line: int) -> None:
        what, remedy = _REFUSED.get(
            construct, ("This construct", "Write plain paragraphs and lists with `- `.")
        )
        self._add(line, f"{what} cannot stand in an answer.", remedy)

    def _add(self, line: int, problem: str, remedy: str) -> None:
        self._findings.add(self._first_line + line, problem, remedy)


def _line(token: Token) -> int:
    return token.map[0] if token.map else 0


def _end_of(tokens: Sequence[Token], start: int) -> int:
    """The position of the token that closes the one at `start`; `start` itself when nothing is opened."""
    depth = 0
    for position in range(start, len(tokens)):
        depth += tokens[position].nesting
        if depth <= 0:
            return position
    return len(tokens) - 1
