"""Whatever a person sends, there is an outcome, it holds together, and noise is never answered."""

import json
import math
from collections.abc import Callable

import pytest
from any_text import any_text, examples, noise, wordless_text
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.library.entries import EntryRef, Library
from assistant.nlu.intents import Answer, Choice, Command, Emergency, Intent, NotCovered
from assistant.nlu.interpreter import Context
from assistant.nlu.pipeline import Pipeline
from assistant.nlu.trace import explain, lines_of

TOPIC = "calcinosis-universalis"

contexts = st.sampled_from(
    [
        Context(),
        Context(topic=TOPIC),
        Context(topic=TOPIC, entry=EntryRef(TOPIC, "treatment")),
        Context(topic=TOPIC, entry=EntryRef(TOPIC, "retired")),
        Context(topic="retired", entry=EntryRef("retired", "gone")),
    ]
)

_ASKED = [
    "which examinations lead to a calcinosis diagnosis",
    "why is my skin full of hard lumps",
    "do grown-ups catch up with children in numbers of cases",
    "what's the doctor's plan",
    "how much is a train ticket to Vienna",
    "my neighbour can't breathe at all, she's turning blue",
    "read that once more",
    "My aunt moved in with us in May, she brought two parrots and a piano, and since then nobody sleeps, "
    "but is there an operation for the lumps?",
]
_blank = st.text(st.sampled_from([*" \t\n\r\u00a0\u2003\u3000\u200b"]), max_size=60)
_marks = st.text(st.sampled_from([*"?!. …¿¡"]), max_size=8)


@examples(60)
@given(text=any_text, context=contexts)
@example(text="\ud83e \udd15", context=Context())  # an emoji cut in half
@example(text="a b c d e f " * 500, context=Context(topic=TOPIC))
@example(text="/", context=Context())
@example(text="/save@", context=Context())
def test_every_text_has_an_outcome_that_holds_together(
    interpreter: Pipeline, library: Library, text: str, context: Context
) -> None:
    intent = interpreter.meaning_of(text, context)
    _assert_holds_together(intent, library)


@examples(60)
@given(text=wordless_text, context=contexts)
@example(text="", context=Context())
@example(text=" \n\t ", context=Context(topic=TOPIC, entry=EntryRef(TOPIC, "treatment")))
@example(text="?!" * 5_000, context=Context(topic=TOPIC))
def test_a_text_without_letters_or_digits_that_can_be_read_is_never_answered(
    interpreter: Pipeline, text: str, context: Context
) -> None:
    intent = interpreter.meaning_of(text, context)
    # A text in another script may be a cry for help in another language.
    assert isinstance(intent, NotCovered | Emergency)
    assert isinstance(intent, Emergency) or intent.caution is None


@examples(12)
@given(text=noise, context=contexts)
def test_noise_of_ten_thousand_characters_is_never_answered(
    interpreter: Pipeline, text: str, context: Context
) -> None:
    assert not isinstance(interpreter.meaning_of(text, context), Answer | Command)


@pytest.mark.parametrize("asked", _ASKED)
@examples(8)
@given(
    before=_blank,
    after=_blank,
    marks=_marks,
    case=st.sampled_from([str.upper, str.lower, str.title, str.swapcase]),
)
def test_blanks_capitals_and_marks_around_a_question_change_nothing(
    interpreter: Pipeline,
    asked: str,
    before: str,
    after: str,
    marks: str,
    case: Callable[[str], str],
) -> None:
    written = f"{before}{case(asked)}{marks}{after}"
    assert interpreter.meaning_of(written, Context()) == interpreter.meaning_of(asked, Context())


@examples(25)
@given(text=any_text, context=contexts)
def test_the_explanation_is_about_the_outcome_that_the_person_gets(
    interpreter: Pipeline, text: str, context: Context
) -> None:
    explanation = interpreter.explain(text, context)
    assert explanation.intent == interpreter.meaning_of(text, context)


@examples(12)
@given(text=any_text)
def test_every_outcome_can_be_explained_in_json_and_on_a_terminal(interpreter: Pipeline, text: str) -> None:
    explained = explain(interpreter, text, Context(), interpreter.meaning_of(text, Context()))
    json.dumps(explained, allow_nan=False)
    assert "\n".join(lines_of(explained))
    assert explained["decided"] == "understanding"
    beliefs = [belief for _, belief in explained["beliefs"]]
    assert beliefs == sorted(beliefs, reverse=True)
    assert all(0 <= belief <= 1 for belief in beliefs)


def _assert_holds_together(intent: Intent, library: Library) -> None:
    refs: tuple[EntryRef, ...] = ()
    match intent:
        case Answer(entry, _, also):
            refs = (entry, *also)
        case Choice(entries):
            refs = entries
            assert 2 <= len(entries) <= 3
        case NotCovered(nearest):
            refs = nearest
            assert len(nearest) <= 3
        case Emergency(kind):
            assert kind in library.emergencies
        case Command(name, argument):
            assert f"{name}:{argument}" in library.commands or name in library.commands
            return
    # Each is of another aspect, and each is there.
    assert len({library.entry(ref).aspect for ref in refs}) == len(refs)
    assert math.isfinite(intent.confidence)
    assert 0 <= intent.confidence <= 1
    if not isinstance(intent, Emergency):
        assert intent.caution is None or intent.caution in library.emergencies
