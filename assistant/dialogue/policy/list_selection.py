""" "The second one", "number two", "treatment", "show more": words that pick from what was just shown.

Only words that are nothing but a pick are taken; every other question goes on to the interpreter.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from assistant.dialogue.person import Memory, Pending
from assistant.dialogue.render.message_catalogue import FAMILIES, MessageCatalogue
from assistant.dialogue.turn import TurnContext
from assistant.library.entries import EntryRef, Library
from assistant.nlu.intents import Command, CommandName
from assistant.nlu.words import expanded, without_politeness
from assistant.text import words_in

_TOPIC_SLOT: Final = "{topic}"
"""Where it takes an illness's name, which is no number."""
_SLOT: Final = "{answer}"
"""Where a command's wording takes a number or a title."""
_MOST_WORDS: Final = 8
"""Nobody needs more words to pick from a list; a longer sentence is a question."""
_TELLING_LENGTH: Final = 4
"""A title is named by at least one word this long that is not idle: "what is it" names nothing."""


class ListSelection:
    """Knows the words for picking in one language. `commands` are left alone, whatever was shown."""

    def __init__(self, sentences: MessageCatalogue, library: Library) -> None:
        self._numbers: dict[str, int] = {}
        for member in FAMILIES["pick-words-"]:
            number = -1 if member == "last" else int(member)
            for word in sentences.say(f"pick-words-{member}").split(","):
                self._numbers[_plain(word)] = number
        self._around = frozenset(_plain(word) for word in sentences.say("pick-around").split(","))
        self._that = frozenset(_plain(word) for word in sentences.say("pick-that").split(","))
        self._idle = frozenset(_plain(word) for word in sentences.say("pick-idle").split(","))
        self._commands: set[str] = set()
        self._before_number: dict[str, CommandName] = {}
        for command in library.commands.values():
            name = CommandName(command.name.partition(":")[0])
            for wording in (each for written in command.wordings for each in expanded(written)):
                if wording.endswith(_TOPIC_SLOT):
                    continue
                if wording.endswith(_SLOT):
                    self._before_number.setdefault(_plain(wording.removesuffix(_SLOT)), name)
                else:
                    self._commands.add(_plain(wording))

    def is_command(self, text: str) -> bool:
        """Whether `text` is, word for word, one of the ways to say a command."""
        return " ".join(words_in(text)) in self._commands

    def pick(self, text: str, context: TurnContext) -> Command | None:
        """The command that `text` picks from what the person was last shown; None when it is no pick.

        A number beyond the list is still a pick: `show` with the number as its argument.
        """
        words = words_in(text)
        if not words or len(words) > _MOST_WORDS:
            return None
        memory = context.person.memory
        said = " ".join(words)
        for shown in memory.shown:
            if _plain(shown.label) == said:
                return Command(shown.name, shown.argument)
        if not memory.offered:
            return None
        number = self._number(words)
        if number is not None:
            ref = _nth(memory, number)
            return Command(CommandName.SHOW, str(ref) if ref else str(number))
        if said in self._that and (memory.listing or memory.pending is Pending.FIRST_OFFERED):
            return Command(CommandName.YES)
        if said in self._commands:
            return None
        numbered = self._numbered_command(words, memory)
        if numbered:
            return numbered
        named = self._named(words, memory.offered, context)
        return Command(CommandName.SHOW, str(named)) if named else None

    def find(self, argument: str | None, context: TurnContext) -> EntryRef | None:
        """The answer that `argument` names, written as `topic/answer`, id, number or title; else None.

        An answer that was retired still has its name.
        """
        if argument is None:
            return None
        written = _written(argument)
        if written and (written.topic in context.edition.library.topics or context.saved(written)):
            return written
        topic = context.topic
        if topic and argument in topic.entries:
            return topic.entries[argument].ref
        words = words_in(argument)
        offered = context.person.memory.offered
        number = self._number(words)
        if number is not None:
            return _nth(context.person.memory, number)
        everything = (*offered, *(entry.ref for entry in topic.entries.values())) if topic else offered
        named = self._named(words, tuple(dict.fromkeys(everything)), context) if words else None
        return named or written

    def _numbered_command(self, words: Sequence[str], memory: Memory) -> Command | None:
        """For "remove bookmark two": a command about one of the answers that were just numbered."""
        for length in range(len(words) - 1, 0, -1):
            name = self._before_number.get(" ".join(words[:length]))
            number = self._number(words[length:]) if name else None
            if name and number is not None:
                ref = _nth(memory, number)
                return Command(name, str(ref) if ref else str(number))
        return None

    def _number(self, words: Sequence[str]) -> int | None:
        if len(words) == 1:
            return self._numbers.get(words[0])
        # "The second one", "number one": what stands around is dropped, unless it is all there is.
        core = [word for word in without_politeness(" ".join(words)).split() if word not in self._around]
        if not core:
            core = [word for word in words[-1:] if word in self._numbers]
        return self._numbers.get(core[0]) if len(core) == 1 else None

    def _named(self, words: Sequence[str], refs: Sequence[EntryRef], context: TurnContext) -> EntryRef | None:
        bare = {ref: tuple(words_in(context.title_of(ref) or "")) for ref in refs}
        found = self._only_named(words, bare)
        if found or not context.knows_several:
            return found
        return self._only_named(words, {ref: tuple(words_in(context.name_of(ref) or "")) for ref in refs})

    def _only_named(
        self, words: Sequence[str], titles: Mapping[EntryRef, tuple[str, ...]]
    ) -> EntryRef | None:
        wanted = tuple(words)
        same = [ref for ref, title in titles.items() if title == wanted]
        if same:
            return same[0] if len(same) == 1 else None
        core = [word for word in words if word not in self._around]
        if not any(len(word) >= _TELLING_LENGTH and word not in self._idle for word in core):
            return None
        return _only_match(core, titles)


def _only_match(core: Sequence[str], titles: Mapping[EntryRef, tuple[str, ...]]) -> EntryRef | None:
    exact = [ref for ref, title in titles.items() if title == tuple(core)]
    matches = exact or [ref for ref, title in titles.items() if set(core) <= set(title)]
    return matches[0] if len(matches) == 1 else None


def _written(text: str) -> EntryRef | None:
    try:
        return EntryRef.parse(text)
    except ValueError:
        return None


def _nth(memory: Memory, number: int) -> EntryRef | None:
    """The answer of that number; the last one is the last that was named, not the end of a long list."""
    offered = memory.offered
    if number == -1:
        number = memory.listing.last if memory.listing else len(offered)
    return offered[number - 1] if 1 <= number <= len(offered) else None


def _plain(text: str) -> str:
    return " ".join(words_in(text))
