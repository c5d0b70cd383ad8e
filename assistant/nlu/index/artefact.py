"""What training ships: the trained graph, what its outputs stand for, and what it was made from."""

import dataclasses
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from assistant.errors import AssistantError
from assistant.files import READ_BY_ALL, written_whole
from assistant.nlu.index.encoder import WordTable
from assistant.nlu.index.labels import Kinds

_FOLDER: Final = Path(__file__).parents[1] / "data" / "weights"
_ANEW: Final = "Run `assistant train`, or install the program anew."


def graph_path(language: str) -> Path:
    """The trained network of a language."""
    return _FOLDER / f"{language}.onnx"


def vectors_path(language: str) -> Path:
    """The vectors of the content that comes with the program, as that network makes them."""
    return _FOLDER / f"{language}-vectors.npy"


def artefact_path(language: str) -> Path:
    """Everything else that training found."""
    return _FOLDER / f"{language}.json"


@dataclass(frozen=True, slots=True)
class Artefact:
    """The file beside the network."""

    graph: str
    """SHA-256 of the network's file, hexadecimal."""
    data: str
    """SHA-256 of what it was trained from."""
    recipe: str
    """SHA-256 of the code of the folder training, and of the numbers of the recipe."""
    kinds: Kinds
    words: WordTable

    @property
    def id(self) -> str:
        """Names the network: other vectors come from another one."""
        return self.graph[:16]

    @classmethod
    def read(cls, language: str) -> Self:
        """What training wrote for a language.

        Raises AssistantError when it is missing or damaged, or the network is not the one that it tells of.
        """
        path = artefact_path(language)
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
            found = cls(
                told["graph"],
                told["data"],
                told["recipe"],
                Kinds(tuple(told["kinds"]["intents"]), tuple(told["kinds"]["alarms"])),
                WordTable(**told["words"]),
            )
        except (OSError, ValueError, KeyError, TypeError):
            raise AssistantError(
                f"The trained weights for {language!r} are missing or damaged. {_ANEW}"
            ) from None
        if digest_of(graph_path(language)) != found.graph:
            raise AssistantError(
                f"The trained network for {language!r} is not the one that was shipped. {_ANEW}"
            )
        return found

    def write(self, language: str) -> None:
        """Writes the file in one step, sorted, so that a change can be reviewed. Raises OSError."""
        with written_whole(artefact_path(language), mode=READ_BY_ALL) as file:
            file.write((json.dumps(dataclasses.asdict(self), indent=2, sort_keys=True) + "\n").encode())


def digest_of(path: Path) -> str:
    """SHA-256 of a file, hexadecimal; of no file when there is none."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
