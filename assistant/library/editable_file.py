"""An answer's file, or a topic's, as somebody edits it: what is not changed keeps every byte.

Kept: comments, the order of the fields, quotes, empty lines. Not kept: the quotes and line breaks of a value
that is changed, a comment on the line of an item that is removed, comments inside a value that is replaced
as a whole (a list that becomes empty, or that was written in brackets), a byte order mark and CRLF.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Final, NamedTuple, Self

import yaml

from assistant.errors import ContentError
from assistant.files import READ_BY_ALL, written_whole
from assistant.library.content_files import ContentFiles, split_front_matter
from assistant.library.findings import Findings
from assistant.library.plain_yaml import Value, parse_yaml

Written = None | str | Sequence["Written"] | Mapping[str, "Written"]
"""What a field may be given."""

ORDER: Final = (
    *("id", "kind", "aspect", "title", "state", "other_names", "pronunciations", "listen_for", "sections"),
    *("faq", "questions", "sources", "source", "closing", "reviewed_by", "reviewed_on", "review_due"),
)
"""How fields follow each other; one that is new to a file stands behind its nearest neighbour before it."""


@dataclass(frozen=True, slots=True)
class EditableFile:
    """The front matter of one file and the text below it. Frozen: a change gives another one."""

    path: Path
    front_matter: str
    """YAML, without the lines `---` around it."""
    body: str
    fields: Mapping[str, Value]
    """What the front matter says: each value is a text, a list of texts, a mapping of texts, or None."""

    @classmethod
    def read(cls, path: Path) -> Self:
        """The file at `path`. Raises ContentError when it cannot be read, is no UTF-8 or no front matter."""
        files = ContentFiles(path.parent)
        text = files.text(path)
        if text is None:
            raise ContentError(files.problems())
        return cls.parsed(path, text)

    @classmethod
    def parsed(cls, path: Path, text: str) -> Self:
        """`text` as the file that stands at `path`, or shall. Raises ContentError."""
        findings = Findings(path)
        parts = split_front_matter(text, findings)
        document = parse_yaml(parts.front_matter, findings, first_line=2) if parts else None
        if parts is None or document is None or findings.problems:
            raise ContentError(tuple(findings.problems))
        if not isinstance(document.value, dict):
            findings.add(2, "There are no fields here.", "Write lines of the form `key: value`.")
            raise ContentError(tuple(findings.problems))
        return cls(path, parts.front_matter, parts.body, document.value)

    @classmethod
    def new(cls, path: Path, fields: Mapping[str, Written], body: str) -> Self:
        """A file that is not there yet, its fields in the usual order. Raises ContentError."""
        ordered = {name: _plain(fields[name]) for name in sorted(fields, key=_place)}
        return cls.parsed(path, _whole(_block(ordered, ""), body))

    @property
    def text(self) -> str:
        """The whole file."""
        return _whole(self.front_matter, self.body)

    def changed(
        self, fields: Mapping[str, Written], body: str | None = None, without: Collection[str] = ()
    ) -> Self:
        """The same file with these fields instead, and with this text below them if it is given.

        Fields that are not named stay as they are; those named in `without` go, with their lines. None, an
        empty text and an empty list leave a field empty. Raises ContentError for what cannot be written, such
        as an invisible character.
        """
        merged = {**self.fields, **{name: _plain(value) for name, value in fields.items()}}
        wanted = {name: value for name, value in merged.items() if name not in without}
        below = self.body if body is None else body
        if wanted == self.fields:
            return type(self)(self.path, self.front_matter, below, self.fields)
        try:
            edited = type(self).parsed(
                self.path, _whole(_edited(self.front_matter, self.fields, wanted), below)
            )
        except ContentError:
            edited = None
        if edited is not None and edited.fields == wanted:
            return edited
        # Written in a way that nobody here writes, such as everything in braces: then it is written anew.
        return type(self).new(self.path, wanted, below)

    def write(self) -> None:
        """Put the file in its place, whole or not at all. Raises OSError."""
        with written_whole(self.path, mode=READ_BY_ALL) as file:
            file.write(self.text.encode())


def _whole(front_matter: str, body: str) -> str:
    return f"---\n{front_matter}\n---\n{body}"


def _plain(value: Written) -> Value:
    match value:
        case None | "":
            return None
        case str():
            return value
        case Mapping():
            return {
                name: each if isinstance(each, str) else _plain(each) for name, each in value.items()
            } or None
        case _:
            return [each if isinstance(each, str) else _plain(each) for each in value] or None


def _place(name: str) -> tuple[int, str]:
    return (ORDER.index(name), "") if name in ORDER else (len(ORDER), name)


# --- writing a value ---


def _block(fields: Mapping[str, Value], indent: str) -> str:
    return "\n".join(f"{indent}{_key(name)}:{_value(value, indent)}" for name, value in fields.items())


def _value(value: Value, indent: str) -> str:
    """What stands behind a key's colon."""
    deeper = indent + "  "
    match value:
        case str():
            return f" {scalar(value)}"
        case list() if value:
            return "".join(f"\n{deeper}- {scalar(str(item))}" for item in value)
        case dict() if value:
            return "\n" + _block(value, deeper)
        case _:
            return ""


def scalar(text: str) -> str:
    """`text` on one line of YAML: without quotes where it is read back as it is, else in double quotes."""
    is_plain = _read_back(f"key: {text}") == {"key": text} and _read_back(f"- {text}") == [text]
    return text if is_plain else json.dumps(text, ensure_ascii=False)


def _key(text: str) -> str:
    return text if _read_back(f"{text}: a") == {text: "a"} else json.dumps(text, ensure_ascii=False)


def _read_back(line: str) -> Value:
    findings = Findings(Path())
    document = parse_yaml(line, findings)
    return None if document is None or findings.problems else document.value


# --- changing a value where it stands ---


class _Edit(NamedTuple):
    start: int
    end: int
    text: str


def _edited(front_matter: str, old: Mapping[str, Value], new: Mapping[str, Value]) -> str:
    source = front_matter + "\n"
    root = yaml.compose(source, Loader=yaml.SafeLoader)
    if not isinstance(root, yaml.MappingNode):
        return _block(new, "")
    edits = _Source(source).mapping(root, old, new, "")
    for start, end, text in sorted(edits, key=lambda edit: (edit.start, edit.end), reverse=True):
        source = source[:start] + text + source[end:]
    return source.removesuffix("\n")


class _Source:
    """Where the parts of a front matter stand, to the character."""

    def __init__(self, text: str) -> None:
        self._text = text

    def mapping(
        self, node: yaml.MappingNode, old: Mapping[str, Value], new: Mapping[str, Value], indent: str
    ) -> Iterator[_Edit]:
        ends: dict[str, int] = {}
        for key, value in node.value:
            name = key.value
            ends[name] = self._line_end(self._end_of(value, self._colon_after(key)))
            if name not in new:
                yield _Edit(self._line_start(key.start_mark.index), ends[name], "")
            elif old[name] != new[name]:
                yield from self._changed(key, value, old[name], new[name], indent)
        added = [name for name in new if name not in old]
        for name in sorted(added, key=_place):
            before = [other for other in ends if _place(other) <= _place(name)] or list(ends)
            nearest = max(before, key=_place) if not indent else list(ends)[-1]
            yield _Edit(ends[nearest], ends[nearest], _block({name: new[name]}, indent) + "\n")

    def _changed(
        self, key: yaml.Node, node: yaml.Node, old: Value, new: Value, indent: str
    ) -> Iterator[_Edit]:
        is_block = not getattr(node, "flow_style", True)
        if (
            is_block
            and isinstance(node, yaml.MappingNode)
            and isinstance(old, dict)
            and isinstance(new, dict)
        ):
            yield from self.mapping(node, old, new, " " * node.start_mark.column)
        elif is_block and isinstance(node, yaml.SequenceNode) and isinstance(old, list) and new:
            yield from self._items(node.value, list(map(str, old)), list(map(str, new)))
        else:
            start = self._colon_after(key)
            yield _Edit(start, self._end_of(node, start), _value(new, indent))

    def _items(self, nodes: Sequence[yaml.Node], old: list[str], new: list[str]) -> Iterator[_Edit]:
        first = self._line_start(nodes[0].start_mark.index)
        dash = self._text[first : self._text.index("-", first)] + "- "
        for kind, start, end, new_start, new_end in SequenceMatcher(None, old, new, False).get_opcodes():
            if kind == "equal":
                continue
            both = min(end - start, new_end - new_start)
            for node, text in zip(nodes[start:], new[new_start : new_start + both], strict=False):
                yield _Edit(node.start_mark.index, self._end_of(node, node.start_mark.index), scalar(text))
            for node in nodes[start + both : end]:
                begins = node.start_mark.index
                yield _Edit(self._line_start(begins), self._line_end(self._end_of(node, begins)), "")
            if more := "".join(f"{dash}{scalar(text)}\n" for text in new[new_start + both : new_end]):
                last = start + both - 1
                where = first
                if last >= 0:
                    where = self._line_end(self._end_of(nodes[last], nodes[last].start_mark.index))
                yield _Edit(where, where, more)

    def _colon_after(self, key: yaml.Node) -> int:
        return self._text.index(":", key.end_mark.index) + 1

    def _end_of(self, node: yaml.Node, start: int) -> int:
        """Where the value ends, without the comments and empty lines that follow it."""
        children = [] if getattr(node, "flow_style", None) else node.value
        if isinstance(node, yaml.MappingNode) and children:
            return self._end_of(children[-1][1], self._colon_after(children[-1][0]))
        if isinstance(node, yaml.SequenceNode) and children:
            return self._end_of(children[-1], start)
        # A block of text ends where the next thing begins.
        return max(start, len(self._text[: node.end_mark.index].rstrip()) if node.value else start)

    def _line_start(self, place: int) -> int:
        return self._text.rfind("\n", 0, place) + 1

    def _line_end(self, place: int) -> int:
        """The beginning of the next line."""
        return self._text.index("\n", place) + 1
