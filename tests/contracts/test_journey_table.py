"""The table of journeys itself: complete, possible, and in the guide as it is."""

import re
from pathlib import Path
from typing import Final

import pytest

from assistant.library.loading import content_folder
from assistant.nlu import words
from tests.journeys.ears import keywords
from tests.journeys.house import say
from tests.journeys.journeys import JOURNEYS
from tests.journeys.several import JOURNEYS_OF_SEVERAL
from tests.journeys.table import VOICES_A_MINUTE, Journey, as_markdown
from tests.journeys.travelling import page_as_markdown
from tests.shipped import shipped_library

_ALL: Final = (*JOURNEYS, *JOURNEYS_OF_SEVERAL)
_GUIDE: Final = Path(__file__).parents[2] / "docs" / "voice.md"
_BEGIN: Final = "<!-- journeys: from tests/journeys/journeys.py -->\n\n"
_END: Final = "\n<!-- end of journeys -->"
_BEGIN_SEVERAL: Final = "<!-- journeys with two illnesses: from tests/journeys/several.py -->\n\n"
_END_SEVERAL: Final = "\n<!-- end of journeys with two illnesses -->"
_BEGIN_PAGE: Final = "<!-- at the page: from tests/journeys/journeys.py -->\n\n"
_END_PAGE: Final = "\n<!-- end of at the page -->"
_BUTTON: Final = re.compile(r"^(option-\S+) = [^{\n]+$", re.MULTILINE)
_CHOSEN_BY_THE_OPERATOR: Final = frozenset({"option-cloud-on", "option-cloud-off"})
"""Whether there is another engine that may hear a voice."""
_ONLY_AFTER_WORDS: Final = frozenset({"option-none-of-these"})
"""Nobody who only presses buttons is asked which of a few answers they mean."""

_ELSEWHERE: Final = frozenset({"cloud_speech", "language", "thanks", "sympathy", "stop", "volume", "show"})
"""Commands that are no part of a journey, or open what is named: lists say the name alone."""


@pytest.mark.parametrize("journey", _ALL, ids=lambda journey: journey.name)
def test_no_journey_by_voice_needs_more_than_a_minute_allows(journey: Journey) -> None:
    assert sum(len(stage.voice) for stage in journey.stages) <= VOICES_A_MINUTE


@pytest.mark.parametrize(
    ("begin", "end", "table"),
    [
        pytest.param(_BEGIN, _END, as_markdown(JOURNEYS), id="journeys"),
        pytest.param(_BEGIN_SEVERAL, _END_SEVERAL, as_markdown(JOURNEYS_OF_SEVERAL), id="several"),
        pytest.param(_BEGIN_PAGE, _END_PAGE, page_as_markdown(), id="at the page"),
    ],
)
def test_the_guide_shows_the_tables_as_they_are(begin: str, end: str, table: str) -> None:
    _, _, rest = _GUIDE.read_text(encoding="utf-8").partition(begin)
    shown, found, _ = rest.partition(end)
    assert found, "the table has no place in the guide"
    assert shown == table, f"put this into docs/voice.md:\n{table}"


def test_every_button_that_always_does_the_same_is_pressed_on_some_journey() -> None:
    pressed = {step.label for journey in _ALL for stage in journey.stages for step in stage.buttons}
    written = (content_folder() / "en" / "interface.ftl").read_text(encoding="utf-8")
    buttons = set(_BUTTON.findall(written)) - _CHOSEN_BY_THE_OPERATOR - _ONLY_AFTER_WORDS
    assert {each for each in buttons if say(each) not in pressed} == set()


def test_every_command_is_said_and_typed_on_some_journey() -> None:
    commands = shipped_library().commands.values()
    named = {
        words.plain(wording): command.name.partition(":")[0]
        for command in commands
        for written in command.wordings
        for wording in words.expanded(written)
    }
    stages = [stage for journey in _ALL for stage in journey.stages]
    said = {named.get(words.plain(step.words)) for stage in stages for step in stage.voice}
    written = {named.get(words.plain(typed)) for stage in stages for typed in stage.typing}
    everything = set(named.values()) - _ELSEWHERE
    assert (everything - said, everything - written) == (set(), set())


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (("Done.", "To save this, say: save."), {"save"}),
        (("To go on, say: next. To stop, say: text only.",), {"next", "text only"}),
        (("Shall I?", "Say yes or no."), {"yes", "no"}),
        (('Say "slower" or "faster" to change how I speak.',), {"slower", "faster"}),
        (("I cannot say what is right for you.", "I say what I know."), set()),
        (("There is nothing to do.",), set()),
    ],
)
def test_what_a_listener_is_told_to_say_is_found(said: tuple[str, ...], told: set[str]) -> None:
    assert keywords(said) == told


def test_a_name_may_be_said_once_the_listener_is_told_so() -> None:
    told = keywords(("Sections.", "Treatment. Say 1.", "To choose one, say its number or its name."))
    assert {"treatment", "1", "number one"} <= told
    assert "treatment" not in keywords(("Treatment.", "To save this, say: save."))
