"""The word error rate, against figures worked out by hand."""

import pytest

from assistant.evaluation.transcripts import WordErrors, summed, word_errors


@pytest.mark.parametrize(
    ("said", "heard", "edits", "words"),
    [
        ("the lump on my arm", "the lump on my arm", 0, 5),
        ("the lump on my arm", "the lamp on my arm", 1, 5),
        ("the lump on my arm", "lump on the my arm", 2, 5),
        ("the lump on my arm", "", 5, 5),
        ("repeat", "will you repeat it", 3, 1),
        ("What's this?", "what is this", 0, 3),
    ],
    ids=["the same", "replaced", "left out and put in", "nothing", "too much", "short form and signs"],
)
def test_edits_are_counted_in_words(said: str, heard: str, edits: int, words: int) -> None:
    assert word_errors(said, heard) == WordErrors(edits, words)


def test_the_rate_of_several_weighs_them_by_their_words() -> None:
    parts = [word_errors("stop", "go"), word_errors("the lump on my arm", "the lump on my arm")]
    assert summed(parts).rate == pytest.approx(1 / 6)


def test_more_heard_than_said_is_a_rate_above_one() -> None:
    assert word_errors("repeat", "will you repeat it").rate == 3.0


def test_without_words_there_is_no_error() -> None:
    assert summed([]).rate == 0.0
