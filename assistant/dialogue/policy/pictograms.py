"""Messages of little pictures alone: a thumb up is thanks, and never a yes; a tear gets a kind sentence."""

import re
from typing import Final

from assistant.dialogue.render.message_catalogue import MessageCatalogue
from assistant.nlu.intents import Command, CommandName
from assistant.text import legible

_BESIDE: Final = re.compile("[\\s\U0001f3fb-\U0001f3ff]")
"""The colour of a skin, and gaps."""


class Pictograms:
    """Knows which pictures thank, and which are sad."""

    def __init__(self, sentences: MessageCatalogue) -> None:
        self._grateful = _signs(sentences.say("signs-of-thanks"))
        self._sad = _signs(sentences.say("signs-of-sadness"))

    def meant(self, text: str) -> Command | None:
        """What is said in pictures alone; None where there is anything else."""
        shown = set(_BESIDE.sub("", text))
        if not shown or not shown <= self._grateful | self._sad:
            return None
        return Command(CommandName.SYMPATHY if shown & self._sad else CommandName.THANKS)


def _signs(listed: str) -> frozenset[str]:
    return frozenset(legible(listed).replace(" ", ""))
