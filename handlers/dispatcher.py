"""Puts the features together: one dispatcher, every router once, in the order in which they are asked."""

import time
from collections.abc import Callable

from aiogram import Dispatcher

from handlers import errors
from handlers.audience_filter import Pressed, SpokenTo
from handlers.dependencies import Rooms
from handlers.output.replies import Replies
from handlers.output.system_messages import Notices
from handlers.output.voice_messages import VoiceNotes
from handlers.rate_limits import Limits, Patience
from handlers.responder import Desk
from handlers.routes import (
    bookmarks,
    buttons,
    faq,
    inline,
    privacy,
    questions,
    sections,
    settings,
    start,
    voice,
)


def build_dispatcher(
    rooms: Rooms, limits: Limits, *, clock: Callable[[], float] = time.monotonic
) -> Dispatcher:
    """A dispatcher that serves people out of `rooms`, within `limits`.

    It opens and closes nothing. `clock` gives seconds for the limits per minute.
    """
    sentences = rooms.sentences
    replies = Replies(VoiceNotes(rooms.studio, rooms.store, sentences), sentences)
    notices = Notices(rooms.conversation, replies)
    dispatcher = Dispatcher(
        # The conversation remembers; aiogram's own memory is not needed.
        disable_fsm=True,
        sentences=sentences,
        store=rooms.store,
        conversation=rooms.conversation,
        replies=replies,
        notices=notices,
        desk=Desk(rooms.conversation, sentences, replies, rooms.metrics),
        ear=voice.Ear(rooms.conversation, rooms.listener, limits, rooms.metrics),
    )
    patience = Patience(limits, notices, clock)
    dispatcher.message.filter(SpokenTo())
    dispatcher.message.middleware(patience)
    dispatcher.callback_query.filter(Pressed())
    dispatcher.callback_query.outer_middleware(buttons.Acknowledge())
    dispatcher.callback_query.middleware(patience)
    dispatcher.include_routers(
        voice.build_router(),
        start.build_router(),
        sections.build_router(),
        faq.build_router(),
        bookmarks.build_router(),
        settings.build_router(),
        privacy.build_router(),
        buttons.build_router(),
        inline.build_router(),
        questions.build_router(),
        errors.build_router(),
    )
    return dispatcher
