"""Recognises commands: only what is said as a whole is one, so that no question is ever swallowed."""

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from rapidfuzz import fuzz, process

from assistant.library.entries import CommandWordings, Kind, Library, Topic
from assistant.nlu.intents import Command, CommandName, NotCovered
from assistant.nlu.interpreter import Context
from assistant.nlu.lexicon import NUMBER_WORDS
from assistant.nlu.parse import Parse
from assistant.nlu.words import clauses, expanded, plain, without_politeness

SLOT: Final = "{answer}"
_TITLE_LIKE: Final = 85.0
"""Fuzzy ratio, 0 to 100: a typo or two in a title."""
_ARTICLE: Final = re.compile(r"\b(?:the|a|an) ")
_AROUND: Final = re.compile(
    r"^(?:(?:section|answer|page|chapter|part|one|bit|about|on|of|for|called|named|titled) )+"
    r"|(?: (?:section|answer|page|chapter|part))+$"
)
"""What stands around the name of an answer: "the section about treatment", "the treatment page"."""
_SLASH: Final = re.compile(r"^/([a-z_]+)(?:@\w+)?$")


@dataclass(frozen=True, slots=True)
class _Slotted:
    before: str
    name: CommandName


@dataclass(frozen=True, slots=True)
class _Learnt:
    """All wordings of all commands, ready to be compared with."""

    exact: dict[str, Command]
    slash: dict[str, Command]
    slotted: list[_Slotted]


@lru_cache(maxsize=1)  # Editing an answer changes no command, and these take longest to learn.
def _learnt(commands: tuple[CommandWordings, ...]) -> _Learnt:
    learnt = _Learnt({}, {}, [])
    for each in commands:
        command = command_of(each.name)
        for wording in (one for written in each.wordings for one in expanded(written)):
            if wording.startswith("/"):
                learnt.slash[wording[1:]] = command
            elif wording.endswith(SLOT):
                before = _ARTICLE.sub("", plain(wording.removesuffix(SLOT)) + " ").strip()
                learnt.slotted.append(_Slotted(before, command.name))
            else:
                learnt.exact.setdefault(plain(wording), command)
    # Only now, so that "hello again" does not make "again" a greeting.
    for text, command in list(learnt.exact.items()):
        bare = without_politeness(text)
        if len(bare) > 1:  # Of "I thank you" nothing is left that says it.
            learnt.exact.setdefault(bare, command)
    learnt.slotted.sort(key=lambda slot: -len(slot.before))
    return learnt


class CommandGrammar:
    """Knows all wordings of all commands.

    Raises ValueError, when made, for a name in the library that is no command.
    """

    def __init__(self, library: Library) -> None:
        self._topics = library.topics
        learnt = _learnt(tuple(library.commands.values()))
        self._exact, self._slash, self._slotted = learnt.exact, learnt.slash, learnt.slotted

    @property
    def words(self) -> frozenset[str]:
        """All words that commands are said with."""
        return frozenset(word for text in self._exact for word in text.split())

    def stage(self, parse: Parse) -> Parse:
        """The parse with the command that it is, if it is one as a whole."""
        command = self.find(parse.written, parse.context)
        if command is None and parse.written.startswith("/"):
            return replace(parse, intent=NotCovered())
        return replace(parse, intent=command)

    def find(self, text: str, context: Context) -> Command | None:
        """The command that `text`, as written, is; None when it is none or only contains one."""
        if slash := _SLASH.match(text.strip().lower()):
            return self._slash.get(slash[1])
        together = plain(text)
        whole = self._whole(together, context)
        said = [plain(part) for part in clauses(text)]
        if whole or said == [together]:
            return whole
        # "Thanks" beside something else is only polite; alone it is all that was said.
        parts = {self._whole(part, context) for part in said if part and not self._polite_only(part)}
        return parts.pop() if len(parts) == 1 else None

    def _whole(self, text: str, context: Context) -> Command | None:
        if not text:
            return None
        bare = without_politeness(text)
        for said in (text, bare):
            if command := self._exact.get(said) or self._slot(said, context):
                return command
        return None

    def _polite_only(self, text: str) -> bool:
        return without_politeness(f"x {text}") == "x"

    def _slot(self, text: str, context: Context) -> Command | None:
        said = _ARTICLE.sub("", text)
        for slot in self._slotted:
            if said.startswith(slot.before + " "):
                answer = self._answer(said[len(slot.before) + 1 :], context)
                if answer:
                    return Command(slot.name, answer)
        return None

    def _answer(self, said: str, context: Context) -> str | None:
        topic = self._topic(context)
        if topic is None:
            return None
        entries = list(topic.entries.values())
        number = NUMBER_WORDS.get(said) or (int(said) if said.isdecimal() and len(said) < 4 else 0)
        if 0 < number <= len(entries):
            return str(entries[number - 1].ref)
        titles = {plain(entry.ref.entry): str(entry.ref) for entry in entries if entry.kind is Kind.SECTION}
        titles |= {_ARTICLE.sub("", plain(entry.title)): str(entry.ref) for entry in reversed(entries)}
        said = _AROUND.sub("", said)
        found = process.extractOne(said, list(titles), scorer=fuzz.ratio, score_cutoff=_TITLE_LIKE)
        return titles[found[0]] if found else None

    def _topic(self, context: Context) -> Topic | None:
        if context.topic is not None and context.topic in self._topics:
            return self._topics[context.topic]
        return next(iter(self._topics.values())) if len(self._topics) == 1 else None


def command_of(key: str) -> Command:
    """The command of a name in `commands.yaml`, `answer_by:voice` with its value. Raises ValueError."""
    name, _, argument = key.partition(":")
    return Command(CommandName(name), argument or None)
