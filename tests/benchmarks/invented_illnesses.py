"""Illnesses that do not exist: names that sound unlike each other, and facts drawn from short lists."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template
from typing import Any

import yaml

_PARTS = Path(__file__).with_name("invented_illnesses.yaml")
_FACTS_OF_A_SORT = 3


@dataclass(frozen=True)
class Illness:
    """One invented illness."""

    id: str
    title: str
    other_names: tuple[str, ...]
    facts: Mapping[str, str]
    """What `$sign1`, `$organ` and so on stand for."""

    def filled(self, template: str) -> str:
        """`template` with this illness's facts, as a sentence or a question has them."""
        return Template(template).substitute(self.facts, title=self.title)


@cache
def parts() -> Mapping[str, Any]:
    """What illnesses are made of, as the file beside this one has it."""
    read: Mapping[str, Any] = yaml.safe_load(_PARTS.read_text(encoding="utf-8"))
    return read


def most_illnesses() -> int:
    """How many there can be: each takes two of the words that can be made."""
    return len(parts()["syllables"]["first"]) ** 2 // 2


def invented(count: int, seed: int) -> list[Illness]:
    """`count` illnesses, the same for the same seed; the first of many are not those of few."""
    if count > most_illnesses():
        raise ValueError(f"there are names for {most_illnesses()} illnesses only")
    chance = random.Random(seed)  # noqa: S311 - made-up illnesses need no secret numbers
    words = _head_words(chance)
    return [_illness(words[2 * number], words[2 * number + 1], chance) for number in range(count)]


def _head_words(chance: random.Random) -> list[str]:
    """Words of three syllables, any two of which differ in at least two: as in a Latin square."""
    first, second, third = (list(column) for column in parts()["syllables"].values())
    for column in (first, second, third):
        chance.shuffle(column)
    size = len(first)
    words = [
        (first[row] + second[column] + third[(row + column) % size]).capitalize()
        for row in range(size)
        for column in range(size)
    ]
    chance.shuffle(words)
    return words


def _illness(word: str, other_word: str, chance: random.Random) -> Illness:
    kind, other_kind = chance.sample(parts()["kinds"], 2)
    facts: dict[str, str] = {}
    for sort, choices in parts()["facts"].items():
        drawn = _signs(choices, chance) if sort == "sign" else chance.sample(choices, _FACTS_OF_A_SORT)
        facts[sort] = drawn[0]
        facts |= {f"{sort}{number}": fact for number, fact in enumerate(drawn, start=1)}
    return Illness(
        id=f"{word}-{kind}".lower(),
        title=f"{word} {kind}",
        other_names=(f"{other_word} {other_kind}",),
        facts=facts,
    )


def _signs(choices: Sequence[Sequence[str]], chance: random.Random) -> list[str]:
    looks, places = (chance.sample(column, _FACTS_OF_A_SORT) for column in choices)
    return [f"{look} {place}" for look, place in zip(looks, places, strict=True)]
