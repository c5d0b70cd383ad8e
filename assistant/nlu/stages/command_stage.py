"""Commands in other words than the grammar knows."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from assistant.nlu.index.encoder import Vectors
from assistant.nlu.index.labels import Kinds, command_named
from assistant.nlu.intents import Command, CommandName
from assistant.nlu.parse import Parse
from assistant.nlu.stages.fallback_policy import Thresholds, commanded

_EXACT_ONLY: Final = frozenset({CommandName.YES, CommandName.NO})
"""What confirms or denies is never guessed. What erases may be: it is confirmed."""
_WITH_ARGUMENT: Final = frozenset(
    {CommandName.SHOW, CommandName.ANSWER_BY, CommandName.SPEED, CommandName.CLOUD_SPEECH}
)
"""These need to be told more than their name."""


_DENIED: Final = {
    name: re.compile(rf"\b(?:not|never)(?: (?:please|ever|you|dare|go|and|want(?: you)?|to))* (?:{verbs})\b")
    for name, verbs in (
        (CommandName.FORGET_ME, "forget|delete|erase|remove|wipe|clear"),
        (CommandName.REMOVE_BOOKMARK, "delete|erase|remove|unsave|unpin|take"),
        (CommandName.SAVE, "save|bookmark"),
    )
}
"""What takes away or keeps something is not done for whoever says not to: "do not delete it"."""
_ABOUT_OTHERS: Final = re.compile(
    r"^(?:(?:so|and|but|hi|hey|well) )*"
    r"(?:did|does|has|have|had|who|why|when|they|he|she|we|everybody|everyone|people|nobody|somebody|someone)\b"
    r"|\b(?:forgot|forgets|forgotten|forgetting)\b"
)
"""How a sentence about forgetting begins that asks nobody to forget: "did everyone forget us"."""


class CommandStage:
    """Takes what goes on about the last answer, and what the encoder surely believes to be a command.

    A command that the encoder has not learnt is known by its likeness to one of its wordings.
    """

    def __init__(
        self, kinds: Kinds, thresholds: Thresholds, unlearnt: Sequence[Command], wordings: Vectors
    ) -> None:
        """`wordings`: a vector for each of `unlearnt`, of one way to say it."""
        self._columns = {
            CommandName(name): number
            for number, label in enumerate(kinds.intents)
            if (name := command_named(label)) is not None
        }
        self._thresholds = thresholds
        self._unlearnt = unlearnt
        self._wordings = wordings

    def __call__(self, parse: Parse) -> Parse:
        """The parse with its command, if it is one. Whoever names an illness or says much asks something."""
        if parse.follow_up is not None:
            return replace(parse, intent=parse.follow_up)
        whole = [look for look in parse.looks if not look.cost]
        if len(whole) != 1 or parse.named or parse.caution:
            return parse
        beliefs = {
            name: float(whole[0].seen.intents[number])
            for name, number in self._columns.items()
            if name not in _EXACT_ONLY | _WITH_ARGUMENT
        }
        name = commanded(beliefs, self._thresholds)
        if name is None:
            alike = self._alike(whole[0].seen.vector)
            return parse if alike is None else replace(parse, intent=alike)
        if name is CommandName.FORGET_ME and _ABOUT_OTHERS.search(parse.plain):
            return parse
        if name in _DENIED and _DENIED[name].search(parse.plain):
            return parse
        return replace(parse, intent=Command(name))

    def _alike(self, vector: Vectors) -> Command | None:
        likeness = self._wordings @ vector
        if likeness.max(initial=0.0) < self._thresholds.alike:
            return None
        return self._unlearnt[int(likeness.argmax())]
