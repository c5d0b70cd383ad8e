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
from assistant.nlu.intents import CommandName
from assistant.nlu.training.examples import data_lines
from assistant.nlu.training.provenance import data_folder
from tests.shipped import shipped_library

_FOLDER = Path(__file__).parents[1] / "evaluation"
_TOPIC = "calcinosis-universalis"

_FILES = ("held_out.jsonl", "formerly_held_out.jsonl")
_KINDS = {
    *("plain", "messy", "asr", "not_emergency", "out_of_scope", "calm", "everyday"),
    *("emergency", "command"),
}
_ASKS_FOR_NOTHING = {"out_of_scope", "calm", "everyday"}
_ASKS_FOR_AN_ANSWER = {"plain", "messy", "asr", "not_emergency"}
_FEWEST_LINES_PER_ANSWER = 4

_FEWEST_WORDS = 5
"""Shorter lines agree by chance: many people say "read it again"."""
_NEARLY_EQUAL = 90
"""Of 100, by edit distance over the letters: about one letter in ten may differ."""


@pytest.fixture(scope="module")
def library() -> Library:
    return shipped_library()


@pytest.fixture(scope="module")
def lines() -> list[dict[str, Any]]:
    return [line for name in _FILES for line in _read(_FOLDER / name)]


def test_each_line_has_its_own_id_and_its_own_text(lines: list[dict[str, Any]]) -> None:
    repeated_ids = [key for key, count in Counter(line["id"] for line in lines).items() if count > 1]
    texts = Counter(utils.default_process(line["text"]) for line in lines)
    assert repeated_ids == []
    assert [text for text, count in texts.items() if count > 1 or not text] == []


def test_lines_have_the_agreed_fields_and_no_others(lines: list[dict[str, Any]]) -> None:
    for line in lines:
        assert line.keys() == {"id", "text", "kind", "accept", "writer"}, line["id"]
        assert line["text"] == line["text"].strip(), line["id"]


def test_each_kind_has_the_number_of_lines_that_the_readme_gives() -> None:
    readme = (_FOLDER / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (\d+) \| (\d+) \|", readme, re.MULTILINE)
    assert {kind for kind, *_ in rows} == _KINDS
    for place, name in enumerate(_FILES, start=1):
        in_readme = {row[0]: int(row[place]) for row in rows}
        assert Counter(line["kind"] for line in _read(_FOLDER / name)) == in_readme, name


def test_what_a_line_accepts_fits_its_kind_and_exists(lines: list[dict[str, Any]], library: Library) -> None:
    answers = set(library.topics[_TOPIC].entries)
    for line in lines:
        accepted = line["accept"]
        assert len(accepted) == len(set(accepted)), line["id"]
        match line["kind"]:
            case kind if kind in _ASKS_FOR_NOTHING:
                assert accepted == [], line["id"]
            case "emergency":
                assert accepted == ["emergency"], line["id"]
            case "command":
                (command,) = accepted
                assert command.removeprefix("cmd:") in list(CommandName), line["id"]
                assert command.startswith("cmd:"), line["id"]
            case kind:
                assert kind in _ASKS_FOR_AN_ANSWER, line["id"]
                assert accepted, line["id"]
                assert set(accepted) <= answers, line["id"]


def test_the_lines_ask_for_every_answer_several_times(lines: list[dict[str, Any]], library: Library) -> None:
    best = Counter(
        answer for line in lines if line["kind"] in _ASKS_FOR_AN_ANSWER for answer in line["accept"]
    )
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


def test_the_spoken_lines_are_lines_that_were_held_out(lines: list[dict[str, Any]]) -> None:
    held_out = {line["id"]: line["text"] for line in lines}
    spoken = _read(_FOLDER / "spoken.jsonl")
    assert len(spoken) > 100
    assert all(held_out[line["id"]] == line["text"] for line in spoken)


def test_no_writer_of_a_held_out_line_is_learnt_from(lines: list[dict[str, Any]]) -> None:
    learnt = {line["writer"] for line, _ in data_lines(data_folder("en"))}
    assert learnt
    assert {line["writer"] for line in lines}.isdisjoint(learnt)


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


def _wordings(library: Library) -> Iterator[str]:
    """Everything that understanding learns from."""
    yield from (line["text"] for line, _ in data_lines(data_folder("en")))
    for topic in library.topics.values():
        for entry in topic.entries.values():
            yield from entry.questions
    for command in library.commands.values():
        yield from command.wordings


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
