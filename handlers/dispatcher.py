"""Puts the features together: one dispatcher, every router once, in the order in which they are asked."""

import time
from collections.abc import Callable
from typing import Final

from aiogram import Dispatcher

from handlers import errors
from handlers.albums import Albums
from handlers.audience_filter import AudienceFilter, Pressed
from handlers.bounds import Bounds
from handlers.chat_migration import FollowMoves
from handlers.dependencies import Dependencies
from handlers.edited_messages import Edits
from handlers.emergencies import EmergencyWatch
from handlers.hearing import Ear
from handlers.output.pacing import Shared
from handlers.output.replies import Replies
from handlers.output.system_messages import SystemMessages
from handlers.output.voice_messages import VoiceMessages
from handlers.rate_limits import Limit, Limiter, RateLimits, SharedLimiter
from handlers.responder import Responder
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

USED_UPDATES: Final = (
    "message",
    "edited_message",
    "inline_query",
    "callback_query",
    "my_chat_member",
)
"""The kinds of updates that somebody here wants; for a machine that takes them in and answers none."""


def build_dispatcher(
    services: Dependencies,
    limits: Bounds,
    *,
    shared: Shared | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Dispatcher:
    """A dispatcher that serves people out of `services`, within `limits`.

    It opens and closes nothing. `clock` gives seconds for the limits per minute, unless machines count them
    together: then they are `shared`.
    """
    sentences = services.sentences
    replies = Replies(VoiceMessages(services.tts, services.store, sentences), sentences)
    notices = SystemMessages(services.dialogue, replies)
    responder = Responder(services.dialogue, sentences, replies, services.metrics)
    ear = Ear(services.dialogue, services.stt, limits, services.metrics)
    emergencies = EmergencyWatch(services.dialogue, ear)
    dispatcher = Dispatcher(
        # The conversation remembers; aiogram's own memory is not needed.
        disable_fsm=True,
        sentences=sentences,
        store=services.store,
        dialogue=services.dialogue,
        replies=replies,
        notices=notices,
        responder=responder,
        ear=ear,
        emergencies=emergencies,
    )
    edits, albums = Edits(), Albums()
    patience = RateLimits(
        notices,
        responder,
        emergencies,
        messages=_limit(limits.messages_per_minute, "m", shared, clock),
        voices=_limit(limits.voices_per_minute, "v", shared, clock),
    )
    dispatcher.message.outer_middleware(FollowMoves(services.store))
    dispatcher.message.filter(AudienceFilter())
    dispatcher.message.middleware(edits.note)
    # Before the limits: a picture that is held back counts once.
    dispatcher.message.middleware(albums.answer_once)
    dispatcher.message.middleware(patience)
    dispatcher.edited_message.filter(AudienceFilter())
    dispatcher.edited_message.middleware(edits.only_new)
    dispatcher.edited_message.middleware(patience)
    dispatcher.callback_query.filter(Pressed())
    dispatcher.callback_query.outer_middleware(buttons.Acknowledge(sentences))
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


def _limit(per_minute: int, kind: str, shared: Shared | None, clock: Callable[[], float]) -> Limit:
    return Limiter(per_minute, clock) if shared is None else SharedLimiter(shared, kind, per_minute)
