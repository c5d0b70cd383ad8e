"""What people say of an answer: counted for it and the version of its text, and not who said it."""

from dataclasses import replace

from assistant.dialogue.actions.answers import emergency, keeping, retired
from assistant.dialogue.actions.lists import faq_option, help_option, sections_option
from assistant.dialogue.actions.pagination import Pagination
from assistant.dialogue.actions.playback import thanks
from assistant.dialogue.person import Feedback
from assistant.dialogue.reply import Option
from assistant.dialogue.turn import CountFeedback, Draft, TurnContext, TurnResult
from assistant.library.entries import Entry
from assistant.nlu.intents import Command, CommandName


class FeedbackActions:
    """The commands about the answer in hand, or the one that their argument names.

    The same said twice counts once, and the opposite in its place: somebody pressed the wrong button, or was
    misheard.
    """

    def __init__(self, reading: Pagination) -> None:
        self._reading = reading

    def helped(self, context: TurnContext, argument: str | None) -> TurnResult:
        """Counts that the answer helped. Where there is none, it is thanks and no more."""
        ref = self._reading.meant(context, argument)
        if ref is None or _is_about_emergency(context, argument):
            return thanks(context, None)
        entry = context.edition.library.entry(ref)
        if entry is None:
            return retired(context, ref)
        draft = Draft(
            blocks=context.paragraphs(f"{context.say('feedback-glad')} {context.say('feedback-counted')}"),
            options=(keeping(context, ref), sections_option(context), help_option(context)),
            suggestions=(),
        )
        return _counted(context, draft, entry, helped=True)

    def not_helped(self, context: TurnContext, argument: str | None) -> TurnResult:
        """Counts that it did not, and says what else to try. What to do in an emergency is said again."""
        kind = context.person.memory.emergency
        if kind is not None and _is_about_emergency(context, argument):
            return emergency(context, kind)
        ref = self._reading.meant(context, argument)
        entry = context.edition.library.entry(ref) if ref else None
        if ref is not None and entry is None:
            return retired(context, ref)
        sorry, otherwise = context.say("feedback-sorry"), context.say("feedback-otherwise")
        onward = (sections_option(context), faq_option(context), help_option(context))
        if entry is None:
            return context.turn(Draft(blocks=context.paragraphs(f"{sorry} {otherwise}"), options=onward))
        related = Option(context.say("option-related"), Command(CommandName.RELATED, str(entry.ref)))
        draft = Draft(
            blocks=context.paragraphs(f"{sorry} {context.say('feedback-counted')} {otherwise}"),
            options=(related, *onward),
        )
        return _counted(context, draft, entry, helped=False)


def _is_about_emergency(context: TurnContext, argument: str | None) -> bool:
    """Whether the text about an emergency came last, and no answer is named."""
    return argument is None and context.person.memory.emergency is not None


def _counted(context: TurnContext, draft: Draft, entry: Entry, *, helped: bool) -> TurnResult:
    said = Feedback(entry=entry.ref, version=entry.version, helped=helped)
    before = context.person.memory.feedback
    turn = context.turn(draft, feedback=said)
    if before == said:
        return turn
    instead = before is not None and before == said.model_copy(update={"helped": not helped})
    return replace(turn, effects=(CountFeedback(entry.ref, entry.version, helped, instead),))
