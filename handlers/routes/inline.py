"""`@bot cure` in any chat: the answers that fit, ready to be shared there."""

from hashlib import sha256
from typing import Final

from aiogram import Bot, Router
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InlineQueryResultUnion,
    InputTextMessageContent,
    LinkPreviewOptions,
)
from aiogram.utils.formatting import Bold, Italic, sizeof

from assistant.dialogue.person import Person
from assistant.dialogue.render.message_catalogue import MessageCatalogue
from assistant.dialogue.reply import Reply
from assistant.library.entries import EntryRef
from assistant.nlu.intents import Answer
from handlers.dependencies import Dialogue
from handlers.output.keyboards import link
from handlers.output.markup import MESSAGE_LIMIT, Passage, first_page, plain
from handlers.routes.start import FROM_INLINE

_CACHE_S: Final = 300
"""Telegram keeps the results that long for everybody: they are the same for everybody."""
_DESCRIPTION_LENGTH: Final = 160


def build_router() -> Router:
    """Answers inline queries."""
    router = Router(name="inline")
    router.inline_query.register(offer_answers)
    return router


async def offer_answers(
    query: InlineQuery, bot: Bot, dialogue: Dialogue, sentences: MessageCatalogue
) -> None:
    """Offers the answers nearest to what was typed; before anything is typed, the frequent questions."""
    entries = await dialogue.suggest(query.query)
    # What is shared is the same whoever shares it.
    nobody = Person(id=query.from_user.id)
    me = await bot.me()
    address = f"https://t.me/{me.username}"
    articles: list[InlineQueryResultUnion] = [
        _article(entry.ref, dialogue.phrase(Answer(entry.ref, 1.0), nobody), sentences, address)
        for entry in entries
    ]
    nothing = InlineQueryResultsButton(
        text=sentences.say("telegram-inline-nothing"), start_parameter=FROM_INLINE
    )
    try:
        await bot.answer_inline_query(
            query.id,
            articles,
            cache_time=_CACHE_S,
            is_personal=False,
            button=None if articles else nothing,
        )
    except TelegramBadRequest as error:
        # Whoever typed has typed on: Telegram keeps a query open for half a minute.
        if "query is too old" not in error.message.lower():
            raise


def _article(
    ref: EntryRef, reply: Reply, sentences: MessageCatalogue, address: str
) -> InlineQueryResultArticle:
    """The answer as one message. A long one loses its end, and the link under it leads to the whole."""
    below = "\n".join(reply.footer)
    body = [Passage(reply.title or "", Bold), *(Passage(plain(block)) for block in reply.blocks)]
    content = first_page(body, MESSAGE_LIMIT - sizeof(below) - 2) + "\n\n" + Italic(below)
    text, entities = content.render()
    return InlineQueryResultArticle(
        id=sha256(str(ref).encode()).hexdigest(),
        title=reply.title or str(ref),
        description=_beginning(" ".join(plain(block) for block in reply.blocks)),
        input_message_content=InputTextMessageContent(
            message_text=text,
            entities=entities,
            parse_mode=None,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        ),
        reply_markup=link(sentences.say("telegram-inline-open"), f"{address}?start={ref.topic}_{ref.entry}"),
    )


def _beginning(text: str) -> str:
    text = " ".join(text.split())
    if len(text) <= _DESCRIPTION_LENGTH:
        return text
    return text[: _DESCRIPTION_LENGTH - 1].rsplit(" ", 1)[0] + "…"
