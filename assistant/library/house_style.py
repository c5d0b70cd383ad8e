"""Rules of writing for the ear that a program can check: one English, one word for one thing, plain words."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from assistant.library.entries import Closing


class HardWord(NamedTuple):
    """A word that may stand in an answer only with plain words beside it."""

    words: tuple[str, ...]
    plain: tuple[str, ...]
    """Of these, one must stand in the same sentence or in a neighbouring one."""
    meaning: str


class Remark(NamedTuple):
    """What to mend, and how: full sentences. `offset` counts characters in the text that was looked at."""

    offset: int
    problem: str
    remedy: str


_AMERICAN: Final[Mapping[str, str]] = {
    "analyse": "analyze",
    "anaemia": "anemia",
    "behaviour": "behavior",
    "call taker": "person on the phone",
    "centre": "center",
    "colour": "color",
    "diarrhoea": "diarrhea",
    "favour": "favor",
    "fibre": "fiber",
    "haemorrhage": "heavy bleeding",
    "labour": "labor",
    "litre": "liter",
    "metre": "meter",
    "neighbour": "neighbor",
    "oedema": "swelling",
    "organise": "organize",
    "paediatric": "pediatric",
    "paracetamol": "acetaminophen",
    "physiotherapy": "physical therapy",
    "programme": "program",
    "recognise": "recognize",
    "specialise": "specialize",
    "tumour": "tumor",
}
"""British words and spellings, and what Americans write: the voice is American too."""
_ONE_NAME: Final[Mapping[str, str]] = {
    "healthcare provider": "health professional",
    "healthcare professional": "health professional",
    "healthcare worker": "health professional",
    "medical professional": "health professional",
    "clinician": "doctor or nurse",
    "frequently asked question": "common question",
}
_WANDERING: Final = re.compile(rf"\b({'|'.join((*_AMERICAN, *_ONE_NAME))})(?:d|s|rs|r|ing)?\b", re.IGNORECASE)
_UNHEARD: Final = (
    (
        re.compile(r"\b(?:is an example|are examples)\b|\bexamples? (?:is|are)\b", re.IGNORECASE),
        "Examples stand in a sentence of their own, and by ear nobody knows of what.",
        "Name them where they belong: “such as ...”.",
    ),
    (
        re.compile(r"\?(?=\s|$)"),
        "This asks a question, which somebody who listens will try to answer.",
        "Say what is known instead.",
    ),
    (
        re.compile(r"\b(?:see above|see below|the table below|as shown)\b", re.IGNORECASE),
        "This points to a place on a page.",
        "There is no above in a voice note: say it in words.",
    ),
)
_NEEDS: Final[Mapping[Closing, tuple[re.Pattern[str], str]]] = {
    Closing.MEDICINES: (
        re.compile(r"\b(?:medicines?|diet|supplements|physical therapy)\b", re.IGNORECASE),
        "medicines, diet or treatment",
    ),
    Closing.WARNING_SIGNS: (
        re.compile(
            r"\b(?:trouble breathing|chest pain|vital organs|organs that do not work)\b", re.IGNORECASE
        ),
        "signs that can be an emergency",
    ),
}


def wandering_in(text: str) -> Iterator[Remark]:
    """Words of another English than the house's, and second names for one thing."""
    for found in _WANDERING.finditer(text):
        word = found.group(1).casefold()
        better = _AMERICAN.get(word) or _ONE_NAME[word]
        yield Remark(
            found.start(),
            f"“{found.group()}” is not the word that is used here.",
            f"Write “{better}”, as everywhere else.",
        )


def unheard_in(text: str) -> Iterator[Remark]:
    """What reads well and does not sound like speech."""
    for pattern, problem, remedy in _UNHEARD:
        for found in pattern.finditer(text):
            yield Remark(found.start(), problem, remedy)


def unexplained_in(sentences: list[str], hard_words: Iterable[HardWord]) -> Iterator[tuple[int, Remark]]:
    """Hard words without plain words beside them where they are first said: the sentence, and the remark."""
    for hard in hard_words:
        pattern = _any_of(hard.words)
        place = next((place for place, text in enumerate(sentences) if pattern.search(text)), None)
        if place is None:
            continue
        around = " ".join(sentences[max(0, place - 1) : place + 2])
        if not _any_of(hard.plain).search(around):
            found = pattern.search(sentences[place])
            word, offset = (found.group(), found.start()) if found else (hard.words[0], 0)
            yield (
                place,
                Remark(
                    offset,
                    f"“{word}” is a hard word, and nothing beside it says what it means.",
                    f"Say it in plain words, such as “{hard.meaning}”, or leave the word out. "
                    f"Beside it, the check looks for {_either(hard.plain)}.",
                ),
            )


def closings_missing(text: str, given: Iterable[Closing]) -> Iterator[Remark]:
    """What an answer speaks of without the line that the assistant adds to that."""
    for closing, (pattern, what) in _NEEDS.items():
        found = pattern.search(text)
        if found and closing not in given:
            yield Remark(
                found.start(),
                f"This answer speaks of {what}, as in “{found.group()}”, and does not end with "
                "the assistant's own line about that.",
                f"Add `- {closing.value}` under `closing:` in the front matter.",
            )


def _either(words: Iterable[str]) -> str:
    return " or ".join(f"“{word}”" for word in words)


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, words))})(?![\w-])", re.IGNORECASE)
