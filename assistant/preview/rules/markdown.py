"""Telegram's MarkdownV2, parsed as strictly as Telegram does
(core.telegram.org/bots/api#markdownv2-style)."""

from dataclasses import dataclass
from typing import Any

from assistant.preview.rules.html import is_link
from assistant.preview.rules.refusals import RequestRefusedError, bad_request
from assistant.preview.rules.utf16 import TextBuilder

_RESERVED = "_*[]()~`>#+-=|{}.!"
# Longest first: "__" is not two italics, "```" is not three codes.
_MARKS = {
    "```": "pre",
    "__": "underline",
    "||": "spoiler",
    "*": "bold",
    "_": "italic",
    "~": "strikethrough",
    "`": "code",
    "[": "text_link",
}
_ENDS = {"text_link": "]"} | {kind: mark for mark, kind in _MARKS.items() if kind != "text_link"}
_NAMES = {
    "pre": "Pre",
    "underline": "Underline",
    "spoiler": "Spoiler",
    "bold": "Bold",
    "italic": "Italic",
    "strikethrough": "Strikethrough",
    "code": "Code",
    "text_link": "TextUrl",
}


@dataclass(slots=True)
class _OpenMark:
    kind: str
    start: int
    position: int
    language: str = ""


def parse_markdown(source: str) -> tuple[str, list[dict[str, Any]]]:
    """The plain text and its entities (UTF-16 offsets). Raises RequestRefusedError, as Telegram would."""
    return _Parser(source).parse()


class _Parser:
    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._built = TextBuilder()
        self._open: list[_OpenMark] = []
        self._entities: list[dict[str, Any]] = []

    def parse(self) -> tuple[str, list[dict[str, Any]]]:
        while self._at < len(self._source):
            self._step()
        if self._open:
            unclosed = self._open[-1]
            raise self._refused(f"Can't find end of {_NAMES[unclosed.kind]} entity", unclosed.position)
        return self._built.text, self._entities

    def _step(self) -> None:
        character = self._source[self._at]
        following = self._source[self._at + 1 : self._at + 2]
        if character == "\\" and following and ord(following) <= 126:
            self._built.add(following)
            self._at += 2
        elif (
            self._open
            and self._source.startswith(_ENDS[self._open[-1].kind], self._at)
            and not self._is_longer()
        ):
            self._end()
        elif character not in _RESERVED or (self._open and self._open[-1].kind in ("code", "pre")):
            self._built.add(character)
            self._at += 1
        else:
            self._begin()

    def _is_longer(self) -> bool:
        """Whether an underline begins here although an italic is open."""
        return self._open[-1].kind == "italic" and self._source.startswith("__", self._at)

    def _begin(self) -> None:
        begin = self._at
        for mark, kind in _MARKS.items():
            if self._source.startswith(mark, begin):
                self._at += len(mark)
                opened = _OpenMark(kind, self._built.length, begin)
                if kind == "pre":
                    opened.language = self._language()
                self._open.append(opened)
                return
        character = self._source[begin]
        raise bad_request(
            f"can't parse entities: Character '{character}' is reserved "
            "and must be escaped with the preceding '\\'"
        )

    def _language(self) -> str:
        line_end = self._source.find("\n", self._at)
        first_line = self._source[self._at : line_end] if line_end >= 0 else ""
        if line_end < 0 or "`" in first_line or " " in first_line:
            return ""
        self._at = line_end + 1
        return first_line

    def _end(self) -> None:
        opened = self._open.pop()
        self._at += len(_ENDS[opened.kind])
        entity: dict[str, Any] = {
            "type": opened.kind,
            "offset": opened.start,
            "length": self._built.length - opened.start,
        }
        if opened.language:
            entity["language"] = opened.language
        if opened.kind == "text_link":
            entity["url"] = self._address(opened)
        if entity["length"] > 0 and (opened.kind != "text_link" or is_link(entity["url"])):
            self._entities.append(entity)

    def _address(self, opened: _OpenMark) -> str:
        if not self._source.startswith("(", self._at):
            return self._built.since(opened.start)
        begin = self._at
        self._at += 1
        address = ""
        while self._at < len(self._source) and self._source[self._at] != ")":
            if self._source[self._at] == "\\" and self._at + 1 < len(self._source):
                self._at += 1
            address += self._source[self._at]
            self._at += 1
        if self._at >= len(self._source):
            raise self._refused("Can't find end of a URL", begin)
        self._at += 1
        return address

    def _refused(self, problem: str, position: int) -> RequestRefusedError:
        before = len(self._source[:position].encode("utf-8"))
        return bad_request(f"can't parse entities: {problem} at byte offset {before}")
