"""From written to spoken text."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import SpeechError
from assistant.speech.pronunciation import pronounced
from assistant.speech.reading import MOST_CHARACTERS, passages, prepare
from assistant.speech.values import Script

SAID = {"calcinosis": "kˌælsənˈOsəs", "plaque": "plˈæk", "gout": "ɡˈWt"}


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("X-rays or CT scans", "X-rays or CT scans"),
        ("rest (or swimming) helps", "rest, or swimming, helps"),
        ("Rest (or swimming).", "Rest, or swimming."),
        ("pain/stiffness", "pain or stiffness"),
        ("hands and/or feet", "hands and or feet"),
        ("take 1/2 of it", "take 1/2 of it"),
        ("about 5–10 years", "about 5–10 years"),
        ("the “shell” of a nut, it's hard", "the shell of a nut, it's hard"),
        ("people's 'own' choice", "people's own choice"),
        ("**Bold** and _soft_ `code`", "Bold and soft code"),
        ("# A heading", "A heading"),
        ("see [the page](https://example.org/x) now", "see the page now"),
        ("see https://example.org/a?b=c for more", "see for more"),
        ("<b>strong</b> words", "strong words"),
        ("sunny 🌞 day", "sunny day"),
        ("two\n  lines\tand tabs", "two lines and tabs"),
        ("zero\u200bwidth", "zero width"),
        ("", ""),
        ("***", ""),
    ],
)
def test_a_text_is_made_fit_to_be_heard(written: str, spoken: str) -> None:
    assert prepare(written) == spoken


@pytest.mark.parametrize(
    "trick",
    ["[doctor](/bˈæd/)", "[doctor] (/bˈæd/)", "[[doctor]](/bˈæd/)", "[a](b)](/bˈæd/)", "\\[doctor\\](/x/)"],
)
def test_a_text_cannot_smuggle_in_a_pronunciation(trick: str) -> None:
    assert not re.search(r"\[[^\]]+\]\([^)]*\)", prepare(f"Ask your {trick} today."))


@given(st.text(max_size=200))
def test_whatever_is_written_nothing_like_markup_is_left(text: str) -> None:
    assert not set(prepare(text)) & set('[](){}<>*_`#~^|\\"\n\r\t')


def test_preparing_twice_changes_nothing_more() -> None:
    once = prepare("Rest (or *swim*) / walk; see “this”.")
    assert prepare(once) == once


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("Calcinosis is rare.", "[Calcinosis](/kˌælsənˈOsəs/) is rare."),
        ("CALCINOSIS, calcinosis", "[CALCINOSIS](/kˌælsənˈOsəs/), [calcinosis](/kˌælsənˈOsəs/)"),
        ("two plaques", "two [plaques](/plˈæks/)"),
        ("calcinosis's name", "[calcinosis's](/kˌælsənˈOsəsᵻz/) name"),
        ("calcinosis’ name", "[calcinosis’](/kˌælsənˈOsəs/) name"),
        ("gout's pain", "[gout's](/ɡˈWts/) pain"),
        ("pseudogout and goutweed stay", "pseudogout and goutweed stay"),
        ("anti-gout and gout-like", "anti-gout and [gout](/ɡˈWt/)-like"),
    ],
)
def test_rare_words_are_marked_whole_with_their_endings(text: str, marked: str) -> None:
    assert pronounced(text, SAID) == marked


def test_the_longer_of_two_known_words_wins() -> None:
    assert (
        pronounced("gout attack", {"gout": "ɡˈWt", "gout attack": "ɡˈWt ətˈæk"})
        == "[gout attack](/ɡˈWt ətˈæk/)"
    )


@pytest.mark.parametrize("phonemes", ["", "a/b", "a)b", "a]b", " a"])
def test_phonemes_that_break_the_notation_are_left_out(phonemes: str) -> None:
    assert pronounced("gout", {"gout": phonemes}) == "gout"


def test_a_script_is_its_title_then_its_paragraphs_each_ended_like_a_sentence() -> None:
    script = Script("What helps", ("Rest", "Warm water!", "***"), "en", {})
    assert [text for text, _ in passages(script)] == ["What helps.", "Rest.", "Warm water!"]
    title_pause, between, after = (pause for _, pause in passages(script))
    assert title_pause > between > after == 0


@pytest.mark.parametrize("script", [Script("", (), "en", {}), Script("…", ("***", "🌞"), "en", {})])
def test_nothing_to_say_is_an_error(script: Script) -> None:
    with pytest.raises(SpeechError, match="nothing to say"):
        list(passages(script))


def test_a_text_without_end_is_refused() -> None:
    with pytest.raises(SpeechError):
        list(passages(Script("", ("word " * MOST_CHARACTERS,), "en", {})))
