"""Why a question was understood as it was."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from assistant.library.entries import Library
from assistant.nlu.index.dense import MiniLmEncoder
from assistant.nlu.pipeline import Pipeline
from assistant.nlu.trace import explain, lines_of
from assistant.nlu.training.tuning import shipped_tuning


@pytest.fixture(scope="module")
def understanding(small_library: Library, minilm: MiniLmEncoder) -> Iterator[Pipeline]:
    made = Pipeline(small_library, minilm, shipped_tuning())
    yield made
    made.shut_down()


@pytest.fixture
def explained(understanding: Pipeline, small_library: Library) -> dict[str, Any]:
    return explain(understanding, small_library, "What are the symptmos of calcinosis universalis?")


def test_the_stages_are_shown(explained: dict[str, Any]) -> None:
    assert explained["plain"] == "what are the symptmos of calcinosis universalis"
    assert explained["mended"] == [["symptmos", "symptoms"]]
    assert explained["reading"] == "what are the symptoms of this condition"
    assert explained["candidates"][0]["aspect"] == "symptoms"
    assert {"refuse", "doubt", "sure", "offer", "alarm"} <= set(explained["thresholds"])
    assert explained["alarm"]["strength"] < explained["thresholds"]["alarm"]


def test_the_parts_of_a_score_add_up_to_it(explained: dict[str, Any]) -> None:
    assert len(explained["candidates"]) == 3
    for part in (*explained["candidates"], explained["none"]):
        whole = sum(piece["adds"] for piece in part["evidence"]) + part["rest"]
        assert whole == pytest.approx(part["score"], abs=0.05)


def test_what_speaks_for_an_answer_is_its_own(explained: dict[str, Any], small_library: Library) -> None:
    for candidate in explained["candidates"]:
        assert 1 <= len(candidate["evidence"]) <= 3
        adds = [piece["adds"] for piece in candidate["evidence"]]
        assert adds == sorted(adds, reverse=True)
    sentences = [
        piece["text"] for piece in explained["candidates"][0]["evidence"] if piece["signal"] == "sentence"
    ]
    topic, answer = explained["candidates"][0]["answer"].split("/")
    texts = " ".join(
        " ".join(getattr(block, "items", ()) or (block.text,))
        for block in small_library.topics[topic].entries[answer].blocks
    ).casefold()
    assert all(sentence.split()[-1] in texts for sentence in sentences)


def test_beliefs_are_shares(explained: dict[str, Any]) -> None:
    beliefs = [part["belief"] for part in (*explained["candidates"], explained["none"])]
    assert all(0 <= belief <= 1 for belief in beliefs)
    assert explained["candidates"][0]["belief"] == max(beliefs)


def test_it_can_be_written_as_json_and_as_lines(explained: dict[str, Any]) -> None:
    assert json.loads(json.dumps(explained)) == explained
    lines = list(lines_of(explained))
    assert "mended       symptmos -> symptoms" in lines
    assert any(line.startswith("1. calcinosis-universalis/") for line in lines)
    assert any(line.startswith("None of them: score ") for line in lines)


@pytest.mark.parametrize("text", ["", "  ?! ", "привет"])
def test_a_text_without_words_is_explained_by_nothing(
    text: str, understanding: Pipeline, small_library: Library
) -> None:
    explained = explain(understanding, small_library, text)
    assert explained["candidates"] == []
    assert explained["none"] is None
    assert list(lines_of(explained))
