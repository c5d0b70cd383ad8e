"""What can be known to be said before anybody asks, so that it can be recorded ahead of time."""

from typing import Final

from assistant.dialogue.actions.audio_segments import parts_of
from assistant.dialogue.person import Person
from assistant.dialogue.processor import DialogueProcessor
from assistant.dialogue.render.message_catalogue import MessageCatalogue
from assistant.dialogue.render.system_messages import BEFORE_HELP, PREFACES, SystemMessage, prefaced, words_of
from assistant.library.entries import EntryRef, Library
from assistant.nlu.intents import Command, CommandName, Emergency, Intent, NotCovered
from assistant.speech.tts.script import Script
from assistant.transcript import Unheard, UnheardReason

_MENUS: Final = (
    CommandName.START,
    CommandName.HELP,
    CommandName.SECTIONS,
    CommandName.FAQ,
    CommandName.SETTINGS,
    CommandName.PRIVACY,
    CommandName.ABOUT,
    CommandName.BOOKMARKS,
)

NOBODY: Final = Person(id=0)
"""For phrasing a reply that is meant for no one in particular."""


def scripts_of_answers(dialogue: DialogueProcessor, library: Library) -> list[tuple[EntryRef, Script]]:
    """What is said for each answer, part by part, in reading order."""
    entries = (entry for topic in library.topics.values() for entry in topic.entries.values())
    named = [(entry.ref, part) for entry in entries for part in range(1, len(parts_of(entry)) + 1)]
    replies = [
        (ref, dialogue.phrase(Command(CommandName.LISTEN, f"{ref}:{part}"), NOBODY)) for ref, part in named
    ]
    return [(ref, reply.script) for ref, reply in replies if reply.script is not None]


def scripts_to_have_ready(
    dialogue: DialogueProcessor, library: Library, catalogue: MessageCatalogue
) -> list[Script]:
    """What is said to somebody new, the urgent first: emergencies, apologies, notices, menus, all answers."""
    intents: tuple[Intent | Unheard, ...] = (
        *map(Emergency, library.emergencies),
        *map(Unheard, UnheardReason),
        NotCovered(),
        *map(Command, _MENUS),
    )
    scripts = [dialogue.phrase(intent, NOBODY).script for intent in intents]
    scripts += [
        dialogue.notice_to(NOBODY, notice).script for notice in SystemMessage if notice not in PREFACES
    ]
    help_ = dialogue.phrase(Command(CommandName.HELP), NOBODY)
    scripts += [prefaced(help_, words_of(catalogue, notice)).script for notice in BEFORE_HELP]
    scripts += [script for _, script in scripts_of_answers(dialogue, library)]
    return [script for script in scripts if script is not None and script.keep]
