from dataclasses import replace

from assistant.library.entries import EntryRef
from assistant.nlu.intents import Answer, Command, CommandName, NotCovered
from assistant.nlu.interpreter import Context, Manner
from assistant.nlu.pipeline import Pipeline
from assistant.nlu.recent_meanings import RecentMeanings

HERE = Context(topic="calcinosis-universalis")


def test_what_was_asked_is_known_again_only_where_it_was_asked() -> None:
    recent = RecentMeanings()
    recent.keep("next", HERE, Command(CommandName.NEXT))
    assert recent.of("next", HERE) == Command(CommandName.NEXT)
    assert recent.of("next!", HERE) is None
    assert recent.of("next", replace(HERE, topic=None)) is None
    assert recent.of("next", replace(HERE, entry=EntryRef(str(HERE.topic), "types"))) is None
    assert recent.of("next", replace(HERE, manner=Manner.SPOKEN)) is None


def test_what_was_not_asked_for_longest_makes_room() -> None:
    recent = RecentMeanings(most=2)
    for text in ("one", "two"):
        recent.keep(text, HERE, NotCovered())
    recent.of("one", HERE)
    recent.keep("three", HERE, NotCovered())
    assert [recent.of(text, HERE) is not None for text in ("one", "two", "three")] == [True, False, True]


def test_no_word_of_what_was_asked_is_kept() -> None:
    recent = RecentMeanings()
    recent.keep("my secret sorrow \ud800", HERE, NotCovered())
    assert "sorrow" not in repr(vars(recent))
    assert recent.of("my secret sorrow \ud800", HERE) == NotCovered()


async def test_asked_again_it_means_the_same_and_the_thread_is_left_alone(interpreter: Pipeline) -> None:
    asked = "who looks after people with this illness, dear assistant"
    first = await interpreter.interpret(asked, HERE)
    assert isinstance(first, Answer)
    assert first == interpreter.meaning_of(asked, HERE)
    assert await interpreter.interpret(asked, HERE) is first
