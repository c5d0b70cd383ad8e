"""The numbers that training finds, as data: what they were made from, and the file that keeps them."""

import dataclasses
import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

from assistant.files import READ_BY_ALL, written_whole
from assistant.library.entries import Library
from assistant.nlu.stages.command_classifier import CommandWeights
from assistant.nlu.stages.fallback_policy import Thresholds
from assistant.nlu.stages.ranking import Weights
from assistant.nlu.stages.triage import EmergencyThresholds, EmergencyWeights

RECIPE: Final = 3
"""Raised by hand when training itself changes: its trials, their noise, its bounds, or the fit."""


_SKETCHED: Final = 128
"""Digests. Whether nine in ten wordings are the same is told to within a few hundredths."""


@dataclass(frozen=True, slots=True)
class Trained:
    """Weights, and the thresholds that belong to them: a new fit puts all scores on another scale."""

    fingerprint: str
    """What it was made from; see `fingerprint_of`."""
    sketch: tuple[str, ...]
    """A sample of the wordings it was made from, by which much the same content is known; see `sketch_of`."""
    weights: Weights
    thresholds: Thresholds
    alarm_weights: EmergencyWeights
    alarm_thresholds: EmergencyThresholds
    command_weights: CommandWeights

    def as_json(self) -> str:
        """Sorted, one number a line, so that a change can be reviewed."""
        return json.dumps(dataclasses.asdict(self), indent=2, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Self:
        """What `as_json` wrote. Raises ValueError for anything else."""
        data = json.loads(text)
        if not isinstance(data, dict) or data.keys() != {field.name for field in dataclasses.fields(cls)}:
            raise ValueError("not the parts of a trained artefact")
        fingerprint = data["fingerprint"]
        if not isinstance(fingerprint, str):
            raise ValueError("the fingerprint is no text")  # noqa: TRY004  # one error for every damage
        sketch = data["sketch"]
        if not isinstance(sketch, list) or not all(isinstance(each, str) for each in sketch):
            raise ValueError("the sketch is no list of texts")
        return cls(
            fingerprint,
            tuple(sketch),
            Weights(**_numbers(data["weights"], Weights)),
            Thresholds(**_numbers(data["thresholds"], Thresholds)),
            EmergencyWeights(**_numbers(data["alarm_weights"], EmergencyWeights)),
            EmergencyThresholds(**_numbers(data["alarm_thresholds"], EmergencyThresholds)),
            CommandWeights(**_numbers(data["command_weights"], CommandWeights)),
        )

    @classmethod
    def read(cls, path: Path) -> "Trained | None":
        """What the file holds; None when there is none, or it is damaged or of another make."""
        try:
            return cls.from_json(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None

    def write(self, path: Path) -> None:
        """Writes the file in one step: a reader sees the old one or the new. Raises OSError."""
        with written_whole(path, mode=READ_BY_ALL) as file:
            file.write(self.as_json().encode())


def fingerprint_of(library: Library, encoder_id: str) -> str:
    """SHA-256, hexadecimal, of what training depends on: every byte of the content, the recipe, the names of
    its numbers, and the embedding model.

    All content counts, as nearly all of it is evidence: wordings, sentences, names.
    """
    kinds = (Weights, Thresholds, EmergencyWeights, EmergencyThresholds, CommandWeights)
    names = [field.name for kind in kinds for field in dataclasses.fields(kind)]
    parts = (library.fingerprint, str(RECIPE), *names, encoder_id)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def sketch_of(library: Library) -> tuple[str, ...]:
    """The smallest digests of all wordings: an even sample; most of it stays when little is edited."""
    texts = [text for aspect in library.aspects.values() for text in aspect.questions]
    texts += library.off_topic
    for guide in library.emergencies.values():
        texts += (*guide.wordings, *guide.look_alikes)
    for topic in library.topics.values():
        texts += [text for entry in topic.entries.values() for text in entry.questions]
    digests = sorted({hashlib.sha256(text.encode()).hexdigest()[:16] for text in texts})
    return tuple(digests[:_SKETCHED])


def alike(one: Collection[str], other: Collection[str]) -> float:
    """How much two libraries share of all their wordings, 0 to 1, judged by their sketches (Broder 1997)."""
    smallest = sorted({*one, *other})[:_SKETCHED]
    return sum(each in one and each in other for each in smallest) / max(1, len(smallest))


def shipped_path(language: str) -> Path:
    """The file that comes with the program, trained from the content that comes with it."""
    return Path(__file__).parent / "weights" / f"{language}.json"


def shipped_vectors_path(language: str, encoder_id: str) -> Path:
    """The file of the vectors of that content, as that model makes them."""
    return Path(__file__).parent / "weights" / f"{language}-{encoder_id}.npy"


def kept_path(folder: Path, fingerprint: str) -> Path:
    """The file for other content, in the folder of artefacts."""
    return folder / f"trained-{fingerprint[:16]}.json"


def _numbers(data: Any, kind: type) -> dict[str, float]:
    """The fields of `kind`, all of them and nothing else."""
    names = {field.name for field in dataclasses.fields(kind)}
    if not isinstance(data, dict) or data.keys() != names:
        raise ValueError("not the numbers of this program")
    if not all(isinstance(value, int | float) and abs(value) < float("inf") for value in data.values()):
        raise ValueError("not numbers")
    return {name: float(value) for name, value in data.items()}
