"""Yes or no as it may have been heard, while a question waits for one of them.

Very short words are the hardest to hear: a spoken "no" comes back as "know" or "number", a "yes" as "us".
While a question waits, such readings are taken for what they sound like. What erases, or agrees to something
being kept, needs more: the word itself, heard surely, and nothing like a no beside it.
"""

from collections.abc import Set as AbstractSet
from typing import Final

from assistant.dialogue.person import Pending
from assistant.dialogue.render.message_catalogue import MessageCatalogue
from assistant.nlu.intents import Command, CommandName, Intent
from assistant.nlu.words import plain
from assistant.transcript import Heard

AGAIN: Final = "again"
"""The argument with which such a question is asked a second time."""
_ERASING: Final = frozenset({CommandName.FORGET_ME, CommandName.REMOVE_BOOKMARK})
_LONGEST_S: Final = 4.0
_MOST_WORDS: Final = 4
_SURE: Final = 0.6
"""Confidence of a yes that may erase; a lone "yes" in a clear voice has more
(`python -m tests.benchmarks.words_to_say` says each)."""
_HEEDED: Final = 0.3
"""Confidence from which another reading counts."""


class YesOrNo:
    """Knows the words for yes and no in one language, and what they are misheard for."""

    def __init__(self, sentences: MessageCatalogue) -> None:
        self._yes = _words(sentences.say("pick-yes"))
        self._like_yes = self._yes | _words(sentences.say("pick-like-yes"))
        self._no = _words(sentences.say("pick-no"))
        self._like_no = self._no | _words(sentences.say("pick-like-no"))
        self._keep = frozenset(map(plain, _words(sentences.say("pick-keep"))))
        self._polite = _words(sentences.say("pick-polite"))

    def meant(self, heard: Heard, pending: Pending) -> Command | None:
        """The command that a short recording is in answer to that question; None when it is something else.

        What erases or keeps is asked about again where a yes is not sure; a no need only sound like one.
        """
        if heard.seconds > _LONGEST_S:
            return None
        if self._is(heard.text, self._like_no):
            return Command(CommandName.NO)
        if not self._is(heard.text, self._like_yes):
            return None
        return Command(CommandName.YES) if self.is_sure(heard) else _likely(pending)

    def meant_by_keeping(self, text: str, pending: Pending | None) -> Command | None:
        """What "keep it" and the like mean while that question waits; None for other words and other times.

        A word before them may be a "no" that was misheard. They are a no to erasing, and a likely yes to
        keeping questions.
        """
        if pending is None or pending is Pending.FIRST_OFFERED:
            return None
        said = plain(text).split()
        while said and (said[0] in self._like_no or said[0] in self._polite):
            said = said[1:]
        while said and said[-1] in self._polite:
            said = said[:-1]
        if " ".join(said) not in self._keep:
            return None
        return Command(CommandName.NO) if pending is Pending.FORGET_ME else _likely(pending)

    def begins(self, text: str) -> tuple[CommandName | None, str]:
        """The yes or no that `text` begins with, and the words after it, which may repeat what was asked."""
        words = plain(text).split()
        while len(words) > 1 and words[0] in self._polite:
            words = words[1:]
        if words and words[0] in self._yes:
            return CommandName.YES, " ".join(words[1:])
        if words and words[0] in self._no:
            return CommandName.NO, " ".join(words[1:])
        return None, " ".join(words)

    def meant_by_others(self, heard: Heard, pending: Pending) -> Command | None:
        """The same, by the other readings, for a recording whose first reading means nothing of its own."""
        if heard.seconds > _LONGEST_S or len(plain(heard.text).split()) > _MOST_WORDS:
            return None
        others = tuple(zip(heard.alternatives, heard.confidences, strict=False))
        yes = sum(sure for text, sure in others if self._is(text, self._like_yes))
        no = sum(sure for text, sure in others if self._is(text, self._like_no))
        if max(yes, no) < _HEEDED:
            return None
        return Command(CommandName.NO) if no >= yes else _likely(pending)

    def is_sure(self, heard: Heard) -> bool:
        """Whether a yes itself was heard, surely, and nothing like a no beside it: enough to erase."""
        beside = zip(heard.alternatives, heard.confidences, strict=False)
        return (
            not self._yes.isdisjoint(plain(heard.text).split())
            and heard.confidence >= _SURE
            and not heard.is_doubtful
            and not any(sure >= _HEEDED and self._is(text, self._like_no) for text, sure in beside)
        )

    def _is(self, text: str, words: AbstractSet[str]) -> bool:
        """Whether `text` is nothing but those words and polite ones."""
        said = plain(text).split()
        return (
            len(said) <= _MOST_WORDS
            and not words.isdisjoint(said)
            and all(word in words or word in self._polite for word in said)
        )


def asked_again(pending: Pending) -> Command | None:
    """The question asked once more, where a yes that is not sure is not enough; None where it is."""
    match pending:
        case Pending.FORGET_ME:
            return Command(CommandName.FORGET_ME, AGAIN)
        case Pending.KEEP_QUESTIONS:
            return Command(CommandName.KEEP_QUESTIONS, AGAIN)
        case Pending.FIRST_OFFERED:
            return None


def repeated(
    pending: Pending | None, began: CommandName | None, rest: Intent, *, denies: bool
) -> Command | None:
    """Yes or no, where the words after it (`rest`) are the very thing that was asked about; None for others.

    Whoever repeats it has confirmed it, unless they begin with a no, or `denies`: "do not delete it".
    """
    again = asked_again(pending) if pending else None
    if again is None or not isinstance(rest, Command):
        return None
    # "Do not delete it" is a no to erasing everything, whatever else it may be; "yes, remove that" is no yes.
    about = _ERASING if again.name in _ERASING else {again.name}
    if (began is CommandName.NO or denies) and rest.name in about:
        return Command(CommandName.NO)
    if rest.name is not again.name:
        return None
    return Command(CommandName.YES if rest.argument is None else CommandName.NO)


def _likely(pending: Pending) -> Command:
    """What a likely yes is: enough to open an answer, but not to erase anything, nor to keep it."""
    again = asked_again(pending)
    return Command(CommandName.YES) if again is None else again


def _words(listed: str) -> frozenset[str]:
    return frozenset(each.strip() for each in listed.split(","))
