"""When somebody was not understood: an honest no, or asking again, and less to choose from each time."""

from dataclasses import replace
from typing import Final

from assistant.dialogue.actions.answers import emergency_numbers
from assistant.dialogue.actions.lists import answer_list, help_option, sections_option
from assistant.dialogue.turn import Draft, TurnContext, TurnResult, remembering
from assistant.nlu.intents import NotCovered
from assistant.nlu.languages import languages
from assistant.transcript import Unheard, UnheardReason

_FAR: Final = 0.9
"""With more belief than this in "no answer fits", even what is nearest is not near. Tried by hand on the
shipped content, not fitted."""
_MAY_BE_A_CRY: Final = frozenset({UnheardReason.UNCLEAR, UnheardReason.UNAVAILABLE})
"""Ways of not hearing in which somebody has spoken."""


def not_covered(context: TurnContext, intent: NotCovered) -> TurnResult:
    """Says plainly that there is no answer, who can answer instead, and what is near if anything is.

    The second time in a row there are only two ways on. Whoever wrote in another language is told so in that.
    """
    if intent.foreign is not None:
        return _only_english(context, intent.foreign)
    times = context.person.memory.misunderstood + 1
    near = [ref for ref in intent.nearest if context.edition.library.entry(ref)]
    # A question is first taken to go on about the answer in hand: where nothing is nearer, nothing is near.
    if intent.confidence > _FAR or near[:1] == [context.person.memory.entry]:
        near = []
    no, person = context.say("not-covered"), context.say("not-covered-human")
    if times > 1 or not near:
        can = () if times > 1 else (_what_can_be_asked(context),)
        draft = Draft(
            blocks=context.paragraphs(no, person, *can),
            options=(sections_option(context), help_option(context)),
            offered=(),
            repeats_heard=True,
        )
        return context.turn(draft, misunderstood=times)
    turn = answer_list(
        context,
        None,
        (no, person, context.say("not-covered-nearest")),
        near,
        onward=(sections_option(context),),
        said_last=(context.say("choice-none-spoken"),),
        misunderstood=times,
    )
    return turn.amended(repeats_heard=True)


def _only_english(context: TurnContext, code: str) -> TurnResult:
    """Says in somebody's own language that only English is understood, and whom to call in an emergency."""
    number, aloud = emergency_numbers(context)
    sentence = languages()[code].sentence
    draft = Draft(
        blocks=context.paragraphs(sentence.replace("{number}", number)),
        said=(context.say("only-english", number=aloud),),
        options=(help_option(context), sections_option(context)),
        offered=(),
    )
    return context.turn(draft)


def unheard(context: TurnContext, why: Unheard) -> TurnResult:
    """Says why a voice message gave no words, and what to do next. What was on offer stays on offer.

    What was said and not made out may have been a cry for help: the first time the number is named.
    """
    times = context.person.memory.misunderstood + 1
    text = context.say(f"unheard-{why.reason.value.replace('_', '-')}")
    ways = (help_option(context), sections_option(context))
    shown: tuple[str, ...] = (text,)
    said: tuple[str, ...] = (text,)
    if times == 1 and why.reason in _MAY_BE_A_CRY and why.caution is None:
        number, aloud = emergency_numbers(context)
        shown = (text, context.say("unheard-emergency", number=number))
        said = (text, context.say("unheard-emergency", number=aloud))
    draft = Draft(blocks=context.paragraphs(*shown), said=said, options=ways if times == 1 else ways[:1])
    return context.turn(draft, misunderstood=times)


def understood_again(context: TurnContext, turn: TurnResult) -> TurnResult:
    """The turn, which starts the count anew unless it has counted a misunderstanding itself."""
    counted = turn.person.memory.misunderstood
    if counted > context.person.memory.misunderstood or not counted:
        return turn
    return replace(turn, person=remembering(turn.person, misunderstood=0))


def _what_can_be_asked(context: TurnContext) -> str:
    topic = context.topic
    if topic is None:
        return context.say("can-be-asked-any")
    can = context.say("can-be-asked", topic=topic.title)
    return f"{can} {context.say('can-be-asked-other')}" if context.knows_several else can
