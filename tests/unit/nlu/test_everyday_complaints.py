"""What people with this illness say every day is no emergency, and no reason for a safety line."""

import pytest

from assistant.nlu.intents import Command, CommandName, Emergency
from assistant.nlu.interpreter import Context
from assistant.nlu.pipeline import Pipeline


@pytest.mark.parametrize(
    "said",
    [
        "my elbow hurts",
        "my hips hurt when I get up",
        "I am tired all the time",
        "my fingers do not bend well",
        "the skin over the lump is sore",
        "my mother has sore knees",
        "I am sad that I can not play the piano",
        "there is something chalky on my finger",
        "I took my tablet at eight",
        "my ankles are thick tonight",
        "I have a small headache",
        "it hurts when I cough",
        "my legs are weak after the walk",
    ],
)
def test_an_everyday_complaint_raises_no_alarm(interpreter: Pipeline, said: str) -> None:
    assert not isinstance(interpreter.meaning_of(said, Context()), Emergency)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("thank you so much", CommandName.THANKS),
        ("start sending me audio again", CommandName.AUDIO_ON),
        ("stop", CommandName.TEXT_ONLY),
    ],
)
def test_a_command_is_no_cry_for_help(interpreter: Pipeline, said: str, name: CommandName) -> None:
    intent = interpreter.meaning_of(said, Context())
    assert isinstance(intent, Command)
    assert intent.name is name


@pytest.mark.parametrize(
    "said", ["help me I cannot breathe", "stop the bleeding help", "please start my heart hurts so much"]
)
def test_a_cry_for_help_is_no_command(interpreter: Pipeline, said: str) -> None:
    assert isinstance(interpreter.meaning_of(said, Context()), Emergency)
