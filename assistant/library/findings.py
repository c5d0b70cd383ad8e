"""What is wrong in one file, gathered while it is read, so that an editor sees everything at once."""

from pathlib import Path

from assistant.errors import Problem


class Findings:
    """The problems of one content file, in the order they were found."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problems: list[Problem] = []

    def add(self, line: int, problem: str, remedy: str) -> None:
        """Note a problem at a line that counts from 1; both texts are full sentences."""
        self.problems.append(Problem(self.path, max(line, 1), problem, remedy))
