"""Which phrases are refused, and that those which are not are found as anybody would expect."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.library.entries import Library
from assistant.library.patterns import MAX_PATTERN_LENGTH, Phrases, flaw_of_pattern
from assistant.nlu.words import plain
from tests.shipped import shipped_library


@pytest.fixture(scope="module")
def library() -> Library:
    return shipped_library()


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("", "empty"),
        ("(", "not a valid regular expression: missing )"),
        ("a" * (MAX_PATTERN_LENGTH + 1), "longer than"),
        (r"(a)\1", r"invalid escape sequence: \1"),
        (r"(?<=a)b", "invalid perl operator"),
        (r"a(?=b)", "invalid perl operator"),
        (r"a|b(?!c)", "invalid perl operator"),
        (r"(a(?!b))c", "not a valid regular expression"),
        (r"a(?!b)(c)", "not a valid regular expression"),
        (r"(\w+ ){0,500}(\w+ ){0,500}", "repeats too much"),
        (r"x{0,1001}", "invalid repetition size"),
    ],
)
def test_what_cannot_be_found_is_refused_with_a_remedy(pattern: str, said: str) -> None:
    flaw = flaw_of_pattern(pattern)
    assert flaw is not None
    assert said in flaw.problem
    assert flaw.remedy.endswith(".")


@given(st.text("ab(|)*+?!{},1.\\w[]^$ ", max_size=30))
def test_any_pattern_gets_an_answer_and_what_is_accepted_can_be_looked_for(pattern: str) -> None:
    if flaw_of_pattern(pattern) is None:
        Phrases([pattern]).stand_in("ab 1")


@pytest.mark.parametrize("pattern", [r"(x+x+)+y", r"(\w+ ?)*!", r"\w*\w*\w*\w*\w*\w*y", r".*a.*b.*c.*d"])
def test_no_pattern_is_slow(pattern: str) -> None:
    assert flaw_of_pattern(pattern) is None
    # With a search that tries one way after the other, this would not end.
    assert not Phrases([pattern]).stand_in("x" * 5_000)


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("i hurt myself", [2]),
        ("i hurt myself at work", []),
        ("i hurt myself at work and then i cut myself", [33]),
        ("nothing", []),
    ],
)
def test_a_phrase_does_not_stand_where_its_exception_follows(text: str, starts: list[int]) -> None:
    phrases = Phrases([r"\b(hurt|cut) (myself|my self)\b(?! at\b)"])
    assert list(phrases.starts_in(text)) == starts
    assert phrases.stand_in(text) == bool(starts)


def test_nothing_stands_where_there_are_no_phrases() -> None:
    assert not Phrases([]).stand_in("anything")


def test_every_shipped_phrase_is_found_where_pythons_own_search_finds_it(library: Library) -> None:
    guides = library.emergencies.values()
    texts = [plain(text) for guide in guides for text in (*guide.wordings, *guide.look_alikes)]
    for patterns in (patterns for guide in guides for patterns in (guide.asked, guide.phrases)):
        ours, theirs = Phrases(patterns), [re.compile(pattern) for pattern in patterns]
        for text in texts:
            expected = [found.start() for phrase in theirs for found in phrase.finditer(text)]
            assert list(ours.starts_in(text)) == expected
