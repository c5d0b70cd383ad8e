"""The texts about emergencies: half a minute at most, the number first and last, each from a named source."""

import re
from typing import Any, Final, cast

import pytest
import yaml

from assistant.dialogue.person import Person
from assistant.dialogue.processor import DialogueProcessor
from assistant.library.loading import content_folder
from assistant.nlu.intents import Emergency, NotCovered
from assistant.speech.tts.hibari_voice import HibariVoice
from assistant.speech.tts.script import Script, Speed
from tests.shipped import shipped_library
from tests.shipped_sentences import shipped_sentences

_FILE: Final = content_folder() / "en" / "emergencies.yaml"
_GUIDES: Final[dict[str, dict[str, Any]]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
_MOST_S: Final = 30.0
_SOMEBODY: Final = Person(id=0)
_BODIES: Final = re.compile(r"NHS|Red Cross|Resuscitation Council|Heart Association|Samaritans")
_WITHOUT_FIRST_AID: Final = {"help-now"}
"""Nothing is known but that help is wanted, so nothing is told but to call."""
_MUST_SAY: Final = {
    "breathing": ("inhaler", "chokes", "between the shoulder blades", "allergy pen", "hard and fast"),
    "chest-pain": ("sit down", "hard and fast"),
    "bleeding": ("press hard", "Leave in"),
    "infection": ("sepsis", "steroids"),
    "overdose": ("Take no more of it", "sugar", "vomit", "on their side"),
    "self-harm": ("You are not alone", "find a helpline dot com", "is done already", "who needs you"),
    "help-now": ("leave the line open",),
    "collapse": (
        "what you see",
        "hard and fast",
        "on their side",
        "stroke",
        "seizure",
        "neither wake nor breathe",
    ),
}


@pytest.fixture(scope="module")
def talk() -> DialogueProcessor:
    nobody = cast(Any, None)  # neither understands nor keeps anything: it only phrases
    library, sentences = shipped_library(), shipped_sentences()
    return DialogueProcessor(library, nobody, nobody, sentences)


def _script(talk: DialogueProcessor, kind: str) -> Script:
    script = talk.phrase(Emergency(kind), _SOMEBODY).script
    assert script is not None
    return script


@pytest.mark.speech
@pytest.mark.parametrize("kind", _GUIDES)
async def test_it_lasts_half_a_minute_at_most_in_the_local_voice(talk: DialogueProcessor, kind: str) -> None:
    voice = HibariVoice()
    sound = await voice.synthesize(_script(talk, kind), Speed.NORMAL)
    await voice.close()
    assert len(sound.pcm) / sound.sample_rate_hz <= _MOST_S


@pytest.mark.parametrize("kind", _GUIDES)
def test_the_number_comes_first_and_again_at_the_end(talk: DialogueProcessor, kind: str) -> None:
    paragraphs = _script(talk, kind).paragraphs
    assert paragraphs[0].startswith("Call 1 1 2, 9 1 1, or your local number")
    assert paragraphs[-2:] == (
        "Call 1 1 2 or 9 1 1 now.",
        "To hear this again, say: repeat.",
    )


@pytest.mark.parametrize("kind", _GUIDES)
def test_it_says_what_its_kind_needs(talk: DialogueProcessor, kind: str) -> None:
    script = _script(talk, kind)
    said = " ".join((script.title, *script.paragraphs))
    assert [words for words in _MUST_SAY[kind] if words not in said] == []


@pytest.mark.parametrize("kind", _GUIDES)
def test_what_only_may_be_an_emergency_has_a_line_of_its_own(talk: DialogueProcessor, kind: str) -> None:
    script = talk.phrase(NotCovered(caution=kind), _SOMEBODY).script
    assert script is not None
    assert "1 1 2" in script.title
    assert "this" not in script.title.casefold().split()
    assert ("find a helpline dot com" in script.title) is (kind == "self-harm")


@pytest.mark.parametrize("kind", sorted(_GUIDES.keys() - _WITHOUT_FIRST_AID))
def test_it_names_a_public_body_and_claims_no_review(kind: str) -> None:
    guide = _GUIDES[kind]
    assert _BODIES.search(guide["source"])
    assert re.search(r"\b20\d\d\b|no date", guide["source"])
    assert [guide[field] for field in ("reviewed_by", "reviewed_on", "review_due")] == [None] * 3
