"""Letters that are stretched, spaced out or run together are read as the words they make."""

import pytest

from assistant.nlu.stages.letter_repair import LetterRepair
from assistant.text import words_in

WORDS = words_in(
    "the of and in to is it my me help cant breathe what cause know do you symptoms call so good morning a i"
    " b d war far no pause met had one tend"
)


@pytest.fixture(scope="module")
def repair() -> LetterRepair:
    return LetterRepair({word: rank for rank, word in enumerate(WORDS)}, {"lupus"})


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("I can't breeeathe", "I can't breathe"),
        ("HELPPPP", "HELP"),
        ("sooooo", "so"),
        ("h e l p me", "help me"),
        ("icantbreathe", "i cant breathe"),
        ("whatisthecause?", "what is the cause?"),
        ("helpme", "help me"),
        ("c a n ' t b r e a t h e", "cant breathe"),
        ("vitamin a b d i", "vitamin a b d i"),
        ("warfarin", "warfarin"),
        ("menopause", "menopause"),
        ("methadone", "methadone"),
        ("tenditis", "tenditis"),
        ("lupus", "lupus"),
        ("zzzz", "zz"),
    ],
)
def test_words_are_read_as_they_are_meant(repair: LetterRepair, written: str, meant: str) -> None:
    assert repair.repaired(written) == meant


def test_a_long_word_of_nothing_takes_no_time_that_grows_with_it(repair: LetterRepair) -> None:
    assert repair.repaired("x" * 100_000 + "abc") == "xxabc"


@pytest.mark.parametrize(
    ("written", "meant"),
    [("reserch", "research"), ("overveiw please", "overview please"), ("symptons", "symptoms")],
)
def test_a_slip_in_a_word_that_the_assistant_is_asked_with_is_mended(written: str, meant: str) -> None:
    words = {"research", "overview", "symptoms"}
    assert LetterRepair({"please": 0, "searched": 1}, words).repaired(written) == meant
    assert LetterRepair({"reserch": 0, "overveiw": 1, "symptons": 2}, words).repaired(written) == written


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("kil me", "kill me"),
        ("chset pain", "chest pain"),
        ("braethe", "breathe"),
        ("ches", "ches"),
        ("di", "di"),
    ],
)
def test_a_slip_in_what_people_cry_out_is_mended(written: str, meant: str) -> None:
    cries = {"kill", "chest", "cheese", "breathe", "die"}
    ranks = {"me": 0, "pain": 1, "ches": 2}
    assert LetterRepair(ranks, set(), cries).repaired(written) == meant
