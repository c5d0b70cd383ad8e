"""What somebody may well say next: what they were told to, and what stands before them.

A recogniser that knows this can tell a short word from all that sounds like it. It only helps to hear: what
was heard is understood as ever.
"""

from collections.abc import Iterator
from typing import Final

from assistant.dialogue.person import Pending
from assistant.dialogue.policy.yes_or_no import asked_again
from assistant.dialogue.render.message_catalogue import FAMILIES
from assistant.dialogue.turn import TurnContext
from assistant.nlu.intents import CommandName
from assistant.transcript import Sayings

_MOST_WORDS: Final = 8
"""A title that is longer is heard well without help."""
_NUMBERS: Final = sorted(int(member) for member in FAMILIES["pick-words-"] if member.isdecimal())


def expected_now(context: TurnContext) -> Sayings:
    """Commands, numbers and titles on offer, the last buttons, and yes and no where they answer something.

    A yes that erases, or lets something be kept, is never expected: it must be heard as it is.
    """
    found: dict[str, tuple[str, ...]] = {}
    for ways in _ways(context):
        found.setdefault(ways[0].casefold(), ways)
    return tuple(found.values())


def _ways(context: TurnContext) -> Iterator[tuple[str, ...]]:
    memory = context.person.memory
    polite = context.say("pick-polite").split(",")[0].strip()
    for words in context.say("pick-always").split(","):
        is_question = words.endswith("?")
        yield (_sentence(words), *(() if is_question else (_sentence(f"{words}, {polite}"),)))
    for number in _NUMBERS[: len(memory.offered)]:
        digits, word, *_ = context.say(f"pick-words-{number}").split(",")
        yield _sentence(word), _sentence(digits), _sentence(context.say("pick-numbered", number=word.strip()))
    for title in map(context.title_of, memory.offered):
        if title and len(title.split()) <= _MOST_WORDS:
            yield (_sentence(title),)
    needs_a_sure_yes = memory.pending is not None and asked_again(memory.pending) is not None
    for shown in memory.shown:
        if not (needs_a_sure_yes and shown.name is CommandName.YES):
            yield (_sentence(shown.label),)
    if needs_a_sure_yes or memory.pending is Pending.FIRST_OFFERED or len(memory.offered) == 1:
        yield (_sentence(context.say("pick-no").split(",")[0]),)
        if not needs_a_sure_yes:
            yield (_sentence(context.say("pick-yes").split(",")[0]),)


def _sentence(words: str) -> str:
    """As it is written down when somebody says it."""
    words = words.strip()
    return f"{words[:1].upper()}{words[1:]}{'' if words[-1:] in '.?!' else '.'}"
