import dataclasses
import string
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.library.entries import EntryRef, Library
from assistant.nlu.index.dense import MiniLmEncoder, ShippedVectors, VectorCache
from assistant.nlu.intents import Answer, Choice, Command, Emergency, Intent, NotCovered
from assistant.nlu.interpreter import Context
from assistant.nlu.pipeline import Pipeline
from assistant.nlu.training.tuning import shipped_tuning

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


@pytest.mark.parametrize("empty", ["", "   ", "?!…", "🙂", "Привет", "\x00", "\n\n"])
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
    interpreter: Pipeline, library: Library, encoder: MiniLmEncoder, shipped: ShippedVectors
) -> None:
    again = Pipeline(library, encoder, shipped_tuning(), shipped=shipped)
    asked = "what raises the danger of getting this"
    assert again.rank(asked, Context()) == interpreter.rank(asked, Context())
    again.shut_down()


def test_all_answers_of_the_topic_are_ranked(interpreter: Pipeline, library: Library) -> None:
    ranked = interpreter.rank("can it be cured", Context())
    assert {ref for ref, _ in ranked} == {entry.ref for entry in library.topics[TOPIC].entries.values()}
    assert [score for _, score in ranked] == sorted((score for _, score in ranked), reverse=True)
    assert interpreter.rank("", Context()) == []


def test_an_explanation_shows_what_was_mended(interpreter: Pipeline) -> None:
    explanation = interpreter.explain("what are the symptms of calsinosis", Context())
    assert explanation.changes == (("symptms", "symptoms"),)
    assert explanation.reading == "what are the symptoms of this condition"


def test_the_topic_in_hand_decides_what_it_means(
    library: Library, encoder: MiniLmEncoder, shipped: ShippedVectors, tmp_path: Path
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
        shipped_tuning(),
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


class CountingEncoder:
    """Stands before the real encoder and counts what it is asked."""

    def __init__(self, real: MiniLmEncoder) -> None:
        self.variant, self._real, self.asked = real.variant, real, 0

    def encode(self, texts: list[str]) -> np.ndarray:
        self.asked += len(texts)
        return self._real.encode(texts)


def test_vectors_are_kept_and_a_damaged_file_is_made_again(encoder: MiniLmEncoder, tmp_path: Path) -> None:
    counting = CountingEncoder(encoder)
    for expected, texts in ((2, ["one", "two"]), (2, ["one", "two"]), (3, ["one", "three"])):
        cache = VectorCache(counting, tmp_path)  # type: ignore[arg-type]  # it has all that the cache uses
        cache.encode(texts)
        cache.save()
        assert counting.asked == expected
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(b"PK\x03\x04 not an archive")
    cache = VectorCache(counting, tmp_path)  # type: ignore[arg-type]  # the same
    cache.encode(["one"])
    cache.save()
    assert counting.asked == 4
    assert [file.name for file in tmp_path.iterdir()] == [kept.name]


def test_a_folder_that_cannot_be_written_costs_only_time(encoder: MiniLmEncoder, tmp_path: Path) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("in the way")
    cache = VectorCache(encoder, blocked / "folder")
    assert cache.encode(["one"]).shape == (1, 384)
    cache.save()
