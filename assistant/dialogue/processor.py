"""Somebody does something, and gets a reply: the way in to everything that the assistant can do."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Final, assert_never

import structlog

from assistant.dialogue.actions.answers import answer, choice, emergency, noted
from assistant.dialogue.actions.autocomplete import suggested
from assistant.dialogue.actions.lists import help_option, sections_option, turned
from assistant.dialogue.actions.playback import meant_by_start
from assistant.dialogue.actions.question_consent import question_kept
from assistant.dialogue.outbox import Outbox
from assistant.dialogue.person import Pending, Person
from assistant.dialogue.policy.confirmation import ask_back
from assistant.dialogue.policy.dispatch import command_table, is_personal
from assistant.dialogue.policy.fallback import not_covered, understood_again, unheard
from assistant.dialogue.policy.list_selection import ListSelection
from assistant.dialogue.policy.user_repair import UserRepair, guessed, without
from assistant.dialogue.policy.yes_or_no import YesOrNo, asked_again
from assistant.dialogue.render.message_catalogue import MessageCatalogue
from assistant.dialogue.render.response_builder import finished
from assistant.dialogue.render.system_messages import AskedIn, SystemMessage, noticed
from assistant.dialogue.reply import Reply
from assistant.dialogue.state_codec import person_from, state_of
from assistant.dialogue.turn import (
    Draft,
    Drop,
    Edition,
    Effect,
    Erase,
    EraseQuestions,
    Keep,
    KeepQuestion,
    PutBack,
    TurnContext,
    TurnResult,
    preceded,
    remembering,
)
from assistant.dialogue.utterance import Chosen, Spoken, Typed, Utterance
from assistant.errors import AssistantError, StorageError
from assistant.library.entries import Entry, Library
from assistant.nlu.intents import Answer, Choice, Command, CommandName, Emergency, Intent, NotCovered
from assistant.nlu.interpreter import Context, Interpreter
from assistant.nlu.stages.nbest_fusion import understood
from assistant.storage.store import Store, Unit
from assistant.transcript import Heard, Unheard

_log = structlog.get_logger(__name__)

_ABOUT_WHAT_IS_KEPT: Final = frozenset(
    {CommandName.SAVE, CommandName.REMOVE_BOOKMARK, CommandName.UNDO, CommandName.YES, CommandName.NO}
)
"""What these would say depends on what is kept, so they say nothing else when that cannot be read."""
_ABOUT_WHAT_IS_CHOSEN: Final = frozenset({CommandName.PRIVACY, CommandName.SETTINGS})
"""These tell people what they have chosen, which is not the default because it cannot be read."""
_ABOUT_WHAT_IS_SAVED: Final = frozenset({Pending.FORGET_ME, Pending.KEEP_QUESTIONS})
"""Whoever says yes to these must have it done, so they are not asked when nothing can be saved."""


class DialogueProcessor:
    """Talks with everybody. It keeps nothing itself: any number of them can share one store."""

    def __init__(
        self,
        library: Library,
        interpreter: Interpreter,
        store: Store,
        sentences: MessageCatalogue,
        *,
        emergency_number: str = "",
        default_topic: str | None = None,
        cloud_speech_offered: bool = False,
        longest_voice_s: int = 90,
        backups_kept: int = 0,
        today: Callable[[], date] | None = None,
    ) -> None:
        """`default_topic` is what is meant while no topic is in hand.

        None means the only one, if there is just one.

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
            cloud_speech_offered=cloud_speech_offered,
            longest_voice_s=longest_voice_s,
            backups_kept=backups_kept,
            today=today or _today,
        )
        self._interpreter = interpreter
        self._store = store
        self._picker = ListSelection(sentences, library)
        self._corrections = UserRepair(sentences, self._picker)
        self._commands = command_table(self._picker)
        self._yes_or_no = YesOrNo(sentences)

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
        anything that a person can say or press.
        """
        known = await self._look(person_id, language)
        intent, utterance = await self._intent(known.context, utterance)
        is_aside = not is_private and is_personal(intent)
        try:
            async with self._store.write() as unit:
                state = await unit.people.load(person_id)
                before = person_from(person_id, state)
                context = replace(known.context, person=before, shelf=await unit.bookmarks.listing(person_id))
                if isinstance(intent, Command) and intent.name is CommandName.EXPORT:
                    context = replace(context, belongings=await unit.belongings.of(person_id))
                turn = _offered_in_private(context, utterance) if is_aside else self._decide(context, intent)
                reply, after = finished(context, turn, intent, utterance)
                # A copy of what is kept changes nothing, and is written down nowhere: it is made anew.
                if outbox is not None and reply.attachment is None:
                    await outbox.keep(unit, reply)
                asked = question_kept(before, intent, utterance) if is_private else ()
                for effect in (*turn.effects, *asked):
                    await _carry_out(unit, person_id, effect)
                if Erase() not in turn.effects and (state is None or after != before):
                    await unit.people.save(person_id, state_of(after))
        except StorageError as error:
            _log.warning("conversation not saved", error=str(error))
        else:
            return reply
        if is_aside:
            turn = _offered_in_private(known.context, utterance)
            return finished(known.context, turn, intent, utterance)[0]
        return self._unsaved(known, intent, utterance)

    async def person(self, person_id: int) -> Person:
        """What is known about the person: the defaults for somebody new, and when it cannot be read."""
        return (await self._look(person_id, None)).context.person

    async def notice(self, person_id: int, notice: SystemMessage, asked: AskedIn) -> Reply:
        """That notice, by text or voice as this person is answered. Nothing is saved; it never raises."""
        context = (await self._look(person_id, None)).context
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
        return finished(context, self._decide(context, intent), intent, utterance)[0]

    async def _look(self, person_id: int, language: str | None) -> "_Known":
        try:
            async with self._store.read() as unit:
                person = person_from(person_id, await unit.people.load(person_id))
                shelf = await unit.bookmarks.listing(person_id)
        except StorageError as error:
            _log.warning("person not read", error=str(error))
            return _Known(TurnContext(self._edition, Person(id=person_id), (), language), is_read=False)
        return _Known(TurnContext(self._edition, person, shelf, language), is_read=True)

    async def _intent(self, context: TurnContext, utterance: Utterance) -> tuple[Intent | Unheard, Utterance]:
        """What was meant; a recording comes back with the words that decided it."""
        match utterance:
            case Chosen(command=command):
                return command, utterance
            case Typed(text=text):
                return await self._intent_of(text, context), utterance
            case Spoken(outcome=outcome):
                if isinstance(outcome, Unheard):
                    return outcome, utterance
                answered = await self._answered(outcome, context)
                if answered is not None:
                    return answered, utterance
                intent, heard = await understood(
                    lambda text: self._intent_of(text, context, heard=True), outcome, self._edition.library
                )
                return intent, Spoken(intent if isinstance(intent, Unheard) else heard)
            case _:
                assert_never(utterance)

    async def _answered(self, heard: Heard, context: TurnContext) -> Command | None:
        """Yes or no to the question that waits, as it may have been misheard."""
        pending = context.person.memory.pending
        if pending is None:
            return None
        answered = self._yes_or_no.meant(heard, pending)
        if answered is not None:
            return answered
        first = await self._intent_of(heard.text, context, heard=True)
        if not isinstance(first, Command):
            return self._yes_or_no.meant_by_others(heard, pending)
        again = asked_again(pending)
        if first == Command(CommandName.YES) and again is not None:
            # "Okay" and "right" say yes too, but are not enough for what somebody may only have mumbled.
            return first if self._yes_or_no.is_sure(heard) else again
        return None

    async def _intent_of(self, text: str, context: TurnContext, *, heard: bool = False) -> Intent:
        memory = context.person.memory
        kept = self._yes_or_no.meant_by_keeping(text, memory.pending)
        if kept is not None:
            return kept
        corrected = self._corrections.words_meant(text, context)
        words = text if corrected is None else corrected
        picked = self._picker.pick(words, context) or meant_by_start(context, words)
        if picked:
            return picked
        topic = context.topic
        # What was not meant is no context for what is.
        entry = memory.entry if corrected is None or memory.entry not in memory.guessed else None
        nlu_context = Context(topic.id if topic else None, entry, heard)
        intent = await self._interpreter.interpret(words, nlu_context)
        return intent if corrected is None else without(intent, memory.guessed)

    def _decide(self, context: TurnContext, intent: Intent | Unheard) -> TurnResult:
        turn = self._turn(context, intent)
        if _leaves_unerased(context, intent):
            turn = preceded(context, turn, context.say("forget-left"))
        turn = replace(turn, person=guessed(context.person, turn.person, intent))
        return understood_again(context, turn)

    def _turn(self, context: TurnContext, intent: Intent | Unheard) -> TurnResult:
        if not _may_answer_a_question(intent):
            # Whoever goes on to something else has left the question: a yes much later must erase nothing.
            context = replace(context, person=remembering(context.person, pending=None))
        page = turned(context, intent) if isinstance(intent, Command) else None
        if isinstance(page, TurnResult):
            return page
        if page is not None:
            intent = page
        match intent:
            case Unheard():
                return unheard(context, intent)
            case Command(name=name, argument=argument):
                return self._commands[name](context, argument)
            case Answer(entry=ref, caution=caution, repaired=repaired):
                return noted(context, answer(context, ref).amended(offered=()), caution, repaired)
            case Choice(entries=refs, caution=caution, repaired=repaired, asks=asks):
                turn = ask_back(context, refs) if asks else choice(context, refs)
                return noted(context, turn, caution, repaired)
            case NotCovered(nearest=nearest, confidence=none, caution=caution):
                return noted(context, not_covered(context, nearest, none), caution)
            case Emergency(kind=kind):
                return emergency(context, kind)
            case _:
                assert_never(intent)

    def _unsaved(self, known: "_Known", intent: Intent | Unheard, utterance: Utterance) -> Reply:
        context = known.context
        name = intent.name if isinstance(intent, Command) else None
        if name is CommandName.BOOKMARKS and not known.is_read:
            turn = _only_says(context, context.say("bookmarks-not-reached"))
        elif name is CommandName.EXPORT or (name in _ABOUT_WHAT_IS_CHOSEN and not known.is_read):
            turn = _only_says(context, context.say("kept-not-read"))
        else:
            turn = self._decide(context, intent)
            changed = (
                turn.effects
                or turn.person.preferences != context.person.preferences
                or turn.person.memory.pending in _ABOUT_WHAT_IS_SAVED
            )
            if changed or (name in _ABOUT_WHAT_IS_KEPT and not known.is_read):
                turn = _only_says(context, context.say("not-saved"))
        return finished(context, turn, intent, utterance)[0]


@dataclass(frozen=True, slots=True)
class _Known:
    """What was read about a person before working out what they mean; defaults when it could not be."""

    context: TurnContext
    is_read: bool


def _may_answer_a_question(intent: Intent | Unheard) -> bool:
    if isinstance(intent, Unheard):
        return True
    return isinstance(intent, Command) and intent.name in {CommandName.YES, CommandName.NO}


def _leaves_unerased(context: TurnContext, intent: Intent | Unheard) -> bool:
    """Whether erasing was asked about, and this is neither yes nor no: then it is said that all was kept.

    Nothing stands before an emergency, or a safety line.
    """
    if context.person.memory.pending is not Pending.FORGET_ME or _may_answer_a_question(intent):
        return False
    if isinstance(intent, Command):
        return intent.name is not CommandName.FORGET_ME
    return not isinstance(intent, Unheard | Emergency) and not intent.caution


def _offered_in_private(context: TurnContext, utterance: Utterance) -> TurnResult:
    asked = AskedIn.ALOUD if isinstance(utterance, Spoken) else AskedIn.IN_WRITING
    return noticed(context, SystemMessage.PRIVATE_ONLY, asked)


def _only_says(context: TurnContext, sentence: str) -> TurnResult:
    return context.turn(
        Draft(blocks=context.paragraphs(sentence), options=(sections_option(context), help_option(context)))
    )


async def _carry_out(unit: Unit, person_id: int, effect: Effect) -> None:
    match effect:
        case Keep(ref=ref, title=title):
            await unit.bookmarks.add(person_id, ref, title)
        case Drop(ref=ref):
            await unit.bookmarks.remove(person_id, ref)
        case PutBack(bookmark=bookmark):
            await unit.bookmarks.restore(person_id, bookmark)
        case Erase():
            await unit.people.forget(person_id)
        case KeepQuestion(question=question):
            await unit.questions.keep(person_id, question)
        case EraseQuestions():
            await unit.questions.erase(person_id)
        case _:
            assert_never(effect)


def _today() -> date:
    return datetime.now(UTC).date()
