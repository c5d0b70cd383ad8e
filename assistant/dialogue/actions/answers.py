"""What is said to a question: an answer word for word, a choice, an honest no, or an emergency text."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple

from assistant.dialogue.actions.audio_segments import parts_of
from assistant.dialogue.actions.lists import (
    MOST_OPTIONS,
    answer_list,
    help_option,
    illness_options,
    none_of_these,
    sections_option,
)
from assistant.dialogue.actions.reading_position import full_title, left_by_going_to, neighbours, part_name
from assistant.dialogue.person import AnswerBy
from assistant.dialogue.render.spoken_text import spoken_number, spoken_paragraphs
from assistant.dialogue.reply import Option
from assistant.dialogue.turn import Draft, TurnContext, TurnResult, preceded
from assistant.library.entries import Block, BulletList, Closing, Entry, EntryRef, Paragraph, counterpart
from assistant.nlu.intents import Command, CommandName

_FEEDBACK: Final = frozenset({CommandName.HELPED, CommandName.NOT_HELPED})


def noted(context: TurnContext, turn: TurnResult, caution: str | None) -> TurnResult:
    """The turn with the safety line that must come before it, if one must."""
    if not caution:
        return turn
    return preceded(context, turn, *_caution(context, caution))


def also_asked(context: TurnContext, turn: TurnResult, second: EntryRef | None) -> TurnResult:
    """The turn, and what else was asked, if anything was: to be pressed, or said."""
    entry = context.edition.library.entry(second) if second else None
    if entry is None or second is None:
        return turn
    line = context.say("also-asked", title=entry.title.rstrip("?"))
    draft = turn.draft
    said = spoken_paragraphs(draft.blocks) if draft.said is None else draft.said
    option = Option(entry.title, Command(CommandName.SHOW, str(second)))
    return turn.amended(
        footer=(line, *draft.footer),
        # Of two answers, nobody could tell which one helped.
        options=(option, *(each for each in draft.options if each.command.name not in _FEEDBACK)),
        options_aloud=None if draft.options_aloud is None else (option, *draft.options_aloud),
        said=(*said, line),
        offered=(second,),
        suggestions=(
            context.say("invite-also-asked"),
            *(draft.suggestions or (context.say("invite-repeat"),)),
        )[:2],
    )


def answer(
    context: TurnContext, ref: EntryRef, part: int = 1, *, whole_topic: bool = False, **memory: Any
) -> TurnResult:
    """The vetted answer with its source, its review and the ways onward; says so when it was retired.

    The voice says one part of it. The first part comes with all of the text, and a later one by voice alone:
    the text is there already. `whole_topic`: this is one of all sections, listened to one after the other.
    What the person leaves unfinished for it is remembered.
    """
    entry = context.edition.library.entry(ref)
    if entry is None:
        return retired(context, ref)
    parts = parts_of(entry)
    part = min(max(part, 1), len(parts))
    is_last = part == len(parts)
    review = _review(context, entry)
    if context.edition.library.topics[ref.topic].is_example:
        review = f"{context.say('footer-example')} {review}"
    general = context.say("footer-general")
    closing, closing_aloud = _closing(context, entry)
    name = full_title(context, entry, part_name(context, entry, part))
    draft = Draft(
        title=full_title(context, entry),
        blocks=entry.blocks,
        options=_options(context, entry),
        footer=(*closing, context.say("footer-source", source=entry.source), review, general),
        entry=ref,
        said_title=name.rstrip("?"),  # a question there would ask the listener
        said=(
            *spoken_paragraphs(parts[part - 1]),
            *([*closing_aloud, f"{general} {review}"] if is_last else []),
        ),
    )
    if len(parts) > 1:
        draft = replace(draft, options_aloud=_options_aloud(context, entry, part, is_last=is_last))
    if not is_last:
        words = context.say("number-in-words", number=part + 1)
        draft = replace(
            draft, suggestions=(context.say("invite-next-part", number=words), context.say("invite-repeat"))
        )
    if part > 1:
        draft = replace(draft, title=name, blocks=parts[part - 1], footer=(), deliver=AnswerBy.VOICE)
    elif whole_topic:
        by_voice_alone = context.person.preferences.answer_by is AnswerBy.VOICE
        draft = replace(draft, deliver=AnswerBy.VOICE if by_voice_alone else AnswerBy.BOTH)
    said = context.person.memory.feedback
    kept = {
        "left": left_by_going_to(context, ref),
        "feedback": said if said and said.entry == ref else None,
        **memory,
    }
    return context.turn(draft, topic=ref.topic, entry=ref, part=part, whole_topic=whole_topic, **kept)


def retired(context: TurnContext, ref: EntryRef) -> TurnResult:
    """Says that an answer was taken out, and offers to remove the bookmark that still names it."""
    kept = context.saved(ref)
    if kept is None:
        return context.turn(
            Draft(
                blocks=context.paragraphs(context.say("retired")),
                options=(sections_option(context), help_option(context)),
            )
        )
    return context.turn(
        Draft(
            blocks=context.paragraphs(context.say("retired-named", title=kept.title)),
            options=(
                Option(context.say("option-remove-bookmark"), Command(CommandName.REMOVE_BOOKMARK, str(ref))),
                sections_option(context),
            ),
            offered=(ref,),
        )
    )


def choice(context: TurnContext, refs: Sequence[EntryRef]) -> TurnResult:
    """Asks which of a few answers is meant, or which illness, where each is about another one."""
    known = [ref for ref in refs if context.edition.library.entry(ref)]
    is_between = len({ref.topic for ref in known}) > 1
    has_more = is_between and len(context.edition.library.topics) > len(known)
    turn = answer_list(
        context,
        None,
        (context.say("choice-which-illness") if is_between else context.say("choice-ask"),),
        known,
        by_illness=is_between,
        onward=(none_of_these(context), *(illness_options(context) if has_more else ())),
        said_last=(context.say("choice-none-spoken"),),
    )
    return turn.amended(repeats_heard=True)


def emergency(context: TurnContext, kind: str) -> TurnResult:
    """The fixed text for that kind of emergency and nothing else, always both to read and to hear.

    It ends with the number once more, and can be repeated: whoever listens may have missed the beginning.
    """
    guide = context.edition.library.emergencies.get(kind)
    shown, said = _slots(context)
    if guide is None:
        # The interpreter names only kinds that the library has; if that ever fails, help must not.
        title = context.say("emergency-title")
        blocks = context.paragraphs(context.say("emergency-call", number=shown.number))
        aloud = context.paragraphs(context.say("emergency-call", number=said.number))
    else:
        title = guide.title
        blocks = tuple(_filled_block(block, shown) for block in guide.blocks)
        aloud = tuple(_filled_block(block, said) for block in guide.blocks)
    again, again_aloud = _numbers_again(context)
    draft = Draft(
        title=title,
        blocks=(*blocks, *context.paragraphs(context.say("emergency-again", number=again))),
        said=(*spoken_paragraphs(aloud), context.say("emergency-again", number=again_aloud)),
        deliver=AnswerBy.BOTH,
        offered=(),
        suggestions=(context.say("invite-repeat"),),
    )
    return context.turn(draft, emergency=kind)


def emergency_numbers(context: TurnContext) -> tuple[str, str]:
    """The number to call, as it is written and as it is said."""
    number = context.edition.emergency_number
    if number:
        return number, spoken_number(number)
    return context.say("emergency-number-default"), context.say("emergency-number-default-spoken")


def _numbers_again(context: TurnContext) -> tuple[str, str]:
    """The same where it is said the second time, and can be short."""
    if context.edition.emergency_number:
        return emergency_numbers(context)
    return context.say("emergency-number-again"), context.say("emergency-number-again-spoken")


class _Slots(NamedTuple):
    """What stands for `{number}` and `{crisis}` in the texts about emergencies."""

    number: str
    crisis: str


def _slots(context: TurnContext) -> tuple[_Slots, _Slots]:
    """As they are written, and as they are said."""
    shown, said = emergency_numbers(context)
    crisis = context.edition.crisis_line
    return (
        _Slots(shown, crisis or context.say("crisis-line-default")),
        _Slots(said, spoken_number(crisis) or context.say("crisis-line-default-spoken")),
    )


def _filled(text: str, slots: _Slots) -> str:
    return text.replace("{number}", slots.number).replace("{crisis}", slots.crisis)


def _filled_block(block: Block, slots: _Slots) -> Block:
    match block:
        case Paragraph(text=text):
            return replace(block, text=_filled(text, slots))
        case BulletList(items=items):
            return replace(block, items=tuple(_filled(item, slots) for item in items))


def _caution(context: TurnContext, kind: str) -> tuple[str, str]:
    """The safety line for what only may be an emergency of that kind, as it is written and as it is said."""
    guide = context.edition.library.emergencies.get(kind)
    shown, said = _slots(context)
    if guide is None or guide.caution is None:
        return (
            context.say("emergency-caution", number=shown.number),
            context.say("emergency-caution", number=said.number),
        )
    return _filled(guide.caution, shown), _filled(guide.caution, said)


def _closing(context: TurnContext, entry: Entry) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What the assistant adds to an answer in its own name, as it is written and as it is said: one line."""
    shown, said = emergency_numbers(context)
    return _own_line(context, entry, shown), _own_line(context, entry, said)


def _own_line(context: TurnContext, entry: Entry, number: str) -> tuple[str, ...]:
    lines = [_closing_line(context, closing, number) for closing in entry.closing]
    return (" ".join((context.say("closing-own"), *lines)),) if lines else ()


def _closing_line(context: TurnContext, closing: Closing, number: str) -> str:
    match closing:
        case Closing.MEDICINES:
            return context.say("closing-medicines")
        case Closing.WARNING_SIGNS:
            return context.say("closing-warning-signs", number=number)
        case Closing.SOURCE_DIFFERS:
            return context.say("closing-source-differs")


def _review(context: TurnContext, entry: Entry) -> str:
    review = entry.review
    if review.reviewed_by is None or review.reviewed_on is None:
        return context.say("footer-not-reviewed")
    if review.review_due is not None and review.review_due < context.edition.today():
        return context.say("footer-review-due", reviewer=review.reviewed_by, date=review.reviewed_on)
    return context.say("footer-reviewed", reviewer=review.reviewed_by, date=review.reviewed_on)


def _options(context: TurnContext, entry: Entry) -> tuple[Option, ...]:
    ref = str(entry.ref)
    before, after = neighbours(context, entry.ref)
    options = [
        Option(context.say("option-listen"), Command(CommandName.LISTEN, ref)),
        keeping(context, entry.ref),
    ]
    if after:
        options.append(Option(context.say("option-next"), Command(CommandName.NEXT, ref)))
    if before:
        options.append(Option(context.say("option-previous"), Command(CommandName.BACK, ref)))
    options.append(Option(context.say("option-related"), Command(CommandName.RELATED, ref)))
    options += _ways_of_topic(context, entry)
    return _fitting(*options, *_feedback_options(context, ref))


def _feedback_options(context: TurnContext, ref: str) -> tuple[Option, ...]:
    """Last, so that nobody has to pass them by, and never among what the voice suggests."""
    return (
        Option(context.say("option-helped"), Command(CommandName.HELPED, ref)),
        Option(context.say("option-not-helped"), Command(CommandName.NOT_HELPED, ref)),
    )


def _ways_of_topic(context: TurnContext, entry: Entry) -> tuple[Option, ...]:
    topics = context.edition.library.topics
    topic = topics[entry.ref.topic]
    others = [each for each in topics.values() if each is not topic]
    # What was offered beside it says best what is the same about the other illness.
    offered = context.person.memory.offered
    beside = [ref for ref in offered if entry.ref in offered and ref.topic != entry.ref.topic]
    same = (beside[0] if beside else counterpart(entry, others[0])) if len(others) == 1 else None
    if same is None:
        return (sections_option(context, topic), *illness_options(context, topic))
    label = context.say("option-other-illness")
    return (sections_option(context, topic), Option(label, Command(CommandName.SHOW, str(same))))


def _options_aloud(context: TurnContext, entry: Entry, part: int, *, is_last: bool) -> tuple[Option, ...]:
    ref = str(entry.ref)
    before, after = neighbours(context, entry.ref)
    options: list[Option] = []
    if not is_last:
        options.append(Option(context.say("option-next-part"), Command(CommandName.NEXT, f"{ref}:{part}")))
    elif after:
        options.append(Option(context.say("option-next"), Command(CommandName.NEXT, ref)))
    options.append(keeping(context, entry.ref))
    if part > 1:
        options.append(
            Option(context.say("option-previous-part"), Command(CommandName.BACK, f"{ref}:{part}"))
        )
    elif before:
        options.append(Option(context.say("option-previous"), Command(CommandName.BACK, ref)))
    options.append(Option(context.say("option-related"), Command(CommandName.RELATED, ref)))
    options += _ways_of_topic(context, entry)
    return _fitting(*options, *(_feedback_options(context, ref) if is_last else ()))


def _fitting(*options: Option) -> tuple[Option, ...]:
    """As many as can be looked over: all sections lead to what related questions lead to, a step later."""
    if len(options) <= MOST_OPTIONS:
        return options
    return tuple(each for each in options if each.command.name is not CommandName.RELATED)


def keeping(context: TurnContext, ref: EntryRef) -> Option:
    """Save, or Remove from bookmarks when it is saved."""
    if context.saved(ref):
        return Option(context.say("option-remove-bookmark"), Command(CommandName.REMOVE_BOOKMARK, str(ref)))
    return Option(context.say("option-save"), Command(CommandName.SAVE, str(ref)))
