"""The things to say next, with which all that is said aloud ends: what each does, then the words to say."""

from collections.abc import Iterable
from typing import Final

from assistant.dialogue.person import AnswerBy
from assistant.dialogue.reply import Option
from assistant.dialogue.turn import TurnContext
from assistant.nlu.intents import Command, CommandName
from assistant.speech.tts.script import Speed

MOST_SUGGESTIONS: Final = 3
"""Two or three at a time can be kept in mind (W3C, Natural Language Interface Accessibility User
Requirements)."""

_FIRST: Final = (
    CommandName.UNDO,
    CommandName.CONTINUE,
    CommandName.NEXT,
    CommandName.SAVE,
    CommandName.RELATED,
)
"""What is wanted most often right after it became possible is named before all else."""

_BY_NAME: Final = frozenset(
    {
        CommandName.UNDO,
        CommandName.NEXT,
        CommandName.BACK,
        CommandName.REPEAT,
        CommandName.CONTINUE,
        CommandName.LISTEN_ALL,
        CommandName.SAVE,
        CommandName.REMOVE_BOOKMARK,
        CommandName.RELATED,
        CommandName.FAQ,
        CommandName.BOOKMARKS,
        CommandName.SETTINGS,
        CommandName.HELP,
        CommandName.START,
        CommandName.ABOUT,
        CommandName.ILLNESSES,
        CommandName.PRIVACY,
        CommandName.EXPORT,
        CommandName.FORGET_ME,
        CommandName.TEXT_ONLY,
        CommandName.AUDIO_ON,
        CommandName.SLOWER,
        CommandName.FASTER,
    }
)
_WAYS: Final = {
    AnswerBy.TEXT.value: CommandName.TEXT_ONLY.value,
    AnswerBy.BOTH.value: AnswerBy.BOTH.value,
    AnswerBy.VOICE.value: "voice-only",
}


def suggestions_for(context: TurnContext, options: Iterable[Option]) -> tuple[str, ...]:
    """At most three sentences, for those of `options` that make sense to somebody who is listening."""
    ordered = sorted(options, key=lambda option: _rank(option.command.name))
    sentences = (suggestion_for(context, option.command, option.label) for option in ordered)
    return tuple(dict.fromkeys(sentence for sentence in sentences if sentence))[:MOST_SUGGESTIONS]


def suggestion_for(context: TurnContext, command: Command, label: str = "") -> str | None:
    """How to ask for `command` by voice; None for what is not worth naming, or is asked for in other ways.

    The words to say are wordings of that command, or `label`, which can be said while its button is shown.
    """
    named = _named(context, command)
    if named == "label":
        return context.say("invite-by-label", label=label)
    return context.say(f"invite-{named.replace('_', '-')}") if named else None


def _named(context: TurnContext, command: Command) -> str | None:
    name, argument = command.name, command.argument
    if name is CommandName.SECTIONS:
        topic = context.topic
        is_in_hand = argument is None or (topic is not None and topic.id == argument)
        return name.value if is_in_hand else "label"
    if name is CommandName.SWITCH:
        return "the-other-one" if context.topic else None
    if name is CommandName.ANSWER_BY:
        return _WAYS.get(argument or "")
    if name is CommandName.SPEED:
        return _step(context.person.preferences.speed, argument)
    if name is CommandName.KEEP_QUESTIONS:
        return name.value if argument is None else "stop_keeping_questions"
    return name.value if name in _BY_NAME else None


def _step(now: Speed, speed: str | None) -> str | None:
    """One step from the speed of now: slower and faster are the words that people say."""
    if speed == Speed.SLOW or (speed == Speed.NORMAL and now is Speed.FAST):
        return CommandName.SLOWER.value
    if speed == Speed.FAST or (speed == Speed.NORMAL and now is Speed.SLOW):
        return CommandName.FASTER.value
    return None


def _rank(name: CommandName) -> int:
    return _FIRST.index(name) if name in _FIRST else len(_FIRST)
