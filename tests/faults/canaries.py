"""Words that must appear nowhere: a token, a name and questions, looked for in all that a run leaves."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from assistant.storage.durability.database_files import JOURNALS

_DATABASE: Final = frozenset(f"assistant.db{suffix}" for suffix in ("", *JOURNALS))


@dataclass(frozen=True, slots=True)
class Canaries:
    """A token and words that occur nowhere else, for one run of the program."""

    token: str
    name: str
    words: tuple[str, ...]
    """From what was asked: one word of each question is enough."""
    kept: tuple[str, ...] = ()
    """The same, of people who let their questions be kept: they may be in the database, and only there."""

    def told_in(self, texts: Iterable[str]) -> list[str]:
        """Which of them are told in output, log lines, metrics or errors."""
        everything = "\n".join(texts).casefold()
        secrets = (self.token, self.token.partition(":")[2], self.name, *self.words, *self.kept)
        return [secret for secret in secrets if secret.casefold() in everything]

    def left_in(self, folder: Path) -> list[str]:
        """The files that still hold one, journals and free pages of a database included."""
        return list(self._left_in(folder))

    def _left_in(self, folder: Path) -> Iterator[str]:
        nowhere = (self.token.partition(":")[2], self.name, *self.words)
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                data = path.read_bytes().lower()
                secrets = nowhere if path.name in _DATABASE else (*nowhere, *self.kept)
                for secret in secrets:
                    if any(secret.lower().encode(code) in data for code in ("utf-8", "utf-16-le")):
                        yield f"{path.relative_to(folder)}: {secret}"
