"""Content folders of any size in the real format, about illnesses that do not exist, and questions."""

import json
import random
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import TypeVar

from assistant.library.entries import Closing, EntryRef
from assistant.library.loading import content_folder
from assistant.library.shared_files import SHARED_FILES
from tests.benchmarks.invented_illnesses import Illness, invented, parts

Item = TypeVar("Item")

ANSWERS_PER_TOPIC = 24
SORTS = ("named", "misspelt", "in hand", "described")
"""How a question says which illness it is about: by name, by a slip of it, not at all, or by facts only."""
_SENTENCES = (4, 6)
_QUESTIONS = (2, 3)


@dataclass(frozen=True)
class AskedQuestion:
    """A question with what is known before it and every answer that is right."""

    sort: str
    text: str
    topic_in_hand: str | None
    accept: frozenset[EntryRef]


def write_big_library(folder: Path, topics: int, seed: int = 1) -> list[Illness]:
    """A content folder with so many topics of 24 answers each; its shared files are the real ones."""
    illnesses = invented(topics, seed)
    language = folder / "en"
    language.mkdir(parents=True)
    for name in SHARED_FILES:
        shutil.copyfile(content_folder() / "en" / name, language / name)
    for number, illness in enumerate(illnesses):
        _write_topic(language / illness.id, illness, random.Random(f"{seed}/{number}"))  # noqa: S311 - no secret
    return illnesses


def questions_about(illnesses: Sequence[Illness], of_each_sort: int, seed: int = 1) -> list[AskedQuestion]:
    """Questions of every sort in turn, about illnesses from all over the list."""
    chance = random.Random(f"questions/{seed}")  # noqa: S311 - no secret
    aspects = list(parts()["aspects"])
    asked = zip(_endlessly(illnesses, chance), _endlessly(aspects, chance), strict=False)
    questions = []
    for illness, aspect in islice(asked, of_each_sort):
        (wording,) = parts()["aspects"][aspect]["asked"]
        accept = _answers(illness, aspect)
        about_it = wording.replace("{name}", "it")
        questions += [
            AskedQuestion("named", wording.replace("{name}", illness.title), None, accept),
            AskedQuestion("misspelt", wording.replace("{name}", _slip(illness.title, chance)), None, accept),
            AskedQuestion("in hand", about_it, illness.id, accept),
            _described(illness, illnesses),
        ]
    return questions


def _write_topic(folder: Path, illness: Illness, chance: random.Random) -> None:
    (folder / "faq").mkdir(parents=True)
    wordings = _own_wordings(illness, chance)
    for name, (aspect, title) in parts()["answers"].items():
        fields = {
            "id": _answer_id(name),
            "kind": "faq" if name.startswith("faq/") else "section",
            "aspect": aspect,
            "title": title,
            "questions": wordings[name],
            "source": "article",
            "closing": [Closing.MEDICINES.value, Closing.WARNING_SIGNS.value],
        }
        sentences = _some(parts()["aspects"][aspect]["sentences"], _SENTENCES, chance)
        body = " ".join(illness.filled(sentence) for sentence in sentences)
        # Some facts are in the plural, others are not: only the first letter can be set right.
        named = f"This is about {illness.title}. {body[:1].upper()}{body[1:]}"
        _write(folder / f"{name}.md", fields, named)
    names = list(parts()["answers"])
    fields = {
        "id": illness.id,
        "title": illness.title,
        "other_names": list(illness.other_names),
        "listen_for": [illness.title, illness.facts["cause"]],
        "sections": [_answer_id(name) for name in names if not name.startswith("faq/")],
        "faq": [_answer_id(name) for name in names if name.startswith("faq/")],
        "sources": {"article": f"the article “{illness.title}”, which was made up for a test"},
    }
    _write(folder / "topic.md", fields, "")


def _own_wordings(illness: Illness, chance: random.Random) -> dict[str, list[str]]:
    """Two or three wordings for each answer; a section and a question about one aspect share none."""
    left = {
        aspect: chance.sample(choices["questions"], len(choices["questions"]))
        for aspect, choices in parts()["aspects"].items()
    }
    wordings = {}
    for name, (aspect, _) in parts()["answers"].items():
        count = chance.randint(*_QUESTIONS)
        taken, left[aspect] = left[aspect][:count], left[aspect][count:]
        wordings[name] = [illness.filled(template) for template in taken]
    return wordings


def _write(path: Path, fields: dict[str, object], body: str) -> None:
    lines = ["---"]
    for key, value in fields.items():
        if isinstance(value, list):
            lines += [f"{key}:", *(f"  - {_quoted(item)}" for item in value)]
        elif isinstance(value, dict):
            lines += [f"{key}:", *(f"  {inner}: {_quoted(item)}" for inner, item in value.items())]
        else:
            lines.append(f"{key}: {_quoted(value)}")
    path.write_text("\n".join([*lines, "---", *([body] if body else []), ""]), encoding="utf-8")


def _quoted(value: object) -> str:
    """As YAML; a text as JSON has it is one, and is quick to write."""
    return json.dumps(value, ensure_ascii=False)


def _answer_id(name: str) -> str:
    return name.replace("/", "-")


def _answers(illness: Illness, aspect: str) -> frozenset[EntryRef]:
    return frozenset(
        EntryRef(illness.id, _answer_id(name)) for name, (of, _) in parts()["answers"].items() if of == aspect
    )


def _described(illness: Illness, illnesses: Sequence[Illness]) -> AskedQuestion:
    """A question that names two signs and no illness: every illness with both is right."""
    first, second = illness.facts["sign1"], illness.facts["sign2"]
    accept: set[EntryRef] = set()
    for other in illnesses:
        signs = {other.facts[f"sign{number}"] for number in (1, 2, 3)}
        if {first, second} <= signs:
            accept |= _answers(other, "symptoms")
    return AskedQuestion(
        "described", f"he has {first} and now {second} too, what signs are these", None, frozenset(accept)
    )


def _slip(title: str, chance: random.Random) -> str:
    """The name with two letters of its first word swapped, or one doubled, dropped or replaced."""
    word, _, rest = title.lower().partition(" ")
    place = chance.randrange(1, len(word) - 2)
    before, letter, after = word[:place], word[place], word[place + 1 :]
    likeness = {"a": "e", "e": "i", "i": "e", "o": "u", "k": "c", "s": "z", "z": "s", "v": "f", "d": "t"}
    slipped = chance.choice(
        [
            before + after[0] + letter + after[1:],
            before + letter * 2 + after,
            before + after,
            before + likeness.get(letter, letter * 2) + after,
        ]
    )
    return f"{slipped} {rest}"


def _some(sentences: Sequence[str], limits: tuple[int, int], chance: random.Random) -> list[str]:
    """The first two, which hold what is asked about, and so many in all, in their order."""
    count = min(chance.randint(*limits), len(sentences))
    others = chance.sample(range(2, len(sentences)), count - 2)
    return [sentences[place] for place in (0, 1, *sorted(others))]


def _endlessly(items: Sequence[Item], chance: random.Random) -> Iterator[Item]:
    return cycle(chance.sample(items, len(items)))


def texts_without_names(illnesses: Sequence[Illness]) -> set[str]:
    """Every sentence and wording that may stand in the library of these illnesses, names apart."""
    return {
        illness.filled(template).replace(illness.title, "{name}")
        for illness in illnesses
        for aspect in parts()["aspects"].values()
        for template in (*aspect["sentences"], *aspect["questions"])
    }
