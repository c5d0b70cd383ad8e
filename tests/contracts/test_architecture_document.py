"""docs/architecture.md draws the floors that the contracts hold, and names calls that exist."""

import ast
import re
import tomllib
from pathlib import Path
from typing import Final

import pytest

_ROOT: Final = Path(__file__).parents[2]
_DOCUMENT: Final = (_ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
_CONTRACTS: Final = tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
    "importlinter"
]["contracts"]
_MOST_WORDS: Final = 25
"""A longer glossary is a dictionary, which nobody learns."""


def floors(package: str) -> list[str]:
    """The layers of a package, as its contract has them, from the top down."""
    (layers,) = (each["layers"] for each in _CONTRACTS if each.get("containers") == [package])
    return list(layers)


def drawn(begin: str) -> list[str]:
    """The floors of one drawing: what stands before the gap in each of its lines."""
    _, _, rest = _DOCUMENT.partition(f"<!-- {begin}")
    drawing = rest.split("```")[1]
    return [re.split(r" {2,}", line)[0] for line in drawing.strip().splitlines()]


def test_the_drawing_shows_every_floor_of_the_assistant_and_where_telegram_stands() -> None:
    layers = floors("assistant")
    below = next(index for index, layer in enumerate(layers) if layer == "dialogue")
    assert drawn("floors of assistant") == [*layers[:below], "handlers", *layers[below:]]


def test_the_drawing_shows_every_floor_of_telegrams_room() -> None:
    assert drawn("floors of handlers") == floors("handlers")


def names_in(path: Path) -> set[str]:
    """Every function and class of a file, methods as `Class.method`."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    definitions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    names = {node.name for node in tree.body if isinstance(node, definitions)}
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            names |= {f"{node.name}.{each.name}" for each in node.body if isinstance(each, definitions)}
    return names


@pytest.mark.parametrize("call", sorted(set(re.findall(r"`((?:assistant|handlers)/[\w/.:]+)`", _DOCUMENT))))
def test_every_file_and_call_that_is_named_exists(call: str) -> None:
    name, _, called = call.partition(":")
    assert (_ROOT / name).is_file()
    assert not called or called in names_in(_ROOT / name)


def test_the_glossary_is_short_and_each_word_stands_once() -> None:
    _, _, rest = _DOCUMENT.partition("| word | what it means here |\n|---|---|\n")
    words = [row.split("|")[1].strip() for row in rest.partition("\n\n")[0].splitlines()]
    assert 10 < len(words) <= _MOST_WORDS
    assert len(set(words)) == len(words)
