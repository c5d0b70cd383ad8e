import pytest

from assistant.nlu.words import (
    MAX_CHARACTERS,
    MAX_EXPANSIONS,
    bounded,
    clauses,
    expanded,
    parts_of,
    plain,
    questions_in,
    without_fillers,
    without_politeness,
)


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("What's THIS?!", "what is this"),
        ("I can’t go on…", "i can not go on"),
        ("cant", "can not"),
        ("Café, naïve", "cafe naive"),
        ("  two\n lines\t", "two lines"),
        ("wat r u", "what are you"),
        ("15% of it", "15% of it"),
        ("…?!", ""),
        ("Что это?", ""),
        ("", ""),
    ],
)
def test_text_is_made_plain(written: str, seen: str) -> None:
    assert plain(written) == seen


def test_politeness_is_dropped_but_never_the_whole_message() -> None:
    assert without_politeness("could you please read it once more thank you") == "read it once more"
    assert without_politeness("thank you") == "thank you"


def test_the_words_around_a_question_are_dropped() -> None:
    assert without_fillers("um hello i wanted to ask is physio any good") == "is physio any good"


def test_fillers_stay_when_nothing_else_is_there() -> None:
    assert without_fillers("hello") == "hello"


def test_a_message_is_cut_into_its_thoughts() -> None:
    assert clauses("My arm aches. I saw two doctors, but is that normal?") == (
        "My arm aches",
        "I saw two doctors",
        "is that normal",
    )


def test_wordings_with_alternatives_stand_for_each_of_them() -> None:
    assert expanded("(show|open) [all] my bookmarks") == (
        "show my bookmarks",
        "show all my bookmarks",
        "open my bookmarks",
        "open all my bookmarks",
    )
    assert expanded("save it (now)") == ("save it (now)",)


def test_a_wording_never_stands_for_endlessly_many() -> None:
    assert len(expanded("(a|b|c|d) " * 20)) <= MAX_EXPANSIONS


def test_long_text_keeps_its_beginning_and_its_end() -> None:
    text = "first " + "x" * 10_000 + " last"
    kept = bounded(text)
    assert len(kept) <= MAX_CHARACTERS + 1
    assert kept.startswith("first")
    assert kept.endswith("last")


def test_a_long_text_is_read_in_parts_that_share_their_ends() -> None:
    words = [f"word{number}" for number in range(200)]
    parts = parts_of(" ".join(words))
    assert len(parts) == 3
    assert parts[0].split()[-30:] == parts[1].split()[:30]
    assert parts_of("") == ()


def test_the_questions_of_a_message_are_told_apart() -> None:
    assert questions_in("What causes it? And how is it treated, my cat is fine.") == (
        "what causes it",
        "how is it treated my cat is fine",
    )
    assert questions_in("I have lumps and my arm hurts") == ()
