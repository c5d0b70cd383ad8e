import pytest

from assistant.library.entries import Entry, Library, Topic
from assistant.nlu.intents import Command, CommandName
from assistant.nlu.stages.context_resolution import LEANING_COST, Readings, follow_up_of
from assistant.nlu.words import plain


@pytest.fixture
def topic(library: Library) -> Topic:
    return library.topics["calcinosis-universalis"]


def after(topic: Topic, last: str, text: str) -> Command | Readings | None:
    entry: Entry = topic.entries[last]
    return follow_up_of(plain(text), entry, topic)


@pytest.mark.parametrize(
    ("last", "text", "reading"),
    [
        ("symptoms", "And in children?", "symptoms in children"),
        ("treatment", "what about teenagers", "treatment teenagers"),
        ("complications", "but how about older people?", "complications older people"),
        ("treatment", "does that hurt?", "treatment does that hurt"),
        ("treatment", "ok, and for men", "treatment for men"),
        ("diagnosis", "how long?", "diagnosis how long"),
    ],
)
def test_what_leans_is_read_with_the_title_of_the_last_answer(
    topic: Topic, last: str, text: str, reading: str
) -> None:
    assert after(topic, last, text) == ((reading, LEANING_COST),)


@pytest.mark.parametrize(
    "text",
    [
        "what is known about the history of this condition",
        "which doctor should my sister see about her lumps",
        "surgery",
        "hello",
        "",
        "and",
        "I was in hospital last year and they told me to come back, what is the reason for that do you think",
    ],
)
def test_what_stands_alone_is_left_alone(topic: Topic, text: str) -> None:
    assert after(topic, "symptoms", text) is None


@pytest.mark.parametrize(
    "text", ["Tell me more.", "more about that", "anything else?", "and is that all", "more details"]
)
def test_more_after_a_short_answer_is_the_section_about_the_same(topic: Topic, text: str) -> None:
    assert after(topic, "faq-symptoms", text) == Command(CommandName.SHOW, "calcinosis-universalis/symptoms")


def test_more_about_a_cure_is_the_treatment(topic: Topic) -> None:
    assert after(topic, "faq-cure", "tell me more") == Command(
        CommandName.SHOW, "calcinosis-universalis/treatment"
    )


def test_more_after_a_section_is_what_is_related_to_it(topic: Topic) -> None:
    assert after(topic, "history", "tell me more") == Command(
        CommandName.RELATED, "calcinosis-universalis/history"
    )


@pytest.mark.parametrize(
    "text",
    [
        "What do you mean?",
        "in simpler words please",
        "can you explain that in simple words",
        "I don't get it",
    ],
)
def test_simpler_after_a_section_is_the_short_answer_about_the_same(topic: Topic, text: str) -> None:
    assert after(topic, "prognosis", text) == Command(
        CommandName.SHOW, "calcinosis-universalis/faq-prognosis"
    )


def test_simpler_where_nothing_is_simpler_is_the_same_again(topic: Topic) -> None:
    assert after(topic, "faq-prognosis", "what do you mean") == Command(CommandName.REPEAT)
    assert after(topic, "history", "what do you mean") == Command(CommandName.REPEAT)


@pytest.mark.parametrize(
    "text", ["and in children", "why", "tell me more", "in simpler words", "does that help"]
)
def test_before_any_answer_nothing_leans(topic: Topic, text: str) -> None:
    assert follow_up_of(text, None, topic) is None


@pytest.mark.parametrize("text", ["Why?", "why is that", "but how come", "how so"])
def test_why_asks_for_the_causes(topic: Topic, text: str) -> None:
    assert after(topic, "symptoms", text) == (("what is the cause of it", 0.0),)


def test_why_after_the_causes_is_more_about_them(topic: Topic) -> None:
    assert after(topic, "faq-causes", "why") == Command(CommandName.SHOW, "calcinosis-universalis/causes")
    assert after(topic, "causes", "why") == Command(CommandName.RELATED, "calcinosis-universalis/causes")
