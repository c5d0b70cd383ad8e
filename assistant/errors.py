"""What should not happen, in a few kinds. No error ever carries a person's words, name or token."""

from dataclasses import dataclass
from pathlib import Path


class AssistantError(Exception):
    """The root of every error this project raises on purpose; its text is fit for an operator to read."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in one content file.

    `line` counts from 1; `remedy` says what to do about it, as a full sentence.
    """

    path: Path
    line: int
    problem: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.problem} {self.remedy}"


class ContentError(AssistantError):
    """The content has problems: the assistant does not start with half a library.

    Carries every problem found, not the first alone.
    """

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


class SettingsError(AssistantError):
    """A setting is missing or cannot be used; the text names it and says what to write."""


class SpeechError(AssistantError):
    """An engine could not read, recognise or speak. It always degrades to text."""


class StorageError(AssistantError):
    """Something was not saved or could not be read back; the person is told so."""


class DamagedDatabaseError(StorageError):
    """The database's file is not what was written into it. Serving ends; the next start mends it."""


class ConflictError(StorageError):
    """Two writes were in each other's way, and nothing of this one was kept: done again, it may well be."""


class LeftToOthersError(StorageError):
    """Whoever works on an update can go no further, and another machine answers: nobody is told anything."""


class DatabaseAwayError(LeftToOthersError):
    """The server that several machines share cannot be reached; when it can be, one of them takes over."""


class TakenOverError(LeftToOthersError):
    """Another machine has taken the update over meanwhile."""
