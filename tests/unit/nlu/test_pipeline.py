import dataclasses
import string
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.library.entries import EntryRef, Library
from assistant.nlu.index.encoder import Encoder
from assistant.nlu.index.vectors import ShippedVectors
from assistant.nlu.intents import Answer, Choice, Command, Emergency, Intent, NotCovered
from assistant.nlu.interpreter import Context, Manner
from assistant.nlu.pipeline import ORDER, Pipeline
from assistant.nlu.stages.fallback_policy import Thresholds

TOPIC = "calcinosis-universalis"


def offered(intent: Intent) -> list[str]:
    if isinstance(intent, Answer):
        return [intent.entry.entry]
    return [ref.entry for ref in intent.entries] if isinstance(intent, Choice) else []


@pytest.mark.parametrize(
    ("asked", "right"),
    [
        ("So what is this illness, in plain words?", {"faq-what-is", "overview"}),
        ("calsinosis treatmnt plese", {"treatment", "faq-cure"}),
        ("which kinds of cal sin osis exist", {"types"}),
        ("I am writing a paper, what do epidemiologists say", {"epidemiology"}),
        ("how does a person get through daily life with it", {"living-with"}),
        ("who found out about the illness at first", {"history"}),
        ("are the lumps operated on sometimes", {"treatment", "faq-cure", "prognosis", "living-with"}),
        ("reserch?", {"research"}),
    ],
)
def test_questions_find_their_answers(interpreter: Pipeline, asked: str, right: set[str]) -> None:
    assert right & set(offered(interpreter.meaning_of(asked, Context())))


def test_a_question_is_found_inside_a_long_message(interpreter: Pipeline) -> None:
    said = (
        "Hello there, so I was at my cousin's last weekend and she made a lovely lunch, we talked for hours "
        "about the garden. But how is calcinosis diagnosed?"
    )
    assert {"diagnosis", "faq-diagnosis"} & set(offered(interpreter.meaning_of(said, Context())))


@pytest.mark.parametrize(
    "asked",
    [
        "how is tuberculosis of the spine treated",
        "what should I pay for a new bicycle",
        "how many milligrams of cortisone do I take tonight",
        "tell my landlord that the tap drips",
        "is the whooping cough of my nephew catching",
    ],
)
def test_what_the_library_does_not_cover_is_not_answered(interpreter: Pipeline, asked: str) -> None:
    intent = interpreter.meaning_of(asked, Context())
    assert isinstance(intent, NotCovered)
    assert len(intent.nearest) == 3


@pytest.mark.parametrize("empty", ["", "   ", "?!…", "🙂", "\x00", "\n\n"])
async def test_an_empty_text_is_never_answered(interpreter: Pipeline, empty: str) -> None:
    assert await interpreter.interpret(empty, Context(topic=TOPIC)) == NotCovered()


async def test_very_long_text_is_bounded_and_never_answered_at_random(
    interpreter: Pipeline,
) -> None:
    intent = await interpreter.interpret("x" * 10_000, Context())
    assert not isinstance(intent, Answer)
    assert isinstance(await interpreter.interpret("blah " * 2_000, Context()), NotCovered | Choice)


ANYTHING = st.text(max_size=300) | st.text(alphabet=string.ascii_lowercase + " '?!.,/", max_size=300)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=ANYTHING, topic=st.sampled_from([None, TOPIC, "no-such-topic"]))
def test_no_text_makes_it_raise(interpreter: Pipeline, text: str, topic: str | None) -> None:
    context = Context(topic=topic, entry=EntryRef(topic, "gone") if topic else None)
    intent = interpreter.meaning_of(text, context)
    assert isinstance(intent, Answer | Choice | NotCovered | Emergency | Command)
    if not any(letter.isascii() and letter.isalnum() for letter in text):
        assert not isinstance(intent, Answer | Choice)


def test_the_same_question_is_always_understood_in_the_same_way(
    interpreter: Pipeline, library: Library, encoder: Encoder, shipped: ShippedVectors
) -> None:
    again = Pipeline(library, encoder, Thresholds(), shipped=shipped)
    asked = "what raises the danger of getting this"
    assert again.meaning_of(asked, Context()) == interpreter.meaning_of(asked, Context())
    again.shut_down()


def test_an_explanation_shows_the_stages_that_ran(interpreter: Pipeline) -> None:
    explanation = interpreter.explain("What are the symptoms of calsinosis?", Context())
    assert [name for name, _ in explanation.steps] == list(ORDER[Manner.TYPED])
    assert explanation.parse.masked == "what are the symptoms of this condition"
    assert explanation.parse.named == (TOPIC,)


def test_what_was_heard_goes_through_stages_of_its_own(interpreter: Pipeline) -> None:
    explanation = interpreter.explain("what are the symptoms", Context(manner=Manner.SPOKEN))
    assert [name for name, _ in explanation.steps] == list(ORDER[Manner.SPOKEN])


@pytest.mark.parametrize(
    ("said", "first", "second"),
    [
        ("What causes calcinosis? And how is it diagnosed?", "causes", "diagnosis"),
        ("is it hereditary? how do doctors treat it?", None, "treatment"),
    ],
)
def test_of_two_questions_the_second_is_kept_in_mind(
    interpreter: Pipeline, library: Library, said: str, first: str | None, second: str
) -> None:
    intent = interpreter.meaning_of(said, Context())
    assert isinstance(intent, Answer)
    assert intent.second is not None
    aspects = [library.entry(ref).aspect for ref in (intent.entry, intent.second)]
    assert aspects[0] == (first or aspects[0])
    assert aspects[1] == second


def test_the_topic_in_hand_decides_what_it_means(
    library: Library, encoder: Encoder, shipped: ShippedVectors, tmp_path: Path
) -> None:
    first = library.topics[TOPIC]
    second = dataclasses.replace(
        first,
        id="other",
        title="Zyxomalgia",
        other_names=(),
        entries={
            id_: dataclasses.replace(entry, ref=EntryRef("other", id_))
            for id_, entry in first.entries.items()
        },
    )
    both = Pipeline(
        dataclasses.replace(library, topics={TOPIC: first, "other": second}),
        encoder,
        Thresholds(),
        shipped=shipped,
    )
    try:
        in_hand = both.meaning_of("can it be cured", Context(topic="other"))
        named = both.meaning_of("can zyxomalgia be cured", Context(topic=TOPIC))
        assert isinstance(in_hand, Answer)
        assert isinstance(named, Answer)
        assert (in_hand.entry.topic, named.entry.topic) == ("other", "other")
    finally:
        both.shut_down()
