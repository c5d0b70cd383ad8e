"""Why a question was understood as it was: the very stages that serving runs."""

import json
from collections.abc import Iterator

import pytest

from assistant.library.entries import Library
from assistant.nlu.index.encoder import Encoder
from assistant.nlu.intents import Answer, Command, CommandName
from assistant.nlu.interpreter import Context, Manner
from assistant.nlu.pipeline import Pipeline
from assistant.nlu.stages.fallback_policy import Thresholds
from assistant.nlu.trace import explain, lines_of

pytestmark = pytest.mark.model

ASKED = "What are the symptoms of calsinosis universalis?"


@pytest.fixture(scope="module")
def understanding(small_library: Library, encoder: Encoder) -> Iterator[Pipeline]:
    made = Pipeline(small_library, encoder, Thresholds())
    yield made
    made.shut_down()


def test_the_stages_are_shown_with_what_each_found(understanding: Pipeline) -> None:
    meant = understanding.meaning_of(ASKED, Context())
    assert isinstance(meant, Answer)
    explained = explain(understanding, ASKED, Context(), meant)
    found = {step["stage"]: step["found"] for step in explained["stages"]}
    assert found["names"]["masked"] == "what are the symptoms of this condition"
    assert found["answer"]["intent"]["entry"] == str(meant.entry)
    assert explained["candidates"][0]["answer"] == str(meant.entry)
    assert explained["beliefs"][0][0] == "symptoms"
    assert explained["decided"] == "understanding"
    assert {"refuse", "doubt", "sure", "offer", "brief_alarm", "long_alarm"} <= set(explained["thresholds"])


def test_what_was_decided_in_the_conversation_is_said_so(understanding: Pipeline) -> None:
    explained = explain(understanding, ASKED, Context(), Command(CommandName.THANKS))
    assert explained["decided"] == "conversation"


def test_the_nearest_texts_of_an_answer_come_best_first(understanding: Pipeline) -> None:
    explained = explain(understanding, ASKED, Context(), understanding.meaning_of(ASKED, Context()))
    for candidate in explained["candidates"]:
        likeness = [each for _, each in candidate["nearest"]]
        assert likeness == sorted(likeness, reverse=True)
        assert 1 <= len(likeness) <= 3


@pytest.mark.parametrize("text", [ASKED, "", "  ?! ", "привет", "next", "help I can not breathe"])
@pytest.mark.parametrize("manner", list(Manner))
def test_it_can_be_written_as_json_and_as_lines(understanding: Pipeline, text: str, manner: Manner) -> None:
    context = Context(manner=manner)
    explained = explain(understanding, text, context, understanding.meaning_of(text, context))
    assert json.loads(json.dumps(explained)) == explained
    assert list(lines_of(explained))
