"""The bytes of content files as text: size, encoding and invisible characters are dealt with here."""

import hashlib
import os
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from assistant.errors import Problem
from assistant.library.findings import Findings, hidden_character_in, note_hidden_character

MAX_BYTES: Final = 512 * 1024
"""Twice the largest file so far, the emergencies with all their examples; more was put here by mistake."""


class FrontMattered(NamedTuple):
    """A file that begins with YAML between two `---` lines."""

    front_matter: str
    body: str
    body_line: int
    """The line of the file, counted from 1, that the body begins at; the front matter begins at line 2."""


class ContentFiles:
    """Reads files below one folder; remembers what they held, for the fingerprint, and what is wrong."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: dict[str, bytes] = {}
        self._findings: dict[Path, Findings] = {}
        self._drafts: set[Path] = set()

    def findings(self, path: Path) -> Findings:
        """Where to note what is wrong with the file or folder at `path`."""
        return self._findings.setdefault(path, Findings(path))

    def note_draft(self, path: Path) -> None:
        """What is wrong with the file at `path` concerns nobody but those who write it."""
        self._drafts.add(path)

    def problems(self) -> tuple[Problem, ...]:
        """Everything noted so far that keeps content from being served, by file and line."""
        return self._noted(of_drafts=False)

    def unfinished(self) -> tuple[Problem, ...]:
        """Everything noted so far about drafts, by file and line."""
        return self._noted(of_drafts=True)

    def _noted(self, *, of_drafts: bool) -> tuple[Problem, ...]:
        of_them = (each for path, each in self._findings.items() if (path in self._drafts) is of_drafts)
        return in_order(problem for findings in of_them for problem in findings.problems)

    def text(self, path: Path) -> str | None:
        """The file's text with `\\n` line ends; None, with a finding, when it cannot be used."""
        findings = self.findings(path)
        try:
            data = _first_bytes(path)
        except OSError as error:
            findings.add(
                1, f"This file cannot be read: {error.strerror}.", "Restore it, and check its permissions."
            )
            return None
        self._read[path.relative_to(self.folder).as_posix()] = data
        if len(data) > MAX_BYTES:
            findings.add(
                1, f"This file is larger than {MAX_BYTES // 1024} KiB.", "Split it; no answer is that long."
            )
            return None
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            findings.add(line, "This is not UTF-8 text.", "Save the file again with the encoding UTF-8.")
            return None
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        return text if _all_visible(text, findings) else None

    def fingerprint(self) -> str:
        """SHA-256, in hexadecimal, over the names and bytes of all files read, in whatever order."""
        return _digest(sorted(self._read.items()))


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """By file and line."""
    return tuple(sorted(problems, key=lambda problem: (str(problem.path), problem.line)))


def fingerprint_of(folder: Path, unread: Collection[str]) -> str | None:
    """The fingerprint of everything in `folder` but the files named `unread`, none of it looked at.

    For sound content this is the fingerprint that `ContentFiles` has once all of it is read. None when
    something stands there that no sound content holds, or cannot be read.
    """
    try:
        names = sorted(name for name in _names_in(folder, depth=2) if name not in unread)
        return _digest((name, _first_bytes(folder / name)) for name in names)
    except OSError:
        return None


def _names_in(folder: Path, depth: int, prefix: str = "") -> Iterator[str]:
    """The visible files in `folder` and in `depth` levels of folders below it.

    Raises OSError for anything else, an empty folder included: whoever reads the content reports it.
    """
    empty = True
    with os.scandir(folder) as found:
        for each in found:
            if each.name.startswith("."):
                continue
            empty = False
            if each.is_file():
                yield prefix + each.name
            elif each.is_dir() and depth:
                yield from _names_in(folder / each.name, depth - 1, f"{prefix}{each.name}/")
            else:
                raise OSError("neither a file nor a folder of content")
    if empty:
        raise OSError("a folder without content")


def _first_bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _digest(files: Iterable[tuple[str, bytes]]) -> str:
    digest = hashlib.sha256()
    for name, data in files:
        for part in (name.encode("utf-8", "surrogateescape"), data):
            digest.update(len(part).to_bytes(8, "big"))
            digest.update(part)
    return digest.hexdigest()


def split_front_matter(text: str, findings: Findings) -> FrontMattered | None:
    """The two parts of `text`; None, with a finding, when it has no front matter."""
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        findings.add(
            1, "The file does not begin with front matter.", "Make its first line `---`, then the keys."
        )
        return None
    for number, line in enumerate(lines[1:], start=2):
        if line.rstrip() == "---":
            return FrontMattered("\n".join(lines[1 : number - 1]), "\n".join(lines[number:]), number + 1)
    findings.add(1, "The front matter does not end.", "Write a line `---` after the last key.")
    return None


def _all_visible(text: str, findings: Findings) -> bool:
    for number, line in enumerate(text.split("\n"), start=1):
        if (hidden := hidden_character_in(line)) is not None:
            note_hidden_character(hidden, number, findings)
            return False
    return True
