"""A draft made ready to deliver: by text or voice, with what was heard, and no two buttons alike."""

from typing import assert_never

from assistant.dialogue.actions.reading_position import spoken_to_again, stopped
from assistant.dialogue.person import AnswerBy, Person, Shown
from assistant.dialogue.render.speech_script import said_aloud
from assistant.dialogue.reply import Option, Reply
from assistant.dialogue.turn import TurnContext, TurnResult, remembering
from assistant.dialogue.utterance import Spoken, Utterance
from assistant.nlu.intents import Intent
from assistant.text import folded
from assistant.transcript import Heard, Unheard

_HEARD_LIMIT = 300
"""Characters of what was heard that are shown: enough to see whether it was heard right."""


def finished(
    context: TurnContext, turn: TurnResult, intent: Intent | Unheard | None, utterance: Utterance | None
) -> tuple[Reply, Person]:
    """The reply, and the person as they are to be remembered after it. `utterance` None counts as typed."""
    draft = turn.draft
    spoken = isinstance(utterance, Spoken)
    deliver = draft.deliver or _together(
        _way(turn.person.preferences.answer_by, spoken), _way(context.person.preferences.answer_by, spoken)
    )
    heard = deliver is not AnswerBy.TEXT and draft.options_aloud is not None
    options = _distinct(context, draft.options_aloud or () if heard else draft.options)
    reply = Reply(
        intent=intent,
        title=draft.title,
        blocks=draft.blocks,
        deliver=deliver,
        script=said_aloud(context, draft, options, utterance),
        speed=turn.person.preferences.speed,
        heard=_heard(context, utterance),
        footer=draft.footer,
        options=options,
        entry=draft.entry,
        attachment=draft.attachment,
    )
    if isinstance(intent, Unheard):
        # Whoever was not heard was answering what came before: it all stays on offer.
        return reply, turn.person
    shown = tuple(
        Shown(label=option.label, name=option.command.name, argument=option.command.argument)
        for option in options
    )
    listing = draft.listing if deliver is AnswerBy.TEXT else draft.listing_aloud
    person = remembering(turn.person, shown=shown, listing=listing)
    if draft.offered is not None:
        person = remembering(person, offered=draft.offered)
    if draft.entry is not None:
        person = remembering(person, aloud=deliver is not AnswerBy.TEXT)
    if _has_fallen_silent(context.person, person) or _has_put_away(context.person, person):
        person = stopped(context, person)
    elif _has_fallen_silent(person, context.person):
        person = spoken_to_again(person)
    return reply, person


def _has_put_away(before: Person, after: Person) -> bool:
    return before.memory.entry is not None and after.memory.entry is None


def _has_fallen_silent(before: Person, after: Person) -> bool:
    """Whether the voice was turned off between them; the other way round, whether it was turned on."""
    by_text = after.preferences.answer_by is AnswerBy.TEXT
    return by_text and before.preferences.answer_by is not AnswerBy.TEXT


def _way(chosen: AnswerBy, spoken: bool) -> AnswerBy:
    match chosen:
        case AnswerBy.AS_ASKED:
            return AnswerBy.BOTH if spoken else AnswerBy.TEXT
        case AnswerBy.TEXT | AnswerBy.VOICE | AnswerBy.BOTH:
            return chosen
        case _:
            assert_never(chosen)


def _together(new: AnswerBy, old: AnswerBy) -> AnswerBy:
    """A change of how to answer is said in the new way and the old: it may have been misheard, and whoever
    cannot see would never know why it has become silent."""
    return new if new is old else AnswerBy.BOTH


def _heard(context: TurnContext, utterance: Utterance | None) -> str | None:
    if not (isinstance(utterance, Spoken) and isinstance(utterance.outcome, Heard)):
        return None
    words = " ".join(utterance.outcome.text.split())
    if len(words) > _HEARD_LIMIT:
        words = f"{words[:_HEARD_LIMIT].rsplit(' ', 1)[0]} …"
    return context.say("heard-back", words=words)


def _distinct(context: TurnContext, options: tuple[Option, ...]) -> tuple[Option, ...]:
    """The options without repetition, and with different words for different things."""
    distinct: dict[str, Option] = {}
    for option in options:
        if option in distinct.values():
            continue
        label, number = option.label, 1
        while folded(label) in distinct:
            number += 1
            label = context.say("option-numbered", label=option.label, number=number)
        distinct[folded(label)] = Option(label, option.command)
    return tuple(distinct.values())
