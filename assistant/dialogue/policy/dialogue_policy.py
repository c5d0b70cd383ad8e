"""What to do next: somebody's intent, where the conversation stands, to the turn that answers it."""

from dataclasses import replace
from typing import assert_never

from assistant.dialogue.actions.answers import also_asked, answer, choice, emergency, noted
from assistant.dialogue.actions.lists import turned
from assistant.dialogue.person import Pending
from assistant.dialogue.policy.confirmation import ask_back
from assistant.dialogue.policy.dispatch import command_table
from assistant.dialogue.policy.fallback import not_covered, understood_again, unheard
from assistant.dialogue.policy.list_selection import ListSelection
from assistant.dialogue.policy.user_repair import guessed
from assistant.dialogue.turn import TurnContext, TurnResult, preceded, remembering
from assistant.nlu.intents import Answer, Choice, Command, CommandName, Emergency, Intent, NotCovered
from assistant.transcript import Unheard


class DialoguePolicy:
    """Decides turns. Pure: it looks at nothing but the context, and changes nothing."""

    def __init__(self, picker: ListSelection) -> None:
        self._commands = command_table(picker)

    def decide(self, context: TurnContext, intent: Intent | Unheard) -> TurnResult:
        """What to reply, to remember and to do. Never raises, whatever was meant."""
        turn = self._turn(context, intent)
        if _leaves_unerased(context, intent):
            turn = preceded(context, turn, context.say("forget-left"))
        if not (isinstance(intent, Unheard) or _is_about_emergency(intent)):
            turn = replace(turn, person=remembering(turn.person, emergency=None))
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
            case Unheard(caution=caution):
                return noted(context, unheard(context, intent), caution)
            case Command(name=name, argument=argument):
                return self._commands[name](context, argument)
            case Answer(entry=ref, caution=caution, second=second):
                turn = also_asked(context, answer(context, ref).amended(offered=()), second)
                return noted(context, turn, caution)
            case Choice(entries=refs, caution=caution, asks=asks):
                turn = ask_back(context, refs) if asks else choice(context, refs)
                return noted(context, turn, caution)
            case NotCovered(caution=caution):
                return noted(context, not_covered(context, intent), caution)
            case Emergency(kind=kind):
                return emergency(context, kind)
            case _:
                assert_never(intent)


def _may_answer_a_question(intent: Intent | Unheard) -> bool:
    if isinstance(intent, Unheard):
        return True
    return isinstance(intent, Command) and intent.name in {CommandName.YES, CommandName.NO}


def _is_about_emergency(intent: Intent) -> bool:
    """Whether it raises an emergency, or may ask to hear its text again; anything else has left it behind."""
    return isinstance(intent, Emergency) or intent in (
        Command(CommandName.REPEAT),
        Command(CommandName.NOT_HELPED),
    )


def _leaves_unerased(context: TurnContext, intent: Intent | Unheard) -> bool:
    """Whether erasing was asked about, and this is neither yes nor no: then it is said that all was kept.

    Nothing stands before an emergency, or a safety line.
    """
    if context.person.memory.pending is not Pending.FORGET_ME or _may_answer_a_question(intent):
        return False
    if isinstance(intent, Command):
        return intent.name is not CommandName.FORGET_ME
    return not isinstance(intent, Unheard | Emergency) and not intent.caution
