"""Very long texts, and noise: an emergency in a story is noticed, and nothing is answered by chance."""

import pytest
from any_text import NOISE_LENGTH, examples, noise
from hypothesis import given
from hypothesis import strategies as st

from assistant.nlu.intents import Answer, Emergency
from assistant.nlu.interpreter import Context
from assistant.nlu.pipeline import Pipeline

IN_HAND = Context(topic="calcinosis-universalis")
STORY = (
    "On Monday we went to the market with my brother, who had come by train from the coast. We bought apples "
    "and bread, met the neighbours, and talked about their roof, which has leaked since the storm in spring. "
    "On Tuesday it rained, so we stayed in and sorted old photographs until the evening. My sister rang and "
    "told us about her new kitchen. On Wednesday the plumber was here about the tap. "
)
ALARMS = [
    "I can't breathe, help me.",
    "My husband has just collapsed and will not wake up.",
    "I took all my tablets at once.",
    "The wound is bleeding and it won't stop.",
    "There is a crushing pain in my chest right now.",
]


@examples(40)
@given(text=st.text("0123456789 .,%/-", min_size=1, max_size=200))
def test_numbers_alone_are_never_answered(interpreter: Pipeline, text: str) -> None:
    assert not isinstance(interpreter.meaning_of(text, IN_HAND), Answer)


@pytest.mark.parametrize(
    "piece", ["many ", "9% 4 ", "lump ", "How is calcinosis diagnosed? ", "cure treatment skin "]
)
def test_ten_thousand_characters_of_one_thing_are_never_answered(interpreter: Pipeline, piece: str) -> None:
    text = (piece * NOISE_LENGTH)[:NOISE_LENGTH]
    assert not isinstance(interpreter.meaning_of(text, IN_HAND), Answer)


@examples(24)
@given(text=noise)
def test_noise_is_no_emergency(interpreter: Pipeline, text: str) -> None:
    assert not isinstance(interpreter.meaning_of(text, Context()), Emergency)


@pytest.mark.parametrize("blanks", [" ", "\n", "\u200b"])
@pytest.mark.parametrize("number", [900, 3_000])
def test_thousands_of_blanks_around_a_question_change_nothing(
    interpreter: Pipeline, blanks: str, number: int
) -> None:
    asked = "Which tests lead to a calcinosis diagnosis?"
    padded = interpreter.meaning_of(blanks * number + asked + blanks * number, Context())
    assert padded == interpreter.meaning_of(asked, Context())


@pytest.mark.parametrize("alarm", ALARMS)
@pytest.mark.parametrize("times", [1, 3, 8])
def test_an_emergency_is_noticed_in_a_long_story(interpreter: Pipeline, alarm: str, times: int) -> None:
    story = STORY * times
    for text in (f"{alarm} {story}", f"{story}{alarm}", f"{story}{alarm} {story}"):
        intent = interpreter.meaning_of(text, Context())
        assert isinstance(intent, Emergency) or getattr(intent, "caution", None)
