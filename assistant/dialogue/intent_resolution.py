"""What somebody means, where the conversation stands: words alone do not say it."""

from typing import assert_never

from assistant.dialogue.actions.playback import meant_by_start
from assistant.dialogue.person import Pending
from assistant.dialogue.policy.earlier_message import meant_there
from assistant.dialogue.policy.list_selection import ListSelection
from assistant.dialogue.policy.pictograms import Pictograms
from assistant.dialogue.policy.user_repair import UserRepair, without
from assistant.dialogue.policy.yes_or_no import YesOrNo, asked_again, repeated
from assistant.dialogue.render.message_catalogue import MessageCatalogue
from assistant.dialogue.turn import TurnContext
from assistant.dialogue.utterance import Chosen, Spoken, Typed, Utterance
from assistant.library.entries import Library
from assistant.nlu.intents import Command, CommandName, Intent, NotCovered
from assistant.nlu.interpreter import Context, Interpreter, Manner
from assistant.nlu.lexicon import NEGATIONS
from assistant.nlu.stages.emergency_signals import EmergencySignals
from assistant.nlu.stages.nbest_fusion import understood
from assistant.text import legible
from assistant.transcript import Heard, Unheard


class IntentResolver:
    """Takes an utterance as an answer to what was asked, a pick, a repair, or something new."""

    def __init__(
        self, interpreter: Interpreter, library: Library, sentences: MessageCatalogue, picker: ListSelection
    ) -> None:
        self._interpreter = interpreter
        self._library = library
        self._picker = picker
        self._signals = EmergencySignals(library)
        self._repair = UserRepair(sentences, picker)
        self._yes_or_no = YesOrNo(sentences)
        self._pictograms = Pictograms(sentences)

    async def resolve(self, utterance: Utterance, context: TurnContext) -> tuple[Intent | Unheard, Utterance]:
        """What was meant; a recording comes back with the words that decided it."""
        match utterance:
            case Chosen(command=command):
                return command, utterance
            case Typed(text=text, earlier=earlier, otherwise=otherwise):
                intent = await self._meant(text, context, Manner.TYPED)
                intent = meant_there(context, self._left_open(text, intent, context) or intent, earlier)
                return otherwise if otherwise and isinstance(intent, NotCovered) else intent, utterance
            case Spoken(outcome=outcome, earlier=earlier):
                if isinstance(outcome, Unheard):
                    return outcome, utterance
                found, heard = await self._meant_aloud(outcome, context)
                if isinstance(found, Unheard):
                    return found, Spoken(found, earlier)
                return meant_there(context, found, earlier), Spoken(heard, earlier)
            case _:
                assert_never(utterance)

    async def _meant_aloud(self, heard: Heard, context: TurnContext) -> tuple[Intent | Unheard, Heard]:
        pending = context.person.memory.pending
        answered = None if pending is None else self._yes_or_no.meant(heard, pending)
        if answered is not None:
            return answered, heard
        first = await self._meant(heard.text, context, Manner.SPOKEN)
        answered = None if pending is None else self._answered(heard, first, pending)
        if answered is not None:
            return answered, heard
        intent, decided = await understood(
            lambda text: self._meant(text, context, Manner.SPOKEN), heard, self._library, first=first
        )
        again = None if pending is None else asked_again(pending)
        # Another reading may say yes, but only the first one is heard surely enough to erase.
        if again is not None and intent == Command(CommandName.YES) and not self._yes_or_no.is_sure(heard):
            return again, decided
        return self._left_open(heard.text, intent, context) or intent, decided

    def _answered(self, heard: Heard, first: Intent, pending: Pending) -> Command | None:
        """Yes or no to the question that waits, as it may have been misheard.

        `first` is what the first reading means where no question waits.
        """
        if not isinstance(first, Command):
            return self._yes_or_no.meant_by_others(heard, pending)
        again = asked_again(pending)
        if first == Command(CommandName.YES) and again is not None:
            # "Okay" and "right" say yes too, but are not enough for what somebody may only have mumbled.
            return first if self._yes_or_no.is_sure(heard) else again
        return None

    def _left_open(self, text: str, intent: Intent | Unheard, context: TurnContext) -> Command | None:
        """The question that waits, asked again, after a yes with words that mean nothing; None otherwise."""
        pending = context.person.memory.pending
        means_nothing = isinstance(intent, NotCovered) and not (intent.caution or intent.foreign)
        if pending is None or not means_nothing or self._yes_or_no.begins(text)[0] is not CommandName.YES:
            return None
        return asked_again(pending)

    async def _meant(self, text: str, context: TurnContext, manner: Manner) -> Intent:
        text = legible(text)
        signal = self._signals.found_in(text)
        if signal is not None:
            return signal
        in_pictures = self._pictograms.meant(text)
        if in_pictures is not None:
            return in_pictures
        memory = context.person.memory
        kept = self._yes_or_no.meant_by_keeping(text, memory.pending)
        kept = kept or await self._repeated(text, context, manner)
        if kept is not None:
            return kept
        corrected = self._repair.words_meant(text, context)
        words = text if corrected is None else corrected
        picked = self._picker.pick(words, context) or meant_by_start(context, words)
        if picked:
            return picked
        topic = context.topic
        # What was not meant is no context for what is.
        entry = memory.entry if corrected is None or memory.entry not in memory.guessed else None
        is_between = len({ref.topic for ref in memory.offered}) > 1
        offered = memory.offered if is_between else ()
        nlu_context = Context(topic.id if topic else None, entry, manner, offered)
        intent = await self._interpreter.interpret(words, nlu_context)
        return intent if corrected is None else without(intent, memory.guessed)

    async def _repeated(self, text: str, context: TurnContext, manner: Manner) -> Command | None:
        """The yes or no that repeats what was asked about: "yes, delete everything"."""
        pending, topic = context.person.memory.pending, context.topic
        if pending is None or asked_again(pending) is None:
            return None
        began, rest = self._yes_or_no.begins(text)
        denies = not NEGATIONS.isdisjoint(rest.split())
        if not rest or (began is None and not denies):
            return None
        # What is denied is looked at without the denial: "do not delete it" is about deleting.
        about = " ".join(word for word in rest.split() if word not in NEGATIONS)
        said = await self._interpreter.interpret(about, Context(topic.id if topic else None, None, manner))
        return repeated(pending, began, said, denies=denies)
