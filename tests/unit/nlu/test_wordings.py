"""The shared wordings themselves: enough of them, and fresh."""

import json
from pathlib import Path

from rapidfuzz import fuzz, process

from assistant.library.entries import Library
from assistant.nlu.intents import CommandName
from assistant.nlu.words import expanded, plain

DEVELOPMENT_SET = Path(__file__).parents[2] / "evaluation" / "development.jsonl"
SHORT = 4
"""Words. "what is calcinosis" and "next" have no other words to be said in."""


def test_every_aspect_is_asked_in_many_ways(library: Library) -> None:
    few = {
        aspect.id: len(aspect.questions) for aspect in library.aspects.values() if len(aspect.questions) < 15
    }
    assert few == {}


def test_the_stable_commands_are_said_in_many_ways(library: Library) -> None:
    stable = list(CommandName)[:16]
    few = {name.value for name in stable if len(library.commands[name.value].wordings) < 10}
    assert few == {"start"} or few == set()


def test_there_are_enough_counter_examples(library: Library) -> None:
    assert len(library.off_topic) >= 200


def test_no_wording_is_nearly_a_line_of_the_development_set(library: Library) -> None:
    lines = [plain(json.loads(line)["text"]) for line in DEVELOPMENT_SET.read_text().splitlines()]
    lines = [line for line in lines if len(line.split()) > SHORT]
    written = {plain(text.replace("{name}", "calcinosis universalis")) for text in _wordings(library)}
    copied = [
        (text, found[0])
        for text in written
        if len(text.split()) > SHORT
        and (found := process.extractOne(text, lines, scorer=fuzz.ratio, score_cutoff=90))
    ]
    assert copied == []


def _wordings(library: Library) -> list[str]:
    raw = [text for aspect in library.aspects.values() for text in aspect.questions]
    raw += [text for command in library.commands.values() for text in command.wordings]
    raw += library.off_topic
    for guide in library.emergencies.values():
        raw += (*guide.wordings, *guide.look_alikes)
    return [one for text in raw for one in expanded(text)]
