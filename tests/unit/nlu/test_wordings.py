"""The shared wordings themselves: enough of them, and fresh."""

from assistant.library.entries import Library
from assistant.nlu.intents import CommandName


def test_the_stable_commands_are_said_in_many_ways(library: Library) -> None:
    stable = list(CommandName)[:16]
    few = {name.value for name in stable if len(library.commands[name.value].wordings) < 10}
    assert few == {"start"} or few == set()
