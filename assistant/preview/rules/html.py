"""Telegram's HTML: a handful of tags, parsed as strictly as Telegram does and refused in its words.

The rules and the sentences follow core.telegram.org/bots/api#html-style and the open source of Telegram's
library.
"""

import re
from dataclasses import dataclass
from typing import Any

from assistant.preview.rules.refusals import RequestRefusedError, bad_request
from assistant.preview.rules.utf16 import TextBuilder

_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "blockquote": "blockquote",
}
_REFERENCE = re.compile(r"&(?:#([0-9]{1,7})|#[xX]([0-9a-fA-F]{1,6})|(lt|gt|amp|quot));?")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_SPACES = " \t\r\n\v\0"
_END = "\0"


@dataclass(slots=True)
class _OpenTag:
    name: str
    attributes: dict[str, str]
    start: int


def parse_html(source: str) -> tuple[str, list[dict[str, Any]]]:
    """The plain text and its entities (UTF-16 offsets). Raises RequestRefusedError, as Telegram would."""
    return _Parser(source).parse()


class _Parser:
    def __init__(self, source: str) -> None:
        self._source = source.replace(_END, "") + _END
        self._at = 0
        self._built = TextBuilder()
        self._open: list[_OpenTag] = []
        self._entities: list[dict[str, Any]] = []

    def parse(self) -> tuple[str, list[dict[str, Any]]]:
        while (character := self._source[self._at]) != _END:
            if character == "&":
                self._built.add(self._reference())
            elif character != "<":
                self._built.add(character)
                self._at += 1
            elif self._source[self._at + 1] == "/":
                self._end_tag()
            else:
                self._start_tag()
        if self._open:
            raise self._refused(f'Can\'t find end tag corresponding to start tag "{self._open[-1].name}"')
        return self._built.text, self._entities

    def _reference(self) -> str:
        """The character that a reference stands for; a lone ampersand stands for itself."""
        found = _REFERENCE.match(self._source, self._at)
        if found is None:
            self._at += 1
            return "&"
        self._at = found.end()
        decimal, hexadecimal, name = found.groups()
        if name is not None:
            return _NAMED[name]
        code = int(decimal) if decimal is not None else int(hexadecimal, 16)
        if code == 0 or code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
            return found.group()
        return chr(code)

    def _start_tag(self) -> None:
        begin = self._at
        self._at += 1
        name = self._take_until(_SPACES + ">").lower()
        if self._source[self._at] == _END:
            raise self._refused("Unclosed start tag", begin)
        if name not in _TAGS:
            raise self._refused(f'Unsupported start tag "{name}"', begin)
        attributes: dict[str, str] = {}
        while True:
            self._skip_spaces()
            if self._source[self._at] == ">":
                break
            key, value = self._attribute(name, begin)
            attributes[key] = value
        self._at += 1
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise self._refused('Tag "span" must have class "tg-spoiler"', begin)
        self._open.append(_OpenTag(name, attributes, self._built.length))

    def _attribute(self, tag: str, begin: int) -> tuple[str, str]:
        name = self._take_until(_SPACES + "=>/\"'").lower()
        if not name:
            if self._source[self._at] == _END:
                raise self._refused(f'Unclosed start tag "{tag}"', begin)
            raise self._refused(f'Empty attribute name in the tag "{tag}"', begin)
        self._skip_spaces()
        if self._source[self._at] != "=":
            if tag == "blockquote" and name == "expandable":
                return name, ""
            raise self._refused(
                f'Expected equal sign in declaration of an attribute of the tag "{tag}"', begin
            )
        self._at += 1
        self._skip_spaces()
        value = self._quoted() if self._source[self._at] in "\"'" else self._name_token(tag, begin)
        if self._source[self._at] == _END:
            raise self._refused(f'Unclosed start tag "{tag}"', begin)
        return name, value

    def _quoted(self) -> str:
        quote = self._source[self._at]
        self._at += 1
        value = ""
        while (character := self._source[self._at]) not in (quote, _END):
            if character == "&":
                value += self._reference()
            else:
                value += character
                self._at += 1
        if self._source[self._at] == quote:
            self._at += 1
        return value

    def _name_token(self, tag: str, begin: int) -> str:
        start = self._at
        while (character := self._source[self._at]).isalnum() or character in ".-":
            self._at += 1
        if character == _END:
            raise self._refused(f'Unclosed start tag "{tag}"', begin)
        if character not in _SPACES + ">":
            raise self._refused("Unexpected end of name token", start)
        return self._source[start : self._at].lower()

    def _end_tag(self) -> None:
        begin = self._at
        if not self._open:
            raise self._refused("Unexpected end tag", begin)
        self._at += 2
        name = self._take_until(_SPACES + ">")
        self._skip_spaces()
        if self._source[self._at] != ">":
            raise self._refused("Unclosed end tag", begin)
        self._at += 1
        opened = self._open.pop()
        if name and name.lower() != opened.name:
            where = f'{self._bytes_before(begin)}, expected "</{opened.name}>", found "</{name}>"'
            raise bad_request(f"can't parse entities: Unmatched end tag at byte offset {where}")
        self._close(opened)

    def _close(self, opened: _OpenTag) -> None:
        length = self._built.length - opened.start
        if length == 0:
            return
        entity: dict[str, Any] = {"type": _TAGS[opened.name], "offset": opened.start, "length": length}
        if opened.name == "a":
            address = opened.attributes.get("href") or self._built.since(opened.start)
            if not is_link(address):
                # Telegram shows the words of a link it cannot use without the link.
                return
            entity["url"] = address
        elif opened.name == "blockquote" and "expandable" in opened.attributes:
            entity["type"] = "expandable_blockquote"
        self._entities.append(entity)

    def _take_until(self, stops: str) -> str:
        start = self._at
        while self._source[self._at] not in stops:
            self._at += 1
        return self._source[start : self._at]

    def _skip_spaces(self) -> None:
        while self._source[self._at] in " \t\r\n\v":
            self._at += 1

    def _bytes_before(self, position: int) -> int:
        return len(self._source[:position].encode("utf-8"))

    def _refused(self, problem: str, position: int | None = None) -> RequestRefusedError:
        where = "" if position is None else f" at byte offset {self._bytes_before(position)}"
        return bad_request(f"can't parse entities: {problem}{where}")


def is_link(address: str) -> bool:
    """Whether Telegram would make a link of this address."""
    return (
        re.match(r"(?:https?://[^\s/]+\.?[^\s]*|tg://[^\s]+|mailto:[^\s@]+@[^\s]+|tel:\+?[0-9-]+)\Z", address)
        is not None
    )
