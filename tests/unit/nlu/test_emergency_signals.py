"""Signals of distress that are no sentence, in whatever form they come."""

from dataclasses import replace

import pytest

from assistant.library.entries import EmergencyGuide, Library
from assistant.nlu.intents import Emergency
from assistant.nlu.stages.emergency_signals import EmergencySignals
from tests.shipped import shipped_library


@pytest.fixture(scope="module")
def signals() -> EmergencySignals:
    return EmergencySignals(shipped_library())


@pytest.mark.parametrize(
    "text",
    [
        *("SOS", "sos!", "S.O.S.", "s o s", "sos sos sos", "SOS please", "help!!!", "HELP !!", "Help!!!!!!"),
        *("999", "112", "911", "１１２", "9-1-1", "112 please", "nine one one", "Emergency!", "ambulance"),
        *("I am dying", "im dying", "I'm dying!!", "please, I'm dying", "This is an emergency!"),
        *("🆘", "🚑", "🚑️ please come", "he fell 🆘🆘", "help help"),
        *(
            "help me!!!",
            "pls help!!!",
            "Please help!!",
            "mayday mayday",
            "HELP ME!! HELP ME!!",
            "help!! help!!",
            "Help me, please help me.",
            "Help me. Help me. Help me.",
        ),
    ],
)
def test_a_call_for_help_is_heeded(signals: EmergencySignals, text: str) -> None:
    assert isinstance(signals.found_in(text), Emergency)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "help",
        "help!",
        "Help me",
        "can you help me!!",
        "May Day",
        "1",
        "12",
        "what is 112",
        "9",
        "thanks!!",
        "what!!",
        "🙂",
        "emergency surgery for it?",
        "I am dying to know what causes it",
        "this is not an emergency",
    ],
)
def test_everything_else_is_left_to_the_others(signals: EmergencySignals, text: str) -> None:
    assert signals.found_in(text) is None


def test_a_library_without_signals_finds_none(library: Library) -> None:
    guides = {kind: replace(guide, signals=()) for kind, guide in library.emergencies.items()}
    assert all(isinstance(guide, EmergencyGuide) for guide in guides.values())
    assert EmergencySignals(replace(library, emergencies=guides)).found_in("sos") is None
