"""The sets of questions: well formed, rightly labelled, near no wording in the content and no other set."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rapidfuzz import fuzz, process, utils

from assistant.library.entries import Library
from tests.shipped import shipped_library

_FOLDER = Path(__file__).parents[1] / "evaluation"
_DEVELOPMENT_SET = _FOLDER / "development.jsonl"
_TOPIC = "calcinosis-universalis"

_KINDS = {"plain", "messy", "asr", "not_emergency", "out_of_scope", "emergency", "command"}
_ASKS_FOR_AN_ANSWER = {"plain", "messy", "asr", "not_emergency"}
_COMMANDS = {
    "bookmarks",
    "save",
    "next",
    "back",
    "repeat",
    "slower",
    "faster",
    "text_only",
    "audio_on",
    "sections",
    "faq",
    "help",
    "forget_me",
    "language",
    "remove_bookmark",
    "start",
}
_FEWEST_LINES_PER_ANSWER = 4

_FEWEST_WORDS = 5
"""Shorter lines agree by chance: many people say "read it again"."""
_NEARLY_EQUAL = 90
"""Of 100, by edit distance over the letters: about one letter in ten may differ."""


@pytest.fixture(scope="module")
def library() -> Library:
    return shipped_library()


@pytest.fixture(scope="module", params=["held_out", "practice"])
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def lines(name: str) -> list[dict[str, Any]]:
    return _read(_FOLDER / f"{name}.jsonl")


def test_each_line_has_its_own_id_and_its_own_text(lines: list[dict[str, Any]]) -> None:
    repeated_ids = [key for key, count in Counter(line["id"] for line in lines).items() if count > 1]
    texts = Counter(utils.default_process(line["text"]) for line in lines)
    assert repeated_ids == []
    assert [text for text, count in texts.items() if count > 1 or not text] == []


def test_lines_have_the_agreed_fields_and_no_others(lines: list[dict[str, Any]]) -> None:
    for line in lines:
        assert line.keys() - {"note"} == {"id", "text", "kind", "accept"}, line["id"]
        assert line["text"] == line["text"].strip(), line["id"]


def test_each_kind_has_the_number_of_lines_that_the_readme_gives(
    lines: list[dict[str, Any]], name: str
) -> None:
    readme = (_FOLDER / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (\d+) \| (\d+) \|", readme, re.MULTILINE)
    column = {"held_out": 1, "practice": 2}[name]
    in_readme = {row[0]: int(row[column]) for row in rows}
    assert in_readme.keys() == _KINDS
    assert Counter(line["kind"] for line in lines) == in_readme


def test_what_a_line_accepts_fits_its_kind_and_exists(lines: list[dict[str, Any]], library: Library) -> None:
    answers = set(library.topics[_TOPIC].entries)
    for line in lines:
        accepted = line["accept"]
        assert len(accepted) == len(set(accepted)), line["id"]
        match line["kind"]:
            case "out_of_scope":
                assert accepted == [], line["id"]
            case "emergency":
                assert accepted == ["emergency"], line["id"]
            case "command":
                (command,) = accepted
                assert command.removeprefix("cmd:") in _COMMANDS, line["id"]
                assert command.startswith("cmd:"), line["id"]
            case kind:
                assert kind in _ASKS_FOR_AN_ANSWER, line["id"]
                assert accepted, line["id"]
                assert set(accepted) <= answers, line["id"]


def test_the_lines_ask_for_every_command(lines: list[dict[str, Any]], library: Library) -> None:
    asked = {line["accept"][0].removeprefix("cmd:") for line in lines if line["kind"] == "command"}
    assert asked == _COMMANDS
    assert {name.partition(":")[0] for name in library.commands} >= _COMMANDS


def test_the_lines_ask_for_every_answer_several_times(lines: list[dict[str, Any]], library: Library) -> None:
    best = Counter(line["accept"][0] for line in lines if line["kind"] in {"plain", "messy", "asr"})
    rarely_asked = {
        answer: best[answer]
        for answer in library.topics[_TOPIC].entries
        if best[answer] < _FEWEST_LINES_PER_ANSWER
    }
    assert rarely_asked == {}


def test_recogniser_lines_look_like_what_a_recogniser_writes(lines: list[dict[str, Any]]) -> None:
    unlike = [
        line["id"] for line in lines if line["kind"] == "asr" and not re.fullmatch(r"[a-z' ]+", line["text"])
    ]
    assert unlike == []


def test_no_line_is_nearly_a_wording_in_the_content(lines: list[dict[str, Any]], library: Library) -> None:
    wordings = sorted({_comparable(wording, library) for wording in _wordings(library)})
    assert len(wordings) > len(lines)  # the content was really read
    assert list(_nearly_equal(((line["id"], line["text"]) for line in lines), wordings, library)) == []


def test_no_practice_line_is_nearly_a_held_out_line(library: Library) -> None:
    assert list(_practised_from(_FOLDER / "held_out.jsonl", library)) == []


def test_no_practice_line_is_nearly_a_line_of_the_development_set(library: Library) -> None:
    assert list(_practised_from(_DEVELOPMENT_SET, library)) == []


def test_a_copy_with_a_letter_changed_or_the_name_left_out_would_be_found(library: Library) -> None:
    wordings = [_comparable("Which foods are best avoided with {name}?", library)]
    copies = [
        ("typing mistake", "wich foods are best avoided with calcinosis universalis"),
        ("pronoun", "Which foods are best avoided with it?"),
    ]
    own = [("own words", "What should I leave off my plate with this illness?")]
    assert list(_nearly_equal(iter(copies), wordings, library)) == ["typing mistake", "pronoun"]
    assert list(_nearly_equal(iter(own), wordings, library)) == []


def _read(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def _practised_from(other_set: Path, library: Library) -> Iterator[str]:
    """Ids alone: a failing test must not print a line of a set that nobody may read."""
    others = sorted({_comparable(line["text"], library) for line in _read(other_set)})
    practice = _read(_FOLDER / "practice.jsonl")
    yield from _nearly_equal(((line["id"], line["text"]) for line in practice), others, library)


def _wordings(library: Library) -> Iterator[str]:
    """Every wording that understanding learns from. Emergency phrases are patterns, so they are left out."""
    yield from library.off_topic
    for aspect in library.aspects.values():
        yield from aspect.questions
    for topic in library.topics.values():
        for entry in topic.entries.values():
            yield from entry.questions
    for command in library.commands.values():
        yield from command.wordings
    for guide in library.emergencies.values():
        yield from guide.wordings
        yield from guide.look_alikes


def _comparable(text: str, library: Library) -> str:
    """Letters and spaces alone, with each slot and each name of the illness turned into "it"."""
    topic = library.topics[_TOPIC]
    names = sorted((topic.title, *topic.other_names), key=len, reverse=True)
    name = "|".join(re.escape(name) for name in names)
    text = re.sub(rf"\{{\w+\}}|\b(?:{name})\b", "it", text, flags=re.IGNORECASE)
    return " ".join(utils.default_process(text).split())


def _nearly_equal(lines: Iterator[tuple[str, str]], wordings: list[str], library: Library) -> Iterator[str]:
    long_enough = [(line_id, text) for line_id, text in lines if len(text.split()) >= _FEWEST_WORDS]
    compared = [_comparable(text, library) for _, text in long_enough]
    alike = process.cdist(compared, wordings, scorer=fuzz.ratio, score_cutoff=_NEARLY_EQUAL)
    for (line_id, _), is_alike in zip(long_enough, alike.any(axis=1), strict=True):
        if is_alike:
            yield line_id
