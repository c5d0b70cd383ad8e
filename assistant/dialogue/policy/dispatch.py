"""Every command and what it does: the one table that buttons, typing and speaking all come to."""

from collections.abc import Callable, Mapping
from typing import Final

from assistant.dialogue.actions import data_export, menus, playback, preferences, question_consent
from assistant.dialogue.actions.bookmarks import BookmarkActions
from assistant.dialogue.actions.feedback import FeedbackActions
from assistant.dialogue.actions.pagination import Pagination
from assistant.dialogue.policy import confirmation
from assistant.dialogue.policy.list_selection import ListSelection
from assistant.dialogue.turn import TurnContext, TurnResult
from assistant.nlu.intents import Command, CommandName, Intent
from assistant.transcript import Unheard

Action = Callable[[TurnContext, str | None], TurnResult]
"""Decides what a command with that argument does at that moment. Pure, and never raises for any argument."""

_PERSONAL: Final = frozenset(
    {
        CommandName.BOOKMARKS,
        CommandName.SAVE,
        CommandName.REMOVE_BOOKMARK,
        CommandName.UNDO,
        CommandName.SETTINGS,
        CommandName.ANSWER_BY,
        CommandName.SPEED,
        CommandName.CLOUD_SPEECH,
        CommandName.PRIVACY,
        CommandName.EXPORT,
        CommandName.FORGET_ME,
        CommandName.KEEP_QUESTIONS,
    }
)


def is_personal(intent: Intent | Unheard | None) -> bool:
    """Whether it is about what is kept for one person: nothing to show or begin where others read along."""
    return isinstance(intent, Command) and intent.name in _PERSONAL


def command_table(picker: ListSelection) -> Mapping[CommandName, Action]:
    """The action of every command there is."""
    reading = Pagination(picker)
    responder = BookmarkActions(reading)
    feedback = FeedbackActions(reading)
    return {
        CommandName.START: menus.start,
        CommandName.HELP: menus.help_,
        CommandName.SECTIONS: menus.sections,
        CommandName.FAQ: menus.faq,
        CommandName.ABOUT: menus.about,
        CommandName.PRIVACY: menus.privacy,
        CommandName.LANGUAGE: menus.language,
        CommandName.SHOW: reading.show,
        CommandName.LISTEN: reading.listen,
        CommandName.NEXT: reading.next,
        CommandName.BACK: reading.back,
        CommandName.REPEAT: reading.repeat,
        CommandName.CONTINUE: playback.continue_,
        CommandName.START_AGAIN: playback.start_again,
        CommandName.WHERE: playback.where,
        CommandName.LISTEN_ALL: playback.listen_all,
        CommandName.RELATED: reading.related,
        CommandName.SLOWER: reading.slower,
        CommandName.FASTER: reading.faster,
        CommandName.BOOKMARKS: responder.bookmarks,
        CommandName.SAVE: responder.save,
        CommandName.REMOVE_BOOKMARK: responder.remove_bookmark,
        CommandName.UNDO: responder.undo,
        CommandName.SETTINGS: preferences.settings,
        CommandName.TEXT_ONLY: preferences.text_only,
        CommandName.AUDIO_ON: preferences.audio_on,
        CommandName.ANSWER_BY: preferences.answer_by,
        CommandName.SPEED: preferences.speed,
        CommandName.CLOUD_SPEECH: preferences.cloud_speech,
        CommandName.FORGET_ME: confirmation.forget_me,
        CommandName.YES: confirmation.yes,
        CommandName.NO: confirmation.no,
        CommandName.STOP: playback.stop,
        CommandName.VOLUME: playback.volume,
        CommandName.THANKS: playback.thanks,
        CommandName.SYMPATHY: playback.sympathy,
        CommandName.EXPORT: data_export.export,
        CommandName.KEEP_QUESTIONS: question_consent.keep_questions,
        CommandName.HELPED: feedback.helped,
        CommandName.NOT_HELPED: feedback.not_helped,
    }
