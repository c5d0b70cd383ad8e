"""The reading grade against figures worked out by hand."""

import pytest

from assistant.library.plain_markdown import Passage
from assistant.library.reading_grade import reading_grade


def _passages(*texts: str) -> list[Passage]:
    return [Passage(text, (0,), 1) for text in texts]


def test_the_grade_is_flesch_and_kincaids() -> None:
    # 6 words of one syllable, 1 sentence: 0.39 * 6 + 11.8 * 1 - 15.59
    assert reading_grade(_passages("The cat sat on the mat."), ()) == pytest.approx(-1.45)
    # 8 words, 12 syllables (doctor, better, seven, table: two each), 2 sentences
    text = "The doctor felt better. Seven cats sat. Table."
    assert reading_grade(_passages(text), ()) == pytest.approx(0.39 * 8 / 3 + 11.8 * 12 / 8 - 15.59)


def test_a_capital_letter_makes_no_difference() -> None:
    assert reading_grade(_passages("ANIMALS EAT APPLES"), ()) == reading_grade(
        _passages("animals eat apples"), ()
    )


def test_every_bullet_is_a_sentence() -> None:
    assert reading_grade(_passages("hard lumps", "sore skin"), ()) == reading_grade(
        _passages("hard lumps. Sore skin."), ()
    )


def test_names_are_left_out_whole_and_with_their_possessive() -> None:
    plain = reading_grade(_passages("It can hurt."), ())
    assert (
        reading_grade(_passages("Calcinosis Universalis can hurt it."), ["Calcinosis Universalis"]) == plain
    )
    assert reading_grade(_passages("It can hurt calcinosis's."), ["calcinosis"]) == plain
    assert reading_grade(_passages("It can hurt universalis."), ["Calcinosis Universalis"]) != plain


def test_a_text_of_names_alone_has_no_grade() -> None:
    assert reading_grade(_passages("Calcinosis."), ["calcinosis"]) is None
    assert reading_grade([], ()) is None
