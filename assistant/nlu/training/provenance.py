"""What the shipped weights were made from, told by digests."""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from assistant.nlu.index.artefact import Artefact

_CODE: Final = Path(__file__).parent
_RECIPE: Final = (
    *("augmentation.py", "examples.py", "export.py", "fine_tuning.py", "mishearing.py", "network.py"),
    *("other_names.py", "weights.py"),
)
"""What decides about the weights, here."""


def data_folder(language: str) -> Path:
    """Where the lines of a language are."""
    return _CODE.parent / "data" / language


def data_digest(language: str) -> str:
    """SHA-256, hexadecimal, of all lines that are learnt from."""
    return _digest(sorted(data_folder(language).glob("*.jsonl")))


def recipe_digest() -> str:
    """SHA-256, hexadecimal, of the code that trains, which holds the numbers of its recipe."""
    return _digest(_CODE / name for name in _RECIPE)


def is_current(language: str) -> bool:
    """Whether what is shipped was trained from these lines by this code. AssistantError without any."""
    stored = Artefact.read(language)
    return (stored.data, stored.recipe) == (data_digest(language), recipe_digest())


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()
