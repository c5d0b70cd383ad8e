"""Which regular expressions are refused, and that refusing them is right."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.library.patterns import MAX_PATTERN_LENGTH, flaw_of_pattern


@pytest.mark.parametrize(
    "pattern",
    [
        r"\bcan ?not breathe\b",
        r"\b(lips|face) (is |are |has |getting )*(blue|grey)\b",
        r"\b(took|swallowed) (\w+ ){0,5}(tablets?|pills?)\b",
        r"(\w+ )*ambulance",
        r"\bchest\b.*\b(arm|jaw)\b",
        r"\bbleed\w*\b(?!.*\bstopped\b)",
        r"(gone |going )+",
        r"((a|ab) ){0,3}",
    ],
)
def test_what_finds_phrases_quickly_is_accepted(pattern: str) -> None:
    assert flaw_of_pattern(pattern) is None


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("", "empty"),
        ("(", "not a valid regular expression"),
        ("[[a]", "not a valid regular expression"),
        ("a" * (MAX_PATTERN_LENGTH + 1), "longer than"),
        (r"(a)\1", "refers back"),
        (r"(a+)*b", "many ways"),
        (r"(\w+ ?){0,9}", "many ways"),
        (r"(a|a)*b", "reads “a” in two ways"),
        (r"(has |gone |has gone )*x", "reads “has gone” in two ways"),
        (r"(?i:(has |HAS )*x)", "in two ways"),
        (r"(?:(?:it |it is )(?:so |is so )?)*x", "in two ways"),
        (r"(a?){0,50}b", "in two ways"),
        (r"(a|b|ab){0,40}c", "in two ways"),
        (r"a.*b.*c.*d", "of any length"),
        (r"\w*\w*\w*\w*\w*\w*x", "of any length"),
        (r"((x|.*a.*){2}){2}", "many ways"),
    ],
)
def test_what_may_never_end_is_refused_with_a_remedy(pattern: str, said: str) -> None:
    flaw = flaw_of_pattern(pattern)
    assert flaw is not None
    assert said in flaw.problem
    assert flaw.remedy.endswith(".")


def _readings(texts: list[str], whole: str) -> int:
    """In how many ways `whole` is a sequence of `texts`."""
    ways = [1] + [0] * len(whole)
    for end in range(1, len(whole) + 1):
        ways[end] = sum(ways[end - len(text)] for text in texts if whole[:end].endswith(text))
    return ways[-1]


# Unique, because the parser itself merges equal single letters into one.
@given(
    st.lists(st.text("ab", min_size=1, max_size=3), min_size=1, max_size=4, unique=True),
    st.text("ab", max_size=12),
)
def test_a_repeated_group_that_is_accepted_reads_no_text_in_two_ways(texts: list[str], whole: str) -> None:
    if flaw_of_pattern(f"({'|'.join(texts)})*c") is None:
        assert _readings(texts, whole) <= 1


@given(st.text("ab(|)*+?{},1.\\w[]^$ ", max_size=30))
def test_any_pattern_gets_an_answer_and_what_is_accepted_compiles(pattern: str) -> None:
    if flaw_of_pattern(pattern) is None:
        re.compile(pattern)
