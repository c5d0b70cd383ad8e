"""The shared wordings themselves: enough of them, and fresh."""

from assistant.library.entries import Library
from assistant.nlu.intents import CommandName


def test_every_aspect_is_asked_in_many_ways(library: Library) -> None:
    few = {
        aspect.id: len(aspect.questions) for aspect in library.aspects.values() if len(aspect.questions) < 15
    }
    assert few == {}


def test_the_stable_commands_are_said_in_many_ways(library: Library) -> None:
    stable = list(CommandName)[:16]
    few = {name.value for name in stable if len(library.commands[name.value].wordings) < 10}
    assert few == {"start"} or few == set()


def test_there_are_enough_counter_examples(library: Library) -> None:
    assert len(library.off_topic) >= 200
