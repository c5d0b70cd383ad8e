""" "No, I said treatment": what a person meant after all, without what it was not."""

from dataclasses import replace
from typing import Final, assert_never

from assistant.dialogue.person import Pending, Person
from assistant.dialogue.policy.list_selection import ListSelection
from assistant.dialogue.render.message_catalogue import MessageCatalogue
from assistant.dialogue.turn import TurnContext, remembering
from assistant.library.entries import EntryRef
from assistant.nlu.intents import Answer, Choice, Command, CommandName, Emergency, Intent, NotCovered
from assistant.nlu.words import expanded
from assistant.text import folded
from assistant.transcript import Unheard

_PAUSES: Final = ",.;:!?-–—"
_ANSWERING: Final = frozenset({CommandName.YES, CommandName.NO, CommandName.REPEAT, CommandName.HELP})
"""After these, what the question before them was taken to mean can still be corrected."""
_UNLIKELY: Final = 0.5
"""The belief of a second guess, in which there is less than in a first."""


class UserRepair:
    """Knows how a correction begins. `picker` knows what is a command of its own."""

    def __init__(self, sentences: MessageCatalogue, picker: ListSelection) -> None:
        written = f"{sentences.say('correction-begins')}, {sentences.say('correction-asks')}".split(",")
        begins = {folded(wording) for each in written for wording in expanded(each.strip())}
        self._begins = tuple(sorted((tuple(each.split()) for each in begins), key=len, reverse=True))
        self._no = frozenset(folded(each) for each in sentences.say("correction-no").split(","))
        self._picker = picker

    def words_meant(self, text: str, context: TurnContext) -> str | None:
        """What comes after "no, I said"; None when nothing was corrected.

        There is something to correct after a question was answered or not understood. While erasing all is
        being asked about nothing is a correction: only a plain yes may do that.
        """
        memory = context.person.memory
        if memory.pending is Pending.FORGET_ME or not (memory.guessed or memory.misunderstood):
            return None
        if self._picker.is_command(text):
            return None
        words = text.split()
        bare = [folded(word).strip(_PAUSES + "\"'") for word in words]
        for begin in self._begins:
            if len(bare) > len(begin) and tuple(bare[: len(begin)]) == begin:
                return _rest(words[len(begin) :])
        # "No, treatment." Without the pause it may be a question: "no treatment helps, why?"
        if len(words) > 1 and bare[0] in self._no and words[0][-1] in _PAUSES:
            return _rest(words[1:])
        return None


def without(intent: Intent, refused: tuple[EntryRef, ...]) -> Intent:
    """`intent` without the answers that were not meant: the next best ones instead, or none."""
    match intent:
        case Answer(entry=ref, also=also, caution=caution) if ref in refused:
            left = tuple(each for each in also if each not in refused)
            return _guess(left, caution)
        case Answer(also=also):
            return replace(intent, also=tuple(each for each in also if each not in refused))
        case Choice(entries=refs, caution=caution):
            left = tuple(each for each in refs if each not in refused)
            return intent if left == refs else _guess(left, caution)
        case NotCovered(nearest=nearest):
            return replace(intent, nearest=tuple(each for each in nearest if each not in refused))
        case Emergency() | Command():
            return intent
        case _:
            assert_never(intent)


def guessed(before: Person, after: Person, intent: Intent | Unheard) -> Person:
    """The person, keeping in mind what their question was taken to mean until they go on to another thing."""
    match intent:
        case Answer(entry=ref):
            refs: tuple[EntryRef, ...] = (ref,)
        case Choice(entries=refs):
            pass
        case NotCovered(nearest=nearest):
            refs = nearest
        case Unheard():
            return after
        case Command(name=name) if name in _ANSWERING and after.memory.guessed == before.memory.guessed:
            return after
        case Command() | Emergency():
            refs = ()
        case _:
            assert_never(intent)
    return remembering(after, guessed=refs)


def _guess(refs: tuple[EntryRef, ...], caution: str | None) -> Choice | NotCovered:
    if not refs:
        return NotCovered((), 1.0, caution)
    return Choice(refs, _UNLIKELY, caution, asks=len(refs) == 1)


def _rest(words: list[str]) -> str | None:
    return " ".join(words).strip(_PAUSES + " \"'") or None
