"""Somebody does something, and gets a reply: the transaction script of one turn. Load, decide, save once."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from weakref import WeakValueDictionary

import structlog

from assistant.dialogue.actions.autocomplete import suggested
from assistant.dialogue.actions.question_consent import question_kept
from assistant.dialogue.effects import carry_out
from assistant.dialogue.intent_resolution import IntentResolver
from assistant.dialogue.outbox import Outbox
from assistant.dialogue.person import Person
from assistant.dialogue.policy.dialogue_policy import DialoguePolicy
from assistant.dialogue.policy.dispatch import is_personal
from assistant.dialogue.policy.earlier_message import as_shown
from assistant.dialogue.policy.expectations import expected_now
from assistant.dialogue.policy.list_selection import ListSelection
from assistant.dialogue.policy.unsaved import unsaved
from assistant.dialogue.render.message_catalogue import MessageCatalogue
from assistant.dialogue.render.response_builder import finished
from assistant.dialogue.render.system_messages import AskedIn, SystemMessage, noticed
from assistant.dialogue.reply import Reply
from assistant.dialogue.state_codec import person_from, state_of
from assistant.dialogue.turn import Edition, Effect, Erase, TurnContext, TurnResult, preceded
from assistant.dialogue.utterance import Spoken, Utterance
from assistant.errors import AssistantError, LeftToOthersError, StorageError
from assistant.library.entries import Entry, Library
from assistant.nlu.intents import Command, CommandName, Emergency, Intent
from assistant.nlu.interpreter import Context, Interpreter
from assistant.storage.store import Store, Unit
from assistant.transcript import Heard, Sayings, Unheard

_log = structlog.get_logger(__name__)


class DialogueProcessor:
    """Talks with everybody. It keeps nothing itself: any number of them can share one store.

    What is kept about a person is loaded once a turn and saved once, so their turns must come one after the
    other. The queue sees to that for all that it serves, in every process: it hands out one update of a
    person, and one of a chat, at a time, and the next when what this one changes is committed. Updates that
    are answered from memory pass it by, so within a process turns of one person also wait for each other
    here. Nothing else writes a person's state: whether they have blocked the bot is a column of its own, and
    notices, suggestions and phrases save nothing.
    """

    def __init__(
        self,
        library: Library,
        interpreter: Interpreter,
        store: Store,
        sentences: MessageCatalogue,
        *,
        emergency_number: str = "",
        crisis_line: str = "",
        default_topic: str | None = None,
        cloud_speech_offered: bool = False,
        cloud_voice: bool = False,
        longest_voice_s: int = 90,
        backups_kept: int = 0,
        today: Callable[[], date] | None = None,
    ) -> None:
        """`default_topic` is what is meant while no topic is in hand.

        None means the only one, if there is just one.

        `crisis_line` is whom to talk to who thinks of suicide, as it is to be said; `cloud_voice` is whether
        what is said aloud goes to a company that speaks it.

        `longest_voice_s` is what to say about voice messages that were too long; `backups_kept` is how many
        daily copies of what is kept there are; `today` is a calendar, for
        reviews that are due again. Raises AssistantError when the library has no topic of that name.
        """
        if default_topic is None and len(library.topics) == 1:
            default_topic = next(iter(library.topics))
        if default_topic is not None and default_topic not in library.topics:
            raise AssistantError(f"The library has no topic {default_topic!r}.")
        self._edition = Edition(
            library=library,
            sentences=sentences,
            default_topic=default_topic,
            emergency_number=emergency_number.strip(),
            crisis_line=crisis_line.strip(" ."),
            cloud_speech_offered=cloud_speech_offered,
            cloud_voice=cloud_voice,
            longest_voice_s=longest_voice_s,
            backups_kept=backups_kept,
            today=today or _today,
        )
        picker = ListSelection(sentences, library)
        self._interpreter = interpreter
        self._store = store
        self._resolver = IntentResolver(interpreter, library, sentences, picker)
        self._policy = DialoguePolicy(picker)
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def respond(
        self,
        person_id: int,
        utterance: Utterance,
        *,
        language: str | None = None,
        outbox: Outbox | None = None,
        is_private: bool = True,
    ) -> Reply:
        """The reply to what the person did. All that it changes is saved, in one transaction, before that.

        Where others read along (not `is_private`), what is personal is neither shown nor begun, and no
        question is kept; elsewhere questions are kept only of people who agreed to that.

        `language` is the language of the person's app; `outbox` writes the reply down in that transaction.
        When nothing can be saved the reply says so, and answers and menus work all the same. Never raises for
        anything that a person can say or press; LeftToOthersError says that another machine answers.
        """
        turn_of_person = self._turns.setdefault(person_id, asyncio.Lock())
        async with turn_of_person:
            known = _facing(await self._load(person_id, language), utterance)
            intent, utterance = await self._resolver.resolve(utterance, known.context)
            is_aside = not is_private and is_personal(intent)
            if is_aside:
                turn = _offered_in_private(known.context, utterance)
            else:
                known = await self._with_belongings(known, intent)
                turn = self._policy.decide(known.context, intent)
                turn = _noting_length(known.context, turn, intent, utterance)
            reply, after = finished(known.context, turn, intent, utterance)
            asked = question_kept(known.context.person, intent, utterance) if is_private else ()
            if await self._save(known, after, (*turn.effects, *asked), reply, outbox):
                return reply
            if not is_aside:
                turn = unsaved(known.context, intent, turn, is_read=known.is_read)
            return finished(known.context, turn, intent, utterance)[0]

    async def intent_of(self, person_id: int, utterance: Utterance) -> Intent | Unheard:
        """What somebody means by that. Nothing is said, done or saved; it never raises."""
        known = _facing(await self._load(person_id), utterance)
        return (await self._resolver.resolve(utterance, known.context))[0]

    async def understand(self, person: Person, utterance: Utterance) -> tuple[Intent | Unheard, Utterance]:
        """What `person`, taken to have no bookmarks, means; a recording comes with the words that decided it.

        Pure: nothing is read, said, done or saved; it never raises.
        """
        return await self._resolver.resolve(utterance, TurnContext(self._edition, person))

    async def person(self, person_id: int) -> Person:
        """What is known about the person: the defaults for somebody new, and when it cannot be read."""
        return (await self._load(person_id)).context.person

    def expected_from(self, person: Person) -> Sayings:
        """What `person` may well say next, for whoever hears them. Pure: nothing is read or saved."""
        return expected_now(TurnContext(self._edition, person))

    async def notice(self, person_id: int, notice: SystemMessage, asked: AskedIn) -> Reply:
        """That notice, by text or voice as this person is answered. Nothing is saved; it never raises."""
        context = (await self._load(person_id)).context
        return finished(context, noticed(context, notice, asked), None, None)[0]

    def notice_to(self, person: Person, notice: SystemMessage) -> Reply:
        """What that notice would say to `person`. Pure: nothing is read or saved."""
        context = TurnContext(self._edition, person)
        return finished(context, noticed(context, notice, AskedIn.ALOUD), None, None)[0]

    async def suggest(self, text: str, limit: int = 8) -> tuple[Entry, ...]:
        """Answers that fit what somebody is typing, best first; the topic's questions while it is empty."""
        default = self._edition.default_topic
        topic = self._edition.library.topics[default] if default is not None else None
        intent = await self._interpreter.interpret(text, Context(topic=default)) if text.strip() else None
        return suggested(self._edition.library, topic, text, intent, limit)

    def phrase(self, intent: Intent | Unheard, person: Person, utterance: Utterance | None = None) -> Reply:
        """What would be said to `person`, taken to have no bookmarks. Pure: nothing is read or saved."""
        context = TurnContext(self._edition, person)
        return finished(context, self._policy.decide(context, intent), intent, utterance)[0]

    async def _load(self, person_id: int, language: str | None = None) -> "_Known":
        try:
            async with self._store.look() as unit:
                state, bookmarks = await unit.people.load_with_bookmarks(person_id)
        except LeftToOthersError:
            raise
        except StorageError as error:
            _log.warning("person not read", error=str(error))
            context = TurnContext(self._edition, Person(id=person_id), (), language)
            return _Known(context, context.person, is_new=False, is_read=False)
        context = TurnContext(self._edition, person_from(person_id, state), bookmarks, language)
        return _Known(context, context.person, is_new=state is None, is_read=True)

    async def _with_belongings(self, known: "_Known", intent: Intent | Unheard) -> "_Known":
        """The same with all that is kept about the person, where that is what they ask for."""
        if not (isinstance(intent, Command) and intent.name is CommandName.EXPORT):
            return known
        try:
            async with self._store.read() as unit:
                belongings = await unit.belongings.of(known.context.person.id)
        except LeftToOthersError:
            raise
        except StorageError as error:
            _log.warning("belongings not read", error=str(error))
            return replace(known, is_read=False)
        return replace(known, context=replace(known.context, belongings=belongings))

    async def _save(
        self,
        known: "_Known",
        after: Person,
        effects: Sequence[Effect],
        reply: Reply,
        outbox: Outbox | None,
    ) -> bool:
        """Keep all that the turn changes, and the reply with it, or nothing of it; whether that went well."""
        if not known.is_read:
            # Whoever could not be read would be overwritten with the defaults.
            return False

        async def keep(unit: Unit) -> None:
            # A copy of what is kept changes nothing, and is written down nowhere: it is made anew.
            if outbox is not None and reply.attachment is None:
                await outbox.keep(unit, reply)
            await carry_out(unit, after.id, effects)
            if Erase() not in effects and (known.is_new or after != known.kept):
                await unit.people.save(after.id, state_of(after))

        try:
            await self._store.transact(keep)
        except LeftToOthersError:
            raise
        except StorageError as error:
            _log.warning("conversation not saved", error=str(error))
            return False
        return True


@dataclass(frozen=True, slots=True)
class _Known:
    """What was read about a person before working out what they mean; defaults when it could not be."""

    context: TurnContext
    kept: Person
    """As they are in the store."""
    is_new: bool
    is_read: bool


def _facing(known: "_Known", utterance: Utterance) -> "_Known":
    """The same with what the person replies to in hand."""
    return replace(known, context=as_shown(known.context, utterance.earlier))


def _noting_length(
    context: TurnContext, turn: TurnResult, intent: Intent | Unheard, utterance: Utterance
) -> TurnResult:
    """The turn with a note that only the beginning of a long recording was listened to, if that is so."""
    heard = utterance.outcome if isinstance(utterance, Spoken) else None
    if not isinstance(heard, Heard) or heard.is_whole:
        return turn
    note = context.say("heard-beginning", seconds=context.edition.longest_voice_s)
    if not isinstance(intent, Emergency):
        return preceded(context, turn, note)
    # Nothing stands before an emergency.
    blocks, said = turn.draft.blocks, turn.draft.said
    return turn.amended(
        blocks=(*blocks, *context.paragraphs(note)), said=None if said is None else (*said, note)
    )


def _offered_in_private(context: TurnContext, utterance: Utterance) -> TurnResult:
    asked = AskedIn.ALOUD if isinstance(utterance, Spoken) else AskedIn.IN_WRITING
    return noticed(context, SystemMessage.PRIVATE_ONLY, asked)


def _today() -> date:
    return datetime.now(UTC).date()
