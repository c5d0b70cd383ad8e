"""The assistant's own sentences, read once for all the tests of a process: saying them changes nothing."""

from functools import cache

from assistant.dialogue.render.message_catalogue import MessageCatalogue
from assistant.library.loading import content_folder


@cache
def shipped_sentences() -> MessageCatalogue:
    """The sentences in `content/`."""
    return MessageCatalogue.load(content_folder(), "en")
