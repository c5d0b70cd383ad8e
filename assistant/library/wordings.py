"""Keeps one wording from standing for two things."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from assistant.library.findings import Findings
from assistant.text import folded

_CLOSING: Final = "?!.,;: "


class _Claim(NamedTuple):
    owner: str
    path: Path
    line: int


class WordingRegister:
    """Who has claimed each wording. Case, spacing and closing punctuation make no difference."""

    def __init__(self) -> None:
        self._claims: dict[str, dict[str | None, list[_Claim]]] = {}
        """By wording and topic: a thousand topics may share a wording, and none asks about the others."""

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
            claims = self._claims.setdefault(folded(wording).rstrip(_CLOSING), {})
            rivals = claims.keys() if topic is None else (None, topic)
            taken = (claim for rival in rivals for claim in claims.get(rival, ()))
            first = next((claim for claim in taken if claim.owner != kin), None)
            if first is None:
                claims.setdefault(topic, []).append(_Claim(owner, findings.path, line_of(number)))
            else:
                findings.add(
                    line_of(number),
                    f"“{wording}” stands already in {first.path.name}, line {first.line}, for {first.owner}.",
                    "Keep it where it fits best, and reword or remove the other.",
                )
