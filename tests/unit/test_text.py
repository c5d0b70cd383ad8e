"""The one way to compare texts, to find their words, and to cut them into sentences."""

import pytest

from assistant.text import cut_at, folded, latin_words_in, legible, sentences_in, words_in


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        (" what\u200b is\u00ad \n it\ufeff ", "what is it"),
        ("he\u200blp", "help"),
        ("h\u0435l\u0440", "help"),
        ("\u0455\u043e\u0455", "sos"),
        ("\U0001d421\U0001d41e\U0001d425\U0001d429 me", "help me"),
        ("\uff11", "1"),
        ("\u2460", "1"),
        ("3\ufe0f\u20e3", "3"),
        ("\U0001f51f", "10"),
        ("\U0001f1f8\U0001f1f4\U0001f1f8", "sos"),
        ("\u041f\u0440\u0438\u0432\u0435\u0442", "\u041f\u0440\u0438\u0432\u0435\u0442"),
    ],
    ids=[
        "gaps",
        "inside a word",
        "Cyrillic",
        "all Cyrillic",
        "bold",
        "wide",
        "ringed",
        "keycap",
        "ten",
        "flags",
        "Russian",
    ],
)
def test_text_is_read_as_it_is_seen(written: str, seen: str) -> None:
    assert legible(written) == seen


def test_case_apostrophes_and_gaps_make_no_difference() -> None:
    assert folded("  What’S \n IT? ") == folded("what's it?") == "what's it?"


def test_words_keep_the_apostrophe_within_them_and_nothing_else() -> None:
    assert words_in("‘Don’t!’ an X-ray, 1,000 times_") == ["don't", "an", "x", "ray", "1", "000", "times"]


def test_latin_words_have_no_accents_and_no_apostrophes() -> None:
    assert latin_words_in("Café: it’s 15% … Что?") == ["cafe", "its", "15%"]


def test_what_is_typed_is_cut_at_every_mark() -> None:
    assert cut_at(".!?", "stop.now?!yes 3.5") == ["stop", "now", "yes 3", "5"]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("It costs 3.5 now.", ["It costs 3.5 now."]),
        ("He takes e.g. calcium.", ["He takes e.g. calcium."]),
        ("She said “go.” He went.", ["She said “go.”", "He went."]),
        ("", []),
    ],
)
def test_a_text_is_cut_at_the_ends_of_sentences(text: str, sentences: list[str]) -> None:
    found = sentences_in(text)
    assert [sentence.text for sentence in found] == sentences
    assert all(text[sentence.offset :].startswith(sentence.text) for sentence in found)


def test_a_hyphenated_word_and_a_contraction_are_one_word() -> None:
    assert words_in("An X-ray doesn’t hurt - 1,000 times.", compounds=True) == [
        "an",
        "x-ray",
        "doesn't",
        "hurt",
        "1,000",
        "times",
    ]
