"""Keeps one wording from standing for two things."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from assistant.library.findings import Findings

_CLOSING: Final = "?!.,;: "


class _Claim(NamedTuple):
    owner: str
    path: Path
    line: int


class WordingRegister:
    """Who has claimed each wording. Case, spacing and closing punctuation make no difference."""

    def __init__(self) -> None:
        self._claims: dict[tuple[str | None, str], _Claim] = {}

    def add_all(
        self,
        wordings: Sequence[str],
        owner: str,
        topic: str | None,
        line_of: Callable[[int], int],
        findings: Findings,
        kin: str | None = None,
    ) -> None:
        """Claim `wordings` for `owner`; a finding for each that is taken already.

        `topic` None: for all topics. `kin` names an owner with whom sharing a wording does no harm.
        """
        for number, wording in enumerate(wordings):
            spoken = _as_heard(wording)
            taken = self._claims.get((topic, spoken)) or self._claims.get((None, spoken))
            if taken is None:
                self._claims[topic, spoken] = _Claim(owner, findings.path, line_of(number))
            elif taken.owner != kin:
                findings.add(
                    line_of(number),
                    f"“{wording}” stands already in {taken.path.name}, line {taken.line}, for {taken.owner}.",
                    "Keep it where it fits best, and reword or remove the other.",
                )


def _as_heard(wording: str) -> str:
    return " ".join(wording.casefold().replace("’", "'").split()).rstrip(_CLOSING)
