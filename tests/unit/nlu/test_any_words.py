"""The stages before matching, for any text at all: none raises, and none reports what it did not do."""

import itertools
import re

import pytest
from any_text import any_plain_text, any_text, examples
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.nlu.index.entity_masking import MASK, EntityMask
from assistant.nlu.words import (
    MAX_CHARACTERS,
    MAX_EXPANSIONS,
    bounded,
    clauses,
    expanded,
    parts_of,
    plain,
    without_fillers,
    without_politeness,
)

_NAMES = ["calcinosis", "calcinosis universalis", "call sin oasis universe alice", "calsinosis"]


@examples(300)
@given(any_text)
@example("ŉ İ ﬁ ½ ㍱ \ud800")
def test_plain_text_is_words_of_latin_letters_and_digits(text: str) -> None:
    made = plain(text)
    assert re.fullmatch(r"(?:[a-z0-9%]+(?: [a-z0-9%]+)*)?", made)
    assert plain(made) == made
    assert plain(f" \n{text}\t!") == made


@examples(200)
@given(any_text)
def test_words_are_only_left_out_and_never_all_of_them(text: str) -> None:
    said = plain(text)
    assert _is_part(without_politeness(said).split(), said.split())
    assert bool(without_politeness(said)) == bool(without_fillers(said)) == bool(said)


@examples(200)
@given(any_text)
def test_clauses_are_parts_of_the_message_in_their_order(text: str) -> None:
    place = 0
    for clause in clauses(text):
        assert clause == clause.strip() != ""
        place = text.index(clause, place) + len(clause)


@examples(200)
@given(any_text)
def test_the_parts_of_a_text_hold_all_its_words_in_order(text: str) -> None:
    said = plain(text)
    parts = parts_of(said)
    assert bool(parts) == bool(said)
    assert all(part in said for part in parts)
    assert set(" ".join(parts).split()) == set(said.split())
    assert all(len(part.split()) <= 90 for part in parts)


@examples(200)
@given(any_text)
def test_a_bounded_text_is_short_and_keeps_both_ends(text: str) -> None:
    kept = bounded(text)
    assert len(kept) <= MAX_CHARACTERS + 1
    assert (kept[:100], kept[-100:]) == (text[:100], text[-100:])


@examples(300)
@given(st.text(st.sampled_from("ab ()[]|"), max_size=60) | any_text)
@example("(a|b) [c|d] [e]" * 4)
def test_a_wording_always_stands_for_some_wordings(wording: str) -> None:
    found = expanded(wording)
    assert 1 <= len(found) <= MAX_EXPANSIONS
    assert len(set(found)) == len(found)
    assert all(text == " ".join(text.split()) for text in found)


@examples(100)
@given(text=any_plain_text)
def test_masking_puts_the_mask_where_a_name_was_and_touches_nothing_else(
    name_mask: EntityMask, text: str
) -> None:
    masked = name_mask.mask(text)
    assert masked.names_one == (masked.text.count(MASK) > text.count(MASK))
    assert set(masked.topics) <= {"calcinosis-universalis"}
    if masked.names_one:
        kept = itertools.chain.from_iterable(part.split() for part in masked.text.split(MASK))
        assert _is_part(list(kept), text.split())
    else:
        assert masked.text == text


@pytest.mark.parametrize("name", _NAMES)
@examples(25)
@given(before=st.sampled_from(["", "what is", "my", "tell me about the"]), after=any_plain_text)
def test_a_name_is_masked_whatever_is_said_around_it(
    name_mask: EntityMask, name: str, before: str, after: str
) -> None:
    masked = name_mask.mask(plain(f"{before} {name}"))
    assert masked.topics == ("calcinosis-universalis",)
    assert name_mask.mask(plain(f"{before} {name} {after}")).topics == masked.topics


def _is_part(kept: list[str], whole: list[str]) -> bool:
    """Whether `kept` is `whole` with words left out."""
    rest = iter(whole)
    return all(word in rest for word in kept)
