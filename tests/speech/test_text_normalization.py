"""From written to spoken text."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.dialogue.render.spoken_text import spoken_paragraphs
from assistant.errors import SpeechError
from assistant.library.entries import BulletList, Paragraph
from assistant.speech.tts.lexicon import pronounced
from assistant.speech.tts.script import Script
from assistant.speech.tts.text_normalization import MOST_CHARACTERS, passages, prepare

SAID = {"calcinosis": "kˌælsənˈOsəs", "plaque": "plˈæk", "gout": "ɡˈWt"}


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("X-rays or CT scans", "X-rays or CT scans"),
        ("rest (or swimming) helps", "rest, or swimming, helps"),
        ("Rest (or swimming).", "Rest, or swimming."),
        ("pain/stiffness", "pain or stiffness"),
        (
            "140 mg/dL, 1 mg/l and µg/ml",
            "140 milligrams per decilitre, 1 milligram per litre and micrograms per millilitre",
        ),
        ("at 60 km/h", "at 60 kilometres per hour"),
        ("90 mL/min/1.73 m²", "90 millilitres per minute per 1.73 square metres"),
        ("2 g/24 h or 10 mg/5 ml", "2 grams per 24 hours or 10 milligrams per 5 millilitres"),
        (
            "140 mEq/L, 500 cells/mm³, 10^9/L",
            "140 milliequivalents per litre, 500 cells per cubic millimetre, 10 to the power of 9 per litre",
        ),
        ("5 mg/dose, 1 hour/day, once/day", "5 milligrams per dose, 1 hour per day, once per day"),
        ("1/2 tablet, day/night, 24/7", "1/2 tablet, day or night, 24/7"),
        ("1/2 mg/kg, 1 1/2 mg/day", "1/2 milligrams per kilogram, 1 1/2 milligrams per day"),
        ("10⁹/L and 10 mg/2 puffs", "10 to the power of 9 per litre and 10 milligrams per 2 puffs"),
        ("10 mg/kg/day", "10 milligrams per kilogram per day"),
        ("30 kg/m² (or 3 l/min)", "30 kilograms per square metre, or 3 litres per minute"),
        ("12–20 breaths / minute, 60/min", "12–20 breaths per minute, 60 per minute"),
        ("3 times/week and 1,000 steps/day.", "3 times per week and 1,000 steps per day."),
        ("day/night, years/months, s/he, min/max", "day or night, years or months, s or he, min or max"),
        ("24/7 at 120/80", "24/7 at 120/80"),
        ("hands and/or feet", "hands and or feet"),
        ("take 1/2 of it", "take 1/2 of it"),
        ("about 5–10 years", "about 5–10 years"),
        ("the “shell” of a nut, it's hard", "the shell of a nut, it's hard"),
        ("people's 'own' choice", "people's own choice"),
        ('I saved "Is there a cure?" in your bookmarks.', "I saved Is there a cure in your bookmarks."),
        ("They cry “Stop!” Then it is quiet.", "They cry Stop! Then it is quiet."),
        ("**Bold** and _soft_ `code`", "Bold and soft code"),
        ("# A heading", "A heading"),
        ("see [the page](https://example.org/x) now", "see the page now"),
        ("see https://example.org/a?b=c for more", "see for more"),
        ("<b>strong</b> words", "strong words"),
        ("sunny 🌞 day", "sunny day"),
        ("two\n  lines\tand tabs", "two lines and tabs"),
        ("zero\u200bwidth", "zero width"),
        (
            "Lotions, e.g. creams, i.e. salves, etc.",
            "Lotions, for example creams, that is salves, and so on.",
        ),
        ("pain vs. rest, approx. 5 days", "pain versus rest, about 5 days"),
        ("No. 5 on p. 3", "number 5 on page 3"),
        ("I said no. Then", "I said no. Then"),
        ("≥ 5, <3 and 5 x 6 cm", "at least 5, less than 3 and 5 by 6 cm"),
        ("reviewed on 3 March 2024", "reviewed on 3 March 2024"),
        ("write to me@example.org or example.org/a", "write to or"),
        ("1️⃣ one → two ‼ 👍🏽", "1 one two"),
        ("• first", "first"),
        ("call or text 988, or it is 116 123", "call or text 9 8 8, or it is 1 1 6, 1 2 3"),
        ("call me at 10 or on 12 March", "call me at 10 or on 12 March"),
        ("200 people on 300 islands", "200 people on 300 islands"),
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


_PIECES = st.sampled_from(
    (
        "a lump under the skin",
        "X-rays or CT scans",
        "about 5–10 years",
        "**bold**",
        "<i>x</i>",
        "[a page](https://example.org/a_(b)?c=d)",
        "https://example.org/path#part",
        "www.example.com",
        "someone@example.co.uk",
        "example.net/x",
        "tg://user?id=1",
        "👩🏽‍⚕️",
        "⚠️",
        "✅",
        "🇬🇧",
        "3️⃣",
        "❤️",
        "➡️",
        "‼️",
        "• item",
        "&",
        "etc.",
        "(see above)",
        "\n",
    )
)
_PICTURES = frozenset(("So", "Sk", "Me", "Cf", "Cs", "Co"))


@given(st.lists(st.one_of(_PIECES, st.text(max_size=20)), max_size=12).map(" ".join))
def test_no_picture_address_or_markup_is_ever_read_aloud(text: str) -> None:
    said = " ".join(passage for passage, _ in _passages_or_none(text))
    pictures = [c for c in said if unicodedata.category(c) in _PICTURES and c not in "°©®"]
    assert not pictures
    assert not set(said) & set("[](){}<>*_`#~^|\\•→\ufe0f\u203c")
    assert not re.search(r"://|www\.\w|\w@\w|\bexample\.(?:org|com|net|co)", said)


def _passages_or_none(text: str) -> list[tuple[str, float]]:
    try:
        return list(passages(Script("", (text,), "en", {})))
    except SpeechError:
        return []


def test_the_items_of_a_list_have_shorter_pauses_than_paragraphs_and_titles() -> None:
    script = Script("What helps", ("Rest.\nWarm water.\nA walk.", "Ask a doctor."), "en", {})
    texts, pauses = zip(*passages(script), strict=True)
    assert texts == ("What helps.", "Rest.", "Warm water.", "A walk.", "Ask a doctor.")
    after_title, after_first, after_second, after_list, at_the_end = pauses
    assert after_title > after_list > after_first == after_second > at_the_end == 0


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


def test_the_voice_goes_on_after_what_leads_to_a_list_and_falls_only_at_its_end() -> None:
    blocks = (
        Paragraph("It may bring:"),
        BulletList(("pain", "stiff joints", "tired legs")),
        Paragraph("Rest"),
    )
    script = Script("Signs", spoken_paragraphs(blocks), "en", {})
    texts = [text for text, _ in passages(script)]
    assert texts == ["Signs.", "It may bring:", "pain,", "stiff joints,", "tired legs.", "Rest."]
    assert [text for text, _ in passages(Script("", ("and then:",), "en", {}))] == ["and then."]


@pytest.mark.parametrize("script", [Script("", (), "en", {}), Script("…", ("***", "🌞"), "en", {})])
def test_nothing_to_say_is_an_error(script: Script) -> None:
    with pytest.raises(SpeechError, match="nothing to say"):
        list(passages(script))


def test_a_text_without_end_is_refused() -> None:
    with pytest.raises(SpeechError):
        list(passages(Script("", ("word " * MOST_CHARACTERS,), "en", {})))
